"""Which fact a question asks for, learnt from lines: said otherwise, misheard, or about nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from anban.errors import SettingsError
from anban.policy import LOCALITIES, QUESTIONS, classifiers_of
from anban.settings import ROOT
from bot.policy.classifier import NOTHING, Asked, FactClassifier, read
from bot.policy.facts import load
from bot.policy.meanings import Meanings
from bot.policy.places import Places

pytestmark = pytest.mark.unit

LINES = [
    ("几岁可以免费用呼叫服务", "age"),
    ("多大年纪送呼叫服务", "age"),
    ("满多少岁给装呼叫器", "age"),
    ("呼叫服务一年补多少钱", "fee"),
    ("呼叫那个政府出几多钱", "fee"),
    ("一个老人呼叫费给多少", "fee"),
    ("呼叫中心电话号码多少", NOTHING),
    ("打哪个号码找呼叫中心", NOTHING),
    ("呼叫中心几点下班", NOTHING),
]


def classifier(meanings: Meanings | None = None) -> FactClassifier:
    return FactClassifier([Asked(text, frozenset((fact,))) for text, fact in LINES], meanings)


def likeliest(scores: dict[str, float]) -> str:
    return max(scores, key=lambda fact: scores[fact])


@pytest.mark.parametrize(
    "line", ["age 没有制表符", "age\tmandarin", "age\tmandarin\t", "\tmandarin\t几岁", "a\tb\tc\td"]
)
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str):
    (tmp_path / "somewhere.tsv").write_text(f"age\tmandarin\t几岁\n{line}\n")
    with pytest.raises(SettingsError, match=r"somewhere\.tsv:2: expected fact, variety, question"):
        read(tmp_path)


def test_facts_are_those_of_the_place_unless_another_is_named(tmp_path: Path):
    (tmp_path / "somewhere.tsv").write_text("age|nationwide.old\tmandarin\t几岁\n-\tjin\t贵不贵\n")
    first, second = read(tmp_path)["somewhere"]
    assert first.facts == {"somewhere.age", "nationwide.old"}
    assert second.facts == {NOTHING}


def test_a_question_about_a_fact_that_is_not_there_is_named():
    asked = {"longyan": [Asked("几岁", frozenset(("longyan.nonsense",)))]}
    with pytest.raises(SettingsError, match=r"几岁: no fact longyan\.nonsense"):
        classifiers_of(load(LOCALITIES), asked, Places.read(LOCALITIES), None)


def test_nothing_at_all_asks_for_nothing():
    assert set(classifier().scores("")) == {"age", "fee", NOTHING}
    assert max(classifier().scores("").values()) < 0.1
    assert max(classifier().scores("🙂 hello").values()) < 0.1


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("呼叫服务几岁能用啊", "age"),
        ("忽叫扶务几碎可以免费用", "age"),
        ("那个呼叫的事政府一年出多少钱", "fee"),
        ("胡叫中心店话号吗", NOTHING),
    ],
)
def test_what_is_said_otherwise_or_misheard_asks_for_the_same(question: str, fact: str):
    assert likeliest(classifier().scores(question)) == fact


def test_the_name_of_the_place_tells_nothing():
    asked = [Asked("某县几岁能用", frozenset("a")), Asked("某县贵不贵", frozenset("b"))]
    scores = FactClassifier(asked, blank=("某县",)).scores
    assert scores("某县几岁能用") == scores("几岁能用")


def test_a_line_that_two_facts_answer_asks_for_both():
    asked = [Asked("怎么申请", frozenset("ab")), Asked("几点开门", frozenset("c"))]
    scores = FactClassifier(asked).scores("怎么申请")
    assert scores["a"] == pytest.approx(scores["b"])
    assert scores["a"] > scores["c"]


class Encoder:
    """Lines by whether they speak of money."""

    def encode(self, texts: list[str]) -> np.ndarray:
        return np.array([["钱" in text or "掏" in text, True] for text in texts], dtype=float)


def test_meaning_counts_beside_characters():
    without = classifier().scores("掏多少")["fee"]
    assert classifier(Meanings(Encoder())).scores("掏多少")["fee"] > without


def test_what_was_learnt_is_kept_and_not_taken_for_other_lines(tmp_path: Path):
    meanings = Meanings(Encoder(), tmp_path)
    first = classifier(meanings).scores("几岁")
    (kept,) = tmp_path.glob("asked-*.npz")
    assert classifier(meanings).scores("几岁") == first
    kept.write_bytes(b"no array")
    assert classifier(meanings).scores("几岁") == pytest.approx(first)
    FactClassifier([Asked("几岁", frozenset("x"))], meanings)
    assert len(list(tmp_path.glob("asked-*.npz"))) == 2


def test_every_fact_of_a_document_has_questions_and_every_place_near_misses():
    asked = read(QUESTIONS)
    told = Counter(fact for lines in asked.values() for one in lines for fact in one.facts)
    for fact in load(LOCALITIES):
        # a row of a table is asked for by its year, which its own ways of asking name
        if not fact.gap and not fact.id.startswith("harbin.beds"):
            assert told[fact.id] >= 5, fact.id
    for place, lines in asked.items():
        assert sum(NOTHING in one.facts for one in lines) >= 100, place


def test_no_line_of_a_set_for_measuring_is_learnt_from():
    learnt = {one.text for lines in read(QUESTIONS).values() for one in lines}
    for path in (ROOT / "tests" / "eval").glob("*/policy.jsonl"):
        held_out = path.read_text("utf-8")
        assert not [text for text in learnt if f'"{text}"' in held_out], path
