"""Learns how short answers sound (short.py), from the voices of the synthesiser.

Run ``python -m voice.asr.learn_short MODELS KEPT`` with the folder of ``anban models`` and one for
what was heard so far (six minutes on two quiet cores); it writes short.npz and prints how words
are judged of voices that were left out. With ``--seconds`` it learns from what it has heard by
then, and goes on from there the next time.

Answers and other words are spoken by four voices and by mixtures of them, slower and quicker, and
each comes over a telephone line several times, with pitch, noise and loudness left to chance. The
benchmark of short answers calls with other voices.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import combinations, compress
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
VOICES = ("zm_yunjian", "zf_xiaobei", "zm_yunyang", "zf_xiaoyi")
MIXED = (-0.2, 0.35, 0.65, 1.2)
"""Shares of the second in mixtures of two voices; outside 0..1 they differ more than the two do."""
MIXTURES, EVENLY, BEYOND = 10, 0.7, 1.3
"""How many are of all voices, how evenly (of a Dirichlet distribution), and how far beyond them."""
SPEAKERS, SPEAKERS_OF_OTHERS = 10, 1
"""How many say each answer, and each other word."""
RATES = (0.75, 1.2)
PROCESSES = 2
TAKES = 4
"""How often each is heard, each time over another line."""
PITCH = (0.82, 1.22)
NOISE_DB = (8.0, 40.0)
"""Speech over noise."""
BEFORE_S, BEHIND_S = (0.15, 0.45), (0.3, 0.9)
"""Silence round a word."""
PEAK = (0.05, 0.6)
STEPS, PENALTY = 200, 0.01
"""How often the weights are moved, and how dear they are."""


def read_words(table: Path = WORDS) -> dict[str, str]:
    """What is said, and the answer that it is told as; nothing for what is none."""
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines() if line[0] != "#"]
    return {word: told.removeprefix("-") for told, words in rows[1:] for word in words.split()}


def mix(voices: Path, folder: Path) -> list[str]:
    """Puts the voices and mixtures of them into a folder; names, which tell what was mixed."""
    chance = np.random.default_rng(3)
    own = {name: np.fromfile(voices / f"{name}.bin", np.float32) for name in VOICES}
    style: dict[str, Floats] = dict(own)
    for one, other in combinations(VOICES, 2):
        for share in MIXED:
            style[f"{one} {other} {share}"] = (1 - share) * own[one] + share * own[other]
    for number in range(MIXTURES):
        shares = BEYOND * chance.dirichlet([EVENLY] * len(own)) + (1 - BEYOND) / len(own)
        style[f"{' '.join(own)} {number}"] = shares.astype(np.float32) @ np.stack([*own.values()])
    for name, voice in style.items():
        voice.astype(np.float32).tofile(folder / f"{name}.bin")
    return list(style)


def wanted(words: Mapping[str, str], voices: Sequence[str], chance: random.Random) -> list[Wanted]:
    """Who says what, and how quickly; in no order, so that any part of it is of all kinds."""
    jobs = [
        Wanted(f"{word}。", chance.uniform(*RATES), voice)
        for word, told in words.items()
        for voice in chance.sample(voices, SPEAKERS if told else SPEAKERS_OF_OTHERS)
    ]
    chance.shuffle(jobs)
    return jobs


def take_turns(models: Path, kept: Path, jobs: Sequence[Wanted], place: int, end: float) -> None:
    """Speaks and hears what is not kept yet, every so manieth of the jobs, until the time is over.

    Args:
        models: weights of the engines.
        kept: where the features of each are put, by what was said and who said it.
        jobs: all of them.
        place: which of the processes this is.
        end: when to stop (seconds since 1970).
    """
    from faster_whisper import WhisperModel

    say = build(str(models / WEIGHT), str(kept), 1)
    whisper = WhisperModel(
        str(models / "whisper-base-int8"), device="cpu", compute_type="int8", cpu_threads=1
    )
    for number in range(place, len(jobs), PROCESSES):
        file = kept / f"{jobs[number].text[:-1]}-{jobs[number].voice}.npy"
        if file.exists():
            continue
        if time.time() > end:
            return
        pcm = for_phone(say(jobs[number]), SAMPLE_RATE)
        chance = np.random.default_rng(number)
        heard = hear(whisper, *(over_the_line(pcm, chance) for _ in range(TAKES)))
        np.save(file, heard.astype(np.float16))
        if number % 100 == 0:
            print(f"{number} of {len(jobs)}", flush=True)


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


def learn(heard: Floats, told: Sequence[str]) -> tuple[Floats, Floats, list[str]]:
    """Weights and biases of each answer and of anything else: softmax regression, Nesterov's steps.

    Answers are learnt apart although only their side counts: a 行 is no more like a 对 than like
    anything else.
    """
    middle, spread = heard.mean(0), heard.std(0) + 1e-4
    even = np.hstack([(heard - middle) / spread, np.ones((len(heard), 1), np.float32)])
    words = sorted(set(told))
    sought = np.eye(len(words), dtype=np.float32)[[words.index(word) for word in told]]
    weights = ahead = np.zeros((even.shape[1], len(words)), np.float32)
    step = 4 * len(even) / np.linalg.norm(even, 2) ** 2
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
    return scaled, weights[-1] - middle @ scaled, words


def write(weights: Floats, bias: Floats, words: Sequence[str], table: Path = TABLE) -> None:
    """Keeps them for short.py."""
    np.savez_compressed(
        table,
        weights=weights.astype(np.float16),
        bias=bias.astype(np.float32),
        words=np.array(words),
        learnt_from=fingerprint(),
    )


def fingerprint() -> str:
    """Tells whether a file was learnt from the words that there are now."""
    return sha256(WORDS.read_bytes()).hexdigest()


def main(models: Path, kept: Path, seconds: float) -> None:
    """Speak and hear until the time is over, learn, and print how voices left out are judged."""
    kept.mkdir(parents=True, exist_ok=True)
    told = read_words()
    voices = mix(models / VOICES_WEIGHT, kept)
    jobs = wanted(told, voices, random.Random(1))  # noqa: S311 - a training set, no secret
    parts = [(models, kept, jobs, place, time.time() + seconds) for place in range(PROCESSES)]
    with mp.get_context("spawn").Pool(PROCESSES) as pool:
        pool.starmap(take_turns, parts)
    files = sorted(kept.glob("*-*.npy"))
    print(f"heard {len(files)}")
    takes = [np.load(file) for file in files]
    spoken = [file.stem.split("-", 1) for file, of in zip(files, takes, strict=True) for _ in of]
    heard = np.concatenate(takes).astype(np.float32)
    words = [told[word] for word, _ in spoken]
    write(*learn(heard, words))
    without = kept / "without.npz"
    for voice in VOICES:
        own = np.array([speaker == voice for _, speaker in spoken])
        others = np.array([voice not in speaker for _, speaker in spoken])
        write(*learn(heard[others], list(compress(words, others))), without)
        report(voice, ShortAnswers(without), heard[own], list(compress(words, own)))


def report(title: str, answers: ShortAnswers, heard: Floats, told: Sequence[str]) -> None:
    """How sounds are judged that were not learnt from."""
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


def _side(told: str) -> str:
    """Yes, no, or neither, as short.py says it."""
    return YES if is_yes(told) else NO if is_no(told) else ""


if __name__ == "__main__":
    given = argparse.ArgumentParser(prog="python -m voice.asr.learn_short")
    given.add_argument("models", type=Path, help="folder of `anban models`")
    given.add_argument("kept", type=Path, help="folder for what was heard so far")
    given.add_argument("--seconds", type=float, default=3600.0, help="when to stop (3600)")
    asked = given.parse_args()
    main(asked.models, asked.kept, asked.seconds)
