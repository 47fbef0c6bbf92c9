"""The callback door, with requests in the shape Aliyun's pages show."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.sentences import Reply
from channels.cloud import callbacks

pytestmark = pytest.mark.unit
RECORDED = json.loads((Path(__file__).parent / "data" / "aliyun.json").read_text())
SECRET, NOW = "cloud-secret", 1_700_000_000
DOOR = f"/cloud/aliyun/main/{callbacks.signature(SECRET, 'main')}"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Mind:
    def __init__(self):
        self.heard = []

    async def begin(self, conversation, *, channel, phone=None):
        self.heard.append((conversation, "begin", phone))
        return [Reply("您好，我是安伴。")]

    async def say(self, conversation, text, *, channel):
        self.heard.append((conversation, "say", text))
        if text == "再见":
            return [Reply("您多保重，再见。", ends=True)]
        if text == "救命":
            return [Reply("别动，", interruptible=False), Reply("我叫人来。")]
        if text == "几点":
            return [Reply('九点 9:00，"安伴"。')]
        return [Reply("您想哪一天？", ask="date")]

    async def key(self, conversation, digit, *, channel):
        self.heard.append((conversation, "key", digit))
        return [Reply("我请同事来。")] if digit == "0" else []

    async def end(self, conversation, reason):
        self.heard.append((conversation, "end", reason))


@pytest.fixture
def mind():
    return Mind()


@pytest.fixture
async def http(mind):
    app = FastAPI()
    app.include_router(callbacks.router(mind, secret=SECRET, clock=lambda: NOW))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://a", headers=FORM) as client:
        yield client


async def send(http, door=DOOR, **fields):
    return await http.post(door, data={"call_id": "1^2", "timestamp": "1", **fields})


@pytest.mark.parametrize("door", ["/cloud/aliyun/main/wrong", f"{DOOR[:-1]}x",
                                  DOOR.replace("main", "other")])  # fmt: skip
async def test_an_address_that_is_not_ours_is_refused(http, mind, door):
    answer = await send(http, door, content_type="callin")
    assert answer.status_code == 401
    assert mind.heard == []


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({}, "content_type"),
        ({"content_type": "nonsense"}, "content_type"),
        ({"content_type": "normal", "content": "{"}, "content"),
        ({"content_type": "normal", "content": "[]"}, "content"),
        ({"content_type": "normal", "content": "[" * 15_000}, "content"),
        ({"content_type": "normal", "call_id": ""}, "call_id"),
        ({"content_type": "normal", "call_id": "x" * 200}, "call_id"),
    ],
)
async def test_what_makes_no_sense_names_the_field(http, mind, fields, names):
    answer = await send(http, **fields)
    assert answer.status_code == 400
    assert answer.json()["msg"].startswith(names)
    assert mind.heard == []


async def test_a_body_beyond_measure_is_not_read(http, mind):
    answer = await http.post(DOOR, content=b"x" * 100_000)
    assert answer.status_code == 413


async def test_without_a_secret_the_door_is_shut(mind):
    app = FastAPI()
    app.include_router(callbacks.router(mind, secret=""))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://a", headers=FORM) as http:
        open_one = f"/cloud/aliyun/main/{callbacks.signature('', 'main')}"
        assert (await send(http, open_one, content_type="callin")).status_code == 401


async def test_a_recorded_call_from_ring_to_goodbye(http, mind):
    for recorded in RECORDED:
        answer = await http.post(DOOR, content=recorded["body"])
        assert answer.status_code == 200, recorded["what"]
        found = answer.json()
        assert (found["result"], found["code"]) == ("success", 200)
        assert found["data"]["action"] == recorded["action"], recorded["what"]
        assert found["data"]["call_id"] == "100001616500^100001871490"
    assert len({conversation for conversation, *_ in mind.heard}) == 1
    assert [what for _, *what in mind.heard] == [
        ["begin", "13800001001"], ["say", "我要打扫"], ["say", ""], ["key", "0"], ["say", "再见"],
    ]  # fmt: skip


async def test_the_fields_may_stand_in_the_address(http):
    answer = await http.post(f"{DOOR}?call_id=1%5E2&timestamp=1&content_type=callin&content=%7B%7D")
    said = json.loads(answer.json()["data"]["action_code_param"])
    assert said == {"tts": "您好，我是安伴。"}
    assert answer.json()["data"]["record_flag"] is False


async def test_what_saves_a_life_is_not_interrupted(http):
    answer = await send(http, content_type="normal", content='{"words": "救命"}')
    assert answer.json()["data"]["action_code_break"] is False
    answer = await send(http, content_type="normal", content='{"words": "我要打扫"}')
    assert answer.json()["data"]["action_code_break"] is True


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("normal", {"words": "您拨打的用户", "current_media_code": "early_media"}),
        ("normal", {"words": "您好", "role": "A"}),
        ("normal", {"words": ""}),
        ("timebreak", {"current_media_code": "a.wav", "asr_begin_time": "1"}),
        ("dtmf", {"dtmf_digits": "noInputTimeout"}),
        ("dtmf", {}),
        ("parallel_transfer", {"transfer_status": "fail"}),
    ],
)
async def test_what_the_caller_did_not_say_or_press_is_not_answered(http, mind, kind, content):
    answer = await send(http, content_type=kind, content=json.dumps(content))
    assert answer.json()["data"]["action"] == "donothing"
    assert mind.heard == []


async def test_nothing_is_said_in_signs_that_the_cloud_refuses(http):
    answer = await send(http, content_type="normal", content='{"words": "几点"}')
    said = json.loads(answer.json()["data"]["action_code_param"])["tts"]
    assert said == "九点 9 00， 安伴 。"


async def test_a_call_that_is_over_ends_its_conversation(http, mind):
    answer = await send(http, content_type="hangup")
    assert answer.json()["data"]["action"] == "donothing"
    assert mind.heard[0][1:] == ("end", "hangup")


async def test_the_record_of_a_call_ends_its_conversation(http, mind):
    await send(http, content_type="normal", content='{"words": "救命"}')
    records = [
        {"call_id": "1^2", "status_code": "200003", "duration": "10"},
        {"status_code": "1"},
        7,
    ]
    answer = await http.post(f"{DOOR}/records", json=records)
    assert (answer.status_code, answer.json()["code"]) == (200, 0)
    (said, *_), (ended, *how) = mind.heard
    assert (ended, how) == (said, ["end", "hangup"])


@pytest.mark.parametrize(
    ("door", "body", "status"),
    [
        (DOOR[:-1], b"[]", 401),
        (DOOR, b"{", 400),
        (DOOR, b"[" * 60_000, 400),
        (DOOR, b"{}", 400),
        (DOOR, b"\xff", 400),
        (DOOR, b" " * 5_000_000, 413),
    ],
)
async def test_what_is_no_record_of_calls_is_refused(http, mind, door, body, status):
    answer = await http.post(f"{door}/records", content=body)
    assert answer.status_code == status
    assert mind.heard == []


async def test_a_gateway_signs_each_request_and_old_ones_count_no_more(http):
    body = RECORDED[0]["body"].encode()
    for stamp, status in ((str(NOW), 200), (str(NOW - 1000), 401), ("never", 401)):
        headers = {
            "X-Anban-Timestamp": stamp,
            "X-Anban-Signature": callbacks.signed_body(SECRET, stamp, body),
        }
        answer = await http.post("/cloud/aliyun", content=body, headers=headers)
        assert answer.status_code == status
    wrong = {"X-Anban-Timestamp": str(NOW), "X-Anban-Signature": "sha256=00"}
    assert (await http.post("/cloud/aliyun", content=body, headers=wrong)).status_code == 401
