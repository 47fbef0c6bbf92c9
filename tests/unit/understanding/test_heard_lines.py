"""Lines to learn from, heard over a telephone line: which are said, and what is learnt of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import pytest

from bot.understanding import learn_hunch, lexicon
from bot.understanding.learn_hunch import Line, by_telephone
from tests.eval.heard import LENGTH, order

pytestmark = pytest.mark.unit


def said(kind: str, act: str, count: int) -> list[Line]:
    return [Line(f"{kind}{act}{at:06}", kind, act, "jin", "c") for at in range(count)]


def test_cries_traps_and_talk_are_mixed_and_each_is_said_once() -> None:
    lines = [*said("fall", "", 60), *said("none", "", 60), *said("none", "book", 60)]
    texts = list(order(lines))
    assert sorted(texts) == sorted(line.text for line in lines)
    first = texts[:10]
    assert sum(text.startswith("fall") for text in first) == 6
    assert sum(text.startswith("nonebook") for text in first) == 2


def test_what_nobody_says_in_one_breath_is_not_said() -> None:
    lines = [Line(text, "fall", "", "jin", "c") for text in ("疼啊", "救命" * LENGTH.stop)]
    assert list(order(lines)) == []


def test_what_was_heard_of_a_line_that_is_gone_teaches_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table: Sequence[dict[str, str]] = [
        {"text": "救命啊我摔倒了", "heard": "就明阿我衰到了"},
        {"text": "这一句改过了", "heard": "这一句该过了"},
        {"text": "明天来打扫", "heard": ""},
    ]
    monkeypatch.setattr(lexicon, "rows", lambda name: table)
    lines = [
        Line("救命啊我摔倒了", "fall", "", "jin", "c7"),
        Line("明天来打扫", "none", "book", "jin", "c8"),
    ]
    (copy,) = by_telephone(lines)
    assert (copy.text, copy.kind, copy.caller) == ("就明阿我衰到了", "fall", "c7")
    assert copy.copy == "heard"


def test_the_table_tells_what_was_heard_of_lines_that_are_learnt_from() -> None:
    table = lexicon.rows(learn_hunch.HEARD)
    assert table, "nothing was heard yet"
    known = {line.text for line in learn_hunch.read_lines()}
    lost = [row["text"] for row in islice(table, 200) if row["text"] not in known]
    assert not lost
