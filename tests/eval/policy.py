"""How well questions on policy are answered, and near misses declined.

The set was written by the one who wrote the facts, before anything was tuned, and only its totals
were looked at.
"""

from __future__ import annotations

import time
from statistics import median

from anban.policy import LOCALITIES, policy_desk
from bot.policy.answers import Answer
from bot.policy.meanings import installed_meanings
from bot.understanding.mishearing import Garbler
from tests.eval.sets import Line, lines

SHARES = (0.0, 0.1, 0.2)
"""Shares of characters replaced by homophones."""


def section() -> list[str]:
    """The table, line by line."""
    asked = lines("first", "policy")
    garbler = Garbler([line["text"] for line in lines("first", "acts")])
    out = [
        "| garbled | right and cited | something else said | not answered, should be "
        "| declined, should be | ms p50 |",
        "|---|---|---|---|---|---|",
    ]
    desk = policy_desk(LOCALITIES, installed_meanings())
    for share in SHARES:
        answers, seconds = [], []
        for line in asked:
            question = garbler.garble(line["q"], share)
            began = time.perf_counter()
            answers.append(desk.answer(question, line["locality"]))
            seconds.append(time.perf_counter() - began)
        pairs = list(zip(asked, answers, strict=True))
        known = [pair for pair in pairs if pair[0]["decided"] == "answered"]
        near = [answer for line, answer in pairs if line["decided"] == "declined"]
        right = sum(_right(line, answer) for line, answer in known)
        declined = sum(answer.decided == "declined" for _, answer in known)
        out.append(
            f"| {share:.0%} | {right} of {len(known)} | {len(known) - right - declined} "
            f"| {declined} | {sum(one.decided == 'declined' for one in near)} of {len(near)} "
            f"| {median(seconds) * 1000:.1f} |"
        )
    return [*out, ""]


def _right(line: Line, answer: Answer) -> bool:
    """Answered with what was asked for, and cited; another fact may tell it as well."""
    told = any(one in answer.text for one in line["holds_one_of"])
    return bool(answer.citations) and (told or any(one in answer.facts for one in line["facts"]))
