"""Notices by WeChat and Telegram: what each error means, and what counts as a receipt."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from anban.errors import NotNow, Refused, Unavailable
from channels.ports import Letter
from channels.staff.sender import StaffSender
from channels.telegram.bot import TelegramConfig, make_bot
from channels.telegram.sender import TelegramSender
from channels.wechat.api import WeChatApi
from channels.wechat.config import Template, WeChatConfig
from channels.wechat.sender import WeChatSender
from tests.fakes import telegram as fake_telegram
from tests.fakes.loopback import loopback
from tests.fakes.telegram import FakeTelegram
from tests.fakes.wechat import APP_ID, DAUGHTER, SECRET, TOKEN, FakeWeChat

pytestmark = pytest.mark.integration

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
LETTER = Letter(
    "11111111-2222-3333-4444-555555555555",
    "order_booked",
    DAUGHTER,
    "林秀英订了送餐，每天中午两份，送到家里来吃",
    "林秀英订了送餐，3月5日中午。单号345820。",
    datetime(2026, 3, 4, 9, 10),
    number="345820",
)
ALARM = replace(LETTER, event="emergency_raised", emergency_id="em1", url="http://anban/a/x")
FIELDS = {"thing1": "{subject}", "character_string2": "{number}", "time3": "{at}"}
TEMPLATES = {
    "order_booked": Template("tpl-order", "template", FIELDS),
    "emergency_raised": Template("tpl-alarm", "subscribe", {"thing1": "{subject}"}),
}


@dataclass
class Allowances:
    """One account's."""

    window: bool = True
    credits: dict[str, int] = field(default_factory=dict)
    away: bool = False

    async def may_write(self, openid: str) -> bool:
        return self.window

    async def has(self, openid: str, template: str) -> bool:
        return self.credits.get(template, 0) > 0

    async def spend(self, openid: str, template: str) -> None:
        if self.away:
            raise Unavailable("the database")
        self.credits[template] -= 1

    async def use_up(self, openid: str, template: str) -> None:
        self.credits[template] = 0


@dataclass
class Set:
    """A sender and what it meets."""

    wechat: FakeWeChat
    allowances: Allowances
    sender: WeChatSender


@pytest.fixture
async def post() -> AsyncIterator[Set]:
    wechat, allowances = FakeWeChat(), Allowances()
    async with loopback(wechat.app()) as address:
        config = WeChatConfig(APP_ID, SECRET, TOKEN, api=address, templates=TEMPLATES)
        api = WeChatApi(config)
        yield Set(wechat, allowances, WeChatSender(config, api, allowances))
        await api.close()


async def test_who_wrote_lately_is_written_to_freely(post: Set):
    assert await post.sender.send(LETTER) == f"custom {LETTER.id}"
    assert post.wechat.texts() == [LETTER.text]


async def test_an_alarm_has_a_button_that_names_it(post: Set):
    await post.sender.send(ALARM)
    menu = post.wechat.sent[0]["msgmenu"]
    assert menu["list"] == [{"id": "go:em1", "content": "我去"}]
    assert "我去" in menu["tail_content"]


@pytest.mark.parametrize("code", [45015, 45047])
async def test_outside_the_window_a_template_is_used(post: Set, code: int):
    post.wechat.plan[CUSTOM] = [code]
    assert await post.sender.send(LETTER) == "template 700001"
    data = post.wechat.sent[0]["data"]
    assert data["character_string2"]["value"] == "345820"
    assert data["time3"]["value"] == "2026年03月04日 09:10"
    assert len(data["thing1"]["value"]) == 20


async def test_without_window_and_template_it_is_refused_with_the_reason(post: Set):
    post.allowances.window = False
    with pytest.raises(Refused, match=r"48 h.*no template for order_moved"):
        await post.sender.send(replace(LETTER, event="order_moved"))


async def test_a_subscription_message_uses_up_a_credit(post: Set):
    post.allowances.window, post.allowances.credits = False, {"tpl-alarm": 1}
    post.wechat.credits = {"tpl-alarm": 1}
    assert await post.sender.send(ALARM) == f"subscription {ALARM.id}"
    with pytest.raises(Refused, match="no subscription message"):
        await post.sender.send(ALARM)
    assert len(post.wechat.sent) == 1


async def test_what_was_sent_has_a_receipt_though_it_could_not_be_counted(post: Set):
    post.allowances.window, post.allowances.away = False, True
    post.allowances.credits = post.wechat.credits = {"tpl-alarm": 1}
    assert await post.sender.send(ALARM) == f"subscription {ALARM.id}"


