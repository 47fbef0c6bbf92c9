"""Whether a call feels like talking to a patient person: what is cut off, lost, or talked over.

Spoken lines go over AudioSocket to the session of a call with the default recogniser; only the mind
and its voice are scripted. Lines are spoken by callers' voices, with the hum of a room, through the
telephone band and A-law. The clock is a virtual one and the recogniser's time is given, so that the
figures are those of the decisions and not of what else the machine does; all is measured for a
quick, a usual and a slow engine.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from anban import wiring
from anban.settings import Settings
from anban.spoken_leg import CALLER_VOICES
from channels.phone.leg import FRAME_S, RATE
from tests.bench import virtual
from tests.bench.figures import Samples
from tests.bench.line import QUESTION, Line, Script, call
from tests.eval.sounds import hum
from voice import asr
from voice.asr.base import Recognizer
from voice.audio import Pcm16, alaw_decode, alaw_encode, for_phone, silence, to_float, to_int16
from voice.config import SessionConfig
from voice.hearing import Ears
from voice.tts import Speaker, create_speaker
from voice.turn.words import bare, is_yes, is_yes_or_no

PATIENT_S = 120.0
"""Time to synthesise a line, which is not measured."""
NOISE_DB = 25.0
"""Speech over the hum of the room."""

TAKES_S = (0.4, 1.0, 2.0)
"""What the recogniser takes for an utterance: alone on two quiet cores, beside a few others, and on
a machine that has too much to do."""

STRANGERS = ("zm_yunxia", "zf_xiaoni", "zf_xiaoxiao", "zm_yunxi")
"""Voices that short answers were not learnt from (voice/asr/learn_short.py)."""
SHORT = ("对", "好", "嗯", "不要", "是的", "要", "不用", "可以", "行", "好的", "不是", "没有")
"""Answers to a yes-or-no question."""
NO_ANSWERS = ("喂", "啊", "疼", "什么", "谁呀", "等一下", "听不见", "洗澡", "明天", "人工")
"""Said as short to one, and neither yes nor no."""

HESITATIONS: tuple[tuple[str, str, str], ...] = (
    ("service", "我想请人来家里", "打扫一下卫生"),
    ("service", "我老伴腿脚不好，那个", "想找个人帮他洗澡"),
    ("service", "我想问一下", "高龄津贴怎么领"),
    ("service", "我们家的那个", "水龙头坏了"),
    ("service", "明天上午", "我要去医院看病"),
    ("service", "帮我订一份", "明天的午饭"),
    ("date", "下个星期", "三的上午"),
    ("date", "后天吧，要不然", "大后天也可以"),
    ("address", "我住在和平小区", "十八号楼二单元"),
    ("address", "西城街道", "建设路二十五号"),
    ("phone", "一三八零零", "一三八零零零"),
    ("phone", "我女儿的电话是", "一三九五六七八一二三四"),
    ("hospital", "去那个", "市第一医院"),
    ("other", "他今天早上起来就说", "身上没有力气"),
    ("service", "我家老头子", "想找人陪他去医院"),
    ("service", "麻烦你们", "给我送顿饭"),
    ("service", "我儿子不在家，我", "想请个人买菜"),
    ("service", "我这个腿", "走不动，想要个轮椅"),
    ("other", "昨天来的那位师傅", "没有修好"),
    ("other", "我血压", "这两天有点高"),
    ("date", "要是方便的话", "就礼拜六吧"),
    ("address", "我家在老粮站", "后面那一排"),
    ("phone", "零五九七", "二二八八六六三"),
    ("person", "给我妈妈", "她今年八十四了"),
)
"""What was asked, and a line with a pause in its middle."""
PAUSES_S = (0.4, 0.7, 1.0, 1.3, 1.5)

OBJECTIONS = ("不是，我要改到后天下午。", "等一下，我想取消了。", "我不要打扫，我要送饭。",
              "时间不对，是下午三点。", "你先停一停，我问你个事。")  # fmt: skip
"""Said into the middle of Anban's sentence."""
NODS = ("嗯", "哦", "好", "对", "是的", "好的", "知道了", "嗯嗯")
"""The same, of somebody who only listens."""
CRIES = ("救命啊，我摔倒了。", "我胸口疼得厉害，喘不上气。")


