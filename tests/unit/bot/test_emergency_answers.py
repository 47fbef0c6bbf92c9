"""Answers to "are you in danger?" in seven ways of speaking: a clear no, and all that is none."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.danger import listen
from bot.denials import denies
from bot.emergency_answers import Meaning, meaning
from bot.emergency_signs import Sign
from tests.unit.bot.fakes import NOW

pytestmark = pytest.mark.unit

TABLE = Path(__file__).parent / "emergency_answers.tsv"
ROWS = [row.split("\t") for row in TABLE.read_text("utf-8").splitlines()[2:]]
VARIETIES = sorted({variety for variety, _, _ in ROWS})
SIGN = Sign("unspecified", "possible", "", sign="a test")
LIKENESS = Sign("unspecified", "possible", "", open=True)


def meant(doubt: Sign, answer: str) -> Meaning:
    assessed = listen(answer, "confirm")
    return "danger" if assessed.level == "certain" else meaning(doubt, answer, assessed, NOW)


@pytest.mark.parametrize("doubt", [SIGN, LIKENESS], ids=["after a sign", "after a likeness"])
@pytest.mark.parametrize("variety", VARIETIES)
def test_only_a_clear_no_ends_a_doubt(variety: str, doubt: Sign) -> None:
    answers = {answer: clear == "no" for spoken, clear, answer in ROWS if spoken == variety}
    ended = {answer: meant(doubt, answer) in ("no", "errand") for answer in answers}
    assert ended == answers


@pytest.mark.parametrize("answer", ["办别的事", "别的事", "不是救急，我查一下订单", "我是问补贴的"])
def test_where_there_was_a_choice_an_errand_is_a_no(answer: str) -> None:
    assert meant(LIKENESS, answer) in ("no", "errand")


@pytest.mark.parametrize("plea", ["再说一遍", "你讲什么", "听不清", "听无", "你话脉个", "慢点说"])
def test_who_has_not_heard_the_question_is_told_it_once_more(plea: str) -> None:
    assert meant(SIGN, plea) == "again"
    assert meant(Sign("unspecified", "possible", "", repeated=True), plea) == "danger"


@pytest.mark.parametrize(
    ("answer", "denied"),
    [
        ("没事么就是试一下响不响", True),
        ("没伤着也没难受，就是让水给浇着了", True),
        ("没事么？人都站不住了", False),
        ("没摔着就是胸口疼", False),
    ],
)
def test_a_trouble_that_is_denied_is_none_and_one_beside_it_is(answer: str, denied: bool) -> None:
    assert denies(answer, datetime(2026, 3, 4, 9, 10)) is denied
