"""Learns how short answers sound (short.py), from the voices of the synthesiser.

Run ``python -m voice.asr.learn_short MODELS KEPT`` with the folder of ``anban models`` and one for
what was heard so far (half an hour on two quiet cores); it writes short.npz and prints how words
are judged of voices that were left out, which takes some five minutes more, and 2 GB on each of two
cores. With ``--seconds`` it learns from what it has heard by then, and goes on from there the next
time.

With ``--people FOLDER`` it learns from recordings of people, too (recordings.py), whom a network
that knows synthetic voices alone understands badly. short.npz was learnt with three folders: the
syllables of Chen Wang and the words of Yue Tan, both CC BY-SA (``64k/syllabs`` and ``64k/hsk`` of
github.com/hugolpz/audio-cmn), and the syllables of github.com/davinfifield/mp3-chinese-pinyin-sound
(Unlicense); it holds weights and none of the sound. From the same folders this makes another table
than the one that is kept: of two people nobody learnt from it tells as many answers, but takes more
other syllables for one (docs/architecture.md).

Answers and other words are spoken by four voices, by mixtures of them, and by mixtures with voices
of other languages (``anban models fetch kokoro-voices``), slower and quicker, and each comes over a
telephone line several times, with pitch, noise and loudness left to chance. The benchmark of short
answers calls with other voices.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations, compress
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from anban.errors import UnreadableAudio
from voice.asr.recordings import Recording, Syllables, recordings, said, varied
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


@dataclass(frozen=True)
class Examples:
    """What is learnt from; each row is a take of something said."""

    heard: Floats
    told: list[str]
    """The answer each is; nothing for what is none."""
    said: list[str]
    """Its syllables."""
    people: npt.NDArray[np.bool_]
    """Whether each was said by a person, and not synthesised."""


LENDERS_WEIGHT = "kokoro-voices"
WORDS = Path(__file__).with_name("short_words.tsv")
VOICES = ("zm_yunjian", "zf_xiaobei", "zm_yunyang", "zf_xiaoyi")
MIXED = (-0.2, 0.35, 0.65, 1.2)
"""Shares of the second in mixtures of two voices; outside 0..1 they differ more than the two do."""
MIXTURES, EVENLY, BEYOND = 10, 0.7, 1.3
"""How many are of all voices, how evenly (of a Dirichlet distribution), and how far beyond them."""
LENT = (0.3, 0.6)
"""Share of a voice of another language; of more, the sounds of Mandarin are none any more."""
OWN_SPEAKERS, LENT_SPEAKERS = (10, 1), (24, 3)
"""How many of the four and their mixtures, and of mixtures with others, say each answer (and what
may never be taken for one), and each other word."""
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
NETS, HIDDEN, PENALTY, ROUNDS = 3, 64, 0.5, 12
"""How many networks, how wide, how dear their weights are, and how often they see everything."""
PLAIN_PENALTY, PLAIN_ROUNDS = 3.0, 60
"""The same of the one that learns from synthetic voices, which may stop sooner."""
OTHERWISE, BLUR = 0.8, 0.4
"""How far an example is moved as another one differs from the usual, and at random, each time that
it is seen; in spreads of all examples."""
PEOPLE = 3.0
"""How much a recording counts beside what was synthesised."""
ANSWER_TAKES, USUAL_TAKES, OTHER_TAKES = 40, 16, 2
"""How often a recording is heard: of an answer, of what may never be taken for one, of others."""
MOST_OTHERS = 1200
"""Recordings of others that are taken of a folder at most."""


def read_words(table: Path = WORDS) -> dict[str, str]:
    """What is said, and the answer that it is told as; nothing for what is none."""
    return {word: told.strip("-!") for told, words in _rows(table) for word in words.split()}


def read_important(table: Path = WORDS) -> frozenset[str]:
    """Words that many people say: answers, and what may never be taken for one."""
    return frozenset(w for told, words in _rows(table) if told != "-" for w in words.split())


def _rows(table: Path) -> list[list[str]]:
    text = table.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line[0] != "#"][1:]


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
    return _put(style, folder)


def lend(voices: Path, lenders: Path, folder: Path) -> list[str]:
    """The same of voices of other languages, each of which is mixed with two of the four."""
    chance = np.random.default_rng(5)
    own = {name: np.fromfile(voices / f"{name}.bin", np.float32) for name in VOICES}
    style = {}
    for number, file in enumerate(sorted(lenders.glob("*.bin"))):
        lent = np.fromfile(file, np.float32)
        for name in (VOICES[number % 4], VOICES[(number + 2) % 4]):
            share = chance.uniform(*LENT)
            style[f"{file.stem} {name}"] = share * lent + (1 - share) * own[name]
    return _put(style, folder)


def _put(style: Mapping[str, Floats], folder: Path) -> list[str]:
    for name, voice in style.items():
        voice.astype(np.float32).tofile(folder / f"{name}.bin")
    return list(style)


def wanted(
    words: Mapping[str, bool], voices: Sequence[str], speakers: tuple[int, int]
) -> list[Wanted]:
    """Who says what, and how quickly.

    Each word draws its own, so that what is kept of it stands when others are listed.

    Args:
        words: what is said, and whether many say it.
        voices: whoever may say it.
        speakers: how many of them say what many say, and each other word.
    """
    found = []
    for word, often in words.items():
        chance = random.Random(word)  # noqa: S311 - a training set, no secret
        found += [
            Wanted(f"{word}。", chance.uniform(*RATES), voice)
            for voice in chance.sample(voices, speakers[0] if often else speakers[1])
        ]
    return found


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
        _keep(file, heard)
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


def learn(examples: Examples) -> tuple[list[MLPClassifier], list[str]]:
    """Small networks, and the words that they tell apart.

    Answers are learnt apart although only their side counts: a 行 is no more like a 对 than like
    anything else. The first learns from synthetic voices, the others from people, too, and from
    what is varied of both. What one makes of a strange voice the others do not, so their shares are
    averaged (``ShortAnswers``).
    """
    told = np.array(examples.told)
    own = ~examples.people | ~np.isin(told, told[~examples.people])
    nets = [_plain(examples.heard[own], told[own])]
    nets += [_varied(examples, seed) for seed in range(NETS - 1)]
    return nets, nets[0].classes_.tolist()


def _plain(heard: Floats, told: npt.NDArray[np.str_]) -> MLPClassifier:
    """A tenth, which it does not learn from, tells when to stop."""
    middle, spread = heard.mean(0), heard.std(0) + 1e-4
    net = MLPClassifier(
        (HIDDEN,), alpha=PLAIN_PENALTY, early_stopping=True, max_iter=PLAIN_ROUNDS, random_state=0
    ).fit((heard - middle) / spread, told)
    return _as_heard(net, middle, spread)


def _varied(examples: Examples, seed: int) -> MLPClassifier:
    """Each time that it sees an example, that differs as another of the same word from the usual.

    So few speakers stand for many.
    """
    heard, told = examples.heard, np.array(examples.told)
    middle, spread = heard.mean(0), heard.std(0) + 1e-4
    even = (heard - middle) / spread
    apart = _apart(even, examples.said)
    counts = np.where(examples.people, PEOPLE, 1.0)
    chance = np.random.default_rng(seed)
    net = MLPClassifier((HIDDEN,), alpha=PENALTY, random_state=seed)
    for _ in range(ROUNDS):
        seen = chance.choice(len(even), len(even), p=counts / counts.sum())
        lent = chance.integers(len(even), size=len(even))
        how = OTHERWISE * chance.uniform(0, 2, (len(even), 1)).astype(np.float32)
        varied_ones = even[seen] + how * apart[lent]
        varied_ones += BLUR * chance.standard_normal(varied_ones.shape, dtype=np.float32)
        net.partial_fit(varied_ones, told[seen], classes=np.unique(told))
    return _as_heard(net, middle, spread)


def _as_heard(net: MLPClassifier, middle: Floats, spread: Floats) -> MLPClassifier:
    """A network for what is heard, of one for what was made even."""
    net.coefs_[0] = net.coefs_[0] / spread[:, None]
    net.intercepts_[0] = net.intercepts_[0] - middle @ net.coefs_[0]
    return net


def _apart(heard: Floats, said: Sequence[str]) -> Floats:
    """How each example differs from the usual of what was said."""
    _, word = np.unique(np.array(said), return_inverse=True)
    sums = np.zeros((word.max() + 1, heard.shape[1]), np.float32)
    np.add.at(sums, word, heard)
    sums /= np.bincount(word)[:, None]
    return heard - sums[word]


def write(nets: Sequence[MLPClassifier], words: Sequence[str], table: Path = TABLE) -> None:
    """Keeps them for short.py."""
    first, second = (np.stack([net.coefs_[layer] for net in nets]) for layer in (0, 1))
    first_bias, second_bias = (
        np.stack([net.intercepts_[layer] for net in nets]).astype(np.float32) for layer in (0, 1)
    )
    np.savez_compressed(
        table,
        first=first.astype(np.float16),
        first_bias=first_bias,
        second=second.astype(np.float16),
        second_bias=second_bias,
        words=np.array(words),
        learnt_from=fingerprint(),
    )


def fingerprint() -> str:
    """Tells whether a file was learnt from the words that there are now."""
    return sha256(WORDS.read_bytes()).hexdigest()


def main(models: Path, kept: Path, seconds: float, people: Sequence[Path] = ()) -> None:
    """Speak and hear until the time is over, learn, and print how voices left out are judged."""
    if not (models / LENDERS_WEIGHT).is_dir():
        sys.exit(f"no {LENDERS_WEIGHT} in {models}: run `anban models fetch {LENDERS_WEIGHT}`")
    kept.mkdir(parents=True, exist_ok=True)
    told, often = read_words(), read_important()
    try:
        recorded = [one for folder in people for one in choose(recordings(folder, told, often))]
    except UnreadableAudio as empty:
        sys.exit(str(empty))
    mixed = mix(models / VOICES_WEIGHT, kept)
    lent = lend(models / VOICES_WEIGHT, models / LENDERS_WEIGHT, kept)
    words = dict.fromkeys(told, False) | dict.fromkeys(often, True)
    jobs = [*wanted(words, mixed, OWN_SPEAKERS), *wanted(words, lent, LENT_SPEAKERS)]
    chance = random.Random(1)  # noqa: S311 - a training set, no secret
    chance.shuffle(jobs)  # so that any part of it is of all kinds
    end = time.time() + seconds
    with mp.get_context("spawn").Pool(PROCESSES) as pool:
        places = range(PROCESSES)
        pool.starmap(hear_people, [(models, kept, recorded, place, end) for place in places])
        pool.starmap(take_turns, [(models, kept, jobs, place, end) for place in places])
        left_out = (None, *VOICES, *(folder.name for folder in people))
        each = [(kept, told, recorded, voice) for voice in left_out]
        pool.starmap(learn_without, each, chunksize=1)


def learn_without(
    kept: Path, told: Mapping[str, str], recorded: Sequence[Recording], voice: str | None
) -> None:
    """Learns from all that was heard but of one voice, and prints how that one is judged.

    Takes about a minute and a half and 2 GB; keeps to one core, as another learns beside it.

    Args:
        kept: where the features of what was heard are.
        told: words, and the answer each is told as.
        recorded: what people say.
        voice: a voice of the synthesiser, or the folder of a person; None to learn from everybody
            and write short.npz.
    """
    examples, speakers = gather(kept, told, recorded)
    with threadpool_limits(1):
        if voice is None:
            print(f"heard {len(examples.told)} takes", flush=True)
            write(*learn(examples), TABLE)
            return
        table = kept / f"without {voice}.npz"
        write(*learn(_only(examples, [not speaks(voice, speaker) for speaker in speakers])), table)
    own = _only(examples, [speaker == voice for speaker in speakers])
    report(voice, ShortAnswers(table), own.heard, own.told)


def speaks(voice: str, speaker: str) -> bool:
    """Whether a speaker is a voice, or mixed of it and others (``mix``, ``lend``)."""
    return speaker == voice or voice in speaker.split()


def choose(found: Sequence[Recording]) -> list[Recording]:
    """Of a folder's recordings what many people say, and some of the others."""
    others = [recording for recording in found if not recording.often]
    chance = random.Random(2)  # noqa: S311 - a training set, no secret
    picked = chance.sample(others, min(len(others), MOST_OTHERS))
    return [*(recording for recording in found if recording.often), *picked]


