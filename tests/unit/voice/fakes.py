"""Hand-written stand-ins for the parts round a call."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import numpy as np

from anban.errors import EngineUnavailable
from bot.sentences import Reply
from channels.phone.leg import FRAME, AudioIn, CallInfo, Closed, KeyPressed, MarkReached
from voice.asr.base import Transcript
from voice.audio import PHONE_RATE
from voice.tts.base import Speech
from voice.turn.vad import CHUNK

LOUD = np.full(FRAME, 8000, np.int16)
QUIET = np.zeros(FRAME, np.int16)


class LoudnessVad:
    """Whatever is loud is speech."""

    def __init__(self):
        self._rest = np.zeros(0, np.float32)

    def feed(self, frame):
        self._rest = np.concatenate([self._rest, frame.astype(np.float32) / 32768])
        judged = []
        while len(self._rest) >= CHUNK:
            chunk, self._rest = self._rest[:CHUNK], self._rest[CHUNK:]
            judged.append((chunk, float(np.abs(chunk).mean() > 0.02)))
        return judged


class FakeLeg:
    """A line whose time passes only when a test lets it."""

    def __init__(self, caller="13800001234"):
        self.info = CallInfo("11111111-2222-3333-4444-555555555555", caller)
        self._events = asyncio.Queue()
        self._pieces = []
        self.played_s = 0.0
        self.loudness = []
        self.echo = 0.0
        """Share of what we play that comes back, 100 ms later."""
        self._sent = []
        self.transferred = None
        self.reason = None

    async def events(self) -> AsyncIterator:
        while True:
            event = await self._events.get()
            yield event
            self._events.task_done()
            if isinstance(event, Closed):
                return

    async def play(self, pcm, mark=None):
        if self.reason is None:
            self._pieces.append([len(pcm), mark, pcm])

    async def clear(self):
        for left, mark, pcm in self._pieces:
            played_s = (len(pcm) - left) / PHONE_RATE
            self._events.put_nowait(MarkReached(mark, False, played_s))
        self._pieces.clear()

    async def volume(self, factor):
        self.loudness.append(round(float(factor), 2))

    async def hangup(self):
        self.close("ended")

    async def transfer(self, target):
        self.transferred = target
        self.close("transferred")

    def close(self, reason):
        if self.reason is None:
            self.reason = reason
            self._events.put_nowait(Closed(reason))

    @property
    def playing(self):
        return bool(self._pieces)

    async def settle(self):
        """Let every task run until it waits for the line again."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def pass_time(self, seconds, frame=QUIET):
        for _ in range(round(seconds / 0.02)):
            if self.reason is not None:
                break
            self._sent.append(self._advance())
            returned = self._sent[-6] * self.echo if len(self._sent) > 5 else QUIET
            self._events.put_nowait(AudioIn((frame + returned).astype(np.int16)))
            await self.settle()

    async def speak(self, seconds):
        await self.pass_time(seconds, LOUD)

    async def press(self, digit):
        self._events.put_nowait(KeyPressed(digit))
        await self.settle()

    async def until_quiet(self, limit_s=60):
        """Let what is being said be heard to its end."""
        for _ in range(int(limit_s / 0.02)):
            await self.pass_time(0.02)
            if not self._pieces or self.reason:
                await self.settle()
                if not self._pieces:
                    return
        raise AssertionError("Anban never stops talking")

    def _advance(self):
        """Play 20 ms; what sounded in them."""
        sounded = [np.zeros(0, np.int16)]
        left = FRAME
        while self._pieces and left:
            remaining, mark, pcm = self._pieces[0]
            step = min(left, remaining)
            at = len(pcm) - remaining
            sounded.append(pcm[at : at + step])
            self._pieces[0][0] -= step
            left -= step
            self.played_s += step / PHONE_RATE
            if not self._pieces[0][0]:
                self._pieces.pop(0)
                self._events.put_nowait(MarkReached(mark, True, len(pcm) / PHONE_RATE))
        return np.pad(np.concatenate(sounded), (0, left))


class FakeSpeaker:
    """Each character sounds for 0.1 s."""

    rate = 0.85
    busy = False

    def __init__(self):
        self.said = []
        self.rates = []
        self.broken = False

    async def start(self):
        pass

    async def stream(self, text, rate=None, voice=None):
        if self.broken:
            raise EngineUnavailable("no voice")
        self.said.append(text)
        self.rates.append(rate)
        yield Speech(self.sound(len(text)), PHONE_RATE, "fake", text=text)

    def sound(self, characters):
        return np.full(characters * 800, 0.1, np.float32)

    async def say(self, text, rate=None, voice=None):
        async for piece in self.stream(text):
            return piece

    async def close(self):
        pass


