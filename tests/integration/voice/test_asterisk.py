"""The hotline's dialplan in a real Asterisk, with real telephones and a mind of paper."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest

from anban import asterisk, sounds
from anban.errors import ChannelError, SettingsError, Unavailable
from anban.phones import Network, Phone, Talk, is_tone, network, tone
from anban.settings import Settings
from anban.stage import free_ports
from backend.config import TelephoneConfig
from backend.telephone.exchange import Exchange
from backend.telephone.ports import call_back, message_call
from bot.sentences import Reply
from channels.phone.leg import FRAME_S, Pcm16
from tests.lacking import lacking
from tests.unit.voice.test_message import FakeCallOuts
from tests.waiting import until
from voice.server import VoiceServer

from .test_server import TOKEN, running, speech

pytestmark = pytest.mark.integration
WORDS = {
    "utter_whisper_asking": "正在问",
    "utter_whisper_connected": "接通了",
    "utter_whisper_declined": "不转了",
    "utter_whisper_gone": "挂了",
    "utter_goodbye": "再见",
    "utter_colleague_gone": "同事断了",
}
SOUNDS = {
    "AudioSocket": asterisk.AUDIOSOCKET,
    "chan_websocket in JSON": asterisk.WEBSOCKET,
    "chan_websocket in plain text": asterisk.WEBSOCKET.replace("json", "plain"),
}
OFFER = Reply("同事有空了，好吗？", ask="confirm", offer="colleague")
NUMBER = "13800001001"
SENTENCE_S = 0.4
"""Length of the tone that stands for a sentence of the exchange's."""


@pytest.fixture(scope="session")
def installed() -> Path:
    """Asterisk, from the cache or from Debian; says why where it cannot be had."""
    settings = Settings()
    folder = settings.models_dir.parent / "asterisk"
    try:
        asterisk.install(folder, settings.debian_mirror, print)
    except (SettingsError, Unavailable, OSError) as missing:
        lacking(f"no hotline without Asterisk: {missing}")
    return folder


@dataclass
class Hotline:
    voice: VoiceServer
    lines: Network
    ari: httpx.AsyncClient
    exchange: Exchange
    agent: Phone
    installed: Path
    folder: Path
    sip: int
    tones: dict[str, int]
    """The tone, in Hz, that stands for each of the exchange's own sentences."""

    listened: dict[tuple[int, str], tuple[int, float]] = field(default_factory=dict)
    """How many frames of a talk were looked at for a sentence, and its seconds in them."""

    def was_heard(self, talk: Talk, sentence: str) -> bool:
        """Whether somebody has heard one of those, most of it.

        Only what is new is looked at: while it is, no telephone is read.
        """
        key = (id(talk), sentence)
        at, seconds = self.listened.get(key, (0, 0.0))
        new = talk.heard[at:]
        seconds += FRAME_S * sum(is_tone(frame, self.tones[sentence]) for frame in new)
        self.listened[key] = (at + len(new), seconds)
        return seconds > 0.7 * SENTENCE_S

    async def log_in(self, key: str = "*45", queue: str = "hotline") -> None:
        with suppress(ChannelError):
            await (await self.agent.dial(key)).ended()
        await self.until("the agent is logged in", lambda: self.shows("PJSIP/agent1", queue))

    @property
    def words(self) -> list[str]:
        """What was told of calls that came in."""
        return [what for what, *_ in self.voice.call_outs.inbound]

    async def console(self, line: str) -> str:
        return await asterisk.console(self.installed, self.folder, line)

    async def shows(self, what: str, queue: str = "hotline") -> bool:
        """Whether a member or a caller stands in a queue."""
        return what in await self.console(f"queue show {queue}")

    async def channels(self) -> list[str]:
        return [one["name"] for one in (await self.ari.get("/ari/channels")).json()]

    async def empty(self) -> bool:
        """Whether nobody is in any call any more."""
        return await self.channels() == []

    async def seen(self) -> str:
        """How things stand, for whoever waited in vain."""
        log = (self.folder / "log" / "messages").read_text(errors="replace").splitlines()
        mind = self.voice.mind
        return "\n".join(
            (
                f"told: {self.voice.call_outs.inbound}",
                f"heard: {mind.heard}, ended: {mind.ended}",
                f"channels: {await self.channels()}",
                f"sentences (frames, seconds): {list(self.listened.values())}",
                await self.console("queue show"),
                *log[-20:],
            )
        )

    async def until(self, what: str, look: Callable[[], object]) -> None:
        await until(what, look, self.seen)

    async def hears(self, one: Talk, other: Talk) -> None:
        """The other speaks until the one hears it."""
        before = one.tone_s

        async def heard() -> bool:
            await other.say(tone(0.1))
            return one.tone_s - before >= 0.2

        await self.until("one hears the other", heard)

    async def talks(self, talk: Talk) -> None:
        """Somebody is spoken to, to the end."""
        await self.until("a voice", lambda: talk.sound_s > 0.1)
        await talk.quiet(0.5)


