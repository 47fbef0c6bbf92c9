"""The development sets of times: how many are right, asked back, or silently wrong.

Each line of data/times_dev.jsonl is one expression with the moment it was said and what it means,
worked out by hand and with a printed calendar; those of data/times_rambling.jsonl are whole
utterances, with other people's days, refusals, ages, prices and misheard words in them; those of
data/times_calls.jsonl were written to be misread and are read with more questions; those of
data/times_stories.jsonl bury the wish in a story, or hold none. The format
is that of the evaluation data: a note that begins with PAST or CONFLICT wants a question, AMBIG and
vague allow one; `expect_none` marks what holds no time, `open` what may be either.
"""

import json
import os
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from bot.understanding.times import parse_when

pytestmark = pytest.mark.unit

DEVELOPMENT = Path(__file__).parent / "data" / "times_dev.jsonl"
RAMBLING = DEVELOPMENT.with_name("times_rambling.jsonl")
CALLS = DEVELOPMENT.with_name("times_calls.jsonl")
STORIES = DEVELOPMENT.with_name("times_stories.jsonl")
SHARED = Path(os.environ.get("ANBAN_SHARED", "../shared")) / "examples" / "times.jsonl"


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def parsed(line):
    return parse_when(line["text"], datetime.fromisoformat(line["now"]), line.get("context"))


def verdict(line):
    """right, asked (rightly), overasked, missed, or silent: wrong without asking."""
    when = parsed(line)
    if line.get("open"):
        return "right" if when is None or when.ask else "silent"
    if when is None:
        return "right" if line.get("expect_none") else "missed"
    if line.get("expect_none"):
        return "overasked" if when.ask else "silent"
    note = line["note"]
    got = when.as_dict()
    wanted = {key: line.get(f"expect_{key}") for key in ("date", "start", "end", "time")}
    same = all(got[key] == value for key, value in wanted.items())
    same = same and got["recurring"] == line.get("recurring")
    if note.startswith(("PAST", "CONFLICT")):
        return "asked" if when.ask else "silent"
    if when.ask:
        return "asked" if note.startswith(("AMBIG", "vague")) else "overasked"
    return "right" if same else "silent"


def score(path):
    found = {line["id"]: verdict(line) for line in lines(path)}
    counts = Counter(found.values())
    good = (counts["right"] + counts["asked"]) / len(found)
    silent = [key for key, value in found.items() if value == "silent"]
    return good, silent, len(found)


def test_the_set_is_wide_enough():
    texts = {(line["text"], line["now"], line.get("context")) for line in lines(DEVELOPMENT)}
    assert len(texts) == len(lines(DEVELOPMENT)) >= 250


def test_nearly_every_expression_is_right_or_rightly_asked_back():
    good, silent, _ = score(DEVELOPMENT)
    assert good >= 0.97
    assert silent == []


def test_nearly_every_rambling_line_is_right_or_rightly_asked_back():
    good, silent, count = score(RAMBLING)
    assert count >= 1000
    assert good >= 0.96
    assert len(silent) <= 0.01 * count


def test_lines_written_to_be_misread_are_mostly_right_and_seldom_silently_wrong():
    good, silent, count = score(CALLS)
    assert count >= 250
    assert good >= 0.9
    assert len(silent) <= 0.02 * count


def test_wishes_buried_in_stories_are_mostly_right():
    good, silent, count = score(STORIES)
    assert count >= 550
    assert good >= 0.92
    assert len(silent) <= 0.04 * count


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("三更半夜可莫来敲门明早天光了八点再来", "2026-03-05", "08:00"),
        ("小满芒种哪个在前头就芒种那天", "2026-06-05", None),
        ("拖来拖去拖到今天下礼拜二一定要去拔牙九点", "2026-03-10", "09:00"),
        ("医生讲下拜五爱复查恁来载我", "2026-03-13", None),
        ("十二号夜晚八点陪到第二日朝早八点", "2026-03-12", "20:00"),
        ("五月初五阳历是几号六月十九是吧那就那天", "2026-06-19", None),
        ("单子上写的礼拜四我没约礼拜四我约的是礼拜六上午", "2026-03-07", "morning"),
        ("下礼拜一行不行下礼拜一也满了那下礼拜二总有吧", "2026-03-10", None),
        ("俺说后晌你给俺记成前晌了俺要的是礼拜四后晌", "2026-03-05", "afternoon"),
        ("清明前把窗帘洗了最好二十九号", "2026-03-29", None),
        ("礼拜五晚上有雨你们礼拜五白天来擦阳台", "2026-03-06", None),
        ("睡前九点来给我滴眼药水明天", "2026-03-05", "21:00"),
        ("明晚九点前过来八点半", "2026-03-05", "20:30"),
        ("今天几号啊四号是吧那就二十五来", "2026-03-25", None),
        ("立夏还早着呢礼拜六先来擦窗户", "2026-03-07", None),
    ],
)
def test_a_wish_is_found_among_other_days(text, date, time):
    when = parse_when(text, datetime(2026, 3, 4, 9, 10))
    assert (str(when.date), when.time, when.ask) == (date, time, False)


@pytest.mark.parametrize(
    "text",
    [
        "二十号先理发二十一号再修脚",
        "两件事六号上午陪我打针九号下午来擦窗",
        "明天上午来送药明天晚上来陪夜",
        "礼拜六是父亲节吗父亲节系咪下个礼拜六",
        "十月十五号那天人多你们别来",
        "今天能来就今天今天来不了明天一早",
        "国庆头两天来",
    ],
)
def test_what_is_open_between_two_wishes_is_asked_about(text):
    assert parse_when(text, datetime(2026, 3, 4, 9, 10)).ask


@pytest.mark.parametrize(
    "text",
    [
        "你们前天说昨天来昨天又说今天来到现在影子都没有",
        "前天打电话没人接昨天打也没人接你们怎么回事",
        "上礼拜六我妈摔了一跤这礼拜我带她去医院不用你们了",
        "我儿子礼拜五从北京回来我高兴得睡不着",
    ],
)
def test_a_complaint_or_a_dismissal_wishes_for_no_day(text):
    assert parse_when(text, datetime(2026, 3, 4, 9, 10)) is None


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="no evaluation data beside the project")
def test_the_examples_are_right_or_rightly_asked_back():
    good, silent, _ = score(SHARED)
    assert good >= 0.92
    assert silent == []


def test_a_call_takes_a_few_milliseconds():
    said = lines(DEVELOPMENT) + lines(RAMBLING) + lines(CALLS)
    for line in said:  # word lists and calendars are read once
        parsed(line)
    began = time.process_time()
    for line in said:
        parsed(line)
    assert (time.process_time() - began) / len(said) < 0.003
