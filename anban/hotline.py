"""``anban hotline``: a real hotline, played: Asterisk, two agents, elders, a family, and Anban.

Three scenes one after the other. Each ends with what must be so: rows in the database and sound on
the lines; whatever is not is an AnbanError that says what.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
import websockets

from anban import asterisk, sounds, wiring
from anban.desk_watch import Desk, watched_desk
from anban.errors import AnbanError, ChannelError, Unavailable
from anban.phones import Network, Phone, Talk, network, tone
from anban.settings import Settings
from anban.spoken_leg import spoken
from anban.stage import CALL_PROCESSES, Stage, free_ports, stage
from backend.client import BackendClient, Elder
from channels.phone.leg import RATE
from voice.audio import Pcm16, for_phone, to_float

ARI_PASSWORD = "played-exchange"  # noqa: S105 - of an exchange that lives for minutes, on loopback
AGENT_PASSWORD = "played-agent"  # noqa: S105 - likewise
PATIENCE = 3
"""Seconds a caller waits for an agent before Anban answers."""
PUT_THROUGH_S = 3.0
"""A caller whom Anban lets go is with the agent within this time."""
WAIT_S = 90.0
"""Longest wait for anything; a loaded machine is slow, not broken."""

BOOKING = {
    "menu": "喂，你好，我想找个人来家里打扫卫生。",
    "service": "打扫卫生。",
    "date": "明天上午九点。",
    "time": "上午九点。",
    "confirm": "对，就是这样。",
}
YES = "好的。"
CRY = "救命啊，我摔倒了，起不来了。"
PERSON = "我要找人工。"

Found = TypeVar("Found")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Played:
    """What the scenes measured, in seconds."""

    answered: float
    """from overflow to Anban's first sound"""
    joined: float
    """from the caller's yes to the agent's line being theirs"""
    put_through: float
    """of that, from being let go by Anban, as the transfer's row says"""
    acknowledged: float
    """from the cry to key 1"""
    called_back: float
    """from the agent being free to the elder's telephone being answered"""

    def __str__(self) -> str:
        return (
            f"hotline: ok answered={self.answered:.1f} joined={self.joined:.1f} "
            f"put_through={self.put_through:.1f} acknowledged={self.acknowledged:.1f} "
            f"called_back={self.called_back:.1f}"
        )


async def until(look: Callable[[], Awaitable[Found]], what: str) -> Found:
    """The first true value that ``look`` gives.

    Raises:
        Unavailable: there was none in time; says what was waited for.
    """
    limit = time.monotonic() + WAIT_S
    while True:
        if found := await look():
            return found
        if time.monotonic() > limit:
            raise Unavailable(f"not within {WAIT_S:g} s: {what}")
        await asyncio.sleep(0.1)


def workday() -> str:
    """A working morning that is over: what is promised on it is due now."""
    day = datetime.now(wiring.TIMEZONE) - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(hour=9, minute=10, second=0, microsecond=0).isoformat()


