"""Which sounds a telephone line and the default recogniser confuse; writes misheard_sounds.tsv.

``python -m tests.eval.sounds`` speaks training lines with every voice there is, higher and lower,
over a telephone line with noise, and compares the syllables that were heard (about five seconds a
line). What it finds is what training lines are misheard with (bot/understanding/mishearing.py).
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import zip_longest

import jiwer
import numpy as np
import yaml

from anban.settings import ROOT
from bot.understanding.pinyin import sounds, syllables
from tests.eval.spoken import Telephone, telephone
from voice.asr.clean import bare
from voice.audio import PcmF

TABLE = ROOT / "nlu_data" / "lexicon" / "misheard_sounds.tsv"
LINES = 400
PITCH = (0.9, 1.08)
NOISE_DB = (12.0, 35.0)
"""Speech over noise."""
SELDOM = 2
"""What was heard less often is chance."""

Pair = tuple[str, str]


async def heard(line: Telephone, texts: Iterable[str], chance: random.Random) -> list[Pair]:
    """What was said and what the recogniser made of it, for each text."""
    pairs = []
    for number, text in enumerate(texts, 1):
        noise = partial(hum, decibels=chance.uniform(*NOISE_DB), seed=chance.randrange(2**30))
        pitch, voice = chance.uniform(*PITCH), chance.choice(line.voices)
        found = await line.heard(text, voice, pitch=pitch, disturb=noise)
        pairs.append((text, found.text))
        print(f"{number}: {text} → {found.text}", flush=True)
    return pairs


def hum(pcm: PcmF, decibels: float, seed: int) -> PcmF:
    """Speech with low noise as of a room and a line, so many decibels below it."""
    noise = np.cumsum(np.random.default_rng(seed).standard_normal(len(pcm)))
    noise -= np.convolve(noise, np.ones(80) / 80, "same")
    loudness = np.sqrt(np.mean(pcm**2) / (np.mean(noise**2) + 1e-12))
    louder: PcmF = (pcm + noise * loudness * 10 ** (-decibels / 20)).astype(np.float32)
    return louder


def confusions(pairs: Iterable[Pair]) -> tuple[Counter[tuple[str, str, str]], Counter[str]]:
    """How often (part, said, heard) differ, and how syllables fared: hit, substitute, …

    A syllable counts as confused where one of its two sounds is still the same; others are words
    that the recogniser made up.
    """
    changed: Counter[tuple[str, str, str]] = Counter()
    fared: Counter[str] = Counter()
    for said, found in pairs:
        for kind, a, b in _aligned(syllables(bare(said)), syllables(bare(found))):
            fared[kind] += 1
            if kind != "substitute":
                continue
            (initial_a, final_a), (initial_b, final_b) = sounds(a), sounds(b)
            if final_a == final_b:
                changed["initial", initial_a, initial_b] += 1
            elif initial_a == initial_b:
                changed["final", final_a, final_b] += 1
    return changed, fared


def _aligned(said: tuple[str, ...], found: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    if not said or not found:
        return
    aligned = jiwer.process_words(" ".join(said), " ".join(found)).alignments[0]
    for chunk in aligned:
        old = said[chunk.ref_start_idx : chunk.ref_end_idx]
        new = found[chunk.hyp_start_idx : chunk.hyp_end_idx]
        for one, other in zip_longest(old, new, fillvalue=""):
            yield chunk.type, one, other


def write(pairs: list[Pair]) -> None:
    """Keeps the confusions as a table of the lexicon."""
    changed, fared = confusions(pairs)
    said = fared["equal"] + fared["substitute"] + fared["delete"]
    rows = [
        f"{part}\t{old}\t{new}\t{count}"
        for (part, old, new), count in sorted(changed.items(), key=lambda it: (-it[1], it[0]))
        if count >= SELDOM
    ]
    share = {kind: f"{fared[kind] / said:.1%}" for kind in ("substitute", "delete", "insert")}
    head = [
        "# Sounds that the default recogniser confuses on a telephone line; written by",
        f"# `python -m tests.eval.sounds` from {len(pairs)} lines with {said} syllables, of which",
        f"# {share['substitute']} were taken for others and {share['delete']} were lost "
        f"({share['insert']} were added).",
        "#   part          initial or final, as pypinyin's strict ones; the other one was heard",
        "#   said, heard   the sound and what it was taken for; count: how often",
        "part\tsaid\theard\tcount",
    ]
    TABLE.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")


def training_lines() -> list[str]:
    """All lines that acts are learned from."""
    return [
        example.removeprefix("- ")
        for file in sorted((ROOT / "nlu_data" / "nlu").glob("*.yml"))
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for example in block["examples"].splitlines()
    ]


async def main(count: int) -> None:
    """Speaks so many lines and writes the table."""
    chance = random.Random(7)
    async with telephone() as line:
        write(await heard(line, chance.sample(training_lines(), count), chance))
    print(f"written: {TABLE}")


if __name__ == "__main__":
    given = argparse.ArgumentParser(prog="python -m tests.eval.sounds")
    given.add_argument("--lines", type=int, default=LINES, help=f"how many ({LINES})")
    asyncio.run(main(given.parse_args().lines))
