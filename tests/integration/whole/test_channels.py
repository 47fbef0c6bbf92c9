"""The same conversations leave the same rows: phone, web chat, WeChat, mini-program, Telegram.

By telephone some of them are spoken: a voice says the lines on a call, and our ears hear them.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import httpx
import pytest
from fastapi import FastAPI

from anban import doors, wiring
from anban.settings import Settings
from anban.spoken_leg import SpokenLeg
from channels.telegram.door import HEADER
from channels.wechat.messages import MAX_PAGE
from tests.fakes import telegram as bots
from tests.fakes import wechat as accounts
from tests.fakes.loopback import loopback
from tests.fakes.telegram import FakeTelegram
from tests.fakes.wechat import FakeWeChat, opened, signed, xml

from .helpers import NOW, Family, House, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="session"),
]

CONVERSATIONS = {
    "a booking in one breath": ("我要订明天上午九点打扫卫生", "对"),
    "a booking in turns, corrected": ("我想订送餐", "明天", "中午", "不对，改成后天", "对"),
    "a booking given up": ("我要订明天上午九点打扫卫生", "算了，不订了"),
    "an order cancelled": ("我要订明天上午九点打扫卫生", "对", "取消打扫", "对"),
    "a question for a person": ("请帮我转人工客服",),
    "a cry for help": ("救命啊我摔倒了起不来",),
    "a cry that was a mistake": ("救命啊我摔倒了起不来", "没事，我按错了", "对，没事"),
}
SPOKEN = ("a booking in one breath", "a question for a person", "a cry for help")
"""those whose telephone leg is a call, too"""
A_YES = {"对": "对，就是这样。"}
"""how a yes is said by telephone, where one syllable is not always heard"""
OF_CALLS = {"emergency_line_dead"}
"""told of calls only: whoever cried for help has hung up"""


class Leg(Protocol):
    """One way to Anban; gives back what was said."""

    async def say(self, text: str) -> str: ...


@dataclass
class ChatLeg:
    """``POST /v1/chat``."""

    house: House
    family: Family
    channel: str

    def __post_init__(self) -> None:
        self.talker = self.house.call(self.family.phone, channel=self.channel)

    async def say(self, text: str) -> str:
        return "\n".join(reply["text"] for reply in (await self.talker.say(text)).replies)


@dataclass
class Outside:
    """WeChat and Telegram with their doors, on this house's dialogue."""

    http: httpx.AsyncClient
    wechat: FakeWeChat
    telegram: FakeTelegram
    secret: str


@dataclass
class WeChatLeg:
    """The official account; what comes later than its own answer comes as a message."""

    outside: Outside
    openid: str
    sent: int = field(default=0)

    async def say(self, text: str) -> str:
        self.sent = len(self.outside.wechat.texts())
        query, body = signed(xml("text", openid=self.openid, Content=text))
        answer = await self.outside.http.post(f"/wechat?{query}", content=body.encode())
        assert answer.status_code == 200
        said = opened(answer.text, self.openid) or await until(self._later, 60, "a late answer")
        assert len(said) < MAX_PAGE
        return said.partition("\n可以回：")[0]

    async def _later(self) -> str:
        return "\n".join(self.outside.wechat.texts()[self.sent :])


@dataclass
class TelegramLeg:
    """The bot."""

    outside: Outside
    person: int

    async def say(self, text: str) -> str:
        before = len(self.outside.telegram.texts())
        update = bots.message(text=text)
        update["message"]["chat"]["id"] = self.person
        answer = await self.outside.http.post(
            "/telegram", json=update, headers={HEADER: self.outside.secret}
        )
        assert answer.status_code == 200
        return "\n".join(self.outside.telegram.texts()[before:])


@dataclass
class MiniLeg:
    """The mini-program's own API, with the pass that WeChat's log-in gives."""

    outside: Outside
    http: httpx.AsyncClient
    """of the backend, which serves what the pages show"""
    openid: str
    bearer: dict[str, str] = field(default_factory=dict)

    async def bind(self, code: str) -> None:
        """Open the mini-program and bind the elder's own account."""
        self.outside.wechat.logins["code"] = self.openid
        opened = await self.outside.http.post("/v1/mini/session", json={"code": "code"})
        self.bearer = {"Authorization": f"Bearer {opened.json()['token']}"}
        body = {"code": code, "relation": "本人"}
        done = await self.http.post("/v1/mini/bindings", json=body, headers=self.bearer)
        assert done.json()["status"] == "bound"

    async def say(self, text: str) -> str:
        answer = await self.outside.http.post(
            "/v1/mini/say", json={"text": text}, headers=self.bearer
        )
        assert answer.status_code == 200
        return "\n".join(reply["text"] for reply in answer.json()["replies"])


