"""Who tells more of themselves and asks the same again is told it again; another thing is not."""

from __future__ import annotations

import pytest

from bot.policy.answer import Topic
from bot.policy.answers import PolicyDesk

pytestmark = pytest.mark.unit

OFFLINE = "线下服务政府每月给多少"
VISITS = "玉泉上门服务独居老人要多大岁数"


def talked(desk: PolicyDesk, locality: str, *lines: str):
    topic, answer = None, None
    for line in lines:
        answer = desk.answer(line, locality, topic)
        topic = Topic.of(answer.topic.as_dict())
    return answer


@pytest.mark.parametrize(
    ("locality", "first", "second"),
    [
        ("龙岩", OFFLINE, "我住新罗市区，轮椅租一个月多少钱"),
        ("龙岩", OFFLINE, "我七十六了，住城里，租一个月多少钱"),
        ("龙岩", OFFLINE, "我七十六了，请个护工一个月多少钱"),
        ("龙岩", OFFLINE, "我有低保，高龄津贴一个月多少钱"),
        ("龙岩", OFFLINE, "我妈八十岁，药一个月报多少钱"),
        ("漳州", "漳州政府购买服务每人每月多少钱", "我户口在芗城，养老院一个月多少钱"),
        ("呼和浩特玉泉", VISITS, "我腿脚不好，多大岁数能领退休金"),
        ("呼和浩特玉泉", VISITS, "我住玉泉，多大岁数能免费坐飞机"),
    ],
)
def test_another_thing_is_declined_whatever_was_told_before(desk, locality, first, second):
    assert talked(desk, locality, first).decided == "answered"
    answer = talked(desk, locality, first, second)
    assert (answer.decided, answer.citations) == ("declined", ())


def test_what_was_declined_is_not_answered_once_somebody_says_more(desk):
    lines = ("高龄津贴一个月多少", "我八十三岁，住在城里，一个月多少钱")
    assert talked(desk, "龙岩", *lines).decided == "declined"


def test_another_districts_figure_is_not_told_again(desk):
    answer = talked(desk, "哈尔滨", "2015年道里区床位多少", "我家住南岗，2015年床位多少")
    assert "5788" in answer.text


@pytest.mark.parametrize(
    ("locality", "first", "second"),
    [
        ("龙岩", OFFLINE, "我七十六了一个人住城里，每个月是多少钱"),
        ("龙岩", OFFLINE, "我妈八十二岁，住在城里，一个月给多少钱"),
        ("龙岩", "线上服务政府每月给多少", "我八十三岁，住在新罗，就问每月给多少"),
        ("龙岩", "申请先找哪里", "我住新罗，有低保，先找哪里"),
        ("漳州", "漳州政府购买服务每人每月多少钱", "俺户口在芗城，没有低保，一个月多少钱"),
        ("漳州", "服务券发给谁", "我住龙海的，吃低保，发给谁"),
        ("呼和浩特玉泉", VISITS, "我玉泉户口，腿脚不好，多大岁数才行"),
        ("呼和浩特玉泉", VISITS, "俺就打问一下年纪要多大"),
        ("呼和浩特玉泉", "助餐的审批表要几份", "我妈今年七十九了，住在玉泉，要几份"),
        ("哈尔滨", "2015年道里区床位多少", "我家住道里，就想问床位多少"),
    ],
)
def test_the_same_is_told_again(desk, locality, first, second):
    before = talked(desk, locality, first)
    again = talked(desk, locality, first, second)
    assert again.decided == "answered"
    assert (again.facts, again.citations) == (before.facts, before.citations)
    thrice = talked(desk, locality, first, second, second)
    assert thrice.facts == before.facts


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (VISITS, "我是特困的，要多大岁数才行", "65周岁以上的城乡特困"),
        ("助餐空巢老人要多大岁数", "我失独的，要多大岁数", "失独老人"),
    ],
)
def test_who_names_a_group_of_their_own_is_told_of_that(desk, first, second, told):
    assert told in talked(desk, "呼和浩特玉泉", first, second).text
