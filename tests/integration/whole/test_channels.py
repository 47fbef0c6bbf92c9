"""The same conversations by text door, web chat, WeChat and Telegram leave the same rows."""

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
    "a question for a person": ("转人工",),
    "a cry for help": ("救命啊我摔倒了起不来",),
    "a cry that was a mistake": ("救命啊我摔倒了起不来", "没事，我按错了", "对，没事"),
}


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
        families = {leg: await house.family() for leg in ("phone", "web", "wechat", "telegram")}
        person = int(families["telegram"].phone)
        openid = "o" + families["wechat"].phone.rjust(27, "0")
        around.wechat.window.add(openid)
        legs: dict[str, Leg] = {
            "phone": ChatLeg(house, families["phone"], "phone"),
            "web": ChatLeg(house, families["web"], "web"),
            "wechat": WeChatLeg(around, openid),
            "telegram": TelegramLeg(around, person),
        }
        for leg in ("wechat", "telegram"):
            code = await house.backend.binding_code(families[leg].elder.id)
            assert "绑定好了" in await legs[leg].say(f"绑定 {code.code} 本人")
        for leg, way in legs.items():
            said[leg] = [plain(await way.say(line)) for line in CONVERSATIONS[name]]
            left[leg] = await rows(house, families[leg])
    for leg in ("web", "wechat", "telegram"):
        assert left[leg] == left["phone"], leg
        assert said[leg] == said["phone"], leg