async def tones(folder: Path) -> dict[str, int]:
    """Write the exchange's sounds, each sentence a tone of its own."""
    names = {text: name for name, text in sounds.sentences().items()}
    hertz = {name: 1_050 + 50 * number for number, name in enumerate(names.values())}

    async def speak(text: str) -> Pcm16:
        return tone(SENTENCE_S, hertz[names[text]])

    await sounds.write(folder, speak)
    return hertz


@asynccontextmanager
async def hotline(
    installed: Path,
    folder: Path,
    *heard: str,
    speaks: bool = False,
    patience: int = 1,
    sound: str = asterisk.AUDIOSOCKET,
) -> AsyncIterator[Hotline]:
    """A hotline on loopback; ``speaks`` says whether the exchange has its own sounds."""
    ari, sip, public = free_ports(3)
    spoken = await tones(folder / "sounds") if speaks else {}
    async with AsyncExitStack() as stack:
        voice = await stack.enter_async_context(
            running(*heard, sentences=lambda key: WORDS.get(key, key), call_outs=FakeCallOuts())
        )

        async def colleague(conversation, agent, *, now=None):
            return type("Arrival", (), {"replies": [OFFER], "summary": "林秀英"})

        voice.mind.colleague = colleague
        voice.mind.answers = {"好": [Reply("接过去。", connect=True)], "不": [Reply("那好。")]}
        wanted = asterisk.Exchange(
            voice_url=voice.url, audiosocket=f"127.0.0.1:{voice.audiosocket_port}", token=TOKEN,
            ari_password="p", agent_password="a", http_port=ari, sip_port=sip,
            trunk=f"127.0.0.1:{public}", patience=patience, ring_seconds=2,
            sounds=folder / "sounds" if speaks else None, sound=sound,
        )  # fmt: skip
        await stack.enter_async_context(asterisk.running(wanted, installed, folder))
        lines = await stack.enter_async_context(network(f"127.0.0.1:{sip}", f"127.0.0.1:{public}"))
        url = f"http://127.0.0.1:{ari}"
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=url, auth=("anban", "p"), trust_env=False)
        )
        config = TelephoneConfig(url, "anban", "p", voice.url)
        exchange = Exchange(config, TOKEN)
        stack.push_async_callback(exchange.close)
        agent = await lines.agent("agent1", "a")
        yield Hotline(voice, lines, http, exchange, agent, installed, folder, sip, spoken)


@pytest.mark.parametrize("sound", SOUNDS.values(), ids=SOUNDS)
async def test_nobody_logged_in_is_overflow_and_an_agent_who_comes_takes_over(
    installed: Path, tmp_path: Path, sound: str
):
    async with hotline(installed, tmp_path, "好", "好", sound=sound) as house:
        talk = await (await house.lines.subscriber(NUMBER)).dial("12349")
        await house.talks(talk)
        assert house.voice.mind.phone == NUMBER
        await house.log_in()
        agent = await house.agent.answer()
        await house.talks(agent)
        await talk.say(speech())
        await house.until("the caller is let go", lambda: house.voice.mind.ended == "transferred")
        await house.hears(agent, talk)
        await house.hears(talk, agent)
        await house.until("the two are told to be joined", lambda: "joined" in house.words)
        await agent.hang_up()
        await talk.ended()
        # told at least once each; in what order they come is the network's affair
        became = {"arrived", "overflow", "served", "joined", "ended"}
        await house.until("all is told", lambda: set(house.words) == became)
        await house.until("everybody is gone", house.empty)


