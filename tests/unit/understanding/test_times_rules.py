"""The word lists and the rules of times fit together."""

import re

import pytest

from bot.understanding import lexicon
from bot.understanding.times import calendars, cues, grammar, parser, scanner

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("rule", parser.RULES, ids=lambda rule: rule.example)
def test_every_rule_matches_its_own_example(rule):
    assert grammar.mentions(scanner.tokens(rule.example), [rule])


def test_every_kind_of_token_is_explained_in_the_scanner():
    kinds = {
        part.partition(":")[0]
        for row in lexicon.rows("times.tsv")
        for part in row["meaning"].split()
    }
    assert kinds <= set(re.findall("[a-z]+", scanner.__doc__))


def test_no_word_is_listed_twice():
    words = [row["word"] for name in ("times.tsv", "festivals.tsv") for row in lexicon.rows(name)]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("row", lexicon.rows("festivals.tsv"), ids=lambda row: row["word"])
def test_every_named_day_can_be_found(row):
    assert calendars.named_day(row["day"], 2026) is not None


def test_an_unknown_role_of_a_cue_is_an_error():
    with pytest.raises(ValueError, match="no cue has the role"):
        cues.words("nonsense")


def test_an_unknown_day_rule_is_an_error():
    with pytest.raises(ValueError, match="is no rule"):
        calendars.named_day("moon:1", 2026)


def test_tokens_cover_the_text_without_gaps():
    text = "那个我想想啊下个礼拜三下午两点半来打扫"
    assert "".join(token.text for token in scanner.tokens(text)) == text