def hear_people(
    models: Path, kept: Path, jobs: Sequence[Recording], place: int, end: float
) -> None:
    """Hears what people recorded and is not kept yet; see ``take_turns``."""
    from faster_whisper import WhisperModel

    whisper = WhisperModel(
        str(models / "whisper-base-int8"), device="cpu", compute_type="int8", cpu_threads=1
    )
    for number in range(place, len(jobs), PROCESSES):
        job = jobs[number]
        file = _kept(kept, job)
        if file.exists():
            continue
        if time.time() > end:
            return
        try:
            sound = job.sound()
        except UnreadableAudio as broken:
            print(f"{job.file.name}: {broken}")
            continue
        chance = np.random.default_rng(number)
        takes = ANSWER_TAKES if job.told else USUAL_TAKES if job.often else OTHER_TAKES
        ways = (to_int16(varied(sound, len(job.syllables), chance)) for _ in range(takes))
        lines = [over_the_line(way, chance) for way in ways]
        heard = [hear(whisper, *lines[at : at + TAKES]) for at in range(0, takes, TAKES)]
        file.parent.mkdir(parents=True, exist_ok=True)
        _keep(file, np.concatenate(heard))


def _keep(file: Path, heard: Floats) -> None:
    """Puts down what was heard, all of it or nothing: it may be stopped at any time."""
    begun = file.with_suffix(".part")
    with begun.open("wb") as part:
        np.save(part, heard.astype(np.float16))
    begun.replace(file)


