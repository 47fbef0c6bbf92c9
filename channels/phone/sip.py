"""Direct SIP: calls to ``sip:`` answered, and placed, with no exchange at all (baresip).

A softphone on the same network is the quickest try-out; towns put an exchange in front. One SIP
stack serves a process; how many calls it takes at once is capped, and a call whose sound has been
missing for 20 s is ended by the stack.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

import numpy as np
import structlog
from baresip import Account, BaresipError, Call, Config, Runtime, UserAgent
from baresip.call import CallState, DigitEvent
from baresip.errors import AudioNotActive, AudioRestarted
from baresip.events import Event, StackEvent

from anban.errors import ChannelError
from channels.phone.leg import FRAME, RATE, CallInfo, Pcm16
from channels.phone.paced import SILENT_PEER_S, PacedLeg
from channels.phone.sip_trunk import UNREACHABLE, NotReached, SipTrunk, TrunkLine
from channels.phone.sip_unaccepted import ignore_unaccepted
from channels.phone.tones import KeyTones

log = structlog.get_logger(__name__)

ANSWER_S = 10.0
"""Time for the sound of an answered call to come up."""
LONGEST_HOLD_S = 600.0
"""A hold that is longer is a peer that is gone, or a caller who has forgotten us."""
CALL_HEADER = "X-Anban-Call"
"""Names the UUID by which a call was announced (`POST /calls`), as AudioSocket's first message."""
TWICE_S = 0.5
"""A key that sounds within this time of being told is the same one."""
NO_SOUND = "rtp stream error"
"""How the stack says that it has ended a call whose sound was missing."""
WIRE_BYTES = 4 * FRAME * 2
"""Bytes (80 ms) the stack may hold that have not left; more would come too late."""


@dataclass(frozen=True)
class SipConfig:
    """Where SIP is listened on."""

    listen: str
    """host:port"""
    user: str = "anban"
    """the part before the @; whatever is dialled there arrives"""
    trust_numbers: bool = False
    """Whether the number that a call shows is believed: only behind an exchange or a trunk that
    checks it; anybody on the network can show any number."""
    most_calls: int = 20
    rtp_ports: str = "40000-41000"
    trunk: SipTrunk | None = None
    """The way out; None: nobody is called."""
    must_open: bool = True
    """Whether the process is of no use where the address is taken."""


class SipLeg(PacedLeg):
    """One answered call."""

    def __init__(self, info: CallInfo, call: Call) -> None:
        super().__init__(info)
        self._call = call
        self._parting: asyncio.Task[None] | None = None
        self._held_since = asyncio.get_running_loop().time()
        self._tones = KeyTones()
        self._told_at: dict[str, float] = {}
        self._lost = False
        call.on_dtmf(self._on_digit)
        call.on(self._on_event)

    def _on_digit(self, event: DigitEvent) -> None:
        self._told_at[event.digit] = asyncio.get_running_loop().time()
        self._pressed(event.digit)

    def _on_event(self, event: StackEvent) -> None:
        if event.event is Event.CALL_CLOSED and (event.text or "").startswith(NO_SOUND):
            self._lost = True

    def _push_audio(self, pcm: Pcm16) -> None:
        """Take a frame; the tones of a key are a key, unless it was told beside the sound too."""
        digit = self._tones.feed(pcm)
        now = asyncio.get_running_loop().time()
        if digit is not None and now - self._told_at.get(digit, -TWICE_S) >= TWICE_S:
            self._pressed(digit)
        super()._push_audio(np.zeros_like(pcm) if self._tones.sounds else pcm)

    def _tick(self, now: float) -> None:
        if self._call.state is CallState.CLOSED:
            return self._close("silent" if self._lost else "hangup")
        self._hold(self._call.remote_on_hold)
        if not self._call.remote_on_hold:
            self._held_since = now
        elif now - self._held_since < LONGEST_HOLD_S:
            self._sign_of_life()  # whoever holds us need not send sound
        with suppress(AudioNotActive, AudioRestarted):  # on hold, or agreed upon anew: silence
            while data := self._call.audio.read(FRAME * 2):
                self._sign_of_life()
                rate = self._call.audio.info().rx_sample_rate or RATE
                self._heard(np.frombuffer(data, "<i2").astype(np.int16), rate)
        super()._tick(now)

    def _send(self, frame: Pcm16) -> None:
        with suppress(AudioNotActive, AudioRestarted):
            if self._call.audio.info().tx_buffered < WIRE_BYTES:
                self._call.audio.write(frame.astype("<i2").tobytes())

    def _flush(self) -> None:
        with suppress(AudioNotActive, AudioRestarted):
            self._call.audio.flush_tx()

    def _refer(self, target: str) -> None:
        where = target if target.startswith("sip:") else f"sip:{target}"
        self._parting = asyncio.create_task(self._transferred(where))

    def _part(self, reason: str) -> None:
        if self._parting is None:
            self._parting = asyncio.create_task(self._hung_up())

    async def _transferred(self, where: str) -> None:
        """Ask the caller's side to call somebody else; a refusal leaves nothing to be kept."""
        try:
            await self._call.transfer(where)
        except BaresipError as refused:
            log.warning("refer_failed", call_id=self.info.call_id, why=type(refused).__name__)
            await self._hung_up()

    async def _hung_up(self) -> None:
        with suppress(BaresipError):
            await self._call.hangup()

    async def closed(self) -> None:
        """Wait until the stack has let go of the call."""
        if self._parting is not None:
            await asyncio.wait({self._parting})


