"""The part of docs/benchmarks.md that tells what a call is like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.engines import LINES, Found
from tests.bench.figures import table
from tests.bench.patience import Patience
from tests.bench.peer import Led
from tests.bench.sessions import Sessions
from tests.bench.slope import Slope


@dataclass(frozen=True)
class Talking:
    """What was measured of calls whose mind follows a script."""

    patience: Sequence[Patience]
    sessions: list[Sessions]
    peer: Sequence[Led]
    slope: Slope
    engines: Found


def goals(found: Talking) -> list[tuple[str, float, float, str]]:
    """Name, value, goal and unit of each figure the project set itself."""
    most = found.sessions[-1]
    patient = [
        figure
        for one in found.patience
        for figure in (
            (
                f"our voice goes down, p95{_takes(one)}",
                1e3 * one.softer.quantile(0.95),
                300.0,
                "ms",
            ),
            (
                f"caller's first sound → silence, p95{_takes(one)}",
                1e3 * one.silent.quantile(0.95),
                300.0,
                "ms",
            ),
            (
                f"nods that end our sentence{_takes(one)}",
                100 * len(one.stopped) / one.nods,
                5.0,
                "%",
            ),
            (f"lines cut off in a pause{_takes(one)}", 100 * one.cut_share, 3.0, "%"),
            (f"short answers lost{_takes(one)}", 100 * len(one.lost) / one.answers, 2.0, "%"),
        )
    ]
    return [
        *patient,
        ("a call without its engines", 100 * most.cores_per_call, 2.5, "% of a core"),
        (f"late frames of {most.calls} calls", most.late_frames, 1.0, "frames"),
        *_beside(found.peer),
        ("memory that 100 calls leave", found.slope.mb_per_100, 1.0, "MB"),
    ]


def _beside(found: Sequence[Led]) -> list[tuple[str, float, float, str]]:
    """Anban's share of the peer's delay and processor time, in the greatest crowd of both."""
    if not found:
        return []
    ours, theirs = found[-2:]
    crowd = f"{ours.calls} calls, of {theirs.name}'s"
    delay = ours.replies.median / theirs.replies.median
    processor = ours.cores_per_call / theirs.cores_per_call
    return [
        (f"{crowd} delay, p50", 100 * delay, 80.0, "%"),
        (f"{crowd} processor time outside the engines", 100 * processor, 50.0, "%"),
    ]


def lines(found: Talking) -> list[str]:
    """The sections."""
    return [
        *patience_lines(found.patience),
        *session_lines(found.sessions),
        *(peer_lines(found.peer) if found.peer else ()),
        "## What calls leave behind",
        "",
        f"Calls that came and went, 20 at a time, {found.slope.calls} in all, left "
        f"{found.slope.mb_per_100:.2f} MB for each 100 of them.",
        "",
        *engine_lines(found.engines),
    ]


def _takes(one: Patience) -> str:
    return f" (recogniser {one.takes_s:g} s)"


def patience_lines(found: Sequence[Patience]) -> list[str]:
    """Who is interrupted, cut off, or not heard."""
    met = [
        [f"{one.takes_s:g} s", name, *samples.in_ms()]
        for one in found
        for name, samples in (
            ("caller's first sound → our voice goes down", one.softer),
            ("caller's first sound → we are silent", one.silent),
            ("decision to fall silent → we are", one.stop),
            ("a nod: the longest silence in our sentence", one.broken),
        )
    ]
    pauses = sorted(found[0].cut)
    cuts = [
        [
            f"{one.takes_s:g} s",
            *(f"{sum(one.cut[pause_s])} of {len(one.cut[pause_s])}" for pause_s in pauses),
            f"{one.cut_share:.1%}",
        ]
        for one in found
    ]
    return [
        "## Patience",
        "",
        "Lines spoken by callers' voices with the hum of a room, over AudioSocket, heard by the "
        "default recogniser; only the mind and its voice follow a script. The clock stands still "
        "while anything is worked out and the recogniser's time is given, so that these figures "
        "are those of the decisions, whatever else the machine does.",
        "",
        *table(["recogniser takes", "milliseconds", "number", "p50", "p95"], met),
        f"{sum(one.talked_over for one in found)} interruptions did not silence us; of "
        f"{sum(one.nods for one in found)} nods {sum(len(one.stopped) for one in found)} ended "
        "our sentence.",
        "",
        "Lines with a hesitation in the middle, cut off in a pause of so many seconds:",
        "",
        *table(["recogniser takes", *(f"{pause_s:g} s" for pause_s in pauses), "together"], cuts),
        *_list("Cut off", _each(found, lambda one: one.where)),
        *answer_lines(found),
    ]


def answer_lines(found: Sequence[Patience]) -> list[str]:
    """What becomes of short answers."""
    answers = [
        [
            *(f"{one.takes_s:g} s", one.answers, len(one.lost), len(one.misheard)),
            *(len(one.turned), one.others, len(one.invented)),
        ]
        for one in found
    ]
    head = ["recogniser takes", "answers", "lost", "misheard", "turned round", "others", "taken"]
    return [
        "Short answers to a yes-or-no question, those that never reached the mind (they are asked "
        "for again), and those that reached it as something else, or as the contrary; and other "
        "words that were taken for a yes or no:",
        "",
        *table(head, answers),
        *_list("Lost", _each(found, lambda one: one.lost)),
        *_list("Misheard", _each(found, lambda one: one.misheard)),
        *_list("Turned round", _each(found, lambda one: one.turned)),
        *_list("Taken for a yes or no", _each(found, lambda one: one.invented)),
    ]


def _each(found: Sequence[Patience], what: Callable[[Patience], Sequence[str]]) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(text for one in found for text in what(one)))


def _list(title: str, found: Sequence[str]) -> list[str]:
    return [f"{title}: {'; '.join(found)}.", ""] if found else []


def session_lines(found: Sequence[Sessions]) -> list[str]:
    """What the logic of a call costs."""
    rows = [
        [
            one.calls,
            f"{100 * one.cores_per_call:.2f}",
            f"{one.late_frames} of {one.frames}",
            one.turns,
        ]
        for one in found
    ]
    return [
        "## A call without its engines",
        "",
        "AudioSocket, voice activity, turn taking and playback of calls in one process; "
        "recognition and synthesis answer at once.",
        "",
        *table(["calls", "% of a core a call", "late frames", "turns"], rows),
    ]


def peer_lines(found: Sequence[Led]) -> list[str]:
    """How the same calls fare that somebody else leads."""
    rows = [
        [
            *(one.calls, one.name, *one.replies.in_ms(), one.unanswered),
            f"{100 * one.cores_per_call:.2f}",
        ]
        for one in found
    ]
    head = ["calls", "led by", "replies", "p50 ms", "p95 ms", "unanswered", "% of a core a call"]
    return [
        "## Beside pipecat",
        "",
        "The same calls over AudioSocket, led by Anban's session and by a pipecat pipeline with "
        "the same recogniser and voice in processes of their own and the same wait behind the last "
        "word; a mind that takes no time answers with a sentence from the cache. From the "
        "caller's last sound to the first of the reply, and processor time outside the engines.",
        "",
        *table(head, rows),
    ]


def engine_lines(found: Found) -> list[str]:
    """How well each recogniser hears."""
    rows = [
        [
            *key,
            len(heard.rates),
            f"{heard.rate:.1%}",
            f"{heard.median:.1%}",
            f"{heard.took.median:.2f}",
        ]
        for key, heard in found.heard.items()
    ]
    head = ["engine", "recordings", "line", "number", "CER", "median", "seconds each"]
    return [
        "## Recognisers",
        "",
        f"Character error rates on recordings of real people, {' and '.join(LINES)}.",
        "",
        *table(head, rows),
        *(f"- {name} was not measured: {why}" for name, why in found.missing.items()),
        "",
    ]
