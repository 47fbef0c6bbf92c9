"""The voice process: calls on AudioSocket, and hearing and speaking for the others over HTTP."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import structlog
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Response, WebSocket
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.websockets import WebSocketDisconnect
from pydantic import BaseModel, Field

from anban.errors import ChannelError, EngineUnavailable
from channels.phone.audiosocket import AudioSocketLeg, read_identity, refuse
from channels.phone.leg import CallInfo, CallLeg
from voice import asr
from voice.asr.base import Recognizer, Transcript
from voice.audio import mp3_bytes, read_audio, to_int16, wav_bytes
from voice.calls import CallBook, CallRecord
from voice.config import RecordingConfig, VoiceConfig
from voice.exchange import add_exchange
from voice.hearing import Ears
from voice.legs import add_legs
from voice.message import MessageCall, Opening
from voice.outbound import add_outbound
from voice.ports import CallOuts, MayBeCry, Mind, Sentences
from voice.recording import Archive, prune
from voice.session import CallSession
from voice.speech import SpeechOrder, add_speech
from voice.telling import Teller, Word
from voice.tts import Activity, Ahead, Prewarm, Speaker, background_speaker, create_speaker
from voice.turn import SileroVad, Vad
from voice.whisper import Whisper

if TYPE_CHECKING:
    from channels.phone.sip import SipDoor

log = structlog.get_logger(__name__)

CHECK_IN = "check_in"
"""Purpose of calls of ours on which somebody is asked."""
PRUNE_S = 6 * 3600.0
"""Time between two looks for recordings that are too old."""
_bearer = HTTPBearer(auto_error=False)


class Announcement(BaseModel):
    """What the exchange says of a call before it connects its sound."""

    call_id: UUID = Field(description="UUID the AudioSocket connection will name")
    caller: str | None = Field(None, max_length=40, description="number that calls")
    called: str | None = Field(None, max_length=40, description="number that was dialled")
    now: datetime | None = Field(None, description="clock of the call; counts only in a test")
    purpose: Literal["dialogue", "message", "call_back", "check_in"] = Field(
        "dialogue", description="message, call_back, check_in: a call that Anban has placed"
    )


class VoiceServer:
    """Everything the voice process does.

    Args:
        config: ports, token, engines.
        mind: the dialogue.
        sentences: fixed sentences by key; where it has ``fixed()``, those texts are spoken into the
            cache in the background, in that order.
        urgent, cry: whether a text may be, or is, a cry for help (see ``CallSession``).
        recognizer: hears; made of the configuration where None.
        speaker: speaks; made of the configuration where None.
        background: speaks the fixed sentences beforehand; likewise.
        call_outs: what is said on calls that we have placed; None: none are.
        check_ins: the mind of those on which somebody is asked; None: the usual one.
        vad: makes the voice activity detector of one call.
    """

    def __init__(
        self,
        config: VoiceConfig,
        mind: Mind,
        sentences: Sentences,
        *,
        urgent: MayBeCry | None = None,
        cry: Callable[[str], bool] | None = None,
        recognizer: Recognizer | None = None,
        speaker: Speaker | None = None,
        background: Speaker | None = None,
        call_outs: CallOuts | None = None,
        check_ins: Mind | None = None,
        vad: Callable[[], Vad] = SileroVad,
    ) -> None:
        self.config = config
        self.call_outs = call_outs
        self._teller = Teller(call_outs) if call_outs is not None else None
        self._mind = mind
        self._check_ins = check_ins or mind
        self._sentences = sentences
        self._urgent = urgent
        self._cry = cry
        self._vad = vad
        self._recognizer: Recognizer = recognizer or asr.create_chain(config.session.asr)
        hearing = config.session.asr
        self._quick = asr.create_quick(hearing)
        self._ears = Ears(
            self._recognizer, hearing.processes, guesses=hearing.guesses, quick=self._quick
        )
        self._speaker = speaker or create_speaker(config.session.tts)
        self._activity = Activity()
        processes = config.session.tts.processes
        self._ahead = Ahead(self._speaker, lambda: self._activity.count > processes)
        self._prewarm = Prewarm(
            background or background_speaker(config.session.tts),
            getattr(sentences, "fixed", list)(),
            self._activity,
        )
        self._archive = Archive(kept) if (kept := config.recording) and kept.on else None
        self._others: dict[str, Recognizer] = {}
        self.calls = CallBook(config.announce_ttl_s, test_clock=config.test_clock)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._listener: asyncio.Server | None = None
        self.sip: SipDoor | None = None
        """Direct SIP, where it is open."""
        self.sip_state = "off"
        """Where it is reached, or why it is not."""
        self._engines: dict[str, str] = {"asr": "loading", "tts": "loading"}
        self.app = create_app(self)

    # Life

    async def serve(self) -> None:
        """Run until the process is told to stop."""
        options = uvicorn.Config(
            self.app,
            host=self.config.host,
            port=self.config.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
        )
        await uvicorn.Server(options).serve()

    async def start(self) -> None:
        """Listen for calls and load the engines (in the background)."""
        host, port = self.config.audiosocket_host, self.config.audiosocket_port
        try:
            self._listener = await asyncio.start_server(self._on_connection, host, port)
        except OSError as taken:
            raise ChannelError(
                f"port {port} for AudioSocket cannot be opened ({taken.strerror}): "
                "another program has it, or choose another in the settings"
            ) from taken
        await self._open_sip()
        self.spawn(self._warm())
        if self._teller is not None:
            self.spawn(self._teller.run())
        if self.config.recording is not None:
            self.spawn(self._forget_recordings(self.config.recording))

    async def _open_sip(self) -> None:
        if self.config.sip is None:
            return
        from channels.phone.sip import SipDoor, SipLeg

        async def take(leg: SipLeg) -> None:
            call = self.admit(leg.info)
            if call is not None:
                leg.info = call.info
                await self.conduct(call, leg)

        door = SipDoor(self.config.sip, take)
        try:
            await door.open()
        except ChannelError as closed:
            if self.config.sip.must_open:
                raise
            log.warning("sip_not_open", why=str(closed))
            self.sip_state = str(closed)
            return
        self.sip, self.sip_state = door, door.address

    async def stop(self) -> None:
        """End listener, calls and engines."""
        if self._listener is not None:
            self._listener.close()
        if self.sip is not None:
            await self.sip.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        quick = [self._quick] if self._quick else []
        for engine in (self._recognizer, *quick, *self._others.values()):
            await engine.close()
        await self._speaker.close()

    @property
    def audiosocket_port(self) -> int:
        """The port calls arrive at (asked of the system where the configuration says 0)."""
        assert self._listener is not None
        return int(self._listener.sockets[0].getsockname()[1])

    @property
    def ready(self) -> dict[str, str]:
        """State of each part: ready, loading, or why it cannot be used."""
        listening = self._listener is not None and self._listener.is_serving()
        return {"audiosocket": "ready" if listening else "closed", **self._engines}

    @property
    def sentences(self) -> dict[str, str | int]:
        """How far the fixed sentences are in the cache."""
        progress = self._prewarm.progress
        return {"state": self._prewarm.state, "done": progress.done, "of": progress.of}

    async def _forget_recordings(self, kept: RecordingConfig) -> None:
        """Delete those whose time is over, now and every few hours."""
        while True:
            gone = await asyncio.to_thread(prune, kept.folder, kept.days, datetime.now(UTC))
            log.info("recordings_pruned", calls=gone)
            await asyncio.sleep(PRUNE_S)

    async def _warm(self) -> None:
        await asyncio.gather(
            self._load("asr", self._recognizer.start), self._load("tts", self._speaker.start)
        )
        if self._engines["tts"] == "ready":
            await self._prewarm.run()

    async def _load(self, name: str, start: Callable[[], Awaitable[None]]) -> None:
        try:
            await start()
            self._engines[name] = "ready"
        except EngineUnavailable as trouble:
            log.error("engine_unavailable", part=name, why=str(trouble))
            self._engines[name] = str(trouble)

    def spawn(self, work: Any) -> None:
        """Have something done beside the calls, until the process ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Calls

    async def _on_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._lead(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            call_id = await read_identity(reader)
        except ChannelError as broken:
            log.warning("audiosocket_refused", why=str(broken))
            await refuse(writer)
            return
        call = self.admit(CallInfo(call_id))
        if call is None:
            await refuse(writer)
            return
        await self.conduct(call, AudioSocketLeg(call.info, reader, writer))

    def admit(self, info: CallInfo) -> CallRecord | None:
        """The record of a call whose sound has arrived; None where it is connected already.

        What was announced of it weighs more than what the line itself says.
        """
        call = self.calls.get(info.call_id)
        if call is None or call.over:
            call = self.calls.announce(info.call_id, info.caller, info.called)
        if call.running:
            log.warning("call_refused", why="this call is already connected")
            return None
        call.running = True
        return call

    async def conduct(self, call: CallRecord, leg: CallLeg) -> None:
        """Lead an admitted call to its end."""
        call_id = call.info.call_id
        log.info("call_answered", call_id=call_id, caller_known=call.info.caller is not None)
        came_in = call.purpose == "dialogue"
        if came_in:
            self.tell(Word(call_id, "served"))
        try:
            # Loading it takes as long as ten frames of the calls that are up.
            vad = await asyncio.to_thread(self._vad)
            session = self._session(call, leg, vad)
            with self._activity:
                reason = await session.run()
            log.info("call_ended", call_id=call_id, reason=reason)
        except BaseException:
            call.broken = True
            raise
        finally:
            call.end()
            if came_in and not call.info.place:  # else it goes on at the exchange, which tells
                self.tell(Word(call_id, "ended"))

    def tell(self, word: Word) -> None:
        """Have the backend told what becomes of a call that came in; nobody waits for it."""
        if self._teller is not None:
            self._teller.tell(word)

    def _session(
        self, call: CallRecord, leg: CallLeg, vad: Vad
    ) -> CallSession | MessageCall | Whisper:
        """Who leads a call, by its purpose."""
        if call.meeting is not None and call.purpose.endswith("whisper"):
            at_once = call.purpose != "whisper"
            return Whisper(leg, call.meeting, self._speaker, self._sentences, at_once=at_once)
        if call.purpose == "message" and self.call_outs is not None:
            return MessageCall(leg, self.call_outs, self._speaker, self._sentences, vad)
        opening = None
        if call.purpose == CHECK_IN and self.call_outs is not None:
            opening = Opening(call.info.call_id, self.call_outs, vad)
        call.session = CallSession(
            leg,
            self._check_ins if call.purpose == CHECK_IN else self._mind,
            self._ears,
            self._speaker,
            self._sentences,
            self.config.session,
            watcher=call.add,
            urgent=self._urgent,
            cry=self._cry,
            vad=vad,
            ahead=self._ahead,
            recorder=self._archive.recorder(call.info.call_id) if self._archive else None,
            opening=opening,
        )
        return call.session

    # Speech for the others

    async def transcribe(self, data: bytes, engine: str | None) -> Transcript:
        """Recognise a recording in any container, with the engine of calls or a named one.

        Raises:
            UnreadableAudio, EngineUnavailable, SpeechError
        """
        with self._activity:
            pcm = await asyncio.to_thread(read_audio, data)
            return await self._engine(engine).transcribe(pcm)

    def _engine(self, name: str | None) -> Recognizer | Ears:
        if name is None or name == self._recognizer.name:
            return self._ears
        if name not in self._others:
            self._others[name] = asr.create(name, self.config.session.asr)
        return self._others[name]

    async def synthesize(self, order: SpeechOrder) -> bytes:
        """Speak a text in the form that is asked for.

        Raises:
            EngineUnavailable, SpeechError
        """
        with self._activity:
            speech = await self._speaker.say(order.text, order.rate, order.voice)
        form = mp3_bytes if order.form == "mp3" else wav_bytes
        return await asyncio.to_thread(form, to_int16(speech.pcm), speech.sample_rate)


# HTTP ---------------------------------------------------------------------------------------------


def create_app(server: VoiceServer) -> FastAPI:
    """The HTTP side of a voice server."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await server.start()
        try:
            yield
        finally:
            await server.stop()

    app = FastAPI(title="Anban voice", lifespan=life)

    def guard(
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> None:
        _check_token(server, given.credentials if given else "")

    guarded = [Depends(guard)]

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Alive."""
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz(response: Response) -> dict[str, Any]:
        """Ready to take calls: 200, else 503; each part is named.

        ``sentences`` says how far the cache is, ``sip`` where direct calls are taken and whether
        there is a line for ours; nobody has to wait for those.
        """
        parts = server.ready
        whole = all(state == "ready" for state in parts.values())
        response.status_code = 200 if whole else 503
        sip = {"at": server.sip_state, "line": server.sip.line if server.sip else "none"}
        return {"ready": whole, "parts": parts, "sentences": server.sentences, "sip": sip}

    _add_calls(app, server, guarded)
    add_exchange(app, server, guarded)
    add_outbound(app, server, guarded)
    add_legs(app, server, lambda given: _same_token(server, given))
    add_speech(app, server, guarded)
    return app


def _add_calls(app: FastAPI, server: VoiceServer, guarded: list[Any]) -> None:
    """Announcing calls and following them."""

    @app.post("/calls", status_code=201, dependencies=guarded)
    async def announce(call: Announcement) -> dict[str, str]:
        """Say who calls before the exchange connects the sound."""
        server.calls.announce(
            str(call.call_id), call.caller, call.called, call.now, purpose=call.purpose
        )
        return {"call_id": str(call.call_id)}

    @app.websocket("/calls/{call_id}/events")
    async def events(socket: WebSocket, call_id: UUID) -> None:
        """Every event of an announced call as JSON; token as bearer or ``?token=``."""
        header = socket.headers.get("authorization", "")
        token = header.removeprefix("Bearer ") or socket.query_params.get("token", "")
        if not _same_token(server, token):
            await socket.close(4401, "wrong or missing service token")
            return
        if server.calls.get(str(call_id)) is None:
            await socket.close(4404, "no such call: announce it first")
            return
        await socket.accept()
        try:
            async for event in server.calls.follow(str(call_id)):
                await socket.send_json(event.as_json())
            await socket.close()
        except (WebSocketDisconnect, RuntimeError):
            return


def _same_token(server: VoiceServer, given: str) -> bool:
    wanted = server.config.token
    return bool(wanted) and secrets.compare_digest(given.encode(), wanted.encode())


def _check_token(server: VoiceServer, given: str) -> None:
    if not _same_token(server, given):
        raise HTTPException(
            401,
            "wrong or missing service token: send it as `Authorization: Bearer …` "
            "(setting ANBAN_SERVICE_TOKEN)",
            {"WWW-Authenticate": "Bearer"},
        )
