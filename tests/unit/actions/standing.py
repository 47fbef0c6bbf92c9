"""Orders that stand, in memory, and lines about them."""

import asyncio
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.orders import ValidateChangeForm
from anban.errors import Conflict
from backend.client import Handoff, Order

NOW = datetime(2026, 3, 9, 9, 10)
CLEANING = ("111111", "cleaning", "2026-03-10", "09:00")
SECOND_CLEANING = ("222222", "cleaning", "2026-03-17", "09:00")
MEALS = ("333333", "meals", "2026-03-11", "noon")


class FakeBackend:
    """Orders in memory; ``stuck`` is the number of one that cannot be changed any more."""

    def __init__(self, *orders: tuple[str, str, str, str], stuck: str | None = None) -> None:
        self.rows = {row[0]: _order(*row) for row in orders}
        self.stuck = stuck
        self.cancelled: list[str] = []
        self.tickets: list[str] = []

    async def orders(self, **_: Any) -> list[Order]:
        return list(self.rows.values())

    async def change_order(self, key: str, number: str, **values: Any) -> Order:
        if number == self.stuck:
            raise Conflict("已经在路上了")
        self.cancelled.append(number)
        return self.rows[number]

    async def create_handoff(self, *, reason: str, **_: Any) -> Handoff:
        self.tickets.append(reason)
        return Handoff("h1", "246810", reason, "open", NOW)

    async def update_conversation(self, *_: Any, **__: Any) -> None:
        pass


def _order(number: str, service: str, day: str, time: str) -> Order:
    return Order.from_json(
        {
            "id": number,
            "number": number,
            "elder_id": "e1",
            "service": service,
            "date": day,
            "time": time,
            "status": "confirmed",
            "address": "和平路18号302",
            "notices": [],
        }
    )


def tracker(text: str, act: str, asked: str | None = None, **slots: Any) -> Tracker:
    """One line to a form that asks for the slot ``asked``; ``heard_*`` slots are entities."""
    heard = {name[6:]: slots.pop(name) for name in list(slots) if name.startswith("heard_")}
    return Tracker(
        sender_id="c",
        slots={"requested_slot": asked, "retry": 0.0, **slots},
        latest_message={
            "text": text,
            "intent": {"name": act},
            "entities": [{"entity": kind, "value": value} for kind, value in heard.items()],
            "metadata": {
                "now": NOW.isoformat(),
                "role": "elder",
                "elder": {"id": "e1", "name": "林秀英", "address": "和平路18号302"},
                "ask": "confirm" if asked == "confirmed" else asked,
            },
        },
        events=[],
        paused=False,
        followup_action=None,
        active_loop={"name": "change_form"} if asked else {},
        latest_action_name=None,
    )


def slots_after(backend: FakeBackend, line: Tracker) -> dict[str, Any]:
    events = asyncio.run(ValidateChangeForm(backend).run(CollectingDispatcher(), line, {}))
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def day(iso: str) -> dict[str, Any]:
    return {"date": iso, "time": None, "start": None, "recurring": None, "ask": False}
