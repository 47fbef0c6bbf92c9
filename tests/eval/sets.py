"""The unseen sets: what people say, written by those who never saw the training language.

``first`` was there while Anban was built: nobody tuned on its lines, but its totals were looked
at. ``second`` was written later, by another writer; its errors were looked at after it had been
measured once. ``third`` came after that, by a writer who had seen none of it; so did ``fourth``, by
two more. ``fifth``, by another two, has acts and emergencies only. ``sixth`` is by two writers, and
``seventh``, acts and emergencies only, by one who came later still. ``eighth``, by two more, has
policy beside the others, ``ninth`` what callers answer to "are you in danger?" beside acts and
emergencies, and ``tenth`` emergencies and ordinary talk. ``eleventh`` has acts only. ``twelfth``,
by five more, has acts, times, conversations and policy. ``thirteenth`` and ``fourteenth``, by four
and three more, have times, conversations and policy, the former bookings, too; ``fifteenth``, by
two, has times and conversations. ``sixteenth``, by four, has bookings, conversations and times as
short as callers answer with; ``seventeenth``, by two more, has such times, ``eighteenth``, by two,
conversations, and ``nineteenth``, ``twentieth`` and ``twentyfirst``, by four, two and three more,
both; ``twentysecond``, by one more, has conversations, and ``twentythird`` to ``twentysixth``, by
two or three each, have both; ``twentyseventh``, by one, has conversations. How these fared before
anybody had read them is in ``first_sight.tsv``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SETS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
        "seventeenth", "eighteenth", "nineteenth", "twentieth",
        "twentyfirst", "twentysecond", "twentythird", "twentyfourth", "twentyfifth",
        "twentysixth", "twentyseventh")  # fmt: skip
VARIETIES = ("mandarin", "minnan", "hakka", "jin", "dongbei", "sichuan", "cantonese")

Line = dict[str, Any]


def sets_with(name: str) -> tuple[str, ...]:
    """The sets that have acts, answers, emergencies, ordinary, times, dialogues or policy."""
    return tuple(group for group in SETS if (FOLDER / group / f"{name}.jsonl").exists())


def lines(group: str, name: str) -> list[Line]:
    """The lines of a set.

    Args:
        group: one of ``SETS``.
        name: as in ``sets_with``.
    """
    path = FOLDER / group / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def labels(line: Line, name: str) -> set[str]:
    """The answers that are right: the label and what is equally fair."""
    return {line[name], *line.get(f"{name}_also_ok", ())}
