"""``/v1/voice``: hold to talk. Sound in, live text, the answer as text and as speech.

The client sends JSON and sound (16 kHz, 16 bit, mono, little-endian)::

    {"type": "hello", "pass": …}                 first of all
    {"type": "start"}, sound …, {"type": "stop"} the button is held and let go
    {"type": "cancel"}                           what was held is not meant
    {"type": "say", "text": …}                   a button was tapped instead
    {"type": "read", "name": "sos_ask"}          one of our own sentences is to be read aloud

and gets ``ready``, ``hearing`` (text so far), ``heard`` (what counts), ``reply`` (as in
``/v1/chat``), ``speech`` (the next message is an MP3 of that reply), ``done`` and ``trouble``.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
import wave
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from anban.errors import SpeechError
from bot.dialogue import Dialogue, Reply
from channels.ports import Heard, Voice
from channels.sentences import sentence
from channels.web.chat import reply_body

logger = logging.getLogger(__name__)

RATE = 16_000
BYTES_A_SECOND = 2 * RATE
LONGEST_S = 60
"""seconds of one turn; what comes after is not kept"""
SHORTEST_S = 0.25
"""a tap instead of a hold"""
LISTEN_EVERY_S = 1.0
"""seconds of new sound before the text so far is looked for again"""
LONGEST_MESSAGE = 100_000
"""bytes; a second of sound has 32,000"""
MAX_TEXT = 1000
READ_ALOUD = frozenset({"sos_ask", "sos_taken", "welcome"})
"""our own sentences that a page may have read aloud"""
UNKNOWN_PASS = 4401


@dataclass(frozen=True)
class Account:
    """Whose pass it is."""

    channel: str
    """mini or web"""
    address: str
    conversation: str


class Talk:
    """One open page.

    Args:
        socket: its connection, accepted.
        mind: the dialogue.
        voice: hears and speaks.
        who: whose page it is.
        allow: whether this conversation may say one more line now.
    """

    def __init__(
        self,
        socket: WebSocket,
        mind: Dialogue,
        voice: Voice,
        who: Account,
        allow: Callable[[str], bool],
    ) -> None:
        self._socket = socket
        self._mind = mind
        self._voice = voice
        self._who = who
        self._allow = allow
        self._sound = bytearray()
        self._held = False
        self._listening: asyncio.Task[None] | None = None
        self._answering: asyncio.Task[None] | None = None
        self._hearing: asyncio.Task[Heard] | None = None
        self._aside: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until the page is closed; what was said until then still counts."""
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._take(message)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            await self._over()

    async def _take(self, message: Any) -> None:
        if (data := message.get("bytes")) is not None:
            if self._held and len(data) <= LONGEST_MESSAGE:
                room = LONGEST_S * BYTES_A_SECOND - len(self._sound)
                self._sound += data[: max(room, 0)]
            return
        said = _object(message.get("text") or "")
        match said.get("type"):
            case "start":
                await self._start()
            case "stop" if self._held:
                await self._stop()
            case "cancel":
                await self._let_go()
            case "say":
                await self._let_go()
                self._answer(self._say(str(said.get("text") or "")[:MAX_TEXT], None))
            case "read" if (name := str(said.get("name"))) in READ_ALOUD:
                await self._let_go()
                self._answer(self._speak([sentence(f"mini_{name}")]))

    async def _start(self) -> None:
        """The button is held: we fall silent and listen."""
        await self._let_go()
        self._held = True
        self._listening = asyncio.create_task(self._listen())

    async def _stop(self) -> None:
        sound = bytes(self._sound)
        await self._hush(self._listening)
        self._held, self._sound = False, bytearray()
        if len(sound) < SHORTEST_S * BYTES_A_SECOND:
            self._answer(self._trouble("mini_hold_longer"))
            return
        self._hearing = self._heard(sound)
        self._answer(self._turn(self._hearing))

    async def _let_go(self) -> None:
        """What is being answered falls silent; what was held is not meant, but for a cry in it."""
        await self._hush(self._listening)
        await self._hush(self._answering)
        sound, held = bytes(self._sound), self._held
        self._held, self._sound = False, bytearray()
        if held and len(sound) >= SHORTEST_S * BYTES_A_SECOND:
            self._look_for_a_cry(self._heard(sound))
        if self._hearing is not None:  # nobody has learnt yet what it was
            self._look_for_a_cry(self._hearing)
            self._hearing = None

    def _answer(self, work: Any) -> None:
        self._answering = asyncio.create_task(work)

    async def _hush(self, task: asyncio.Task[None] | None) -> None:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _over(self) -> None:
        """The page is gone: what was being said is heard all the same, it may be a cry."""
        await self._hush(self._listening)
        if self._answering is not None and not self._answering.done():
            await asyncio.wait({self._answering}, timeout=LONGEST_S)
        await self._let_go()
        if self._aside:
            await asyncio.wait(self._aside, timeout=LONGEST_S)

    def _heard(self, sound: bytes) -> asyncio.Task[Heard]:
        return asyncio.create_task(self._voice.hear(_wav(sound)))

    def _look_for_a_cry(self, hearing: asyncio.Task[Heard]) -> None:
        """Sound that nobody waits for any more still counts where there may be danger in it."""
        task = asyncio.create_task(self._cry_in(hearing))
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _cry_in(self, hearing: asyncio.Task[Heard]) -> None:
        try:
            heard = await hearing
        except SpeechError as error:
            logger.warning("sound was not heard: %s", type(error).__name__)
            return
        if self._mind.in_danger(heard.text, heard.confidence):
            replies = await self._ask_mind(heard.text, heard.confidence)
            await self._send(type="heard", text=heard.text)
            await self._show(replies)

    # one turn

    async def _listen(self) -> None:
        """Show the text so far, one look after the other, while the button is held."""
        seen = 0
        shown = ""
        while True:
            await asyncio.sleep(0.1)
            if len(self._sound) - seen < LISTEN_EVERY_S * BYTES_A_SECOND:
                continue
            seen, began = len(self._sound), time.monotonic()
            try:
                heard = await self._voice.hear(_wav(bytes(self._sound)))
            except SpeechError:
                return
            if heard.text and heard.text != shown:
                shown = heard.text
                await self._send(type="hearing", text=shown)
            await asyncio.sleep((time.monotonic() - began) / 2)  # others want to be heard, too

    async def _turn(self, hearing: asyncio.Task[Heard]) -> None:
        """Answer a turn once it is heard."""
        try:
            heard = await asyncio.shield(hearing)
        except SpeechError as error:
            self._hearing = None
            logger.warning("a turn was not heard: %s", type(error).__name__)
            await self._trouble("mini_not_heard")
            return
        self._hearing = None
        await self._send(type="heard", text=heard.text)
        if not heard.text.strip():
            await self._trouble("mini_not_heard")
            return
        await self._say(heard.text, heard.confidence)

    async def _say(self, text: str, confidence: float | None) -> None:
        if not self._allow(self._who.conversation) and not self._mind.in_danger(text):
            await self._trouble("mini_too_fast")
            return
        replies = await self._ask_mind(text, confidence)
        await self._show(replies)
        await self._speak([reply.text for reply in replies])

    async def _show(self, replies: Sequence[Reply]) -> None:
        for number, reply in enumerate(replies):
            await self._send(type="reply", number=number, **reply_body(reply).model_dump())

    async def _ask_mind(self, text: str, confidence: float | None) -> Sequence[Reply]:
        """A line that has reached the mind is answered there, whoever hangs up."""
        asked = asyncio.create_task(
            self._mind.say(
                self._who.conversation,
                text,
                channel=self._who.channel,
                confidence=confidence,
            )
        )
        return await asyncio.shield(asked)

    async def _trouble(self, key: str) -> None:
        text = sentence(key)
        await self._send(type="trouble", text=text)
        await self._speak([text])

    async def _speak(self, texts: Sequence[str]) -> None:
        """Say sentences aloud, one after the other; without a voice they are only shown."""
        for number, text in enumerate(texts):
            try:
                sound = await self._voice.speak(text)
            except SpeechError as error:
                logger.warning("an answer was not spoken: %s", type(error).__name__)
                break
            await self._send(type="speech", number=number)
            await self._bytes(sound)
        await self._send(type="done")

    async def _send(self, **values: Any) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.send_text(json.dumps(values, ensure_ascii=False))

    async def _bytes(self, data: bytes) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.send_bytes(data)


async def hello(socket: WebSocket, seconds: float = 10.0) -> dict[str, Any]:
    """Return the first message of a page; empty where there is none in time."""
    try:
        async with asyncio.timeout(seconds):
            message = await socket.receive()
    except (TimeoutError, RuntimeError):
        return {}
    found = _object(message.get("text") or "") if message["type"] == "websocket.receive" else {}
    return found if found.get("type") == "hello" else {}


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= LONGEST_MESSAGE else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _wav(pcm: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(pcm[: len(pcm) // 2 * 2])
    return out.getvalue()
