"""How an elder is: what Anban knows of the day, as far as the elder lets a relative know it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.orders import OrderStatus
from actions.turn import Person, Turn, say
from actions.whose import of_all
from anban.errors import BackendError, NotFound
from backend.client import BackendClient
from bot import wording


class ElderStatus(OrderStatus):
    """A family asks after the elder: signs of the day, then what is booked."""

    def __init__(self, backend: BackendClient) -> None:
        super().__init__(backend)
        self._backend = backend

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_elder_status"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Of several elders each is told of, unless one is named."""
        turn = of_all(Turn.of(tracker))
        if turn.role == "family":
            meant = [turn.elder] if turn.elder else turn.elders
            for elder in meant:
                await self._tell_day(dispatcher, turn, elder)
        return await super().run(dispatcher, tracker, domain)

    async def _tell_day(self, dispatcher: CollectingDispatcher, turn: Turn, elder: Person) -> None:
        try:
            day = await self._backend.day(turn.conversation, elder.id, now=turn.now)
        except NotFound:
            say(dispatcher, "utter_day_not_agreed", elder=elder.name)
            return
        except BackendError:
            return  # what cannot be looked up is not told; the orders say whether they can be
        if day.spoke_at is None and day.device_at is None:
            say(dispatcher, "utter_day_none", elder=elder.name)
        if day.spoke_at is not None:
            said = {"elder": elder.name, "time": _clock(day.spoke_at, turn.now)}
            say(dispatcher, "utter_day_spoke", **said)
        if day.device_at is not None:
            said = {"elder": elder.name, "time": _clock(day.device_at, turn.now)}
            say(dispatcher, "utter_day_device", **said)


def _clock(at: datetime, now: datetime) -> str:
    local = at.astimezone(now.tzinfo) if now.tzinfo else at
    return wording.clock(f"{local:%H:%M}")
