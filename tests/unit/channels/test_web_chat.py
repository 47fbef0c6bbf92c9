"""The web door: who may say whom a line is from, and clear answers to bad input."""

from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.dialogue import Citation, Reply
from channels.web.chat import router

pytestmark = pytest.mark.unit

TOKEN = {"Authorization": "Bearer right"}


class FakeDialogue:
    """Answers one fixed reply and remembers how it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    async def say(self, conversation: str, text: str, **values: Any) -> list[Reply]:
        self.asked.append((conversation, text, values))
        cited = (Citation("方案", "龙政办〔2016〕267号", "二", 2016),)
        return [Reply("好的。", ask="date", quick_replies=("明天",), citations=cited)]

    def in_danger(self, text: str, confidence: float | None = None) -> bool:
        return "救命" in text


@pytest.fixture
def dialogue() -> FakeDialogue:
    return FakeDialogue()


def client(dialogue: FakeDialogue, *, test_clock: bool = False, limit: int = 100) -> TestClient:
    app = FastAPI()
    said: list[str] = []

    def allow(who: str) -> bool:
        said.append(who)
        return len(said) <= limit

    app.include_router(
        router(
            dialogue,  # type: ignore[arg-type]
            service_token="right",
            session_secret="secret",
            test_clock=test_clock,
            allow=allow,
        )
    )
    return TestClient(app)


def line(**values: Any) -> dict[str, Any]:
    return {"conversation": "c1", "text": "你好", **values}


def test_a_wrong_token_is_refused_clearly(dialogue: FakeDialogue) -> None:
    answer = client(dialogue).post("/v1/chat", json=line(), headers={"Authorization": "Bearer no"})
    assert answer.status_code == 401
    assert answer.json()["field"] == "token"
    assert dialogue.asked == []


@pytest.mark.parametrize("field", [{"phone": "13800001001"}, {"elder_id": "e1"}])
def test_a_browser_may_not_say_whom_it_speaks_for(
    dialogue: FakeDialogue, field: dict[str, str]
) -> None:
    answer = client(dialogue).post("/v1/chat", json=line(**field))
    assert answer.status_code == 403
    assert answer.json()["field"] == next(iter(field))


def test_a_browser_cannot_join_another_browsers_conversation(dialogue: FakeDialogue) -> None:
    for _ in range(2):
        client(dialogue).post("/v1/chat", json=line())
    assert dialogue.asked[0][0] != dialogue.asked[1][0]


def test_a_forged_cookie_gets_a_session_of_its_own(dialogue: FakeDialogue) -> None:
    http = client(dialogue)
    http.cookies.set("anban_session", "forged")
    assert http.post("/v1/chat", json=line()).status_code == 200
    assert "forged" not in dialogue.asked[0][0]


def test_one_browser_keeps_its_conversation(dialogue: FakeDialogue) -> None:
    http = client(dialogue)
    for _ in range(2):
        http.post("/v1/chat", json=line())
    assert dialogue.asked[0][0] == dialogue.asked[1][0]


def test_too_many_lines_are_slowed_down(dialogue: FakeDialogue) -> None:
    http = client(dialogue, limit=1)
    http.post("/v1/chat", json=line())
    assert http.post("/v1/chat", json=line()).status_code == 429


def test_a_cry_for_help_is_never_too_many(dialogue: FakeDialogue) -> None:
    http = client(dialogue, limit=0)
    assert http.post("/v1/chat", json=line(text="救命")).status_code == 200


def test_a_service_may_name_the_caller(dialogue: FakeDialogue) -> None:
    client(dialogue).post("/v1/chat", json=line(phone="13800001001"), headers=TOKEN)
    conversation, text, values = dialogue.asked[0]
    assert (conversation, text, values["phone"]) == ("c1", "你好", "13800001001")


@pytest.mark.parametrize(("believed", "expected"), [(True, datetime(2026, 3, 4, 9)), (False, None)])
def test_the_clock_counts_only_in_tests(
    dialogue: FakeDialogue, believed: bool, expected: datetime | None
) -> None:
    http = client(dialogue, test_clock=believed)
    http.post("/v1/chat", json=line(now="2026-03-04T09:00:00"), headers=TOKEN)
    assert dialogue.asked[0][2]["now"] == expected


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"conversation": "c1"},
        {"conversation": "../x", "text": "a"},
        {"conversation": "", "text": ""},
    ],
)
def test_malformed_requests_are_named(dialogue: FakeDialogue, body: dict[str, str]) -> None:
    assert client(dialogue).post("/v1/chat", json=body).status_code == 422


def test_replies_come_as_data(dialogue: FakeDialogue) -> None:
    reply = client(dialogue).post("/v1/chat", json=line()).json()["replies"][0]
    assert reply["ask"] == "date"
    assert reply["quick_replies"] == ["明天"]
    assert reply["citations"][0]["year"] == 2016
    assert reply["handoff"] is False
