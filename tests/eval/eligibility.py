"""Whether spoken interviews end as the rules say.

What is right stands with each case as an outcome: entitled, not entitled, or open, where a verdict
of either kind would say more than was told. The cases were written by who wrote the rules of
telling, and measured once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anban.policy import LOCALITIES, Rulebook, policy_desk
from bot.policy.answer import Topic
from bot.policy.answers import PolicyDesk
from bot.policy.entitlement import citations

CASES = Path(__file__).with_suffix(".jsonl")
PEOPLE = Path(__file__).with_name("entitlement.jsonl")
"""people as dictionaries, and what each may have by the documents"""
OUTCOMES = ("eligible", "not", "open")


def section() -> list[str]:
    """The table, line by line."""
    desk = policy_desk(LOCALITIES)
    found: Counter[tuple[str, str]] = Counter()
    for line in CASES.read_text("utf-8").splitlines():
        case = json.loads(line)
        found[case["outcome"], outcome(desk, case)] += 1
    return [
        "| should be | said eligible | said not | left open |",
        "|---|---|---|---|",
        *(
            f"| {one} | {' | '.join(str(found[one, other]) for other in OUTCOMES)} |"
            for one in OUTCOMES
        ),
        "",
    ]


def people() -> list[str]:
    """The table of people as dictionaries: outcomes and the clauses cited, line by line."""
    rules = Rulebook(LOCALITIES)
    right: Counter[str] = Counter()
    cited: Counter[str] = Counter()
    cases = [json.loads(line) for line in PEOPLE.read_text("utf-8").splitlines()]
    for case in cases:
        verdict = rules.judge(case["scheme"], case["person"], ())
        right[case["locality"]] += verdict.outcome == case["outcome"]
        sections = {one["section"] for one in citations([verdict], case["person"])}
        cited[case["locality"]] += not case["sections"] or sections == set(case["sections"])
    whole = Counter(case["locality"] for case in cases)
    return [
        "| place | outcome right | clauses right |",
        "|---|---|---|",
        *(f"| {one} | {right[one]} of {n} | {cited[one]} of {n} |" for one, n in whole.items()),
        "",
    ]


def outcome(desk: PolicyDesk, case: Mapping[str, Any]) -> str:
    """What the last turn of a spoken case says of the service that was asked for."""
    topic: Topic | None = None
    text, decided = "", ""
    for turn in case["turns"]:
        answer = desk.answer(turn, case["locality"], topic)
        topic, text, decided = answer.topic, answer.text, answer.decided
    if decided != "answered":
        return "open"
    return "not" if "不在对象里" in text else "eligible" if "可以申请" in text else "open"