@dataclass
class Patience:
    """What was measured; times in seconds.

    Attributes:
        takes_s: what the recogniser takes for an utterance.
        softer: the caller's first sound to our voice going down.
        silent: the caller's first sound to the last sound of ours.
        stop: the decision to fall silent to the last sound of ours.
        talked_over: objections that did not silence us at all.
        nods: how often somebody only nodded into our sentence.
        stopped: nods that ended it.
        broken: for each nod, the longest silence in our sentence behind it.
        cut: for each length of pause, the lines that were cut in it, and how many there were.
        where: what was cut, by what had been asked.
        lost: short answers that never reached the mind, with what became of them.
        misheard: short answers that reached it as something that is no yes or no.
        turned: short answers that reached it as the contrary.
        answers: how many there were.
        others: how often something else was said to a yes-or-no question.
        invented: others that reached the mind as a yes or no.
    """

    takes_s: float
    softer: Samples = field(default_factory=Samples)
    silent: Samples = field(default_factory=Samples)
    stop: Samples = field(default_factory=Samples)
    talked_over: int = 0
    nods: int = 0
    stopped: list[str] = field(default_factory=list)
    broken: Samples = field(default_factory=Samples)
    cut: dict[float, list[bool]] = field(default_factory=dict)
    where: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    misheard: list[str] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    answers: int = 0
    others: int = 0
    invented: list[str] = field(default_factory=list)

    @property
    def cut_share(self) -> float:
        """Lines that were cut, of all with a pause."""
        every = [cut for cuts in self.cut.values() for cut in cuts]
        return sum(every) / len(every)


@dataclass
class _Room:
    """Who speaks, and who hears."""

    ears: Ears
    mouth: Speaker
    config: SessionConfig
    chance: random.Random

    async def said(self, text: str, voice: str) -> Pcm16:
        """A caller's line as it comes over the telephone, without silence at its ends."""
        speech = await self.mouth.say(text, 0.95, voice)
        sound = for_phone(speech.pcm, speech.sample_rate)
        loud = np.flatnonzero(np.abs(sound) > 300)
        return sound[loud[0] : loud[-1]]

    def line(self, *pieces: Pcm16) -> Pcm16:
        """Pieces behind each other, with the hum of a room under all of it."""
        whole = hum(to_float(np.concatenate(pieces)), NOISE_DB, self.chance.randrange(2**30))
        return alaw_decode(alaw_encode(to_int16(whole)))


@asynccontextmanager
async def _house(settings: Settings) -> AsyncIterator[tuple[Recognizer, Speaker, SessionConfig]]:
    config = wiring.voice_config(settings).session
    patient = replace(config.asr, budget_s=PATIENT_S)
    cache = settings.models_dir / "speech-of-benches"
    if not settings.models_dir.is_dir():
        cache = Path(tempfile.mkdtemp(prefix="anban-bench-"))
    mouth = create_speaker(replace(config.tts, cache_dir=cache, budget_s=PATIENT_S))
    chain = asr.create_chain(patient)
    await chain.start()
    await mouth.start()
    try:
        yield chain, mouth, config
    finally:
        await mouth.close()
        await chain.close()


async def measure(
    settings: Settings, known: MutableMapping[str, Any] | None = None
) -> list[Patience]:
    """Everything, for each speed of the recogniser.

    Args:
        settings: where the engines' weights are.
        known: what the recogniser has heard before, where that is kept.
    """
    heard = {} if known is None else known
    return await asyncio.to_thread(virtual.run, _measure(settings, heard))


async def answers(settings: Settings) -> Patience:
    """Short answers alone, heard by a recogniser of the usual speed."""
    return await asyncio.to_thread(virtual.run, _only_answers(settings))


async def _only_answers(settings: Settings) -> Patience:
    found = Patience(TAKES_S[1])
    async with _house(settings) as (recognizer, mouth, config):
        ears = Ears(virtual.Timed(recognizer, {}, found.takes_s))
        await _answers(_Room(ears, mouth, config, random.Random(5)), found)
    return found


async def _measure(settings: Settings, known: MutableMapping[str, Any]) -> list[Patience]:
    found = []
    async with _house(settings) as (recognizer, mouth, config):
        for seconds in TAKES_S:
            ears = Ears(virtual.Timed(recognizer, known, seconds))
            found.append(await _of(_Room(ears, mouth, config, random.Random(5)), seconds))
    return found


async def _of(room: _Room, seconds: float) -> Patience:
    found = Patience(seconds)
    speech = await room.mouth.say(QUESTION)
    question = for_phone(speech.pcm, speech.sample_rate)
    for voice, text in itertools.product(CALLER_VOICES, OBJECTIONS + CRIES):
        await _interrupt(room, question, await room.said(text, voice), found)
        print(f"{seconds:g} s: interrupted by {text}", flush=True)
    for voice, text in itertools.product(CALLER_VOICES, NODS):
        await _nod(room, question, text, await room.said(text, voice), found)
        print(f"{seconds:g} s: nods {found.nods}, stopped {len(found.stopped)}", flush=True)
    for number, (given, pause_s) in enumerate(itertools.product(HESITATIONS, PAUSES_S)):
        asked, *halves = given
        voice = CALLER_VOICES[number % len(CALLER_VOICES)]
        first, second = [await room.said(half, voice) for half in halves]
        taken = await _hesitate(room, asked, first, pause_s, second)
        found.cut.setdefault(pause_s, []).append(taken is not None)
        print(f"{seconds:g} s: {halves} {pause_s:g} s: {taken or 'whole'}", flush=True)
        if taken is not None:
            found.where.append(f"{asked}: {halves[0]} [{pause_s:g} s] → {taken}")
    await _answers(room, found)
    return found


