"""A call that Anban has placed to say something, and perhaps to be given a key.

Whoever answers says "hello?" first: that is heard out. What goes on and on without a pause is a
recorded voice; it is told the message once, in case it records.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

import structlog

from anban.errors import AnbanError
from channels.phone.leg import (
    FRAME_S,
    AudioIn,
    CallLeg,
    Closed,
    KeyPressed,
    MarkReached,
    Pcm16,
)
from voice.playback import Line, Playback
from voice.ports import CallOuts, Sentences
from voice.tts import Speaker
from voice.turn import Vad
from voice.turn.vad import CHUNK_S

if TYPE_CHECKING:
    from voice.ports import Script

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

SPEECH = 0.5
"""Probability above which a chunk is speech."""
HELLO_S = 2.0
"""So long somebody who has answered may be silent before we speak."""
PAUSE_S = 0.6
"""Silence after which a hello is over."""
MACHINE_S = 5.0
"""Nobody says hello for so long without a pause."""
ROUNDS = 3
"""How often a message that asks for a key is said."""
KEY_WAIT_S = 5.0
"""Silence in which a key is waited for before it is said again."""


class Hello:
    """Whether whoever answered has finished saying hello, and whether that was a machine."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._spoken = 0.0
        self._quiet = 0.0
        self.machine = False
        """Whether the voice went on without a pause for longer than people do."""

    def feed(self, *, speech: bool) -> bool:
        """Take one chunk; whether it is our turn."""
        self._passed += CHUNK_S
        self._quiet = 0.0 if speech else self._quiet + CHUNK_S
        self._spoken += CHUNK_S if speech else 0.0
        if not self._spoken:
            return self._passed >= HELLO_S
        if self._spoken >= MACHINE_S:
            self.machine = True
            return True
        return self._quiet >= PAUSE_S


class Opening:
    """The first seconds of a call of ours on which somebody is asked: their hello is heard out.

    Args:
        call_id: the call's UUID.
        call_outs: is told who has answered.
        vad: judges the line.
    """

    def __init__(self, call_id: str, call_outs: CallOuts, vad: Vad) -> None:
        self._call_id = call_id
        self._call_outs = call_outs
        self._vad = vad
        self._hello = Hello()
        self._our_turn = asyncio.Event()

    def over(self, pcm: Pcm16) -> bool:
        """Take a frame; whether the hello was over before it."""
        if self._our_turn.is_set():
            return True
        for _, probability in self._vad.feed(pcm):
            if self._hello.feed(speech=probability > SPEECH):
                self._our_turn.set()
        return False

    async def by_person(self) -> bool:
        """Wait for the end of the hello; False where a recorded voice said it."""
        await self._our_turn.wait()
        machine = self._hello.machine
        try:
            await self._call_outs.call_answered(self._call_id, machine=machine)
        except AnbanError as trouble:
            log.error("call_out_not_told", call_id=self._call_id, why=type(trouble).__name__)
        return not machine