async def test_a_word_that_anban_did_not_take_is_said_again(installed: Path, tmp_path: Path):
    async with hotline(installed, tmp_path) as house:
        token = house.voice.config.token
        unknown(house)
        talk = await (await house.lines.subscriber(NUMBER)).dial("12349")
        await house.until("the caller waits", lambda: house.shows("PJSIP/trunk"))
        house.voice.config = replace(house.voice.config, token=token)
        await house.until("what was not taken is told", lambda: "arrived" in house.words)
        assert house.voice.call_outs.agos[house.words.index("arrived")] > 0.5
        await talk.hang_up()
        await house.until("and the end", lambda: "ended" in house.words)


async def test_who_speaks_hakka_waits_for_an_agent_who_does(installed: Path, tmp_path: Path):
    async with hotline(installed, tmp_path) as house:
        house.voice.mind.known = SimpleNamespace(words=(), language="hak")
        await house.log_in("*452", "hotline-hak")
        assert not await house.shows("PJSIP/agent1")
        talk = await (await house.lines.subscriber(NUMBER)).dial("12349")
        await house.talks(talk)
        await house.talks(await house.agent.answer())
        await talk.hang_up()


async def test_after_a_no_the_agent_is_let_go_and_the_call_goes_on(installed: Path, tmp_path: Path):
    async with hotline(installed, tmp_path, "不", "不") as house:
        await house.log_in()
        other = asyncio.create_task(house.agent.answer())
        first = await (await house.lines.subscriber("05975550001")).dial("12349")
        busy = await other
        await house.until(
            "the agent has answered",
            lambda: ("answered", "agent1", "") in house.voice.call_outs.inbound,
        )
        talk = await (await house.lines.subscriber(NUMBER)).dial("12349")
        await house.talks(talk)
        coming = asyncio.create_task(house.agent.answer())
        await first.hang_up()
        await busy.ended()
        agent = await coming
        await house.talks(agent)
        await talk.say(speech())
        await agent.ended()
        assert not talk.over
        assert house.voice.mind.ended is None
        assert "joined" not in house.words
        await talk.hang_up()
        await house.until("everybody is gone", house.empty)


def unknown(house: Hotline) -> None:
    """Anban does not take the announcement."""
    house.voice.config = replace(house.voice.config, token="another")


def deaf(house: Hotline) -> None:
    """Anban's door for sound is shut."""
    house.voice._listener.close()


@pytest.mark.parametrize("fails", [unknown, deaf])
async def test_a_caller_whom_anban_cannot_serve_is_told_and_waits_for_an_agent(
    installed: Path, tmp_path: Path, fails
):
    async with hotline(installed, tmp_path, speaks=True) as house:
        await house.console("dialplan set global AGAIN 2")
        fails(house)
        talk = await (await house.lines.subscriber(NUMBER)).dial("12349")
        for sentence in ("anban/sorry", "anban/greeting", "anban/nobody-free"):
            await house.until(sentence, partial(house.was_heard, talk, sentence))
        await house.until("the caller waits", lambda: house.shows("PJSIP/trunk"))
        await house.log_in()
        agent = await house.agent.answer()
        await house.hears(agent, talk)
        await house.hears(talk, agent)
        await agent.hang_up()


async def test_a_caller_whose_talk_with_anban_breaks_waits_for_an_agent(
    installed: Path, tmp_path: Path
):
    async with hotline(installed, tmp_path) as house:
        talk = await (await house.lines.subscriber(NUMBER)).dial("12349")
        await house.talks(talk)
        for task in house.voice._tasks:
            task.cancel()

        async def waits() -> bool:
            queue = await house.console("queue show hotline")
            return "PJSIP/trunk" in queue and "Local/" not in queue

        await house.until("the caller waits, and no stand-in", waits)
        assert not talk.over
        await talk.hang_up()
        await house.until("everybody is gone", house.empty)


async def test_what_comes_of_a_call_of_ours(installed: Path, tmp_path: Path):
    async with hotline(installed, tmp_path) as house:
        family = await house.lines.subscriber("13900002001")

        async def called() -> str:
            call_id = str(uuid4())
            return await house.exchange.place(message_call(call_id, "13900002001"), "message")

        ringing = asyncio.create_task(called())
        await (await family.rings(30)).reject()
        assert await ringing == "busy"

        assert await called() == "no_answer"

        ringing = asyncio.create_task(called())
        answered = await family.answer()
        await house.talks(answered)
        await answered.press("1")
        await answered.ended()
        assert await ringing == "answered"
        assert house.voice.call_outs.keys == ["1"]


