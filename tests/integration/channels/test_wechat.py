"""The official account against a fake of WeChat that speaks the real wire format."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.client import SealedFolder
from bot.dialogue import Reply
from channels.hearing import SECONDS
from channels.messaging import Messenger
from channels.mini.events import EventsDoor
from channels.wechat.api import WeChatApi
from channels.wechat.config import WeChatConfig
from channels.wechat.door import LATEST, MENU_WORDS, Door, menu
from channels.wechat.late import KEPT_SECONDS, Debts, Owed
from channels.wechat.messages import Seal
from tests.fakes.house import FakeEars, FakeHousehold, FakeMind
from tests.fakes.loopback import loopback
from tests.fakes.wechat import (
    AES_KEY,
    APP_ID,
    DAUGHTER,
    SECRET,
    TOKEN,
    FakeWeChat,
    content,
    opened,
    signed,
    xml,
)

pytestmark = pytest.mark.integration

CUSTOM = "/cgi-bin/message/custom/send"
KEY = Fernet.generate_key().decode()
ROOT = Path(__file__).parents[3]


@dataclass
class Set:
    """A door with everything around it."""

    http: httpx.AsyncClient
    wechat: FakeWeChat
    door: Door
    shelf: SealedFolder
    mind: FakeMind
    household: FakeHousehold
    ears: FakeEars
    config: WeChatConfig

    async def push(self, body: str, *, encrypted: bool = True) -> str:
        """Push a message; the text that comes back with the request."""
        query, sent = signed(body, encrypted=encrypted)
        answer = await self.http.post(f"/wechat?{query}", content=sent.encode())
        assert answer.status_code == 200
        return opened(answer.text) if encrypted else content(answer.text)

    async def later(self, count: int = 1) -> list[str]:
        """Texts of customer-service messages, once there are so many."""
        async with asyncio.timeout(30):
            while len(self.wechat.texts()) < count:
                await asyncio.sleep(0.01)
        return self.wechat.texts()


async def door_set(
    wechat: FakeWeChat, address: str, shelf: SealedFolder | None = None, **changes: object
) -> Set:
    config = WeChatConfig(APP_ID, SECRET, TOKEN, AES_KEY, api=address, answer_seconds=20.0)
    config = replace(config, **changes)  # type: ignore[arg-type]
    mind, household, ears = FakeMind(), FakeHousehold(), FakeEars()
    api = WeChatApi(config)
    messenger = Messenger(mind, household, ears, APP_ID)  # type: ignore[arg-type]
    shelf = shelf or SealedFolder(Path(tempfile.mkdtemp()), [KEY], ".owed")
    door = Door(config, api, messenger, shelf)
    app = FastAPI()
    app.include_router(door.routes())
    app.include_router(EventsDoor(Seal(config), messenger).routes())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    http = httpx.AsyncClient(transport=transport, base_url="http://anban")
    return Set(http, wechat, door, shelf, mind, household, ears, config)


@pytest.fixture
async def wechat() -> AsyncIterator[tuple[FakeWeChat, str]]:
    fake = FakeWeChat()
    async with loopback(fake.app()) as address:
        yield fake, address


@pytest.fixture
async def account(wechat: tuple[FakeWeChat, str]) -> AsyncIterator[Set]:
    found = await door_set(*wechat)
    yield found
    await found.door.close()
    await found.http.aclose()


async def test_the_address_is_proved_to_wechat_alone(account: Set):
    query, _ = signed("", encrypted=False)
    good = await account.http.get(f"/wechat?{query}&echostr=5927")
    assert (good.status_code, good.text) == (200, "5927")
    bad = await account.http.get(f"/wechat?{query.replace('signature=', 'signature=0')}&echostr=5")
    assert bad.status_code == 403


@pytest.mark.parametrize("seconds", [-301, 301, 10**15])
async def test_an_old_or_future_push_is_refused(account: Set, seconds: int):
    query, body = signed(xml("text", Content="你好"), at=time.time() + seconds)
    assert (await account.http.post(f"/wechat?{query}", content=body)).status_code == 403
    assert account.mind.asked == []


async def test_a_push_in_the_clear_is_refused_where_it_must_be_encrypted(account: Set):
    query, body = signed(xml("text", Content="你好"), encrypted=False)
    assert (await account.http.post(f"/wechat?{query}", content=body)).status_code == 403
    assert account.mind.asked == []


async def test_a_forged_message_signature_is_refused(account: Set):
    query, body = signed(xml("text", Content="你好"))
    forged = query.replace("msg_signature=", "msg_signature=f")
    assert (await account.http.post(f"/wechat?{forged}", content=body)).status_code == 403


async def test_a_captured_signature_cannot_carry_another_message(wechat):
    plain = await door_set(*wechat, aes_key="")
    query, body = signed(xml("text", Content="你好"), encrypted=False)
    assert (await plain.http.post(f"/wechat?{query}", content=body)).status_code == 200
    forged = xml("text", Content="取消订单")
    assert (await plain.http.post(f"/wechat?{query}", content=forged)).status_code == 403
    assert len(plain.mind.asked) == 1


async def test_text_is_answered_with_the_request_itself(account: Set):
    account.mind.replies = [Reply("订好了。"), Reply("还要别的吗？", quick_replies=("要", "不要"))]
    said = await account.push(xml("text", Content="订送餐"))
    assert said == "订好了。\n还要别的吗？\n可以回：要 / 不要"
    conversation, text, values = account.mind.asked[0]
    assert (text, values["channel"]) == ("订送餐", "wechat")
    assert DAUGHTER not in conversation
    assert account.wechat.sent == []


async def test_a_text_that_breaks_the_xml_comes_whole(account: Set):
    account.mind.replies = [Reply("a]]><b>&amp;")]
    assert await account.push(xml("text", Content="你好")) == "a]] ><b>&amp;"


async def test_a_late_answer_follows_as_a_message_and_only_once(wechat):
    late = await door_set(*wechat, answer_seconds=0.05)
    late.mind.waits = asyncio.Event()
    body = xml("text", Content="订送餐")
    assert [await late.push(body) for _ in range(3)] == ["", "", ""]
    late.mind.waits.set()
    assert await late.later() == ["好的：订送餐"]
    assert await late.push(body) == ""
    assert len(late.mind.asked) == 1
    await late.door.close()


async def test_late_choices_are_buttons(wechat):
    late = await door_set(*wechat, answer_seconds=0.0)
    late.mind.replies = [Reply("哪天？", quick_replies=("明天", "后天"))]
    assert await late.push(xml("text", Content="订送餐")) == ""
    await late.later()
    menu = late.wechat.sent[0]["msgmenu"]
    assert [one["content"] for one in menu["list"]] == ["明天", "后天"]
    await late.door.close()


@pytest.mark.parametrize("code", [-1, 45009, 45011, 40001])
async def test_a_late_answer_waits_for_a_busy_wechat(wechat, code: int):
    late = await door_set(*wechat, answer_seconds=0.0)
    late.wechat.plan[CUSTOM] = [code, code]
    assert await late.push(xml("text", Content="订送餐")) == ""
    assert await late.later() == ["好的：订送餐"]
    await late.door.close()


async def test_late_choices_that_are_refused_follow_as_text(wechat):
    late = await door_set(*wechat, answer_seconds=0.0)
    late.wechat.plan[CUSTOM] = [48001]
    late.mind.replies = [Reply("哪天？", quick_replies=("明天", "后天"))]
    assert await late.push(xml("text", Content="订送餐")) == ""
    assert await late.later() == ["哪天？\n可以回：明天 / 后天"]
    await late.door.close()


async def test_who_is_still_being_heard_is_answered_before_we_stop(wechat):
    late = await door_set(*wechat, answer_seconds=0.0)
    late.mind.waits = asyncio.Event()
    assert await late.push(xml("text", Content="订送餐")) == ""
    closing = asyncio.create_task(late.door.close())
    while not late.mind.asked:
        await asyncio.sleep(0)
    assert not closing.done()
    late.mind.waits.set()
    await closing
    assert late.wechat.texts() == ["好的：订送餐"]
    assert LATEST > SECONDS


async def test_200_repeats_of_a_message_change_nothing(account: Set):
    body = xml("text", Content="订送餐")
    answers = await asyncio.gather(*(account.push(body) for _ in range(200)))
    assert set(answers) == {"好的：订送餐"}
    assert len(account.mind.asked) == 1


async def test_a_repeat_after_a_restart_changes_nothing(account: Set, wechat):
    body = xml("text", Content="订送餐")
    await account.push(body)
    restarted = await door_set(*wechat)
    messenger = Messenger(restarted.mind, account.household, restarted.ears, APP_ID)
    restarted.door._messenger = messenger
    assert await restarted.push(body) == ""
    assert restarted.mind.asked == []


async def test_a_voice_message_is_heard_by_our_own_ears(account: Set):
    account.wechat.media["m1"] = b"#!AMR\nvoice"
    account.ears.texts[b"#!AMR\nvoice"] = "明天送餐"
    said = await account.push(xml("voice", MediaId="m1", Format="amr", Recognition="名天松餐"))
    assert said == "好的：明天送餐"
    assert account.mind.asked[0][2]["confidence"] == 0.9


@pytest.mark.parametrize("media", ["gone", "noise"])
async def test_a_voice_message_nobody_can_hear_is_said(account: Set, media: str):
    account.wechat.media["noise"] = b"noise"
    said = await account.push(xml("voice", MediaId=media, Format="amr"))
    assert "没听清" in said
    assert "120" in said
    assert account.mind.asked == []


async def test_a_position_goes_with_what_is_said(account: Set):
    said = await account.push(
        xml("location", Location_X="25.0912", Location_Y="117.0301", Scale="15", Label="和平路18号")
    )
    assert said.startswith("位置收到了。")
    _, text, values = account.mind.asked[0]
    assert text == "和平路18号"
    assert values["place"] == "和平路18号（纬度25.09120，经度117.03010）"


async def test_a_picture_is_not_pretended_to_be_seen(account: Set):
    assert "看不了" in await account.push(xml("image", PicUrl="http://x", MediaId="m"))


async def test_a_follower_is_welcomed_and_one_who_leaves_is_noted(account: Set):
    assert "我是安伴" in await account.push(xml("event", Event="subscribe", EventKey=""))
    assert await account.push(xml("event", Event="unsubscribe")) == ""
    assert account.household.unfollowed == [DAUGHTER]


@pytest.mark.parametrize(
    "event", [{"Event": "subscribe", "EventKey": "qrscene_bind:345820"}, {"Event": "SCAN"}]
)
async def test_a_scanned_letter_binds(account: Set, event: dict[str, str]):
    asked = await account.push(xml("event", Ticket="t", **{"EventKey": "bind:345820", **event}))
    assert "什么人" in asked
    assert "林秀英" in await account.push(xml("text", Content="我是她女儿，我叫陈小梅"))
    assert account.household.bound == [(DAUGHTER, "女儿", "陈小梅")]


@pytest.mark.parametrize(
    ("consents", "told"),
    [
        (("orders", "state"), "问情况"),
        (("orders",), "同意了才能看"),
        ((), "有急事"),
    ],
)
async def test_who_is_bound_hears_what_was_agreed_to(
    account: Set, consents: tuple[str, ...], told: str
):
    account.household.consents = consents
    assert told in await account.push(xml("text", Content="绑定 345820 女儿 陈小梅"))


async def test_every_menu_button_says_something(account: Set):
    for button in menu():
        await account.push(xml("event", Event="CLICK", EventKey=button["key"]))
    assert [asked[1] for asked in account.mind.asked] == list(MENU_WORDS.values())


def listed(*items: dict[str, str]) -> str:
    fields = ["".join(f"<{name}>{one[name]}</{name}>" for name in one) for one in items]
    return "".join(f"<List>{one}</List>" for one in fields)


async def test_allowed_subscription_messages_are_counted_once(account: Set, wechat):
    items = listed(
        {"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "2"},
        {"TemplateId": "t2", "SubscribeStatusString": "reject", "PopupScene": "2"},
    )
    body = xml("event", Event="subscribe_msg_popup_event", SubscribeMsgPopupEvent=items)
    for _ in range(3):
        await account.push(body)
    assert account.household.credits == [(DAUGHTER, "t1", 1)]
    restarted = await door_set(*wechat)
    restarted.household.keys = account.household.keys
    await restarted.push(body)
    assert restarted.household.credits == []
    await restarted.door.close()


async def test_what_is_taken_back_is_not_relied_on(account: Set):
    items = listed(
        {"TemplateId": "t1", "SubscribeStatusString": "reject"},
        {"TemplateId": "t2", "SubscribeStatusString": "accept"},
    )
    await account.push(
        xml("event", Event="subscribe_msg_change_event", SubscribeMsgChangeEvent=items)
    )
    assert account.household.credits == [(DAUGHTER, "t1", 0)]


async def test_what_became_of_a_subscription_message_is_its_receipt(account: Set):
    items = listed(
        {"TemplateId": "t1", "MsgID": "17008", "ErrorCode": "0", "ErrorStatus": "success"},
        {"TemplateId": "t2", "MsgID": "17009", "ErrorCode": "43101", "ErrorStatus": "refused"},
    )
    await account.push(xml("event", Event="subscribe_msg_sent_event", SubscribeMsgSentEvent=items))
    assert account.household.reports == [
        ("wechat", "subscription 17008", True),
        ("wechat", "subscription 17009", False),
    ]
    assert account.household.credits == [(DAUGHTER, "t2", 0)]


async def test_the_mini_programs_events_come_by_a_door_of_their_own():
    household = FakeHousehold()
    messenger = Messenger(FakeMind(), household, FakeEars(), APP_ID)  # type: ignore[arg-type]
    door = EventsDoor(Seal(WeChatConfig(APP_ID, SECRET, TOKEN, AES_KEY)), messenger)
    app = FastAPI()
    app.include_router(door.routes())
    sent = listed({"TemplateId": "t", "MsgID": "1", "ErrorCode": "0", "ErrorStatus": "success"})
    allowed = listed({"TemplateId": "t", "SubscribeStatusString": "accept"})
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://anban") as http:
        for body in (
            xml("event", Event="subscribe_msg_sent_event", SubscribeMsgSentEvent=sent),
            xml("event", Event="subscribe_msg_popup_event", SubscribeMsgPopupEvent=allowed),
            xml("text", Content="你好"),
        ):
            query, raw = signed(body)
            answer = await http.post(f"/wechat/mini?{query}", content=raw)
            assert (answer.status_code, answer.text) == (200, "success")
            forged = await http.post(f"/wechat/mini?{query.replace('sig', 'gis')}", content=raw)
            assert forged.status_code == 403
    assert household.reports == [("mini", "subscription 1", True)]
    assert household.credits == []  # the page says itself what was allowed


async def test_what_became_of_a_template_message_is_passed_on(account: Set):
    for number, status in (("700001", "success"), ("700002", "failed:user block")):
        event = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": number, "Status": status}
        assert await account.push(xml("event", **event)) == ""
    assert account.household.reports == [
        ("wechat", "template 700001", True),
        ("wechat", "template 700002", False),
    ]


async def test_the_daughter_goes_by_word_or_by_button(account: Set):
    account.household.role, account.household.alarms = "family", ("em1",)
    assert "由您去" in await account.push(xml("text", Content="我去"))
    pressed = xml("text", Content="我去", bizmsgmenuid="go:em1")
    assert "由您去" in await account.push(pressed)
    assert account.household.gone == [("wechat", DAUGHTER, None), ("wechat", DAUGHTER, "em1")]


async def test_who_goes_too_late_hears_who_went(account: Set):
    account.household.alarms, account.household.holder = ("em1",), "王站长"
    assert "王站长已经接手了" in await account.push(xml("text", Content="我马上到"))


async def test_a_going_that_is_not_recorded_is_not_promised(account: Set):
    account.household.down = True
    body = xml("text", Content="我去", bizmsgmenuid="go:em1")
    assert "还没有记上" in await account.push(body)
    account.household.down, account.household.alarms = False, ("em1",)
    assert "由您去" in await account.push(body)


@pytest.mark.parametrize("spoken", [False, True])
async def test_a_bare_word_of_going_is_not_lost_while_the_backend_is_down(
    account: Set, spoken: bool
):
    account.wechat.media["m1"], account.ears.texts[b"voice"] = b"voice", "我去。"
    body = xml("voice", MediaId="m1", Format="amr") if spoken else xml("text", Content="我去")
    account.household.down = True
    assert "还没有记上" in await account.push(body)
    account.household.down, account.household.alarms = False, ("em1",)
    assert "由您去" in await account.push(body)
    assert account.household.gone == [("wechat", DAUGHTER, None)]
    assert account.mind.asked == []


async def test_who_is_not_known_in_time_and_has_no_alarm_is_answered_by_the_dialogue(
    account: Set, monkeypatch: pytest.MonkeyPatch
):
    async def slow(*_: str) -> None:
        raise TimeoutError

    monkeypatch.setattr(account.household, "arrive", slow)
    assert await account.push(xml("text", Content="我去")) == "好的：我去"
    account.household.alarms = ("em1",)
    assert "由您去" in await account.push(xml("text", Content="我去"))


async def test_without_the_backend_a_stranger_is_served(account: Set):
    account.household.hung = True
    assert await account.push(xml("text", Content="救命")) == "好的：救命"


async def test_a_long_answer_comes_in_pages(account: Set):
    lines = [f"{number:03} " + "字" * 90 for number in range(12)]
    account.mind.replies = [Reply("\n".join(lines))]
    body = xml("text", Content="政策")
    first = await account.push(body)
    rest = await account.later()
    assert "\n".join([first, *rest]).split("\n") == lines
    assert await account.push(body) == ""


# what is owed when the process dies

DYING = """
import asyncio, sys
from pathlib import Path
import uvicorn
from fastapi import FastAPI
from backend.client import SealedFolder
from channels.messaging import Messenger
from channels.mini.events import EventsDoor
from channels.wechat.api import WeChatApi
from channels.wechat.config import WeChatConfig
from channels.wechat.door import Door
from tests.fakes.house import FakeEars, FakeHousehold, FakeMind
from tests.fakes.wechat import AES_KEY, APP_ID, SECRET, TOKEN

