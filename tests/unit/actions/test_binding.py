"""Only the elder is given a number that binds."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.binding import BindElder
from actions.turn import FORM
from anban.errors import Unavailable
from backend.client import Code, Handoff

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 9, 9, 10)


class FakeBackend:
    """Gives one number, or none."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.given: list[str] = []
        self.tickets: list[str] = []

    async def binding_code(self, elder_id: str, way: str = "call", now: Any = None) -> Code:
        if self.down:
            raise Unavailable("down")
        self.given.append(elder_id)
        return Code("345820", NOW)

    async def create_handoff(self, *, reason: str, **_: Any) -> Handoff:
        self.tickets.append(reason)
        return Handoff("h", "246824", reason, "open", NOW)


def turn(
    backend: FakeBackend,
    role: str,
    confidence: float = 0.9,
    text: str = "绑定",
    service: str | None = None,
) -> tuple[list[str], list[str]]:
    """What is said, and where it goes on."""
    elder = {"id": "e1", "name": "林秀英"}
    metadata = {"conversation": "c", "now": NOW.isoformat(), "role": role, "elder": elder}
    message = {
        "text": text,
        "intent": {"name": "bind_elder", "confidence": confidence},
        "metadata": metadata,
        "entities": [{"entity": "service", "value": service}] if service else [],
    }
    tracker = Tracker("c", {}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = asyncio.run(BindElder(backend).run(dispatcher, tracker, {}))  # type: ignore[arg-type]
    follows = [event["name"] for event in events if event["event"] == "followup"]
    return [said["response"] for said in dispatcher.messages], follows


def run(backend: FakeBackend, role: str, confidence: float = 0.9, text: str = "绑定") -> list[str]:
    return turn(backend, role, confidence, text)[0]


def test_an_elder_is_asked_first_what_the_number_opens() -> None:
    backend = FakeBackend()
    assert run(backend, "elder") == ["utter_bind_consents"]
    assert backend.given == []


@pytest.mark.parametrize("role", ["family", "unknown"])
def test_nobody_else_is_given_one(role: str) -> None:
    backend = FakeBackend()
    assert run(backend, role)[0] == "utter_bind_how"
    assert (backend.given, backend.tickets) == ([], [])


def test_a_wish_that_is_not_sure_gives_nothing_away() -> None:
    backend = FakeBackend()
    assert run(backend, "elder", 0.3)[0] == "utter_not_sure"
    assert backend.given == []


@pytest.mark.parametrize("role", ["elder", "family"])
@pytest.mark.parametrize("text", ["把我侄子的绑定解除了", "我不想让他看了，取消绑定"])
def test_who_wants_a_binding_to_end_is_not_given_a_number(role: str, text: str) -> None:
    backend = FakeBackend()
    assert run(backend, role, text=text) == ["utter_unbind_heard", "utter_handoff_ticket"]
    assert (backend.given, backend.tickets) == ([], ["unbinding"])


@pytest.mark.parametrize("text", ["我是她孙女，想绑个号", "我是他儿子，衣服的事以后再说，先绑上"])
def test_a_relative_who_orders_nobody_books_nothing(text: str) -> None:
    said, follows = turn(FakeBackend(), "family", 0.5, text, "laundry")
    assert (said[0], follows) == ("utter_not_sure", [])


def test_a_relative_who_says_whose_they_are_and_orders_is_booked_for() -> None:
    text = "我是他外孙，喊个人来把屋头的被子抱去洗"
    assert turn(FakeBackend(), "family", 0.5, text, "laundry") == ([], [FORM])
