"""The bot against a fake of the Bot API that speaks the real wire format."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anban.errors import Rejected
from bot.dialogue import Reply
from channels.messaging import Messenger
from channels.telegram.bot import TelegramConfig, make_bot
from channels.telegram.door import HEADER, Door
from tests.fakes.house import FakeEars, FakeHousehold, FakeMind
from tests.fakes.loopback import loopback
from tests.fakes.telegram import DAUGHTER, SECRET, TOKEN, FakeTelegram, blocked, message, pressed

pytestmark = pytest.mark.integration


@dataclass
class Set:
    """A door with everything around it."""

    http: httpx.AsyncClient
    telegram: FakeTelegram
    mind: FakeMind
    household: FakeHousehold
    ears: FakeEars

    async def push(self, update: Any, secret: str = SECRET) -> int:
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        answer = await self.http.post("/telegram", content=body, headers={HEADER: secret})
        return answer.status_code


@pytest.fixture
async def bot() -> AsyncIterator[Set]:
    telegram = FakeTelegram()
    async with loopback(telegram.app()) as address:
        config = TelegramConfig(TOKEN, SECRET, address)
        mind, household, ears = FakeMind(), FakeHousehold(), FakeEars()
        messenger = Messenger(mind, household, ears, "bot")  # type: ignore[arg-type]
        door = Door(config, make_bot(config), messenger)
        app = FastAPI()
        app.include_router(door.routes())
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://anban") as http:
            yield Set(http, telegram, mind, household, ears)
        await door.close()


@pytest.mark.parametrize("secret", ["", "wrong"])
async def test_a_push_without_the_secret_is_refused(bot: Set, secret: str):
    assert await bot.push(message(text="你好"), secret) == 403
    assert bot.mind.asked == []


async def test_text_is_answered_with_keys_to_choose_from(bot: Set):
    bot.mind.replies = [Reply("哪天？", quick_replies=("明天", "后天"))]
    assert await bot.push(message(text="订送餐")) == 200
    conversation, text, values = bot.mind.asked[0]
    assert (text, values["channel"]) == ("订送餐", "telegram")
    assert str(DAUGHTER) not in conversation
    (sent,) = bot.telegram.sent
    assert (sent["chat_id"], sent["text"]) == (str(DAUGHTER), "哪天？")
    assert sent["reply_markup"]["keyboard"] == [[{"text": "明天"}], [{"text": "后天"}]]


async def test_200_repeats_of_an_update_change_nothing(bot: Set):
    update = message(text="订送餐")
    taken = await asyncio.gather(*(bot.push(update) for _ in range(200)))
    assert set(taken) == {200}
    assert (len(bot.mind.asked), bot.telegram.texts()) == (1, ["好的：订送餐"])


async def test_a_voice_note_is_heard(bot: Set):
    bot.telegram.files["v1"] = b"OggS"
    bot.ears.texts[b"OggS"] = "明天送餐"
    note = {"file_id": "v1", "file_unique_id": "u", "duration": 2, "mime_type": "audio/ogg"}
    await bot.push(message(voice=note))
    assert bot.telegram.texts() == ["好的：明天送餐"]
    await bot.push(message(voice={**note, "file_id": "gone"}))
    assert "没听清" in bot.telegram.texts()[1]


async def test_a_position_goes_with_what_is_said(bot: Set):
    await bot.push(message(location={"latitude": 25.0912, "longitude": 117.0301}))
    assert bot.mind.asked[0][2]["place"] == "纬度25.09120，经度117.03010"


async def test_going_is_recorded_before_the_push_counts_as_taken(bot: Set):
    bot.household.alarms, bot.household.down = ("em1",), True
    update = pressed("go:em1")
    assert await bot.push(update) == 503
    assert bot.telegram.sent == []
    bot.household.down = False
    bot.telegram.plan["sendMessage"] = [502]
    assert await bot.push(update) == 200
    assert bot.household.gone == [("telegram", str(DAUGHTER), "em1")]


async def test_a_pressed_button_goes_away(bot: Set):
    bot.household.alarms = ("em1",)
    assert await bot.push(pressed("go:em1")) == 200
    methods = [one["method"] for one in bot.telegram.sent]
    assert methods == ["answerCallbackQuery", "editMessageReplyMarkup", "sendMessage"]
    assert "由您去" in bot.telegram.texts()[0]


async def test_a_button_of_an_emergency_of_others_does_nothing(bot: Set):
    bot.household.alarms = ("em1",)
    await bot.push(pressed("go:em2"))
    assert bot.household.gone == []
    assert "没有需要您" in bot.telegram.texts()[0]


async def test_a_link_with_a_number_binds(bot: Set):
    await bot.push(message(text="/start 345820"))
    await bot.push(message(text="女儿 陈小梅"))
    assert bot.household.bound == [(str(DAUGHTER), "女儿", "陈小梅")]
    assert "林秀英" in bot.telegram.texts()[1]


async def test_the_community_can_be_asked_and_a_binding_ended(bot: Set):
    await bot.push(message(text="申请绑定 13800001001 女儿 陈小梅"))
    assert bot.household.requests == ["13800001001 女儿陈小梅"]
    bot.household.role = "family"
    await bot.push(message(text="解除绑定"))
    assert bot.telegram.sent[-1]["reply_markup"]["keyboard"] == [[{"text": "确定解除绑定"}]]
    assert "登记的电话不变" in bot.telegram.texts()[-1]
    assert bot.household.role == "family"
    await bot.push(message(text="确定解除绑定"))
    assert bot.household.role == "unknown"
    assert "林秀英" in bot.telegram.texts()[-1]


async def test_who_is_bound_meanwhile_is_met_again(bot: Set):
    await bot.push(message(text="你好"))
    await bot.push(message(text="绑定 345820 女儿 陈小梅"))
    await bot.push(message(text="妈妈怎么样"))
    assert bot.mind.met_again == [bot.mind.asked[0][0]]


async def test_a_group_is_not_answered(bot: Set):
    group = message(text="你好")
    group["message"]["chat"] = {"id": -100, "type": "group", "title": "一家人"}
    assert await bot.push(group) == 200
    assert (bot.mind.asked, bot.telegram.sent) == ([], [])


async def test_who_blocks_the_bot_is_noted(bot: Set):
    assert await bot.push(blocked()) == 200
    assert bot.household.unfollowed == [str(DAUGHTER)]


async def test_a_busy_telegram_is_waited_for_and_a_block_is_not(bot: Set):
    bot.telegram.plan["sendMessage"] = [502]
    await bot.push(message(text="你好"))
    assert len(bot.telegram.texts()) == 1
    bot.telegram.plan["sendMessage"] = [403]
    assert await bot.push(message(text="你好")) == 200
    assert len(bot.telegram.texts()) == 1


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("update_id", "message", "callback_query", "my_chat_member", "chat", "text"),
                    *("from", "voice", "location", "data", "id", "date", "message_id", "type"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    update=_json,
    changes=st.dictionaries(
        st.sampled_from(["chat", "from", "voice", "location", "text"]), _json, max_size=3
    ),
    raw=st.binary(max_size=60),
)
async def test_whatever_is_pushed_there_is_no_internal_error(
    bot: Set, update: Any, changes: dict[str, Any], raw: bytes
):
    changed = message(text="你好")
    changed["message"] |= changes
    for one in (update, changed, raw):
        assert await bot.push(one) == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": "x"}', b'{"message": {}}'])
async def test_what_is_no_update_is_not_pushed_for_ever(bot: Set, body: bytes):
    assert await bot.push(body) == 200
    assert await bot.push(body, "wrong") == 403
    assert bot.telegram.sent == []


async def test_a_button_the_backend_refuses_is_answered_and_not_pushed_again(
    bot: Set, monkeypatch: pytest.MonkeyPatch
):
    async def refuse(*_: str | None) -> None:
        raise Rejected("no such form", "emergency_id")

    monkeypatch.setattr(bot.household, "go", refuse)
    assert await bot.push(pressed("go:em1")) == 200
    assert "没有需要您" in bot.telegram.texts()[0]


async def test_who_writes_while_the_dialogue_breaks_hears_so(
    bot: Set, monkeypatch: pytest.MonkeyPatch
):
    async def broken(*_: str, **__: object) -> list[Reply]:
        raise KeyError("a mistake")

    monkeypatch.setattr(bot.mind, "say", broken)
    assert await bot.push(message(text="订送餐")) == 200
    (said,) = bot.telegram.texts()
    assert "没听清" in said