async def test_somebody_who_is_asked_something_is_known_and_says_hello_first(
    installed: Path, tmp_path: Path
):
    async with hotline(installed, tmp_path, "挺好") as house:
        house.voice.mind.answers = {"挺好": [Reply("再见。", ends=True)]}
        elder = await house.lines.subscriber(NUMBER)
        call = message_call(str(uuid4()), NUMBER, caller=NUMBER)
        placing = asyncio.create_task(house.exchange.place(call, "check_in"))
        answered = await elder.answer()
        await house.talks(answered)
        assert house.voice.mind.phone == NUMBER
        assert house.voice.call_outs.told is False
        await answered.say(speech())
        await answered.ended()
        assert await placing == "answered"
        assert house.words == [], "it did not come in"


async def test_a_caller_whose_agent_never_comes_is_told_by_anban(installed: Path, tmp_path: Path):
    async with hotline(installed, tmp_path, "好", "好", speaks=True) as house:
        talk = await (await house.lines.subscriber(NUMBER)).dial("12349")
        await house.talks(talk)
        await house.log_in()
        agent = await house.agent.answer()
        await house.talks(agent)
        known = house.voice.calls.get

        def lost(call_id: str):
            """The agent's side of it breaks off before they are joined."""
            call = known(call_id)
            return None if call and call.over and call.purpose == "whisper" else call

        house.voice.calls.get = lost
        await talk.say(speech())
        await house.until("it rings meanwhile", lambda: talk.ring_s > 0.3)
        await house.until("and is told", partial(house.was_heard, talk, "anban/transfer"))
        await house.until("that nobody came is told", lambda: "parted" in house.words)
        said = talk.sound_s
        await house.until("Anban speaks again", lambda: talk.sound_s > said + 0.1)
        assert "joined" not in house.words
        assert "同事断了" in house.voice._speaker.said
        await talk.hang_up()
        await house.until("everybody is gone", house.empty)


async def test_who_waits_is_greeted_and_told_their_place(installed: Path, tmp_path: Path):
    async with hotline(installed, tmp_path, speaks=True, patience=7) as house:
        await house.log_in()
        talks = [
            await (await house.lines.subscriber(number)).dial("12349")
            for number in ("05975550001", "05975550002")
        ]
        ringing = await house.agent.rings(30)
        first, second = talks
        for sentence in ("place", "place-end"):
            wanted = f"anban/{sentence}"
            await house.until(sentence, partial(house.was_heard, second, wanted))
            assert not house.was_heard(first, wanted), "who is first is not kept waiting by it"
        await house.until("the number", partial(house.was_heard, second, "digits/2"))
        for talk in talks:
            await house.until("greeting", partial(house.was_heard, talk, "anban/greeting"))
        await house.until("it rings", lambda: first.ring_s > 0.3)
        await house.until("please wait", partial(house.was_heard, first, "anban/please-wait"))
        await ringing.reject()
        for talk in talks:
            await talk.hang_up()


async def test_a_call_back_needs_an_agent_and_joins_the_two(installed: Path, tmp_path: Path):
    async with hotline(installed, tmp_path) as house:

        async def summary(call_id: str, agent: str) -> str:
            return "回电"

        house.voice.call_outs.call_agent = summary
        elder = await house.lines.subscriber(NUMBER)
        await house.log_in()
        placing = asyncio.create_task(
            house.exchange.place(call_back(str(uuid4()), NUMBER), "call_back")
        )
        coming = asyncio.create_task(house.agent.answer())
        answered = await elder.answer()
        agent = await coming
        await house.hears(agent, answered)
        await house.hears(answered, agent)
        await answered.hang_up()
        assert await placing == "answered"
        await agent.ended()


async def test_an_exchange_that_is_away_calls_nobody():
    (port,) = free_ports(1)
    config = TelephoneConfig(f"http://127.0.0.1:{port}", "anban", "p", f"http://127.0.0.1:{port}")
    exchange = Exchange(config, TOKEN)
    with pytest.raises(Unavailable):
        await exchange.place(message_call(str(uuid4()), NUMBER), "message")
    await exchange.close()