api, folder, key = sys.argv[1:]
config = WeChatConfig(APP_ID, SECRET, TOKEN, AES_KEY, api=api, answer_seconds=0.0)
mind, ears = FakeMind(waits=asyncio.Event()), FakeEars({b"voice": "明天打扫"})
messenger = Messenger(mind, FakeHousehold(), ears, APP_ID)
door = Door(config, WeChatApi(config), messenger, SealedFolder(Path(folder), [key], ".owed"))
app = FastAPI()
app.include_router(door.routes())
server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))

async def main():
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving

asyncio.run(main())
"""


async def test_a_push_taken_by_a_process_that_is_killed_is_answered_by_the_next(wechat):
    fake, address = wechat
    fake.media["m1"] = b"voice"
    after = await door_set(fake, address)
    after.ears.texts[b"voice"] = "明天打扫"
    given = [address, str(after.shelf.folder), KEY]
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, *given, cwd=ROOT, stdout=subprocess.PIPE
    )
    assert killed.stdout is not None
    try:
        port = (await killed.stdout.readline()).decode().strip()
        pushes = [xml("text", Content="订送餐"), xml("voice", MediaId="m1", Format="amr")]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            for body in pushes:
                query, sent = signed(body)
                answer = await http.post(f"/wechat?{query}", content=sent.encode())
                assert (answer.status_code, answer.text) == (200, "success")
    finally:
        killed.kill()
        await killed.wait()
    assert len(after.shelf.waiting()) == 2
    assert not any("订送餐".encode() in path.read_bytes() for path in after.shelf.waiting())
    after.door.resume()
    assert sorted(await after.later(2)) == ["好的：明天打扫", "好的：订送餐"]
    assert [await after.push(body) for body in pushes] == ["", ""]  # what WeChat repeats
    assert len(after.mind.asked) == 2
    await after.door.close()
    assert after.shelf.waiting() == []


async def owed(found: Set, key: str = "k", **values: object) -> None:
    """Leave something behind, as a process that died has."""
    left = Owed(DAUGHTER, time.time(), **values)  # type: ignore[arg-type]
    (await Debts(WeChatApi(found.config), found.shelf).put(key, left)).let_go()


async def test_what_is_older_than_an_hour_is_answered_no_more(account: Set):
    left = Owed(DAUGHTER, time.time() - KEPT_SECONDS - 1, xml("text", Content="订送餐"))
    (await Debts(WeChatApi(account.config), account.shelf).put("k", left)).let_go()
    account.door.resume()
    async with asyncio.timeout(30):
        while account.shelf.waiting():
            await asyncio.sleep(0.01)
    assert (account.mind.asked, account.wechat.sent) == ([], [])


async def test_a_push_that_was_answered_is_not_done_again(account: Set):
    body = xml("text", Content="订送餐")
    await account.push(body)
    restarted = await door_set(account.wechat, account.config.api)
    restarted.household.keys = account.household.keys
    await owed(restarted, xml=body)
    restarted.door.resume()
    (said,) = await restarted.later()
    assert "再问一遍" in said
    assert restarted.mind.asked == []
    await restarted.door.close()


async def test_of_a_push_and_its_answer_the_answer_counts(account: Set):
    await owed(account, xml=xml("text", Content="订送餐"))
    await owed(account, texts=("订好了",))
    account.door.resume()
    assert await account.later() == ["订好了"]
    await account.door.close()
    assert (account.mind.asked, account.shelf.waiting()) == ([], [])


async def test_the_rest_of_an_answer_is_sent_by_the_next_process(account: Set):
    await owed(account, texts=("第二页", "第三页"))
    account.door.resume()
    assert await account.later(2) == ["第二页", "第三页"]


async def test_what_wechat_cannot_take_stays_owed(wechat):
    late = await door_set(*wechat, answer_seconds=0.0)
    late.wechat.plan[CUSTOM] = [-1] * 3
    late.mind.replies = [Reply("\n".join(["字" * 400, "句" * 400]))]
    assert await late.push(xml("text", Content="订送餐")) == ""
    await late.door.close()
    assert late.wechat.texts() == []
    after = await door_set(*wechat, shelf=late.shelf)
    after.door.resume()
    assert await after.later(2) == ["字" * 400, "句" * 400]
    await after.door.close()


async def test_a_cry_that_was_left_waits_for_nothing(account: Set):
    restarted = await door_set(account.wechat, account.config.api)
    restarted.door._ready = asyncio.Event().wait
    await owed(restarted, xml=xml("text", Content="救命"))
    await owed(restarted, "other", xml=xml("text", Content="订送餐"))
    restarted.door.resume()
    assert await restarted.later() == ["好的：救命"]
    await restarted.door.close()
    assert len(restarted.shelf.waiting()) == 1


async def test_what_the_disk_does_not_take_is_not_taken(wechat, monkeypatch: pytest.MonkeyPatch):
    late = await door_set(*wechat, answer_seconds=0.0)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(late.shelf, "put", full)
    assert await late.push(xml("text", Content="订送餐")) == "好的：订送餐"
    await late.door.close()


async def test_what_no_key_opens_is_set_aside(account: Set):
    account.shelf.folder.mkdir(exist_ok=True)
    (account.shelf.folder / "00000000000000000001-k.owed").write_bytes(b"gAAAA")
    await owed(account, texts=("第二页",))
    account.door.resume()
    assert await account.later() == ["第二页"]
    assert [path.suffix for path in account.shelf.folder.glob("*.unreadable")] == [".unreadable"]


# the access token


async def test_one_token_is_shared_and_renewed_when_wechat_refuses_it(wechat):
    fake, address = wechat
    config = WeChatConfig(APP_ID, SECRET, TOKEN, api=address)
    one, other = WeChatApi(config), WeChatApi(config)
    await one.send_text(DAUGHTER, "1")
    await other.send_text(DAUGHTER, "2")
    assert len(fake.tokens) == 1
    fake.rotate()
    await asyncio.gather(*(one.send_text(DAUGHTER, str(n)) for n in range(10)))
    await other.send_text(DAUGHTER, "3")
    assert len(fake.tokens) == 2
    assert len(fake.texts()) == 13
    fake.plan["/cgi-bin/message/custom/send"] = [40001]
    await one.send_text(DAUGHTER, "4")
    assert len(fake.tokens) == 3
    for api in (one, other):
        await api.close()


async def test_a_letter_carries_a_picture_that_leads_to_its_number(wechat):
    fake, address = wechat
    api = WeChatApi(WeChatConfig(APP_ID, SECRET, TOKEN, api=address))
    assert "gQH4" in await api.scene_qr("bind:345820")
    assert fake.sent[0]["action_info"]["scene"]["scene_str"] == "bind:345820"
    await api.close()


# whatever is sent


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(str.encode),
        st.sampled_from(["MsgType", "Event", "FromUserName", "CreateTime", "MsgId", "EventKey"])
        .flatmap(lambda name: st.text(max_size=20).map(lambda text: (name, text)))
        .map(lambda pair: xml("event", **{"Event": "CLICK", pair[0]: pair[1]}).encode()),
        st.tuples(
            st.sampled_from(["popup", "change", "sent"]),
            st.recursive(
                st.sampled_from(["", "<List/>", "<TemplateId>t</TemplateId>", "<MsgID>1</MsgID>"]),
                lambda inner: inner.map(lambda one: f"<List>{one}{one}</List>"),
            ),
        ).map(
            lambda pair: xml(
                "event",
                Event=f"subscribe_msg_{pair[0]}_event",
                **{f"SubscribeMsg{pair[0].title()}Event": pair[1] or "<a/>"},
            ).encode()
        ),
        st.recursive(
            st.just("<a/>"), lambda inner: inner.map(lambda one: f"<xml>{one}{one}</xml>")
        ).map(str.encode),
    ),
    encrypted=st.booleans(),
    query=st.one_of(st.just(""), st.text(max_size=30)),
)
async def test_whatever_is_pushed_there_is_no_internal_error(
    account: Set, body: bytes, encrypted: bool, query: str
):
    try:
        right, sent = signed(body.decode("utf-8", "ignore"), encrypted=encrypted)
    except (ValueError, IndexError):
        right, sent = signed("", encrypted=False)
    for asked in (right, f"timestamp={query}&nonce={query}&signature={query}"):
        for path in ("/wechat", "/wechat/mini"):
            answer = await account.http.post(path, params=asked, content=sent.encode())
            assert answer.status_code < 500
            raw = await account.http.post(path, params=asked, content=body)
            assert raw.status_code < 500


async def test_a_push_larger_than_any_message_is_refused(account: Set):
    query, _ = signed("", encrypted=False)
    big = await account.http.post(f"/wechat?{query}", content=b"x" * 70_000)
    assert big.status_code == 413
