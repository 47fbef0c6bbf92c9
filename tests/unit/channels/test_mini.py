"""The mini-program's doors: log-in, the red button, hold to talk."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from anban.errors import EngineUnavailable, NotNow, Refused, Unproven
from bot.dialogue import Cry, Reply
from channels.mini.config import MiniConfig
from channels.mini.door import Door
from channels.mini.login import Login
from channels.mini.talk import LONGEST_S, Account
from channels.ports import Heard
from tests.fakes.house import FakeHousehold, FakeMind

pytestmark = pytest.mark.unit

SECOND = bytes(32_000)


class FakePasses:
    """The pass is the address."""

    def issue(self, channel: str, address: str) -> str:
        return f"{channel}|{address}"

    def read(self, shown: str, *, however_old: bool = False) -> Account:
        channel, _, address = shown.removeprefix("old ").partition("|")
        if not address or (shown.startswith("old ") and not however_old):
            raise Unproven("no pass")
        return Account(channel, address, f"{channel}-of-{address}")


@dataclass
class FakeVoice:
    """Hears the number of seconds, or nothing at all."""

    deaf: bool = False
    dumb: bool = False
    hears: str | None = None
    sizes: list[int] = field(default_factory=list)

    async def hear(self, recording: bytes) -> Heard:
        if self.deaf:
            raise EngineUnavailable("away")
        self.sizes.append(len(recording) - 44)
        said = self.hears
        return Heard(f"{(len(recording) - 44) / 32_000:g}秒" if said is None else said, 0.8)

    async def speak(self, text: str) -> bytes:
        if self.dumb:
            raise EngineUnavailable("away")
        return f"mp3:{text}".encode()


class SlowVoice(FakeVoice):
    """Hears once whatever was sent meanwhile has been read."""

    async def hear(self, recording: bytes) -> Heard:
        for _ in range(50):
            await asyncio.sleep(0)
        return await super().hear(recording)


@dataclass
class CryingMind(FakeMind):
    """Keeps cries; says whether the backend has them."""

    cries: list[Cry] = field(default_factory=list)
    arrives: bool = True

    async def cry(self, cry: Cry) -> bool:
        self.cries.append(cry)
        return self.arrives

    def in_danger(self, text: str, confidence: float | None = None) -> bool:
        return "救命" in text


@dataclass
class House:
    """Doors with everything behind them."""

    mind: CryingMind = field(default_factory=CryingMind)
    household: FakeHousehold = field(default_factory=lambda: FakeHousehold(role="elder"))
    voice: FakeVoice = field(default_factory=FakeVoice)
    login: Login | None = None
    tired: bool = False

    def client(self) -> TestClient:
        door = Door(
            self.mind,  # type: ignore[arg-type]
            self.household,
            self.voice,
            FakePasses(),
            login=self.login,
            allow=lambda name: not self.tired,
        )
        app = FastAPI()
        app.include_router(door.routes())
        return TestClient(app)


def weixin(**answer: Any) -> Login:
    asked = httpx.MockTransport(lambda request: httpx.Response(200, json=answer))
    return Login(MiniConfig("wx1", "secret"), httpx.AsyncClient(transport=asked))


# log-in


def test_a_browser_gets_an_account_of_its_own_each_time() -> None:
    client = House().client()
    one, other = (client.post("/v1/mini/session", json={}).json()["token"] for _ in range(2))
    assert one.startswith("web|")
    assert one != other


def test_wechats_code_becomes_wechats_account_and_the_session_key_stays_with_us() -> None:
    login = weixin(openid="oElder", session_key="key")
    answer = House(login=login).client().post("/v1/mini/session", json={"code": "c"})
    assert answer.json() == {"token": "mini|oElder"}


@pytest.mark.parametrize(
    ("login", "status"),
    [
        (weixin(errcode=40029), 401),
        (weixin(errcode=40163), 401),
        (weixin(errcode=-1), 503),
        (weixin(errcode=45011), 503),
        (None, 404),
    ],
)
def test_a_log_in_that_fails_is_told_in_words(login: Login | None, status: int) -> None:
    answer = House(login=login).client().post("/v1/mini/session", json={"code": "c"})
    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize("answer", [httpx.Response(502), httpx.Response(200, text="<html>")])
async def test_a_relay_that_answers_nonsense_is_not_now(answer: httpx.Response) -> None:
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: answer))
    with pytest.raises(NotNow):
        await Login(MiniConfig("wx1", "s"), http).openid("c")


async def test_a_used_code_is_refused() -> None:
    with pytest.raises(Refused):
        await weixin(errcode=40163).openid("c")


def test_who_opens_it_too_often_waits_but_a_cry_never_does() -> None:
    client = House(tired=True).client()
    assert client.post("/v1/mini/session", json={}).status_code == 429
    assert client.post("/v1/mini/sos", json={"key": "press-0001"}).json()["taken"]


# the red button


def sos(client: TestClient, shown: str = "web|e", **values: Any) -> Any:
    body = {"key": "press-0001", **values}
    return client.post("/v1/mini/sos", json=body, headers={"Authorization": f"Bearer {shown}"})


def test_a_press_is_a_cry_with_the_key_it_was_made_with() -> None:
    house = House()
    client = house.client()
    assert sos(client).json() == {"taken": True, "arrived": True}
    assert sos(client).json() == {"taken": True, "arrived": True}
    assert {cry.key for cry in house.mind.cries} == {"web-of-e:press-0001"}
    assert house.mind.cries[0].elder_id == "e1"


def test_its_place_comes_along_where_it_is_known_already() -> None:
    house = House()
    sos(house.client(), place="纬度25.07000，经度117.01000（GCJ02）")
    (cry,) = house.mind.cries
    assert (cry.key, cry.location) == (
        "web-of-e:press-0001",
        "纬度25.07000，经度117.01000（GCJ02）",
    )


def test_an_old_pass_still_says_whose_cry_it_is() -> None:
    house = House()
    sos(house.client(), "old web|e")
    assert house.mind.cries[0].conversation == "web-of-e"
    pass_ = {"Authorization": "Bearer old web|e"}
    answer = house.client().post("/v1/mini/say", json={"text": "你好"}, headers=pass_)
    assert answer.status_code == 401


@pytest.mark.parametrize("shown", ["", "forged"])
def test_without_a_good_pass_it_is_a_strangers_cry(shown: str) -> None:
    house = House()
    assert sos(house.client(), shown).json()["taken"]
    (cry,) = house.mind.cries
    assert cry.conversation == "web-sos-press-0001"
    assert cry.elder_id is None


def test_a_backend_that_is_away_or_hangs_holds_up_no_cry() -> None:
    for household in (FakeHousehold(down=True), FakeHousehold(hung=True)):
        house = House(household=household)
        house.mind.arrives = False
        assert sos(house.client()).json() == {"taken": True, "arrived": False}


def test_who_it_was_is_remembered_while_the_backend_is_away() -> None:
    house = House()
    client = house.client()
    sos(client)
    house.household.down = True
    sos(client, key="press-0002")
    assert house.mind.cries[-1].elder_id == "e1"


def test_a_cry_that_comes_late_says_so() -> None:
    house = House()
    client = house.client()
    sos(client, ago=30)
    sos(client, ago=600)
    sos(client, ago=7300)
    said = [cry.text for cry in house.mind.cries]
    assert said[0] == "按了求助键"
    assert "10分钟前" in said[1]
    assert "2小时前" in said[2]


@pytest.mark.parametrize(
    "wrong", [{"key": "short"}, {"key": "../../../etc"}, {"place": "x" * 201}, {"ago": -1}]
)
def test_nonsense_is_named(wrong: dict[str, Any]) -> None:
    assert sos(House().client(), **wrong).status_code == 422


# a typed line


def test_policy_is_asked_in_a_conversation_of_its_own() -> None:
    house = House()
    client = house.client()
    pass_ = {"Authorization": "Bearer web|d"}
    client.post("/v1/mini/say", json={"text": "高龄补贴", "about": "policy"}, headers=pass_)
    client.post("/v1/mini/say", json={"text": "我要订餐"}, headers=pass_)
    assert [one[0] for one in house.mind.asked] == ["web-of-d-policy", "web-of-d"]
    assert client.post("/v1/mini/say", json={"text": "你好"}).status_code == 401


# hold to talk


def talk(house: House, *sent: str | bytes, shown: str = "web|e", until: str = "done") -> list[Any]:
    """Open, send, and give what came until a message of this type."""
    found: list[Any] = []
    with house.client().websocket_connect("/v1/voice") as socket:
        socket.send_text(json.dumps({"type": "hello", "pass": shown}))
        assert socket.receive_json() == {"type": "ready"}
        for one in sent:
            if isinstance(one, bytes):
                socket.send_bytes(one)
            else:
                socket.send_text(one)
        while not found or found[-1] == "sound" or found[-1]["type"] != until:
            message = socket.receive()
            found.append("sound" if message.get("bytes") else json.loads(message["text"]))
    return found


def order(type: str, **values: Any) -> str:
    return json.dumps({"type": type, **values})


def test_what_was_held_is_heard_answered_and_spoken() -> None:
    house = House()
    house.mind.replies = [Reply("好的。"), Reply("哪一天？", ask="date", quick_replies=("明天",))]
    found = talk(house, order("start"), SECOND, SECOND, order("stop"))
    assert [one if one == "sound" else one["type"] for one in found] == [
        *("heard", "reply", "reply"),
        *("speech", "sound", "speech", "sound", "done"),
    ]
    assert found[0]["text"] == "2秒"
    assert found[2]["quick_replies"] == ["明天"]
    ((conversation, text, values),) = house.mind.asked
    assert (conversation, text) == ("web-of-e", "2秒")
    assert values == {"channel": "web", "confidence": 0.8}


def test_a_tap_instead_of_a_hold_is_told() -> None:
    found = talk(House(), order("start"), bytes(3200), order("stop"))
    assert found[0] == {"type": "trouble", "text": "请按住不放，说完了再松手。"}


@pytest.mark.parametrize("voice", [FakeVoice(deaf=True), FakeVoice(hears="  ")])
def test_what_was_not_heard_is_told_and_reaches_nobody(voice: FakeVoice) -> None:
    house = House(voice=voice)
    found = talk(house, order("start"), SECOND, order("stop"))
    assert {"type": "trouble", "text": "我没听清，请按住再说一遍。"} in found
    assert house.mind.asked == []


def test_without_a_voice_the_answer_is_still_shown() -> None:
    found = talk(House(voice=FakeVoice(dumb=True)), order("say", text="你好"))
    assert [one["type"] for one in found] == ["reply", "done"]


def test_what_is_taken_back_is_not_said() -> None:
    house = House()
    talk(house, order("start"), SECOND, order("cancel"), order("say", text="你好"))
    assert [text for _, text, _ in house.mind.asked] == ["你好"]


def test_too_much_is_refused_unless_it_may_be_a_cry() -> None:
    house = House(tired=True)
    assert talk(house, order("say", text="你好"))[0]["type"] == "trouble"
    assert talk(house, order("say", text="救命"))[0]["type"] == "reply"


def test_a_turn_without_end_is_kept_to_a_minute() -> None:
    house = House()
    talk(house, order("start"), *[SECOND * 3] * 25, order("stop"))
    assert house.voice.sizes[-1] == LONGEST_S * 32_000


def test_one_of_our_own_sentences_is_read_and_no_other() -> None:
    house = House()
    found = talk(
        house, order("read", name="letter"), "no json", "[1]", order("read", name="sos_ask")
    )
    assert [one if one == "sound" else one["type"] for one in found] == ["speech", "sound", "done"]


def test_a_forged_pass_is_shown_the_door() -> None:
    with House().client().websocket_connect("/v1/voice") as socket:
        socket.send_text(order("hello"))
        assert socket.receive()["code"] == 4401


def test_a_cry_in_a_breath_that_the_line_cut_off_still_counts() -> None:
    house = House(voice=FakeVoice(hears="救命啊"))
    with house.client().websocket_connect("/v1/voice") as socket:
        socket.send_text(order("hello", **{"pass": "web|e"}))
        socket.receive_json()
        socket.send_text(order("start"))
        socket.send_bytes(SECOND)
    assert [text for _, text, _ in house.mind.asked] == ["救命啊"]


@pytest.mark.parametrize("then", [order("cancel"), order("start"), order("say", text="你好")])
def test_a_cry_in_what_was_taken_back_still_counts(then: str) -> None:
    house = House(voice=FakeVoice(hears="救命啊"))
    with house.client().websocket_connect("/v1/voice") as socket:
        socket.send_text(order("hello", **{"pass": "web|e"}))
        socket.receive_json()
        for one in (order("start"), SECOND):
            socket.send_bytes(one) if isinstance(one, bytes) else socket.send_text(one)
        socket.send_text(then)
    assert "救命啊" in [text for _, text, _ in house.mind.asked]


def test_a_cry_that_is_being_heard_when_one_speaks_on_still_counts() -> None:
    house = House(voice=SlowVoice(hears="救命啊"))
    with house.client().websocket_connect("/v1/voice") as socket:
        socket.send_text(order("hello", **{"pass": "web|e"}))
        socket.receive_json()
        socket.send_text(order("start"))
        socket.send_bytes(SECOND)
        socket.send_text(order("stop"))
        socket.send_text(order("start"))
        assert socket.receive_json() == {"type": "heard", "text": "救命啊"}
    assert [text for _, text, _ in house.mind.asked] == ["救命啊"]


def test_the_text_so_far_comes_while_the_button_is_held() -> None:
    found = talk(House(), order("start"), SECOND, SECOND, until="hearing")
    assert found == [{"type": "hearing", "text": "2秒"}]


def test_whoever_was_bound_meanwhile_is_met_again() -> None:
    house = House(household=FakeHousehold(role="unknown"))
    client = house.client()
    for role in ("unknown", "elder"):
        house.household.role = role
        with client.websocket_connect("/v1/voice") as socket:
            socket.send_text(order("hello", **{"pass": "web|e"}))
            socket.receive_json()
    assert house.mind.met_again == ["web-of-e"]
