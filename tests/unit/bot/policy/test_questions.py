"""Questions as elders and families would put them, and near misses: shares that must not fall.

The lines (data/questions.jsonl) were used to find classes of error; they are no measure of what
nobody has seen. Words and sounds alone answer here; the sentence encoder is optional.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from anban.policy import LOCALITIES, policy_desk

pytestmark = pytest.mark.unit
LINES = [
    json.loads(line)
    for line in (Path(__file__).with_name("data") / "questions.jsonl")
    .read_text("utf-8")
    .split("\n")
    if line
]


@pytest.fixture(scope="module")
def answers():
    desk = policy_desk(LOCALITIES)
    return [(line, desk.answer(line["q"], line["locality"])) for line in LINES]


def test_near_misses_are_declined(answers):
    near = [answer for line, answer in answers if line["decided"] == "declined"]
    declined = sum(answer.decided == "declined" for answer in near)
    assert declined / len(near) >= 0.87


def test_what_is_written_is_answered_and_cited(answers):
    known = [(line, answer) for line, answer in answers if line["decided"] == "answered"]
    right = sum(
        bool(answer.citations) and any(one in answer.text for one in line["holds_one_of"])
        for line, answer in known
    )
    other = sum(
        answer.decided != "declined" and not any(one in answer.text for one in line["holds_one_of"])
        for line, answer in known
    )
    assert right / len(known) >= 0.9
    assert other / len(known) <= 0.06


@pytest.mark.parametrize(
    ("question", "place", "fact"),
    [
        ("要不要我自己掏钱买那个手机", "龙岩", "longyan.online_device"),
        ("我是低保户，线下服务每月标准多少", "龙岩", "longyan.offline_fee"),
        ("助餐要满多少岁", "呼和浩特玉泉", "hohhot_yuquan.meal_base"),
        ("除了手机还发啥", "龙岩", "longyan.online_device"),
    ],
)
def test_what_somebody_says_of_themselves_is_not_what_they_ask(answers, question, place, fact):
    assert policy_desk(LOCALITIES).answer(question, place).facts[0] == fact


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("那个手环是华为的还是小米的", "龙岩"),
        ("上门服务包不包剪指甲", "呼和浩特玉泉"),
        ("阿城区有几个养老院", "哈尔滨"),
        ("承诺书的模板在哪下载", "呼和浩特玉泉"),
    ],
)
def test_a_thing_of_which_nothing_is_written_is_declined(question, place):
    assert policy_desk(LOCALITIES).answer(question, place).decided == "declined"
