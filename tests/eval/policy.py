"""How well questions on policy are answered, and near misses declined, on every set that has them.

The ``first`` set was written by the one who wrote the facts, before anything was tuned, and only
its totals were looked at. Later sets are by writers who had seen neither facts nor rules; what an
answer must hold stands with each question.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from statistics import median

from anban.policy import served_desk
from bot.policy.answer import Answer
from bot.policy.answers import PolicyDesk
from bot.understanding.mishearing import Garbler
from tests.eval.sets import Line, lines, sets_with

SHARES = (0.0, 0.1, 0.2)
"""Shares of characters replaced by homophones."""


def section() -> list[str]:
    """The table, line by line."""
    desk = served_desk()
    return [
        "| set | garbled | right and cited | something else said | not answered, should be "
        "| declined, should be | ms p50 |",
        "|---|---|---|---|---|---|---|",
        *(row for group in sets_with("policy") for row in _rows(desk, group)),
        "",
    ]


def _rows(desk: PolicyDesk, group: str) -> Iterator[str]:
    garbler = Garbler([line["text"] for line in lines("first", "acts")])
    asked = lines(group, "policy")
    for share in SHARES:
        answers, seconds = [], []
        for line in asked:
            question = garbler.garble(line["q"], share)
            began = time.perf_counter()
            answers.append(desk.answer(question, line["locality"]))
            seconds.append(time.perf_counter() - began)
        took = median(seconds) * 1e3
        yield f"| {group} | {share:.0%} | {_counted(asked, answers)} | {took:.1f} |"


def _counted(asked: Sequence[Line], answers: Sequence[Answer]) -> str:
    pairs = list(zip(asked, answers, strict=True))
    known = [pair for pair in pairs if pair[0]["decided"] == "answered"]
    near = [answer for line, answer in pairs if line["decided"] == "declined"]
    right = sum(_right(line, answer) for line, answer in known)
    declined = sum(answer.decided == "declined" for _, answer in known)
    refused = sum(answer.decided == "declined" for answer in near)
    return (
        f"{right} of {len(known)} | {len(known) - right - declined} | {declined} "
        f"| {refused} of {len(near)}"
    )


def _right(line: Line, answer: Answer) -> bool:
    """Answered with what was asked for, and cited.

    ``must_contain`` lists what the answer holds, each with its fair alternatives; a line of the
    first set names facts instead, and another fact may tell the same.
    """
    if answer.decided == "declined" or not answer.citations:
        return False
    if "must_contain" in line:
        return all(any(one in answer.text for one in m.split("|")) for m in line["must_contain"])
    told = any(one in answer.text for one in line["holds_one_of"])
    return told or any(one in answer.facts for one in line["facts"])