@dataclass
class House:
    """Everything a scene needs."""

    stage: Stage
    installed: Path
    backend: BackendClient
    network: Network
    agents: tuple[Phone, Phone]
    http: httpx.AsyncClient
    """the exchange's ARI"""
    desk: Desk
    """what the agents see"""
    say: Say
    _lines: dict[str, Pcm16] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """Of the Anban that is played with."""
        return self.stage.settings

    async def line(self, text: str) -> Pcm16:
        """A caller's line as sound."""
        if text not in self._lines:
            self._lines[text] = await spoken(self.settings, text)
        return self._lines[text]

    async def elder(self, name: str, phone: str) -> Elder:
        """Somebody in the register."""
        return await self.backend.create_elder(
            name, phone=phone, address="福康县西城街道和平小区18号楼302", locality="福康县"
        )

    async def log_in(self, agent: Phone, count: int) -> None:
        """An agent logs in to the queue, and is the ``count``-th there."""
        with suppress(ChannelError):  # on a slow machine it is over before we know that it began
            await (await agent.dial("*45")).ended()

        async def there() -> bool:
            folder = self.settings.data / "asterisk"
            said = await asterisk.console(self.installed, folder, "queue show hotline")
            return said.count("PJSIP/") == count

        await until(there, f"{count} agents are logged in")

    async def overflow(self, number: str) -> tuple[Talk, float]:
        """Somebody calls and waits until Anban answers; seconds from overflow to its first sound.

        The exchange answers at once; the wait for an agent counts from there.
        """
        phone = await self.network.subscriber(number)
        talk = await phone.dial("12349")
        began = time.monotonic()
        await self.call_of(number)
        before = talk.sound_s  # what was heard until here was the exchange's own
        await until(lambda: _heard(talk, before + 0.02), "Anban answers")
        seconds = time.monotonic() - began - PATIENCE
        self.say(f"overflow: Anban answers {number[-4:]} after {seconds:.1f} s")
        return talk, seconds

    async def pretend(self, now: str) -> None:
        """Give the calls that come in from here on a clock of their own."""
        folder = self.settings.data / "asterisk"
        await asterisk.console(self.installed, folder, f"dialplan set global NOW {now}")

    def show(self, event: Mapping[str, Any]) -> None:
        """Tell what is said on a call."""
        who = {"reply_text": "安伴", "transcript": "来电"}.get(event["event"])
        if who:
            self.say(f"  {event['ms'] / 1000:6.1f}s {who}: {event['text']}")

    async def call_of(self, number: str) -> str:
        """The UUID of the call that a number has with Anban, once there is one."""

        async def look() -> str | None:
            channels = (await self.http.get("/ari/channels")).json()
            return next((_call_id(one) for one in channels if _waits_for(one, number)), None)

        return await until(look, f"{number[-4:]} talks with Anban") or ""

    @asynccontextmanager
    async def events(self, call_id: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """What voice tells of a call."""
        url = f"{self.settings.voice_url.replace('http', 'ws', 1)}/calls/{call_id}/events"
        headers = {"Authorization": f"Bearer {self.settings.service_token}"}
        async with websockets.connect(url, additional_headers=headers, proxy=None) as socket:
            yield _parsed(socket)


async def _parsed(socket: websockets.ClientConnection) -> AsyncIterator[dict[str, Any]]:
    with suppress(websockets.ConnectionClosed):
        async for text in socket:
            yield json.loads(text)


def _waits_for(channel: Mapping[str, Any], number: str) -> bool:
    """Whether a channel is the stand-in that waits in the queue for a caller."""
    return "@place" in channel["name"] and channel["caller"]["number"] == number


def _call_id(channel: Mapping[str, Any]) -> str:
    return str(channel["name"]).removeprefix("Local/").partition("@")[0]


# scenes -------------------------------------------------------------------------------------------


async def busy(house: House) -> list[Talk]:
    """Both agents are talking with somebody."""
    answering = [asyncio.create_task(agent.answer(WAIT_S)) for agent in house.agents]
    for number in ("05975550001", "05975550002"):
        await (await house.network.subscriber(number)).dial("12349")
    talks = [await answered for answered in answering]
    house.say("both agents are talking with somebody")
    return talks


async def handed_back(house: House, agents: list[Talk]) -> tuple[float, float, float]:
    """Overflow, a booking, an agent who is free, and the caller put through with a summary.

    Returns:
        Seconds from overflow to Anban's first sound, from the caller's yes to the agent, and of
        those the ones that the row of the transfer counts.
    """
    number = "13800001001"
    await house.elder("林秀英", number)
    for text in (*BOOKING.values(), YES):
        await house.line(text)
    talk, answered = await house.overflow(number)
    call_id = await house.call_of(number)
    caller = _Booker(house, talk, agents)
    async with house.events(call_id) as events:
        async for event in events:
            await caller.on(event)
    if caller.agent is None:
        raise AnbanError("the call ended without an order")
    agents[0] = await caller.agent
    if not house.desk.shows("林秀英", "打扫"):
        raise AnbanError("nothing stands on the desk, and the agent is about to say hello")
    await hears(agents[0], talk)
    joined = time.monotonic() - caller.agreed
    await hears(talk, agents[0])

    async def written() -> bool:
        rows = await house.backend.transfers(conversation=call_id)
        return [row.outcome for row in rows] == ["connected"]

    await until(written, "the transfer is written down")
    (row,) = await house.backend.transfers(conversation=call_id)
    if "打扫" not in row.summary:
        raise AnbanError(f"the agent was not told of the order: {row.summary}")
    if row.seconds is None or row.seconds > PUT_THROUGH_S:
        raise AnbanError(f"between Anban and the agent the caller waited {row.seconds} s")
    house.say(
        f"put through after {joined:.1f} s, {row.seconds:.1f} s of them between Anban and the "
        f"agent; on the desk before the agent said hello: {row.summary}"
    )
    return answered, joined, row.seconds


class _Booker:
    """An elder who books, and then lets an agent take over."""

    def __init__(self, house: House, talk: Talk, agents: list[Talk]) -> None:
        self._house, self._talk, self._agents = house, talk, agents
        self._asked = "menu"
        self.agent: asyncio.Task[Talk] | None = None
        """The agent who is free once the order is placed."""
        self.agreed = 0.0

    async def on(self, event: Mapping[str, Any]) -> None:
        """Something has happened on the call."""
        house = self._house
        house.show(event)
        if event["event"] == "reply_text":
            if event["key"] == "utter_colleague_free":
                self._asked = "colleague"
            elif event["ask"] in BOOKING:
                self._asked = event["ask"]
        elif event["event"] == "order" and self.agent is None:
            house.say("an agent hangs up, and is free")
            await self._agents[0].hang_up()
            self.agent = asyncio.create_task(house.agents[0].answer(WAIT_S))
        elif event["event"] == "listening":
            if self._asked == "colleague":
                await self._talk.say(await house.line(YES))
                self.agreed = time.monotonic()
            elif self.agent is None:
                await self._talk.say(await house.line(BOOKING[self._asked]))


async def hears(one: Talk, other: Talk) -> None:
    """Wait until one hears what the other says.

    Raises:
        Unavailable: they do not.
    """
    before = one.tone_s
    limit = time.monotonic() + WAIT_S
    while one.tone_s - before < 0.2:
        await other.say(tone(0.1))
        if time.monotonic() > limit or one.over or other.over:
            raise Unavailable(f"one of the two does not hear the other: {one}, {other}")


async def acknowledged(house: House) -> float:
    """A cry for help while every agent is busy: the daughter is called, and presses 1.

    Returns:
        Seconds from the end of the cry to the key.
    """
    number, daughters = "13800001002", "13900002002"
    elder = await house.elder("王桂兰", number)
    member = await house.backend.create_family_member(
        elder.id, name="王小燕", relation="女儿", phone=daughters
    )
    await house.backend.create_contact("voice_call", daughters, family_member_id=member.id)
    family = await house.network.subscriber(daughters)
    cry = await house.line(CRY)
    talk, _ = await house.overflow(number)
    await talk.quiet(1.0)
    await talk.say(cry)
    cried = time.monotonic()
    house.say("an elder cries for help")
    answered = await family.answer(WAIT_S)
    house.say(f"the daughter's telephone rings after {time.monotonic() - cried:.1f} s")
    await until(lambda: _heard(answered, 2.0), "the daughter hears what happened")
    await answered.press("1")

    async def held() -> bool:
        found = await house.backend.emergencies(elder_id=elder.id)
        return bool(found) and found[0].status == "acknowledged"

    await until(held, "key 1 acknowledges")
    seconds = time.monotonic() - cried
    await answered.ended()
    (row,) = await house.backend.emergencies(elder_id=elder.id)

    async def written() -> bool:
        called = await house.backend.call_outs(emergency_id=row.id)
        return [one.key for one in called] == ["1"]

    await until(written, "the call-out and its key are written down")
    if row.acknowledged_by != "女儿王小燕":
        raise AnbanError(f"not the daughter acknowledged it: {row.acknowledged_by}")
    house.say(f"key 1: {row.acknowledged_by} is going, {seconds:.1f} s after the cry")
    await talk.hang_up()
    return seconds


async def called_back(house: House, agents: list[Talk]) -> float:
    """Nobody is free: a ticket with a promise, which is kept once an agent is.

    Returns:
        Seconds from an agent being free to the elder's telephone ringing.
    """
    number = "13800001003"
    await house.pretend(workday())
    elder = await house.elder("陈阿婆", number)
    phone = await house.network.subscriber(number)
    wish = await house.line(PERSON)
    talk, _ = await house.overflow(number)
    await talk.quiet(1.0)
    await talk.say(wish)

    async def promised() -> bool:
        return bool(await house.backend.handoffs(elder_id=elder.id, status="open"))

    await until(promised, "a ticket is written")
    await talk.quiet(1.0)
    await talk.hang_up()
    (ticket,) = await house.backend.handoffs(elder_id=elder.id)
    house.say(f"nobody is free: ticket {ticket.ticket}; the elder hangs up")
    await agents[1].hang_up()
    freed = time.monotonic()
    agent = asyncio.create_task(house.agents[1].answer(WAIT_S))
    answered = await phone.answer(WAIT_S)
    seconds = time.monotonic() - freed
    agents[1] = await agent
    await hears(agents[1], answered)
    await hears(answered, agents[1])
    await answered.hang_up()

    async def kept() -> bool:
        (row,) = await house.backend.handoffs(elder_id=elder.id)
        return row.status == "done"

    await until(kept, "the ticket is done")
    house.say(f"an agent is free: the elder is called back after {seconds:.1f} s")
    return seconds


async def _ours(settings: Settings, text: str) -> Pcm16:
    """A sentence in Anban's own voice."""
    return for_phone(to_float(await spoken(settings, text, None)), RATE)


async def _heard(talk: Talk, seconds: float) -> bool:
    return talk.sound_s >= seconds


# the play -----------------------------------------------------------------------------------------


@asynccontextmanager
async def opened(folder: Path, say: Say) -> AsyncIterator[House]:
    """A hotline with two agents at work, and Anban behind it.

    Args:
        folder: where Asterisk was installed.
        say: is told what happens.
    """
    ari, sip, public = free_ports(3)
    async with AsyncExitStack() as stack:
        say("starting Anban …")
        staged = await stack.enter_async_context(
            stage(
                CALL_PROCESSES,
                ari_url=f"http://anban:{ARI_PASSWORD}@127.0.0.1:{ari}",
                call_hours="00:00-23:59",
            )
        )
        settings = staged.settings
        say("speaking what the exchange says itself …")
        await sounds.write(settings.data / "sounds", partial(_ours, settings))
        exchange = asterisk.Exchange(
            voice_url=settings.voice_url,
            audiosocket=f"127.0.0.1:{settings.audiosocket_port}",
            token=settings.service_token,
            ari_password=ARI_PASSWORD,
            agent_password=AGENT_PASSWORD,
            http_port=ari,
            sip_port=sip,
            trunk=f"127.0.0.1:{public}",
            patience=PATIENCE,
            sounds=settings.data / "sounds",
        )
        say("starting Asterisk and the telephones …")
        await stack.enter_async_context(
            asterisk.running(exchange, folder, settings.data / "asterisk")
        )
        lines = await stack.enter_async_context(network(f"127.0.0.1:{sip}", f"127.0.0.1:{public}"))
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{ari}", auth=("anban", ARI_PASSWORD), trust_env=False
            )
        )
        backend = await stack.enter_async_context(wiring.backend_client(settings))
        agents = [await lines.agent(name, AGENT_PASSWORD) for name in ("agent1", "agent2")]
        desk = await stack.enter_async_context(watched_desk(staged))
        house = House(staged, folder, backend, lines, (agents[0], agents[1]), http, desk, say)
        for count, agent in enumerate(agents, start=1):
            await house.log_in(agent, count)
        say("two agents have logged in")
        yield house


async def scenes(house: House) -> Played:
    """Play the three scenes.

    Raises:
        AnbanError: something was not as it must be; says what.
    """
    agents = await busy(house)
    answered, joined, put_through = await handed_back(house, agents)
    seconds = await acknowledged(house)
    back = await called_back(house, agents)
    return Played(answered, joined, put_through, seconds, back)


async def play(folder: Path, say: Say) -> Played:
    """Open a hotline and play the scenes in it.

    Raises:
        AnbanError: something was not as it must be; says what.
    """
    async with opened(folder, say) as house:
        return await scenes(house)
