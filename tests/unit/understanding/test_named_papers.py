"""What only names the paper that an answer stands in is no part of the question."""

import pytest

from bot.understanding.questions import readings

pytestmark = pytest.mark.unit


def test_a_year_tells_which_paper_and_is_kept() -> None:
    text = "二零二三年那个办法里头道里区养老床位一共要整到多少张来着"
    assert all("二零二三" in one or "2023" in one for one in readings(text))


@pytest.mark.parametrize(
    "text",
    [
        "市里那个三年行东方案里头二零一七年道里区养老床位要整到多少张",
        "省里彼个意见内底讲二零一七年道里区养老床位要偌济张",
        "我想问下嗰份文件上面二零一七年道里区养老床位要几多张",
    ],
)
def test_the_question_is_looked_up_without_the_paper(text: str) -> None:
    assert any(one.startswith(("二零一七年道里区", "2017年道里区")) for one in readings(text))
