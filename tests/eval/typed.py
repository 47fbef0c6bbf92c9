"""What is understood of written lines: acts and services, emergencies, times."""

from __future__ import annotations

import statistics
import time
from collections import Counter, defaultdict
from datetime import datetime

from anban.understand import Understanding
from bot.danger import listen
from bot.emergency_answers import meaning
from bot.emergency_signs import Sign
from bot.understanding.emergency import assess
from bot.understanding.mishearing import Garbler
from bot.understanding.times import parse_when
from tests.eval.sets import VARIETIES, Line, labels, lines, sets_with
from tests.eval.tables import interval, percent, table

NOW = datetime(2026, 3, 4, 9, 10)
LEVELS = ("certain", "possible", "no")
AMBIGUOUS = "AMBIG"
"""In the note of a time: the likeliest value is as good as asking, and asking as the value."""
OPEN = ("vague", AMBIGUOUS)
"""Where asking is as good as the value."""
NOISES = (0.0, 0.2, 0.4, 0.5, 0.6)

Found = dict[str, object]


async def acts(understanding: Understanding, group: str) -> list[str]:
    """Acts and services, per variety, clean and under homophone noise; the time a line takes."""
    asked = lines(group, "acts")
    garbler = Garbler(line["text"] for line in asked)
    by_noise: dict[float, list[Found]] = {}
    seconds = []
    for noise in NOISES:
        by_noise[noise] = []
        for line in asked:
            text = garbler.garble(line["text"], noise) if noise else line["text"]
            began = time.perf_counter()
            by_noise[noise].append(await understanding.of(text, NOW, line.get("context")))
            seconds.append(time.perf_counter() - began)
    seconds.sort()
    return [
        *_by_variety(asked, by_noise),
        *_by_act(asked, by_noise[0.0]),
        f"Time for a line, once loaded: median {1000 * statistics.median(seconds):.1f} ms, "
        f"95th percentile {1000 * seconds[int(0.95 * len(seconds))]:.1f} ms.",
        "",
    ]


def _by_variety(asked: list[Line], by_noise: dict[float, list[Found]]) -> list[str]:
    def right(noise: float, variety: str | None) -> str:
        return percent(
            [
                found["act"] in labels(line, "act")
                for line, found in zip(asked, by_noise[noise], strict=True)
                if variety in (None, line["variety"])
            ]
        )

    def service(noise: float) -> str:
        return percent(
            [
                line["service"] == found["service"]
                for line, found in zip(asked, by_noise[noise], strict=True)
                if line["act"] == "book" and line.get("service")
            ]
        )

    head = ["variety", *(f"{noise:.0%} garbled" if noise else "as written" for noise in NOISES)]
    rows = [["all", *(right(noise, None) for noise in NOISES)]]
    rows += [[variety, *(right(noise, variety) for noise in NOISES)] for variety in VARIETIES]
    if any(line.get("service") for line in asked):
        rows.append(["service of a booking", *(service(noise) for noise in NOISES)])
    return table(head, rows)


def _by_act(asked: list[Line], found: list[Found]) -> list[str]:
    rows = []
    for act in sorted({line["act"] for line in asked}):
        mine = [(line, f) for line, f in zip(asked, found, strict=True) if line["act"] == act]
        right = [f["act"] in labels(line, "act") for line, f in mine]
        wrong = Counter(str(f["act"]) for line, f in mine if f["act"] not in labels(line, "act"))
        mistaken = ", ".join(f"{name} {count}" for name, count in wrong.most_common(3))
        rows.append([act, percent(right), mistaken])
    return table(["act", "right", "taken for"], rows)


def emergencies(group: str) -> list[str]:
    """Signs of emergencies: recall, false alarms, questions; the time a line takes."""
    levels: dict[str, list[str]] = defaultdict(list)
    kinds, seconds = [], []
    for line in lines(group, "emergencies"):
        began = time.perf_counter()
        found = assess(line["text"])
        seconds.append(time.perf_counter() - began)
        noisy = "garbled" if line["asr_noise"] else "as written"
        if line["is_emergency"]:
            for row in ("all cries", f"cries, {noisy}", f"cries, {line['variety']}"):
                levels[row].append(found.level)
            if found.level != "no":
                kinds.append(found.kind in labels(line, "kind"))
        else:
            for row in ("all traps", f"trap: {line['trap']}"):
                levels[row].append(found.level)
    for line in _ordinary(group):
        levels["ordinary talk"].append(assess(line["text"], line.get("context")).level)
    seconds.sort()
    return [
        *table(
            ["lines", "number", "certain", "possible", "no", "acted on or asked (95 %)"],
            [
                [
                    name,
                    len(found),
                    *(f"{found.count(level) / len(found):.1%}" for level in LEVELS),
                    interval([level != "no" for level in found]),
                ]
                for name, found in sorted(levels.items())
            ],
        ),
        f"Of the cries that were heard, the kind was right in {percent(kinds)}. Time for a line: "
        f"median {1000 * statistics.median(seconds):.2f} ms, 99th percentile "
        f"{1000 * seconds[int(0.99 * len(seconds))]:.2f} ms.",
        "",
    ]


def _ordinary(group: str) -> list[Line]:
    """What is said to a hotline that is no cry for help."""
    acts = lines(group, "acts") if group in sets_with("acts") else []
    found = [line for line in acts if "emergency" not in labels(line, "act")]
    return found + (lines(group, "ordinary") if group in sets_with("ordinary") else [])


def answers(group: str) -> list[str]:
    """What callers answer to "are you in danger?": who is fine, and who is not."""
    doubt = Sign("unspecified", "possible", "", sign="a test")
    ended: dict[bool, list[bool]] = {True: [], False: []}
    for line in lines(group, "answers"):
        found = listen(line["text"], "confirm")
        clear = found.level != "certain" and (
            meaning(doubt, line["text"], found, NOW) in ("no", "errand")
        )
        ended[line["danger"]].append(clear)
    head = ["answers", "taken for a clear no (95 %)", "people are sent, or asked once more"]
    names = {False: "nothing is the matter", True: "somebody is in danger"}
    rows = [
        [names[danger], interval(found), percent([not one for one in found])]
        for danger, found in ended.items()
    ]
    return table(head, rows)


def times(group: str) -> list[str]:
    """Times: right, rightly asked back, asked back without need, not read, silently wrong."""
    asked = lines(group, "times")
    verdicts = Counter(verdict(line) for line in asked)
    return table(
        ["verdict", "lines", "share"],
        [[name, count, f"{count / len(asked):.1%}"] for name, count in verdicts.most_common()],
    )


def verdict(line: Line) -> str:
    """How a line of the times set was read; one that its note calls open may as well be asked.

    Of an ambiguous one the likeliest day is as good as asking.
    """
    found = parse_when(line["text"], datetime.fromisoformat(line["now"]))
    expected = line["when"]
    if found is None:
        return "right" if expected is None else "not read"
    said = found.as_dict()
    if said["ask"]:
        needed = bool(expected and expected["ask"]) or any(w in line.get("note", "") for w in OPEN)
        return "rightly asked back" if needed else "asked back without need"
    if expected is None:
        return "silently wrong"
    if expected["ask"] and AMBIGUOUS not in line.get("note", ""):
        return "silently wrong"
    same = all((said[name] or None) == (expected[name] or None) for name in said if name != "ask")
    return "right" if same else "silently wrong"
