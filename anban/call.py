"""``anban call``: a real call to a running Anban, with recordings as the caller's turns.

It speaks AudioSocket as an exchange does, or direct SIP: announces the call, sends a frame each
20 ms, waits for the prompt to end before it speaks the next recording, and keeps both directions.
"""

from __future__ import annotations

import asyncio
import json as jsonlib
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Protocol

import httpx
import numpy as np
import typer
import websockets

from anban import settings as settings_module
from anban.direct_sip import listens_at
from anban.errors import ChannelError, SettingsError, UnreadableAudio
from anban.wires import Wire, audiosocket, direct_sip
from channels.phone.leg import FRAME, FRAME_S, RATE
from voice.audio import Pcm16, loudness_dbfs, read_audio, to_float, to_int16, wav_bytes

QUIET_S = 0.7
"""A prompt is over when the line has been quiet for this long."""
LOUD_DBFS = -45.0
"""A frame above this is sound."""
PATIENCE_S = 30.0
"""Longest wait for an answer to one turn."""

Event = dict[str, Any]


class Caller(Protocol):
    """Who speaks on our side of a call."""

    async def answer(self, replies: Sequence[Event]) -> Pcm16 | None:
        """What the caller says next (8 kHz; empty is silence), or None to hang up.

        Args:
            replies: the ``reply_text`` events since the caller spoke last.
        """


class Recordings:
    """A caller who says one recording after the other, whatever is answered."""

    def __init__(self, turns: Sequence[Pcm16]) -> None:
        self._left = list(turns)

    async def answer(self, replies: Sequence[Event]) -> Pcm16 | None:
        """See ``Caller``."""
        return self._left.pop(0) if self._left else None


@dataclass(frozen=True)
class CallPlan:
    """One call to be placed."""

    caller: Caller
    """Who speaks."""
    phone: str
    """The number that seems to call."""
    voice_url: str
    """Where calls are announced."""
    token: str
    """Service token."""
    host: str = "127.0.0.1"
    port: int = 9092
    sip: str | None = None
    """host:port of direct SIP, which then carries the call in place of AudioSocket."""
    save: Path | None = None
    """Stereo WAV of the call: left the caller, right Anban."""
    keys: str = ""
    """Keys pressed, one after the first prompt each, before the turns."""
    now: str | None = None
    """Clock of the call (ISO 8601), which counts only where the set-up is being tried out."""


def read_turn(path: Path) -> Pcm16:
    """A recording as one turn, in any rate and container, at 8 kHz.

    Raises:
        UnreadableAudio: it cannot be read, names the file.
    """
    try:
        return to_int16(read_audio(path.read_bytes(), RATE))
    except OSError as missing:
        raise UnreadableAudio(f"{path}: {missing.strerror}") from missing
    except UnreadableAudio as unreadable:
        raise UnreadableAudio(f"{path}: {unreadable}") from unreadable


