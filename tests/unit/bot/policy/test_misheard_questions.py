"""Questions that a recogniser wrote with wrong characters are answered as those that were asked."""

import pytest

from bot.policy.answers import PolicyDesk

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("locality", "asked", "heard"),
    [
        ("龙岩", "特困老人的上门服务每个月最少给多少钱", "特困老人的上们服务没个月最少给多少前"),
        ("呼和浩特玉泉", "独居老人满多少周岁才有人上门服务", "督局老人满多少周岁财有人商们府务"),
    ],
)
def test_what_was_misheard_is_answered_as_what_was_asked(
    desk: PolicyDesk, locality: str, asked: str, heard: str
) -> None:
    found = desk.answer(heard, locality)
    assert found.decided == "answered"
    assert found.facts == desk.answer(asked, locality).facts


def test_what_no_document_answers_is_declined_however_it_was_heard(desk: PolicyDesk) -> None:
    for question in ("家庭养老床位要有多少张", "家听养老床围要有多少障"):
        assert desk.answer(question, "辽宁").decided == "declined"