class MessageCall:
    """Leads one call of ours.

    Args:
        leg: the line.
        call_outs: says what is to be said, and takes the key.
        speaker: speaks.
        sentences: fixed sentences by key.
        vad: judges the line.
    """

    def __init__(
        self, leg: CallLeg, call_outs: CallOuts, speaker: Speaker, sentences: Sentences, vad: Vad
    ) -> None:
        self._leg = leg
        self._call_outs = call_outs
        self._sentences = sentences
        self._vad = vad
        self._hello = Hello()
        self._our_turn = asyncio.Event()
        self._playback = Playback(leg, speaker, lambda: None, lambda: None)
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._silent = 0
        self._waited = asyncio.Event()
        self._unheeded: list[str] = []
        """Keys that nothing was made of yet, whoever has them in hand."""
        self._pressing: asyncio.Task[Script | None] | None = None
        self._hearing: asyncio.Task[None] | None = None
        """Tells, once, that the message was heard."""

    async def run(self) -> str:
        """Lead it to its end; returns the reason the line ended."""
        talk = asyncio.create_task(self._talk())
        reason = "lost"
        try:
            async for event in self._leg.events():
                if isinstance(event, AudioIn):
                    self._on_audio(event)
                elif isinstance(event, KeyPressed):
                    self._unheeded.append(event.digit)
                    self._keys.put_nowait(event.digit)
                elif isinstance(event, MarkReached):
                    self._playback.on_mark(event)
                elif isinstance(event, Closed):
                    reason = event.reason
        finally:
            await self._last_keys(talk)
            await self._playback.close()
        return reason

    async def _last_keys(self, talk: asyncio.Task[None]) -> None:
        """Whoever presses and hangs up at once has pressed: what is under way is finished first."""
        talk.cancel()
        await asyncio.wait({talk})
        if self._pressing is not None:
            await self._pressing
        for digit in tuple(self._unheeded):
            await self._press(digit)
        if self._hearing is not None:
            await self._hearing

    def _on_audio(self, event: AudioIn) -> None:
        self._playback.tick()
        if not self._our_turn.is_set():
            for _, probability in self._vad.feed(event.pcm):
                if self._hello.feed(speech=probability > SPEECH):
                    self._our_turn.set()
        self._silent = 0 if self._playback.active else self._silent + 1
        if self._silent * FRAME_S > KEY_WAIT_S:
            self._waited.set()

    async def _talk(self) -> None:
        hello = asyncio.create_task(self._our_turn.wait())
        early = asyncio.create_task(self._keys.get())
        await asyncio.wait({hello, early}, return_when=asyncio.FIRST_COMPLETED)
        hello.cancel()
        if early.done():
            self._keys.put_nowait(early.result())
        early.cancel()
        machine = self._hello.machine
        script = await self._asked(self._call_outs.call_answered(self._id, machine=machine))
        if script is not None:
            await self._lead(script, 1 if machine else ROUNDS)
        await self._leg.hangup()

    @property
    def _id(self) -> str:
        return self._leg.info.call_id

    async def _lead(self, script: Script, rounds: int) -> None:
        """Say it, and again until a key settles it or it was said often enough."""
        for _ in range(rounds):
            key = await self._say_until_key(script)
            while key is not None:
                answer = await self._press(key)
                if answer is None:
                    await self._say(self._sentences("utter_key_not_recorded"))
                    key = await self._key_or_silence()
                    continue
                if not answer.keys:
                    await self._say(*answer.lines)
                    return
                key = await self._say_until_key(answer)
            if not script.keys:
                return

    async def _say_until_key(self, script: Script) -> str | None:
        """Say lines; a key that means something stops them. None where none was pressed."""
        saying = asyncio.create_task(self._say(*script.lines))
        pressed = asyncio.create_task(self._wanted_key(script.keys))
        await asyncio.wait({saying, pressed}, return_when=asyncio.FIRST_COMPLETED)
        if saying.done() and saying.result():
            self._note_heard()
        if not pressed.done() and script.keys:
            pressed.cancel()
            return await self._key_or_silence()
        if pressed.done():
            await self._playback.stop()
        saying.cancel()
        pressed.cancel()
        return pressed.result() if pressed.done() and not pressed.cancelled() else None

    async def _wanted_key(self, keys: str) -> str:
        while (digit := await self._keys.get()) not in keys:
            self._heed(digit)
        return digit

    def _heed(self, digit: str) -> None:
        """This key need not be thought of any more."""
        if digit in self._unheeded:
            self._unheeded.remove(digit)

    async def _key_or_silence(self) -> str | None:
        """A key, or None after a while in which nothing was said or pressed."""
        self._silent = 0
        self._waited.clear()
        key = asyncio.create_task(self._keys.get())
        waited = asyncio.create_task(self._waited.wait())
        await asyncio.wait({key, waited}, return_when=asyncio.FIRST_COMPLETED)
        waited.cancel()
        if key.done():
            return key.result()
        key.cancel()
        return None

    async def _press(self, digit: str) -> Script | None:
        self._heed(digit)
        self._pressing = asyncio.create_task(self._asked(self._call_outs.call_key(self._id, digit)))
        return await asyncio.shield(self._pressing)

    def _note_heard(self) -> None:
        """The message was heard to its end; a recorded voice hears nothing."""
        if self._hearing is None and not self._hello.machine:
            self._hearing = asyncio.create_task(self._asked(self._call_outs.call_heard(self._id)))

    async def _asked(self, question: Awaitable[Answer]) -> Answer | None:
        """What the backend says; None where it does not answer."""
        try:
            return await question
        except AnbanError as trouble:
            log.error("call_out_not_told", call_id=self._id, why=type(trouble).__name__)
            return None

    async def _say(self, *lines: str) -> bool:
        """Whether they were heard to their end."""
        whole = await self._playback.say([Line(line) for line in lines if line])
        return whole and not self._playback.failed