@dataclass
class _Line:
    """What goes over the wire and when."""

    started: float
    sent: list[Pcm16] = field(default_factory=list)
    heard: list[Pcm16] = field(default_factory=list)
    queue: list[Pcm16] = field(default_factory=list)
    """Frames of the turn being spoken."""
    speech_ends: int | None = None
    """Frames left in ``queue`` when the last sound of the turn has gone out."""
    last_sound: float | None = None
    """When sound was last received."""
    awaiting: bool = True
    """Whether the next sound is the beginning of a reply."""
    closed: bool = False
    spoken: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while no turn is being spoken."""

    def ms(self) -> int:
        """Milliseconds since the connection."""
        return round((asyncio.get_running_loop().time() - self.started) * 1000)


class Call:
    """A call in progress; ``place_call`` makes and drives it."""

    def __init__(self, plan: CallPlan) -> None:
        self.plan = plan
        self.call_id = str(uuid.uuid4())
        self.events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._turn = 0
        self._listening = asyncio.Event()
        self._followed = False
        self._replies: list[Event] = []
        self._line: _Line | None = None

    async def announce(self) -> None:
        """Tell voice who calls.

        Raises:
            ChannelError: voice does not answer or refuses the token.
        """
        body = {"call_id": self.call_id, "caller": self.plan.phone, "now": self.plan.now}
        headers = {"Authorization": f"Bearer {self.plan.token}"}
        try:
            async with httpx.AsyncClient(timeout=10) as http:
                answer = await http.post(f"{self.plan.voice_url}/calls", json=body, headers=headers)
        except httpx.HTTPError as down:
            raise ChannelError(
                f"voice does not answer at {self.plan.voice_url}: is `anban up` running?"
            ) from down
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise ChannelError("voice refused the service token (ANBAN_SERVICE_TOKEN)")
        if answer.is_error:
            raise ChannelError(f"voice refused the call: {answer.status_code} {answer.text[:200]}")

    async def drive(self) -> None:
        """Place the call, speak every turn, hang up."""
        plan = self.plan
        opened = (
            direct_sip(plan.sip, self.call_id)
            if plan.sip
            else audiosocket(plan.host, plan.port, self.call_id)
        )
        async with AsyncExitStack() as stack:
            wire = await stack.enter_async_context(opened)
            line = self._line = _Line(asyncio.get_running_loop().time())
            helpers = [
                asyncio.create_task(self._send(line, wire)),
                asyncio.create_task(self._receive(line, wire)),
                asyncio.create_task(self._follow(line)),
            ]
            try:
                await self._converse(line, wire)
            finally:
                if not line.closed:
                    self._end(line, "caller")
                for helper in helpers[:2]:
                    helper.cancel()
                await stack.aclose()
                with suppress(TimeoutError):
                    await asyncio.wait_for(helpers[2], 3)
                self._keep(line)

    async def _converse(self, line: _Line, wire: Wire) -> None:
        await self._prompt_end(line)
        for key in self.plan.keys:
            self._listening.clear()
            await wire.press(key)
            self._put(line, "key", digit=key)
            await self._prompt_end(line)
        while not line.closed:
            replies, self._replies = self._replies, []
            pcm = await self.plan.caller.answer(replies)
            if pcm is None:
                return
            self._turn += 1
            if len(pcm):
                self._speak(line, pcm)
                await line.spoken.wait()
            else:
                self._listening.clear()
                line.awaiting = True
            await self._prompt_end(line)

    def _speak(self, line: _Line, pcm: Pcm16) -> None:
        self._listening.clear()
        padded = np.concatenate([pcm, np.zeros(-len(pcm) % FRAME, np.int16)])
        frames = list(padded.reshape(-1, FRAME))
        loud = [n for n, frame in enumerate(frames) if _level(frame) > LOUD_DBFS]
        last = loud[-1] if loud else len(frames) - 1
        line.speech_ends = len(frames) - 1 - last
        line.queue = frames
        line.spoken.clear()

    async def _prompt_end(self, line: _Line) -> None:
        """Wait until Anban has answered and is quiet again (and says it is listening)."""
        loop = asyncio.get_running_loop()
        limit = loop.time() + PATIENCE_S
        while not line.closed and loop.time() < limit:
            await asyncio.sleep(FRAME_S)
            heard = line.last_sound is not None and not line.awaiting
            quiet = loop.time() - (line.last_sound or line.started)
            done = self._listening.is_set() if self._followed else heard
            if done and quiet >= QUIET_S:
                return
        if not line.closed:
            self._put(line, "no_answer", waited_s=PATIENCE_S)

    async def _send(self, line: _Line, wire: Wire) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        silent = np.zeros(FRAME, np.int16)
        while not line.closed:
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - loop.time()))
            frame = line.queue.pop(0) if line.queue else silent
            if line.speech_ends is not None and len(line.queue) <= line.speech_ends:
                line.speech_ends = None
                self._put(line, "speech_end")
                line.awaiting = True
            if not line.queue:
                line.spoken.set()
            line.sent.append(frame)
            if not wire.send(frame):
                return

    async def _receive(self, line: _Line, wire: Wire) -> None:
        async for frame in wire.frames():
            self._hear(line, frame)
        self._end(line, "anban")

    def _hear(self, line: _Line, frame: Pcm16) -> None:
        if not line.heard:  # the recording of both sides begins with the connection
            line.heard.append(np.zeros(line.ms() * RATE // 1000, np.int16))
        line.heard.append(frame)
        if _level(frame) <= LOUD_DBFS:
            return
        line.last_sound = asyncio.get_running_loop().time()
        if line.awaiting and not line.queue:
            line.awaiting = False
            self._put(line, "reply_audio_start")

    async def _follow(self, line: _Line) -> None:
        """Pass on what voice tells of this call."""
        url = self.plan.voice_url.replace("http", "ws", 1) + f"/calls/{self.call_id}/events"
        headers = {"Authorization": f"Bearer {self.plan.token}"}
        try:
            async with websockets.connect(url, additional_headers=headers) as socket:
                self._followed = True
                async for text in socket:
                    self._on_told(line, jsonlib.loads(text))
        except (OSError, websockets.WebSocketException):
            return
        finally:
            self._followed = False

    def _on_told(self, line: _Line, told: Event) -> None:
        if told["event"] == "listening":
            self._listening.set()
        elif told["event"] in ("transcript", "reply_text", "order", "emergency", "barge_in"):
            extra = {key: value for key, value in told.items() if key not in ("event", "ms")}
            self._put(line, told["event"], **extra)
            if told["event"] == "reply_text":
                self._replies.append(told)

    def _put(self, line: _Line, event: str, **data: Any) -> None:
        record: Event = {"event": event, "ms": line.ms(), "turn": self._turn}
        self.events.put_nowait(record | data)

    def _end(self, line: _Line, by: str) -> None:
        if not line.closed:
            line.closed = True
            line.spoken.set()
            self._put(line, "hangup", by=by)

    def _keep(self, line: _Line) -> None:
        if self.plan.save is None:
            return
        sides = [np.concatenate(side) if side else np.zeros(0, np.int16)
                 for side in (line.sent, line.heard)]  # fmt: skip
        stereo = np.zeros((max(map(len, sides)), 2), np.int16)
        for column, side in enumerate(sides):
            stereo[: len(side), column] = side
        try:
            self.plan.save.parent.mkdir(parents=True, exist_ok=True)
            self.plan.save.write_bytes(wav_bytes(stereo, RATE, channels=2))
        except OSError as broken:
            raise SettingsError(f"{self.plan.save}: {broken.strerror}") from broken


def _level(frame: Pcm16) -> float:
    return loudness_dbfs(to_float(frame), rate_hz=RATE)


async def place_call(plan: CallPlan) -> AsyncIterator[Event]:
    """Place a call and give its events as they happen; ends with ``hangup``.

    Each event is ``{"event", "ms" since the connection, "turn", …}``: speech_end, transcript,
    reply_audio_start, reply_text, order, emergency, barge_in, key, no_answer, hangup.

    Raises:
        ChannelError: voice cannot be reached or refuses.
    """
    call = Call(plan)
    await call.announce()
    task = asyncio.create_task(call.drive())
    task.add_done_callback(lambda _: call.events.put_nowait(None))
    try:
        while (event := await call.events.get()) is not None:
            yield event
        await task
    finally:
        task.cancel()


# The command ------------------------------------------------------------------------------------


def call(
    files: Annotated[list[Path], typer.Argument(help="recordings, one a turn")],
    phone: Annotated[str, typer.Option(help="the number you pretend to call from")] = "",
    leg: Annotated[str, typer.Option(help="audiosocket or sip")] = "audiosocket",
    json: Annotated[bool, typer.Option("--json", help="one JSON line an event")] = False,
    save: Annotated[Path | None, typer.Option(help="stereo WAV of the call")] = None,
) -> None:
    """Place a real call: each recording is one turn, spoken when the prompt has ended."""
    if leg not in ("audiosocket", "sip"):
        raise SettingsError(f"--leg {leg}: there is no such leg; use audiosocket or sip")
    settings = settings_module.load()
    sip = listens_at(settings) if leg == "sip" else None
    if leg == "sip" and sip is None:
        raise SettingsError("--leg sip: direct SIP is off (ANBAN_SIP_LISTEN)")
    plan = CallPlan(
        caller=Recordings([read_turn(path) for path in files]),
        phone=phone,
        voice_url=settings.voice_url,
        token=settings.service_token,
        port=settings.audiosocket_port,
        sip=sip,
        save=save,
    )
    asyncio.run(_print(plan, as_json=json))


async def _print(plan: CallPlan, *, as_json: bool) -> None:
    async for event in place_call(plan):
        line = jsonlib.dumps(event, ensure_ascii=False) if as_json else readable(event)
        if line:
            typer.echo(line)


def readable(event: Event) -> str:
    """One event as a line for people; empty where it would only disturb."""
    at = f"{event['ms'] / 1000:6.1f}s"
    text = event.get("text", "")
    shown = {
        "transcript": f"来电: {text} ({event.get('confidence', '')})",
        "reply_text": f"安伴: {text}",
        "order": f"order {event.get('number')}",
        "emergency": f"emergency {event.get('number')}",
        "no_answer": "no answer",
        "hangup": f"hung up by {event.get('by')}",
        "key": f"key {event.get('digit')}",
    }.get(event["event"], "")
    return f"{at}  {shown}" if shown else ""