async def _answers(room: _Room, found: Patience) -> None:
    """Short answers, and what is as short and none."""
    seconds = found.takes_s
    for voice, text in itertools.product(STRANGERS, SHORT):
        await _answer(room, text, await room.said(text, voice), found)
        print(f"{seconds:g} s: answers {found.answers}, lost {len(found.lost)}", flush=True)
    for voice, text in itertools.product(STRANGERS, NO_ANSWERS):
        await _no_answer(room, text, await room.said(text, voice), found)
        print(f"{seconds:g} s: others {found.others}, invented {len(found.invented)}", flush=True)


async def _interrupt(room: _Room, question: Pcm16, words: Pcm16, found: Patience) -> None:
    """The caller speaks two seconds into our sentence."""
    async with call(room.ears, Script(question, "date"), room.config) as line:
        await line.until_sounding(1.5 + room.chance.random())
        began, _ = await line.speak(room.line(words, silence(2.0)))
        stops = line.since(began, "hold", "barge_in")
        if not stops:
            found.talked_over += 1
            return
        decided = stops[0][0]
        # The reply to the interruption comes later; what sounds in the first 0.6 s is the old.
        last = max((at for at in line.sounded if at < decided + 0.6), default=decided)
        ducked = line.since(began, "duck", "hold", "barge_in")[0][0]
        found.softer.add(ducked - began)
        found.silent.add(max(0.0, last - began))
        found.stop.add(max(0.0, last - decided))


async def _nod(room: _Room, question: Pcm16, text: str, sound: Pcm16, found: Patience) -> None:
    """The caller says that they listen."""
    async with call(room.ears, Script(question, "date"), room.config) as line:
        await line.until_sounding(1.5 + room.chance.random())
        began, _ = await line.speak(room.line(sound, silence(2.5)))
        found.nods += 1
        if line.since(began, "barge_in"):
            found.stopped.append(text)
        heard = [began, *(at for at in line.sounded if at >= began)]
        gaps = (later - earlier for earlier, later in itertools.pairwise(heard))
        found.broken.add(max(gaps, default=0.0))


async def _hesitate(
    room: _Room, asked: str, first: Pcm16, pause_s: float, second: Pcm16
) -> str | None:
    """What a line was taken for that was cut in its pause; None where it was not."""
    async with call(room.ears, Script(silence(0.1), asked, talkative=False), room.config) as line:
        await asyncio.sleep(0.3)
        began, _ = await line.speak(room.line(first, silence(pause_s), second))
        goes_on = began + len(first) / RATE + pause_s
        ended = line.since(began, "speech_end")
        if not any(at < goes_on + FRAME_S for at, _ in ended):
            return None
        await line.until(began, "transcript")
        (_, heard), *_ = line.since(began, "transcript")
        return f"{heard.data['text']} ({heard.data['confidence']})"


async def _answer(room: _Room, text: str, sound: Pcm16, found: Patience) -> None:
    """A short answer to a yes-or-no question."""
    found.answers += 1
    told, fate = await _to_the_question(room, sound)
    if told is None:
        found.lost.append(f"{text} → {fate}")
    elif not is_yes_or_no(told):
        found.misheard.append(f"{text} → {bare(told)}")
    elif is_yes(told) != is_yes(text):
        found.turned.append(f"{text} → {bare(told)}")


async def _no_answer(room: _Room, text: str, sound: Pcm16, found: Patience) -> None:
    """Something else said to one."""
    found.others += 1
    told, _ = await _to_the_question(room, sound)
    if told is not None and is_yes_or_no(told):
        found.invented.append(f"{text} → {bare(told)}")


async def _to_the_question(room: _Room, sound: Pcm16) -> tuple[str | None, str]:
    """What reached the mind of what was said to a yes-or-no question, or what became of it."""
    script = Script(silence(0.1), "confirm", talkative=False)
    async with call(room.ears, script, room.config) as line:
        await asyncio.sleep(0.3)
        began, _ = await line.speak(room.line(silence(0.6), sound, silence(0.6)))
        settled = await line.until(began, "transcript", limit_s=5.0)
        await asyncio.sleep(0.1)
        if script.told:
            return script.told[-1], "told"
        return None, _became(line, began) if settled else "nothing"


def _became(line: Line, began: float) -> str:
    fates = line.since(began, "unclear", "noise", "nod", "echo")
    heard = line.since(began, "transcript")[-1][1].data
    fate = fates[-1][1].event if fates else "dropped"
    return f"{heard['text'] or 'no words'} ({heard['confidence']}, {fate})"