async def test_a_try_in_vain_uses_up_no_credit(post: Set):
    post.allowances.window, post.allowances.credits = False, {"tpl-alarm": 1}
    post.wechat.plan["/cgi-bin/message/subscribe/bizsend"] = [45009]
    with pytest.raises(NotNow):
        await post.sender.send(ALARM)
    assert post.allowances.credits == {"tpl-alarm": 1}


async def test_where_wechat_knows_of_no_credit_ours_are_used_up(post: Set):
    post.allowances.window, post.allowances.credits = False, {"tpl-alarm": 3}
    with pytest.raises(Refused, match="43101"):
        await post.sender.send(ALARM)
    assert post.allowances.credits == {"tpl-alarm": 0}


@pytest.mark.parametrize("code", [-1, 45009, 45011])
async def test_a_busy_wechat_or_a_used_up_quota_is_tried_again(post: Set, code: int):
    post.wechat.plan[CUSTOM] = [code]
    with pytest.raises(NotNow, match=str(code)):
        await post.sender.send(LETTER)
    assert await post.sender.send(LETTER)


@pytest.mark.parametrize("code", [40003, 43004, 48001])
async def test_who_cannot_be_written_to_is_refused(post: Set, code: int):
    post.wechat.plan[CUSTOM] = [code]
    with pytest.raises(Refused, match=str(code)):
        await post.sender.send(LETTER)


async def test_a_token_that_wechat_refuses_is_renewed_on_the_way(post: Set):
    await post.sender.send(LETTER)
    post.wechat.rotate()
    await post.sender.send(LETTER)
    assert len(post.wechat.texts()) == 2


async def test_a_wrong_secret_is_no_endless_loop(post: Set):
    post.wechat.plan["/cgi-bin/stable_token"] = [40125]
    with pytest.raises(Refused, match="40125"):
        await post.sender.send(LETTER)
    post.wechat.plan[CUSTOM] = [40001, 40001]
    with pytest.raises(NotNow, match="40001"):
        await post.sender.send(LETTER)


async def test_a_wechat_that_is_down_is_tried_again():
    config = WeChatConfig(APP_ID, SECRET, TOKEN, api="http://127.0.0.1:9")
    api = WeChatApi(config)
    with pytest.raises(NotNow, match="ConnectError"):
        await WeChatSender(config, api, Allowances()).send(LETTER)
    await api.close()


@pytest.mark.parametrize("answer", ["<html>maintenance</html>", "[]", "{}", '{"errcode": "x"}'])
async def test_an_answer_that_is_none_is_tried_again(answer: str):
    app = FastAPI()
    app.post("/cgi-bin/stable_token")(lambda: Response(answer))
    async with loopback(app) as address:
        config = WeChatConfig(APP_ID, SECRET, TOKEN, api=address)
        api = WeChatApi(config)
        with pytest.raises(NotNow):
            await WeChatSender(config, api, Allowances()).send(LETTER)
        await api.close()


async def test_an_alarm_by_telegram_has_a_button_and_a_receipt():
    telegram = FakeTelegram()
    async with loopback(telegram.app()) as address:
        bot = make_bot(TelegramConfig(fake_telegram.TOKEN, "s", address))
        sender = TelegramSender(bot)
        letter = replace(ALARM, address="70001")
        assert await sender.send(letter) == "telegram 500"
        keys = telegram.sent[0]["reply_markup"]["inline_keyboard"]
        assert keys == [[{"text": "我去", "callback_data": "go:em1"}]]
        for status, error in ((403, Refused), (400, Refused), (429, NotNow), (502, NotNow)):
            telegram.plan["sendMessage"] = [status]
            with pytest.raises(error):
                await sender.send(letter)
        await bot.shutdown()


async def test_staff_are_told_by_whatever_they_read():
    taken: list[dict[str, str]] = []

    async def take(request: Request) -> JSONResponse:
        taken.append(await request.json())
        return JSONResponse({}, 200 if len(taken) == 1 else 500)

    app = FastAPI()
    app.post("/room")(take)
    async with loopback(app) as address:
        letter = replace(ALARM, address=address.replace("http://", "json://") + "/room")
        assert await StaffSender().send(letter) == f"staff {ALARM.id}"
        assert (taken[0]["title"], taken[0]["message"]) == (ALARM.subject, ALARM.text)
        with pytest.raises(NotNow):
            await StaffSender().send(letter)
    with pytest.raises(Refused, match="no service"):
        await StaffSender().send(replace(ALARM, address="nothing://here"))
