"""Calling out over SIP with no exchange of one's own: through a trunk, or a registrar's account."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from baresip import Account, BaresipError, Call, CallFailed, Runtime, UserAgent
from baresip.errors import CallTimeout, RegistrationError, StaleHandleError
from baresip.events import Event, StackEvent

from anban.errors import ChannelError

log = structlog.get_logger(__name__)

BUSY, NO_ANSWER, UNREACHABLE = "busy", "no_answer", "unreachable"
RENEWED_S = 300
"""A registration is renewed in this time."""
_TURNED_AWAY = frozenset((486, 600, 603))
"""Busy here, busy everywhere, declined: somebody is there and does not want to speak now."""
_NO_LINE = frozenset((401, 403, 407, 500, 502, 503))
"""The trunk does not know us, or cannot: the number itself was not called."""


@dataclass(frozen=True)
class SipTrunk:
    """Who takes our calls to the public network."""

    user: str
    """our name or number there"""
    host: str
    """host, or host:port"""
    password: str = field(default="", repr=False)
    """With one we register; without, the trunk knows us by our address."""
    agents: tuple[str, ...] = ()
    """Numbers of people who may be rung to take a promised call, in this order."""
    ring_s: float = 45.0
    """How long a number may ring."""


class NotReached(ChannelError):
    """Nobody answered a call of ours; ``outcome`` is busy, no_answer or unreachable (no line)."""

    def __init__(self, outcome: str) -> None:
        super().__init__(f"nobody answered: {outcome}")
        self.outcome = outcome


class TrunkLine:
    """Places calls over a trunk.

    Args:
        runtime: the SIP stack.
        trunk: where the calls go.
    """

    def __init__(self, runtime: Runtime, trunk: SipTrunk) -> None:
        self._runtime = runtime
        self._trunk = trunk
        self._registering: asyncio.Task[None] | None = None
        self.agent: UserAgent | None = None
        """Our side of it, once it is open; what the trunk sends us arrives there."""
        self.state = "registering" if trunk.password else "ready"
        """ready, registering, or why we are not registered."""

    async def open(self) -> None:
        """Make our account known to the stack, and to the registrar in the background.

        Raises:
            BaresipError: the stack does not take the account.
        """
        trunk = self._trunk
        account = Account(
            trunk.user,
            trunk.host,
            trunk.password,
            reg_interval=RENEWED_S if trunk.password else 0,
            audio_codecs=("pcma", "pcmu"),
        )
        self.agent = await UserAgent.create(self._runtime, account)
        self.agent.on(self._on_event)
        if trunk.password:
            self._registering = asyncio.create_task(self._register(self.agent))

    async def close(self) -> None:
        """Tell the registrar that we are gone."""
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.wait({self._registering})
        if self.agent is not None and self.state == "ready" and self._trunk.password:
            with suppress(BaresipError):
                await self.agent.unregister(timeout=2)

    async def _register(self, agent: UserAgent) -> None:
        with suppress(RegistrationError):  # the stack goes on trying, and tells us
            await agent.register()

    def _on_event(self, event: StackEvent) -> None:
        if event.event is Event.REGISTER_OK:
            self.state = "ready"
        elif event.event is Event.REGISTER_FAIL:
            self.state = f"not registered: {event.text or 'no answer'}"
            log.warning("sip_trunk_not_registered", why=event.text)

    async def dial(self, number: str) -> Call:
        """Call a number and wait until somebody, or something, answers.

        Raises:
            NotReached: nobody did.
        """
        if self.agent is None:
            raise NotReached(UNREACHABLE)
        try:
            call, early = await self._begun(self.agent, f"sip:{number}@{self._trunk.host}")
        except BaresipError as refused:
            log.warning("sip_no_line", why=type(refused).__name__)
            raise NotReached(UNREACHABLE) from refused
        try:
            if Event.CALL_CLOSED in early:
                raise CallFailed.from_close_reason(early[Event.CALL_CLOSED])
            if Event.CALL_ESTABLISHED not in early:
                await call.wait_established(self._trunk.ring_s)
        except CallFailed as failed:
            raise NotReached(outcome_of(failed)) from failed
        except asyncio.CancelledError:
            with suppress(StaleHandleError):
                await call.hangup()
            raise
        return call

    async def _begun(self, agent: UserAgent, address: str) -> tuple[Call, dict[Event, str]]:
        """A call that is under way, and what the stack told of it before anybody could listen.

        A peer that is near answers before the binding has made its object of the call.
        """
        told: list[StackEvent] = []
        self._runtime.subscribe(told.append)
        try:
            call = await agent.dial(address)
        finally:
            self._runtime.unsubscribe(told.append)
        return call, {one.event: one.text or "" for one in told if one.call == call.handle}


def outcome_of(failed: CallFailed) -> str:
    """What a call that was not answered came to; a number unknown there answers as little."""
    if isinstance(failed, CallTimeout):
        return NO_ANSWER
    if failed.status in _TURNED_AWAY:
        return BUSY
    return UNREACHABLE if failed.status is None or failed.status in _NO_LINE else NO_ANSWER
