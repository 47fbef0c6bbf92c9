"""The door for voice agents in the cloud, with requests as they send them."""

from __future__ import annotations

import json

import httpx
import pytest
from fastapi import FastAPI

from bot.sentences import Reply
from channels.cloud import completions

pytestmark = pytest.mark.unit
HEADERS = {"Authorization": "Bearer key"}
TCCC = {
    "model": "anban",
    "messages": [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "喂"},
        {"role": "assistant", "content": "您好"},
        {"role": "user", "content": [{"type": "text", "text": "我要打扫"}]},
    ],
    "stream": True,
    "temperature": 0.7,
    "user": "call-7",
    "metadata": {"phone": "13800001001"},
}


class Mind:
    def __init__(self):
        self.heard = []

    async def begin(self, conversation, *, channel, phone=None):
        self.heard.append((conversation, None, channel, phone))
        return [Reply("您好，我是安伴。")]

    async def say(self, conversation, text, *, channel, phone=None):
        self.heard.append((conversation, text, channel, phone))
        return [Reply("好的。"), Reply("您想哪一天？", ask="date", order="246810")]


@pytest.fixture
def mind():
    return Mind()


@pytest.fixture
async def http(mind):
    app = FastAPI()
    app.include_router(completions.router(mind, token="key"))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
        yield client


async def ask(http, body, **headers):
    return await http.post("/v1/chat/completions", json=body, headers={**HEADERS, **headers})


async def test_the_last_line_is_answered_sentence_by_sentence(http, mind):
    answer = await ask(http, TCCC)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [line.removeprefix("data: ") for line in answer.text.strip().split("\n\n")]
    assert events[-1] == "[DONE]"
    chunks = [json.loads(event) for event in events[:-1]]
    said = [chunk["choices"][0]["delta"].get("content") for chunk in chunks]
    assert said == ["", "好的。", "您想哪一天？", None]
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["anban"]["ask"] == "date"
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    await ask(http, TCCC)
    first, second = mind.heard
    assert first[1:] == ("我要打扫", "phone", "13800001001")
    assert first[0] == second[0]
    assert "call-7" not in first[0]


async def test_without_a_stream_the_answer_comes_whole(http):
    found = (await ask(http, {**TCCC, "stream": False})).json()
    assert found["object"] == "chat.completion"
    assert found["choices"][0]["message"]["content"] == "好的。您想哪一天？"
    assert found["anban"]["order"] == "246810"


async def test_before_anybody_has_spoken_the_caller_is_greeted(http, mind):
    body = {"messages": [{"role": "system", "content": "x"}], "metadata": {"call_id": "9"}}
    found = (await ask(http, body)).json()
    assert found["choices"][0]["message"]["content"] == "您好，我是安伴。"
    assert mind.heard[0][1] is None


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": [{"role": "user", "content": "喂"}]}, "user"),
        ({"messages": [{"role": "user", "content": "喂"}], "user": ""}, "user"),
        (
            {
                "messages": [
                    {"role": "user", "content": "喂"},
                    {"role": "assistant", "content": "您好"},
                ],
                "user": "7",
            },
            "messages",
        ),
    ],
    ids=["nobody named", "an empty name", "we spoke last"],
)
async def test_what_cannot_be_answered_says_why(http, mind, body, param):
    answer = await ask(http, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
    assert mind.heard == []


@pytest.mark.parametrize("key", ["", "Bearer wrong", "Basic key"])
async def test_only_who_has_the_key_is_answered(http, mind, key):
    answer = await ask(http, TCCC, Authorization=key)
    assert answer.status_code == 401
    assert "API key" in answer.json()["error"]["message"]
    assert mind.heard == []


@pytest.mark.parametrize(
    "body",
    [{}, {"messages": []}, {"messages": [{"role": "nobody"}]}, {"messages": "x"}, [],
     {"messages": [{"role": "user", "content": "x" * 30_000}]}],
)  # fmt: skip
async def test_what_is_no_request_is_refused(http, mind, body):
    assert (await ask(http, body)).status_code == 422
    assert mind.heard == []
