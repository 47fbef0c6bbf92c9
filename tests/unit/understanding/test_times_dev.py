"""The development sets of times: how many are right, asked back, or silently wrong.

Each line of data/times_dev.jsonl is one expression with the moment it was said and what it means,
worked out by hand and with a printed calendar; those of data/times_rambling.jsonl are whole
utterances, with other people's days, refusals, ages, prices and misheard words in them; those of
data/times_calls.jsonl were written to be misread and are read with more questions. The format
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