def _kept(kept: Path, recording: Recording) -> Path:
    return kept / "people" / recording.file.parent.name / f"{recording.file.stem}.npy"


def gather(
    kept: Path, told: Mapping[str, str], recorded: Sequence[Recording]
) -> tuple[Examples, list[str]]:
    """All that was heard so far, and who said each."""
    rows: list[tuple[Floats, str, str, str, bool]] = []
    for file in sorted(kept.glob("*-*.npy")):
        word, voice = file.stem.split("-", 1)
        if word in told:  # and not of an older table of words
            rows.append((np.load(file), told[word], _syllables(said(word)), voice, False))
    for one in recorded:
        if (file := _kept(kept, one)).exists():
            who = one.file.parent.name
            rows.append((np.load(file), one.told, _syllables(one.syllables), who, True))
    every = [row for takes, *row in rows for _ in takes]
    heard = np.concatenate([takes for takes, *_ in rows]).astype(np.float32)
    meant, spoken, speakers, person = (list(column) for column in zip(*every, strict=True))
    return Examples(heard, meant, spoken, np.array(person)), speakers


def _syllables(said: Syllables | None) -> str:
    return " ".join(said or ())


def _only(examples: Examples, which: Sequence[bool]) -> Examples:
    """Some of the examples."""
    return Examples(
        examples.heard[np.array(which)],
        list(compress(examples.told, which)),
        list(compress(examples.said, which)),
        examples.people[np.array(which)],
    )


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
        print(f"{title} {sure:g}: {told_so}", flush=True)


def _side(told: str) -> str:
    """Yes, no, or neither, as short.py says it."""
    return YES if is_yes(told) else NO if is_no(told) else ""


if __name__ == "__main__":
    given = argparse.ArgumentParser(prog="python -m voice.asr.learn_short")
    given.add_argument("models", type=Path, help="folder of `anban models`")
    given.add_argument("kept", type=Path, help="folder for what was heard so far")
    given.add_argument(
        "--people", type=Path, action="append", default=[], help="folder of recordings; may repeat"
    )
    given.add_argument("--seconds", type=float, default=3600.0, help="when to stop hearing (3600)")
    asked = given.parse_args()
    main(asked.models, asked.kept, asked.seconds, asked.people)