class WavySpeaker(FakeSpeaker):
    """Rises and falls as a voice does, never twice alike."""

    def sound(self, characters):
        syllables = np.random.default_rng(7).uniform(0.02, 0.6, characters)
        return np.repeat(syllables, 800).astype(np.float32)


class FakeRecognizer:
    """Hears what the test says it hears, in order."""

    name = "fake"

    def __init__(self, *texts):
        self.texts = list(texts)
        self.confidence = 0.9
        self.seconds = 0.01
        self.heard_s = []
        self.broken = False

    async def start(self):
        pass

    async def transcribe(self, pcm, *, hotwords=(), language=None):
        if self.broken:
            raise EngineUnavailable("no ears")
        self.heard_s.append(len(pcm) / 16000)
        text = self.texts.pop(0) if self.texts else "嗯"
        return Transcript(text, self.confidence if text else 0.0, self.name, self.seconds)

    async def close(self):
        pass


class GrowingRecognizer(FakeRecognizer):
    """Hears the more the longer somebody speaks: {seconds of speech: text}."""

    def __init__(self, words, *, slow=False):
        super().__init__()
        self.words = words
        self.gate = asyncio.Event()
        if not slow:
            self.gate.set()

    async def transcribe(self, pcm, *, hotwords=(), language=None):
        speech_s = np.count_nonzero(np.abs(pcm) > 0.1) / 16000
        self.heard_s.append(round(speech_s, 1))
        await self.gate.wait()
        if self.broken:
            raise EngineUnavailable("no ears")
        text = next((w for s, w in sorted(self.words.items(), reverse=True) if speech_s >= s), "")
        return Transcript(text, self.confidence if text else 0.0, self.name, 0.01)


class FakeMind:
    """Says back what it was told; slow or broken when a test wants it."""

    def __init__(self):
        self.heard = []
        self.keys = []
        self.ended = None
        self.unheard = []
        self.next_lines = []
        self.greeting = [Reply("您好，请问需要什么帮助？", ask="service")]
        self.answers = {}
        self.gate = None
        self.ungated = set()
        self.error = None
        self.late_error = None
        """Raised once, after the gate."""
        self.phone = None
        self.left = 0
        self.known = SimpleNamespace(words=(), language=None)

    async def colleague_gone(self, conversation):
        self.left += 1
        return []

    async def begin(self, conversation, *, channel, phone=None, elder_id=None, now=None):
        self.phone = phone
        return self.greeting

    async def say(self, conversation, text, *, channel, phone=None, elder_id=None, now=None,
                  confidence=None):  # fmt: skip
        self.heard.append(text)
        if self.error is not None:
            raise self.error
        if self.gate is not None and text not in self.ungated:
            await self.gate.wait()
        if self.late_error is not None:
            late, self.late_error = self.late_error, None
            raise late
        if not text:
            return self.answers.get(text, [Reply("您还在吗？")])
        return self.answers.get(text, [Reply(f"听到了：{text}")])

    async def key(self, conversation, digit, *, channel, phone=None, now=None):
        self.keys.append(digit)
        return [Reply("我请同事给您回电话。", handoff=True)] if digit == "0" else []

    def familiar(self, conversation):
        return self.known

    def likely(self, conversation):
        return self.next_lines

    def cut_short(self, conversation, unheard):
        self.unheard += [reply.text for reply in unheard]

    async def end(self, conversation, reason):
        self.ended = reason


SENTENCES = {
    "utter_hold_on": "请稍等。",
    "utter_silence_1": "您还在吗？",
    "utter_silence_2": "我听着呢。",
    "utter_mind_down": "出了点问题。",
    "utter_handoff_not_recorded": "请过一会儿再打来。",
    "utter_say_again_1": "请再说一遍。",
    "utter_say_again_2": "请慢慢说。",
    "utter_choose_confirm": "要还是不要？",
    "utter_choose_date": "今天还是明天？",
    "utter_choose_time": "上午还是下午？",
    "utter_choose_menu": "订服务还是找人工？",
    "utter_unclear_person": "我请人来听。",
    "utter_goodbye": "您多保重，再见。",
    "utter_place_kept": "您的号还排着。",
    "utter_transfer": "我现在帮您转接。",
}
