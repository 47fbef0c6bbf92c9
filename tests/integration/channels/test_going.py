"""An emergency, told by WeChat and Telegram, and held by who answers there. Real backend."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI

from anban import doors, wiring
from anban.errors import NotFound, SettingsError
from anban.settings import Settings
from backend.api import create_app
from backend.client import BackendClient, Elder, Emergency, SealedFolder
from backend.config import BackendConfig
from backend.jobs.worker import run_worker
from backend.store.outbox import EMERGENCIES
from channels.messaging import Messenger
from channels.telegram.bot import make_bot
from channels.telegram.door import HEADER
from channels.telegram.door import Door as TelegramDoor
from channels.wechat.api import WeChatApi
from channels.wechat.door import Door as WeChatDoor
from tests.fakes import telegram as bots
from tests.fakes import wechat as accounts
from tests.fakes.house import FakeEars, FakeMind
from tests.fakes.loopback import loopback
from tests.fakes.telegram import FakeTelegram
from tests.fakes.wechat import DAUGHTER, FakeWeChat, signed, xml

pytestmark = pytest.mark.integration


@dataclass
class House:
    """A backend with both channels."""

    client: BackendClient
    doors: httpx.AsyncClient
    wechat: FakeWeChat
    telegram: FakeTelegram
    config: BackendConfig
    settings: Settings

    async def write(self, **fields: str) -> None:
        query, body = signed(xml("text", **fields))
        answer = await self.doors.post(f"/wechat?{query}", content=body.encode())
        assert answer.status_code == 200

    async def tap(self, update: dict) -> int:
        secret = doors.telegram_config(self.settings).secret
        return (
            await self.doors.post("/telegram", json=update, headers={HEADER: secret})
        ).status_code

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        async with doors.senders(self.settings, self.config) as senders:
            task = asyncio.create_task(run_worker(self.config, (EMERGENCIES,), stop, senders))
            try:
                yield
            finally:
                stop.set()
                await task

    async def until_delivered(self, emergency: str, channel: str, event: str) -> None:
        async with asyncio.timeout(60):
            while not any(
                (one.channel, one.event, one.status) == (channel, event, "delivered")
                for one in (await self.client.emergency(emergency)).notices
            ):
                await asyncio.sleep(0.05)


@pytest.fixture
def fakes() -> Iterator[tuple[FakeWeChat, FakeTelegram]]:
    return FakeWeChat(), FakeTelegram()


@pytest.fixture
async def house(database_url: str, fakes: tuple[FakeWeChat, FakeTelegram]) -> AsyncIterator[House]:
    wechat, telegram = fakes
    async with loopback(wechat.app()) as wechat_url, loopback(telegram.app()) as telegram_url:
        settings = Settings().model_copy(
            update={
                "service_token": "token",
                "session_secret": "session",
                "encryption_keys": Fernet.generate_key().decode(),
                "index_key": "index",
                "webhook_secret": "hook",
                "smtp_host": None,
                "wechat_app_id": accounts.APP_ID,
                "wechat_secret": accounts.SECRET,
                "wechat_token": accounts.TOKEN,
                "wechat_aes_key": accounts.AES_KEY,
                "wechat_api": wechat_url,
                "telegram_token": bots.TOKEN,
                "telegram_api": telegram_url,
            }
        )
        config = replace(wiring.backend_config(settings, database_url), alarm_wait=1, pool_size=3)
        app = create_app(config)
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
        ):
            client = BackendClient("http://anban", "token", http=http)
            built = _doors(settings, client)
            outside = FastAPI()
            for door in built:
                outside.include_router(door.routes())
            through = httpx.ASGITransport(app=outside, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=through, base_url="http://anban") as pushes:
                yield House(client, pushes, wechat, telegram, config, settings)
            for door in built:
                await door.close()


def _doors(settings: Settings, client: BackendClient) -> list[WeChatDoor | TelegramDoor]:
    mind, ears = FakeMind(), FakeEars()
    shelf = SealedFolder(Path(mkdtemp()), [Fernet.generate_key().decode()], ".owed")
    wechat, telegram = doors.wechat_config(settings), doors.telegram_config(settings)
    return [
        WeChatDoor(wechat, WeChatApi(wechat), Messenger(mind, client, ears, "wx"), shelf),
        TelegramDoor(telegram, make_bot(telegram), Messenger(mind, client, ears, "tg")),
    ]


@pytest.fixture
async def elder(house: House) -> Elder:
    return await house.client.create_elder("林秀英", phone="13800001001", address="和平路18号")


async def bound(house: House, elder: Elder) -> None:
    """The daughter by WeChat, the son by Telegram, each with a number the elder gave."""
    first = (await house.client.binding_code(elder.id)).code
    await house.write(Content=f"绑定 {first} 女儿 陈小梅")
    second = (await house.client.binding_code(elder.id)).code
    await house.tap(bots.message(text=f"绑定 {second} 儿子 陈小军"))


async def cry(house: House) -> Emergency:
    return await house.client.raise_emergency(
        "k",
        channel="phone",
        phone="13800001001",
        kind="fall",
        certainty="certain",
        text="我摔了起不来",
    )


async def test_the_daughter_goes_by_wechat_and_her_brother_learns_of_it_by_telegram(
    house: House, elder: Elder
):
    await bound(house, elder)
    raised = await cry(house)
    async with house.worker():
        await house.until_delivered(raised.id, "wechat", "emergency_raised")
        await house.until_delivered(raised.id, "telegram", "emergency_raised")
        (alarm,) = [one for one in house.wechat.sent if one["msgtype"] == "msgmenu"]
        assert "林秀英" in alarm["msgmenu"]["head_content"]
        await house.write(Content="我去", bizmsgmenuid=alarm["msgmenu"]["list"][0]["id"])
        await house.until_delivered(raised.id, "telegram", "emergency_acknowledged")
    held = await house.client.emergency(raised.id)
    assert (held.acknowledged_by, held.acknowledged_channel) == ("女儿陈小梅", "wechat")
    assert "女儿陈小梅接手" in house.telegram.texts()[-1]
    receipts = {d.receipt.split()[0] for one in held.notices for d in one.deliveries if d.receipt}
    assert receipts == {"custom", "telegram"}


async def test_the_son_presses_the_button_in_telegram_first_and_his_sister_hears_so(
    house: House, elder: Elder
):
    await bound(house, elder)
    raised = await cry(house)
    async with house.worker():
        await house.until_delivered(raised.id, "wechat", "emergency_raised")
        await house.until_delivered(raised.id, "telegram", "emergency_raised")
        sent = [one for one in house.telegram.sent if "inline_keyboard" in str(one)]
        data = sent[-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        for _ in range(3):
            assert await house.tap(bots.pressed(data)) == 200
        await house.until_delivered(raised.id, "wechat", "emergency_acknowledged")
        query, body = signed(xml("text", Content="我去"))
        await house.doors.post(f"/wechat?{query}", content=body.encode())
    held = await house.client.emergency(raised.id)
    assert (held.acknowledged_by, held.acknowledged_channel) == ("儿子陈小军", "telegram")
    assert "儿子陈小军" in house.wechat.texts()[-1]


async def test_a_letter_carries_a_number_that_binds_and_a_picture(
    house: House, elder: Elder, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wiring, "backend_client", lambda settings: Borrowed(house.client))
    text = await doors.letter(house.settings, "13800001001")
    (code,) = set(re.findall(r"\d{8}", text))
    assert "林秀英" in text
    assert "showqrcode?ticket=gQH4" in text
    assert house.wechat.sent[0]["action_info"]["scene"]["scene_str"] == f"bind:{code}"
    done = await house.client.bind("wechat", DAUGHTER, code, relation="女儿")
    assert done.elder == "林秀英"
    with pytest.raises(NotFound):
        await doors.letter(house.settings, "13800009999")


class Borrowed:
    """A client that stays open when it is done with."""

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def __aenter__(self) -> BackendClient:
        return self.client

    async def __aexit__(self, *_: object) -> None:
        """The fixture closes it."""


async def test_the_channels_are_told_once_where_we_are(house: House):
    public = house.settings.model_copy(update={"public_url": "https://anban.example.org"})
    assert len(await doors.announce(public)) == 2
    assert [one["key"] for one in house.wechat.sent[0]["button"]] == ["book", "orders", "help"]
    hook = house.telegram.sent[0]
    assert hook["url"] == "https://anban.example.org/telegram"
    assert hook["secret_token"] == doors.telegram_config(public).secret
    with pytest.raises(SettingsError, match="https"):
        await doors.announce(house.settings)


async def test_who_does_not_follow_any_more_is_given_up_at_once(house: House, elder: Elder):
    await bound(house, elder)
    query, body = signed(xml("event", Event="unsubscribe"))
    await house.doors.post(f"/wechat?{query}", content=body.encode())
    raised = await cry(house)
    async with house.worker():
        await house.until_delivered(raised.id, "telegram", "emergency_raised")
    (told,) = [
        one for one in (await house.client.emergency(raised.id)).notices if one.channel == "wechat"
    ]
    assert told.status == "failed"
    assert house.wechat.texts() == []
    assert DAUGHTER not in str(told)
