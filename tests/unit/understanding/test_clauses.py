"""Clauses are found without punctuation, and never where a word would break."""

import pytest

from bot.understanding.clauses import Clauses

pytestmark = pytest.mark.unit

SAID = [
    *["你好", "喂你好", "谢谢姑娘", "先别订了", "那就这样吧"] * 4,
    *["我想找个人来打扫", "我想订饭", "我问下低保", "我想洗澡"] * 4,
    "你好，我想问问低保",
]


def parts(text: str, said: list[str] = SAID) -> list[str]:
    return [text[begin:end] for begin, end in Clauses(said).split(text)]


@pytest.mark.parametrize("text", ["", "……", " ，。", "🙂"])
def test_nothing_said_has_no_clauses(text: str) -> None:
    assert parts(text) == []


def test_an_untrained_splitter_leaves_the_line_whole() -> None:
    assert parts("你好我想订饭", []) == ["你好我想订饭"]


def test_a_greeting_and_a_wish_are_two_clauses() -> None:
    assert parts("你好我想找个人来打扫") == ["你好", "我想找个人来打扫"]


def test_two_wishes_in_one_breath_are_two_clauses() -> None:
    assert parts("先别订了我问下低保") == ["先别订了", "我问下低保"]


def test_one_wish_is_one_clause() -> None:
    assert parts("我想找个人来打扫") == ["我想找个人来打扫"]


def test_punctuation_always_parts() -> None:
    assert parts("喂，你好。我想订饭") == ["喂", "你好", "我想订饭"]


def test_kept_counts_split_alike() -> None:
    clauses = Clauses(SAID)
    again = Clauses.of(clauses.counts())
    assert again.split("谢谢姑娘我问下低保") == clauses.split("谢谢姑娘我问下低保")