Answered = Callable[[SipLeg], Awaitable[None]]


class SipDoor:
    """Takes calls, and hands each one on as a leg.

    Args:
        config: where it listens.
        answered: leads a call to its end.
    """

    def __init__(self, config: SipConfig, answered: Answered) -> None:
        self._config = config
        self._answered = answered
        self._runtime = Runtime()
        self._line = TrunkLine(self._runtime, config.trunk) if config.trunk else None
        self._calls: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen.

        Raises:
            ChannelError: the address cannot be listened on, or the stack is another one.
        """
        config = self._config
        host = config.listen.rpartition(":")[0]
        ignore_unaccepted()
        try:
            await self._runtime.start(
                Config(
                    net_interface=host if host not in ("", "0.0.0.0") else None,  # noqa: S104
                    max_concurrent_calls=config.most_calls,
                    rtp_timeout=round(SILENT_PEER_S),
                    expose_headers=("To", CALL_HEADER),
                    extra_config_text=f"sip_listen {config.listen}\nrtp_ports {config.rtp_ports}\n"
                    "sip_transports udp\naudio_buffer 20-60\njitter_buffer_type off\n",
                )
            )
            account = Account(
                config.user,
                config.listen,
                "",
                reg_interval=0,
                audio_codecs=("pcma", "pcmu"),
                extra_params=("catchall=yes",),
            )
            agents = [await UserAgent.create(self._runtime, account)]
            if self._line is not None:
                await self._line.open()
                agents += [self._line.agent] if self._line.agent else []
        except BaresipError as refused:
            await self._runtime.close()
            raise ChannelError(f"SIP cannot listen on {config.listen}: {refused}") from refused
        for agent in agents:
            agent.on_incoming(self._on_incoming)

    async def close(self) -> None:
        """Hang up whatever is still talking, and stop listening."""
        for task in list(self._calls):
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        if self._line is not None:
            await self._line.close()
        await self._runtime.close()

    @property
    def address(self) -> str:
        """What is dialled to reach us."""
        return f"sip:{self._config.user}@{self._config.listen}"

    @property
    def line(self) -> str:
        """State of the way out: none, ready, registering, or why it is not."""
        return self._line.state if self._line else "none"

    @property
    def agents(self) -> tuple[str, ...]:
        """Numbers of people who may be rung to take a promised call."""
        return self._config.trunk.agents if self._config.trunk else ()

    async def dial(self, info: CallInfo, number: str) -> SipLeg:
        """Call a number; the leg of whoever answers, whom to hang up on is the caller's affair.

        Args:
            info: how the call is to be known.
            number: digits, with a + before them where it is an international one.

        Raises:
            NotReached: nobody answered; says what came of it.
        """
        if self._line is None:
            raise NotReached(UNREACHABLE)
        return SipLeg(info, await self._line.dial(number))

    def _on_incoming(self, call: Call) -> None:
        task = asyncio.create_task(self._take(call))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _take(self, call: Call) -> None:
        try:
            await call.answer()
            await call.wait_established(ANSWER_S)
        except BaresipError as failed:
            log.warning("sip_not_answered", why=type(failed).__name__)
            with suppress(BaresipError):
                await call.hangup()
            return
        caller = number_of(call.peer) if self._config.trust_numbers else None
        called = number_of(call.headers.get("To"))
        call_id = announced_as(call.headers.get(CALL_HEADER)) or str(uuid4())
        leg = SipLeg(CallInfo(call_id, caller, called), call)
        try:
            await self._answered(leg)
        finally:
            await leg.hangup()
            await leg.closed()


def announced_as(given: str | None) -> str | None:
    """The UUID that whoever calls says the call was announced by; None where it is none."""
    try:
        return str(UUID(given or ""))
    except ValueError:
        return None


def number_of(peer: str | None) -> str | None:
    """The number in a SIP address; None where it shows none."""
    user = (peer or "").partition("sip:")[2].partition("@")[0].partition(";")[0]
    return user if user.lstrip("+").isdigit() else None