@asynccontextmanager
async def outside(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outside]:
    wechat, telegram = FakeWeChat(), FakeTelegram()
    monkeypatch.setattr(wiring, "clock", lambda: datetime.fromisoformat(NOW))
    async with AsyncExitStack() as stack:
        settings = with_channels(
            house.stage.settings,
            await stack.enter_async_context(loopback(wechat.app())),
            await stack.enter_async_context(loopback(telegram.app())),
        )
        mind = wiring.dialogue(settings)
        app = FastAPI()
        for door in doors.doors(settings, mind):
            app.include_router(door.routes())
            stack.push_async_callback(door.close)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        http = httpx.AsyncClient(transport=transport, base_url="http://anban", timeout=60)
        await stack.enter_async_context(http)
        telegram_config = doors.telegram_config(settings)
        assert telegram_config is not None
        yield Outside(http, wechat, telegram, telegram_config.secret)
        await mind.close()


def with_channels(settings: Settings, wechat: str, telegram: str) -> Settings:
    return settings.model_copy(
        update={
            "wechat_app_id": accounts.APP_ID,
            "wechat_secret": accounts.SECRET,
            "wechat_token": accounts.TOKEN,
            "wechat_aes_key": accounts.AES_KEY,
            "wechat_api": wechat,
            "mini_app_id": accounts.APP_ID,
            "mini_secret": accounts.SECRET,
            "telegram_token": bots.TOKEN,
            "telegram_api": telegram,
        }
    )


async def rows(house: House, family: Family) -> dict[str, Any]:
    """What a conversation left, without what differs from one to the next."""
    elder = family.elder.id
    orders = await house.backend.orders(elder_id=elder)
    emergencies = await house.backend.emergencies(elder_id=elder)
    tickets = await house.backend.handoffs(elder_id=elder)

    async def settled() -> list[Any]:
        found = await house.backend.notices(elder_id=elder)
        # that an account was bound is told before the conversation, where there is an account
        told = [one for one in found if one.post is None and one.event != "binding_made"]
        return [] if any(one.status == "pending" for one in told) else [told]

    (told,) = await until(settled, 60, "notices went out")
    return {
        "orders": sorted((o.service, o.date, o.time, o.status, o.address) for o in orders),
        "emergencies": [(e.kind, e.certainty, e.status, e.text) for e in emergencies],
        "handoffs": [(t.reason, t.status) for t in tickets],
        "told": sorted((n.event, n.recipient, n.status, plain(n.text)) for n in told),
    }


def plain(text: str) -> str:
    """A text without what differs: numbers of orders and tickets, telephones, places of links."""
    return re.sub(r"\d{6,11}|/a/\S+", "N", text)


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_every_channel_leaves_the_same_rows_and_says_the_same(
    house: House, name: str, monkeypatch: pytest.MonkeyPatch
):
    left, said = {}, {}
    async with outside(house, monkeypatch) as around:
        names = ("phone", "web", "wechat", "mini", "telegram")
        families = {leg: await house.family() for leg in names}
        openids = {leg: "o" + families[leg].phone.rjust(27, "0") for leg in ("wechat", "mini")}
        around.wechat.window.add(openids["wechat"])
        mini = MiniLeg(around, house.http, openids["mini"])
        legs: dict[str, Leg] = {
            "phone": ChatLeg(house, families["phone"], "phone"),
            "web": ChatLeg(house, families["web"], "web"),
            "wechat": WeChatLeg(around, openids["wechat"]),
            "mini": mini,
            "telegram": TelegramLeg(around, int(families["telegram"].phone)),
        }
        for leg in ("wechat", "telegram"):
            code = await house.backend.binding_code(families[leg].elder.id)
            assert "绑定好了" in await legs[leg].say(f"绑定 {code.code} 本人")
        own = await house.backend.binding_code(families["mini"].elder.id, "own")
        await mini.bind(own.code)
        for leg, way in legs.items():
            said[leg] = [plain(await way.say(line)) for line in CONVERSATIONS[name]]
            left[leg] = await rows(house, families[leg])
    for leg in names[1:]:
        assert left[leg] == left["phone"], leg
        assert said[leg] == said["phone"], leg


@pytest.mark.speech
@pytest.mark.parametrize("name", SPOKEN)
async def test_a_spoken_call_leaves_the_rows_of_the_typed_one(spoken_house: House, name: str):
    lines = [A_YES.get(line, line) for line in CONVERSATIONS[name]]
    typed, spoken = await spoken_house.family(), await spoken_house.family()
    chat = ChatLeg(spoken_house, typed, "phone")
    for line in lines:
        await chat.say(line)
    scenario = {"id": name, "now": NOW, "turns": lines}
    call = SpokenLeg(spoken_house.stage.settings, scenario, spoken.phone)
    replied = [await call.open()]
    try:
        replied += [await call.say(line) for line in lines]
    finally:
        await call.close()
    story = [call.heard, [[reply["text"] for reply in some] for some in replied]]
    assert len(call.heard) == len(lines), story
    wanted = without_words(await rows(spoken_house, typed))
    assert without_words(await rows(spoken_house, spoken)) == wanted, story


def without_words(left: dict[str, Any]) -> dict[str, Any]:
    """Rows without what was said, which is on a call what our ears made of it."""
    return {
        **left,
        "emergencies": [row[:-1] for row in left["emergencies"]],
        "told": [row[:-1] for row in left["told"] if row[0] not in OF_CALLS],
    }
