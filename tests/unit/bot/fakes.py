"""Stand-ins for Rasa and the backend, as small as the dialogue needs them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from anban.errors import BackendError, DialogueError, Unavailable
from backend.client import (
    Caller,
    Conversation,
    Cry,
    Elder,
    Emergency,
    Handoff,
    Notice,
    Order,
    Rating,
    Reminder,
    Speaking,
)
from bot.rasa import Answer
from bot.sentences import Reply

NOW = datetime(2026, 3, 4, 9, 10)
LIVE = ("open", "acknowledged")
ELDER = Elder(id="e1", name="林秀英", phone="13800001001", address="和平路18号302")

CRIES = {
    "救命啊我摔倒了起不来": "fall",
    "我胸口疼得厉害喘不上气": "chest_pain",
    "老头子嘴歪了话也说不清半边身子动不了": "stroke",
    "我喘不上气憋得慌": "breathing",
    "手割破了血止不住": "bleeding",
    "开水烫了一大片起泡了": "burn",
    "吃东西噎住了喘不出气": "choking",
    "厨房着火了快来人": "fire_gas",
    "我走丢了找不到家": "lost",
    "有小偷撬我家的门": "intruder",
    "我把农药喝下去了": "poisoning",
    "我不想活了": "self_harm",
    "我心慌头晕眼前发黑快站不住了": "unwell",
    "救命啊快来人": "unspecified",
}
"""A cry of each kind."""


@dataclass
class FakeRasa:
    """Answers with what it was given, and remembers what it was asked."""

    replies: list[list[Reply]] = field(default_factory=list)
    down: bool = False
    answers: asyncio.Event | None = None
    later: dict[str, tuple[str, ...]] = field(default_factory=dict)
    heard: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    async def say(self, sender: str, text: str, metadata: dict[str, Any]) -> Answer:
        if self.down:
            raise DialogueError("Rasa did not answer")
        self.heard.append((sender, text, metadata))
        if self.answers is not None:
            await self.answers.wait()
        replies = self.replies.pop(0) if self.replies else [Reply("好的。", key="utter_x")]
        return Answer(replies, self.later.pop(text, ()))

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class FakeBackend:
    """Knows one caller; keeps what it is told."""

    changed: dict[str, Any] = field(default_factory=dict, kw_only=True)

    opened: Conversation = field(
        default_factory=lambda: Conversation("c", caller=Caller("elder"), elder=ELDER)
    )
    down: bool = False
    hung: bool = False
    emergencies_raised: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    holder: str | None = None
    owner: str | None = None
    """whose emergency it is, as far as the backend knows"""
    notices: list[Notice] = field(
        default_factory=lambda: [Notice("n1", "emergency_raised", "pending", recipient="女儿")]
    )
    closed: list[tuple[str, str]] = field(default_factory=list)
    handoffs: list[dict[str, Any]] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)
    finished: list[Order] = field(default_factory=list)
    rated: list[dict[str, Any]] = field(default_factory=list)
    reminding: list[Reminder] = field(default_factory=list)
    speaking: Speaking | None = None

    async def _up(self) -> None:
        if self.down:
            raise Unavailable("the backend is down")
        if self.hung:
            await asyncio.Event().wait()

    async def open_conversation(self, conversation: str, channel: str, **_: Any) -> Conversation:
        await self._up()
        return self.opened

    async def update_conversation(self, conversation: str, **values: Any) -> None:
        await self._up()
        self.speaking = values["speaking"]

    async def update_elder(self, elder_id: str, **values: Any) -> None:
        await self._up()
        self.changed |= values

    async def end_conversation(self, conversation: str, reason: str, **_: Any) -> None:
        await self._up()
        self.ended.append((conversation, reason))

    async def raise_emergency(self, key: str, **values: Any) -> Emergency:
        await self._up()
        live = next((id for id, status in self.statuses.items() if status in LIVE), None)
        if key not in [known["key"] for known in self.emergencies_raised]:
            self.emergencies_raised.append({"key": key, **values})
        emergency = live or f"em{len(self.statuses) + 1}"
        self.statuses[emergency] = "open"
        return Emergency(
            emergency,
            values["kind"],
            values["certainty"],
            "open",
            elder_id=self.owner,
            notices=tuple(self.notices),
            acknowledged_by=self.holder,
        )

    async def emergencies(self, **_: Any) -> list[Emergency]:
        await self._up()
        return [
            Emergency(id, "fall", "certain", status)
            for id, status in reversed(self.statuses.items())
        ]

    async def close_emergency(
        self, emergency: str, by: str, outcome: str = "closed", *, checked: bool = False, **_: Any
    ) -> Emergency:
        await self._up()
        assert outcome != "false_alarm" or checked, "never called off without a question"
        self.closed.append((emergency, outcome))
        self.statuses[emergency] = outcome
        return Emergency(emergency, "fall", "certain", outcome)

    async def create_handoff(self, **values: Any) -> Handoff:
        await self._up()
        self.handoffs.append(values)
        return Handoff("h1", "246810", values["reason"], "open", NOW)

    async def orders(self, **_: Any) -> list[Order]:
        await self._up()
        return self.finished

    async def rate(self, order: str, **values: Any) -> Rating:
        await self._up()
        self.rated.append({"order": order, **values})
        return Rating(order, values["stars"], values["said"])

    async def set_reminder(self, elder_id: str, **values: Any) -> Reminder:
        await self._up()
        made = Reminder(
            f"r{len(self.reminding) + 1}",
            elder_id,
            values["first"],
            values["rule"],
            values["times"],
        )
        self.reminding.append(made)
        return made

    async def reminders(self, **_: Any) -> list[Reminder]:
        await self._up()
        return list(self.reminding)

    async def end_reminder(self, reminder: str, **_: Any) -> Reminder:
        await self._up()
        found = next(one for one in self.reminding if one.id == reminder)
        self.reminding.remove(found)
        return found

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class FakeAlarms:
    """The way to the backend without a disk: what it does not take is kept in a list."""

    backend: FakeBackend
    kept: list[Cry] = field(default_factory=list)

    async def send(self, cry: Cry) -> Emergency | None:
        self.kept.append(cry)
        try:
            async with asyncio.timeout(0.05):
                emergency = await self.backend.raise_emergency(**vars(cry))
        except (BackendError, TimeoutError):
            return None
        self.kept.remove(cry)
        return emergency
