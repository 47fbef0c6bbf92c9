"""What a telephone line and the default recogniser make of lines that cries are learnt from.

``python -m tests.eval.heard --seconds N`` speaks lines of the emergency tables and of the corpus
that were not spoken yet, in voices that nothing is evaluated with, and adds what was heard to
nlu_data/lexicon/emergency_heard.tsv (about a second and a half a line); ``learn_hunch.py`` learns
from it. What is read is no accent: a line of a region has its words and the sounds of Mandarin.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from anban.spoken_leg import CALLER_VOICES
from bot.understanding import lexicon
from bot.understanding.learn_hunch import HEARD, Line, read_lines
from tests.eval.spoken import telephone

LENGTH = range(4, 37)
"""Characters of a line that is said in one breath."""
PITCH = (0.92, 1.1)
SORTS = {"cries": 6, "traps": 2, "talk": 2}
"""How many of each are spoken, of ten."""


def order(lines: Sequence[Line], seed: int = 33) -> Iterator[str]:
    """The lines in the order in which they are spoken: cries, traps and talk of all sorts mixed."""
    fit = [line for line in lines if len(line.text) in LENGTH]
    random.Random(seed).shuffle(fit)
    sorts: dict[str, list[str]] = {name: [] for name in SORTS}
    for line in fit:
        sorts[_sort(line)].append(line.text)
    left = {name: iter(texts) for name, texts in sorts.items()}
    while ten := [list(islice(left[name], count)) for name, count in SORTS.items()]:
        if not any(ten):
            return
        yield from chain.from_iterable(ten)


def _sort(line: Line) -> str:
    if line.kind != "none":
        return "cries"
    return "talk" if line.act else "traps"


async def hear(seconds: float) -> None:
    """Speak for so many seconds, and add what is heard to the table."""
    known = {row["text"] for row in lexicon.rows(HEARD)}
    texts = [text for text in order(read_lines()) if text not in known]
    until = time.monotonic() + seconds
    async with telephone() as line:
        voices = [voice for voice in line.voices if voice not in CALLER_VOICES]
        with (lexicon.LEXICON / HEARD).open("a", encoding="utf-8") as table:
            for number, text in enumerate(texts, 1):
                if time.monotonic() > until:
                    return
                chance = random.Random(text)
                voice, pitch = chance.choice(voices), chance.uniform(*PITCH)
                found = await line.heard(text, voice, pitch=pitch)
                table.write(f"{text}\t{found.text}\n")
                if number % 20 == 0:
                    table.flush()
                    print(f"heard {number} of {len(texts)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1800.0)
    asyncio.run(hear(parser.parse_args().seconds))
