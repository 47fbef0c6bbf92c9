"""Learns how short answers sound (short.py), from the voices of the synthesiser.

Run ``python -m voice.asr.learn_short FOLDER`` with the folder of ``anban models`` (ten minutes on
two quiet cores); it writes short.npz and prints how a voice is judged that was left out. Answers
are spoken by four voices and other words by one of them, and each comes over a telephone line
several times, with pitch, noise and loudness left to chance. The benchmark of short answers calls
with other voices and with words that are not among those of short_words.tsv.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voice.asr.short import NO, TABLE, YES, Floats, ShortAnswers, hear
from voice.audio import (
    PHONE_RATE,
    SPEECH_RATE,
    Pcm16,
    PcmF,
    alaw_decode,
    alaw_encode,
    for_phone,
    normalise,
    resample,
    to_float,
    to_int16,
)
from voice.tts.kokoro import SAMPLE_RATE, VOICES_WEIGHT, WEIGHT, Wanted, build
from voice.turn.words import is_no, is_yes

WORDS = Path(__file__).with_name("short_words.tsv")


def read_words(table: Path = WORDS) -> dict[str, str]:
    """What is said, and the answer that it is told as; nothing for what is none."""
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines() if line[0] != "#"]
    return {word: told.removeprefix("-") for told, words in rows[1:] for word in words.split()}


VOICES = ("zm_yunjian", "zf_xiaobei", "zm_yunyang", "zf_xiaoyi")
RATE = 0.95
PROCESSES = 2
TAKES = 4
"""How often each is heard, each time over another line."""
PITCH = (0.82, 1.22)
NOISE_DB = (8.0, 40.0)
"""Speech over noise."""
BEFORE_S, BEHIND_S = (0.15, 0.45), (0.3, 0.9)
"""Silence round a word."""
PEAK = (0.05, 0.6)
STEPS, PENALTY = 400, 0.03
"""How often the weights are moved, and how dear they are."""
SIDES = (YES, NO, "")


@dataclass(frozen=True)
class Clip:
    """A word that was said."""

    word: str
    voice: str
    pcm: Pcm16
    """At 8 kHz, in the telephone band."""


def wanted(words: Mapping[str, str], chance: random.Random) -> list[Wanted]:
    """Who says what."""
    return [
        Wanted(f"{word}。", RATE, voice)
        for word, told in words.items()
        for voice in (VOICES if told else (chance.choice(VOICES),))
    ]


def speak(models: Path, jobs: Sequence[Wanted]) -> list[Clip]:
    """Synthesises them with one core."""
    say = build(str(models / WEIGHT), str(models / VOICES_WEIGHT), 1)
    return [Clip(job.text[:-1], job.voice, for_phone(say(job), SAMPLE_RATE)) for job in jobs]


def over_the_line(pcm: Pcm16, chance: np.random.Generator) -> PcmF:
    """A word as a recogniser gets it (16 kHz), of a caller and a line that chance has made."""
    sound = resample(to_float(pcm), round(PHONE_RATE * chance.uniform(*PITCH)), PHONE_RATE)
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    sound = sound[loud[0] : loud[-1] + 1]
    power = np.sqrt(np.mean(sound**2))
    around = (round(chance.uniform(*s) * PHONE_RATE) for s in (BEFORE_S, BEHIND_S))
    sound = np.pad(sound, tuple(around))
    sound = sound + _noise(len(sound), chance) * power * 10 ** (-chance.uniform(*NOISE_DB) / 20)
    sound *= chance.uniform(*PEAK) / np.abs(sound).max()
    line = alaw_decode(alaw_encode(to_int16(sound.astype(np.float32))))
    return normalise(resample(to_float(line), PHONE_RATE, SPEECH_RATE))


def _noise(length: int, chance: np.random.Generator) -> PcmF:
    """A hum, a hiss, or what is between."""
    noise = chance.standard_normal(length)
    kind = chance.integers(3)
    if kind == 0:
        noise = np.cumsum(noise)
        noise -= np.convolve(noise, np.ones(80) / 80, "same")
    elif kind == 1:
        noise = np.diff(noise, prepend=0.0)
    even: PcmF = (noise / np.sqrt(np.mean(noise**2))).astype(np.float32)
    return even


def listen(models: Path, clips: Sequence[Clip], seed: int) -> Floats:
    """The features of every clip, ``TAKES`` times over other lines."""
    from faster_whisper import WhisperModel

    model = WhisperModel(
        str(models / "whisper-base-int8"), device="cpu", compute_type="int8", cpu_threads=1
    )
    chance = np.random.default_rng(seed)
    takes = (clip for clip in clips for _ in range(TAKES))
    return np.stack([hear(model, over_the_line(clip.pcm, chance)) for clip in takes])


def learn(heard: Floats, told: Sequence[str]) -> tuple[Floats, Floats]:
    """Weights and bias of a yes, a no and anything else (softmax regression, Nesterov's steps)."""
    middle, spread = heard.mean(0), heard.std(0) + 1e-4
    even = (heard - middle) / spread
    meant = np.array([SIDES.index(_side(word)) for word in told])
    sought = np.eye(len(SIDES))[meant]
    weights = ahead = np.zeros((heard.shape[1] + 1, len(SIDES)))
    even = np.hstack([even, np.ones((len(even), 1))])
    step = 4 / np.linalg.norm(even.T @ even / len(even), 2)
    for number in range(STEPS):
        sums = even @ ahead
        shares = np.exp(sums - sums.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        slope = even.T @ (shares - sought) / len(even)
        slope[:-1] += PENALTY * ahead[:-1]
        moved = ahead - step / 2 * slope
        ahead = moved + number / (number + 3) * (moved - weights)
        weights = moved
    scaled = weights[:-1] / spread[:, None]
    return scaled, weights[-1] - middle @ scaled


def write(weights: Floats, bias: Floats, table: Path = TABLE) -> None:
    """Keeps them for short.py."""
    np.savez_compressed(table, weights=weights.astype(np.float16), bias=bias.astype(np.float32))


def _side(told: str) -> str:
    """Yes, no, or neither, as short.py says it."""
    return YES if is_yes(told) else NO if is_no(told) else ""


def main(models: Path) -> None:
    """Speak, listen, learn, and print how voices are judged that were left out."""
    told = read_words()
    jobs = wanted(told, random.Random(1))  # noqa: S311 - a training set, no secret
    parts = [(models, jobs[start::PROCESSES]) for start in range(PROCESSES)]
    with mp.get_context("spawn").Pool(PROCESSES) as pool:
        clips = [clip for part in pool.starmap(speak, parts) for clip in part]
    heard = listen(models, clips, seed=1)
    takes = [clip for clip in clips for _ in range(TAKES)]
    words = [told[clip.word] for clip in takes]
    for voice in VOICES:
        out = np.array([clip.voice == voice for clip in takes])
        write(
            *learn(
                heard[~out], [word for word, is_out in zip(words, out, strict=True) if not is_out]
            )
        )
        report(voice, heard[out], [word for word, is_out in zip(words, out, strict=True) if is_out])
    write(*learn(heard, words))


def report(title: str, heard: Floats, told: Sequence[str]) -> None:
    """How sounds are judged that were not learnt from."""
    answers = ShortAnswers()
    found = [(answers.tell(one)[0], _side(word)) for one, word in zip(heard, told, strict=True)]
    for sure in (0.5, 0.8, 0.9, 0.95):
        fates = Counter(
            ("answer" if meant else "other", "unsure")
            if likely.probability < sure
            else ("answer", "right" if meant == likely.text else "turned round")
            if meant
            else ("other", "taken")
            for likely, meant in found
        )
        told_so = ", ".join(f"{what} {fate} {n}" for (what, fate), n in sorted(fates.items()))
        print(f"{title} {sure:g}: {told_so}")


if __name__ == "__main__":
    given = argparse.ArgumentParser(prog="python -m voice.asr.learn_short")
    given.add_argument("models", type=Path, help="folder of `anban models`")
    main(given.parse_args().models)
