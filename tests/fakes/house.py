"""The mind, the backend and the ears, as small as channels need them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from anban.errors import Conflict, NotFound, SpeechError, Unavailable
from backend.client import Arrival, Bound
from bot.dialogue import Reply
from channels.ports import Heard


@dataclass
class FakeMind:
    """Answers 好的 with what it was asked, after `waits` where that is set."""

    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    waits: asyncio.Event | None = None
    met_again: list[str] = field(default_factory=list)

    async def say(self, conversation: str, text: str, **values: Any) -> list[Reply]:
        self.asked.append((conversation, text, values))
        if self.waits is not None:
            await self.waits.wait()
        return self.replies or [Reply(f"好的：{text}")]

    def in_danger(self, text: str, confidence: float | None = None) -> bool:
        return "救命" in text

    def meet_again(self, conversation: str) -> None:
        self.met_again.append(conversation)


@dataclass
class FakeHousehold:
    """One number, one alarm; remembers what it was told."""

    down: bool = False
    hung: bool = False
    role: str = "unknown"
    alarms: tuple[str, ...] = ()
    holder: str | None = None
    code: str = "345820"
    consents: tuple[str, ...] = ("orders", "state")
    keys: set[str] = field(default_factory=set)
    gone: list[tuple[str, str, str | None]] = field(default_factory=list)
    bound: list[tuple[str, str, str]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    unfollowed: list[str] = field(default_factory=list)
    credits: list[tuple[str, str, int]] = field(default_factory=list)
    reports: list[tuple[str, str, bool]] = field(default_factory=list)

    async def _up(self) -> None:
        if self.down:
            raise Unavailable("the backend is down")
        if self.hung:
            await asyncio.Event().wait()

    async def arrive(self, channel: str, address: str, key: str, conversation: str) -> Arrival:
        await self._up()
        elders = ("e1",) if self.role != "unknown" else ()
        return Arrival(key in self.keys, self.role, elders, self.alarms)

    async def answered(self, key: str) -> None:
        await self._up()
        self.keys.add(key)

    async def left(self, channel: str, address: str) -> None:
        await self._up()
        self.unfollowed.append(address)

    async def top_up(
        self, channel: str, address: str, template: str, count: int = 1, key: str | None = None
    ) -> int:
        await self._up()
        if key is None or key not in self.keys:
            self.credits.append((address, template, count))
        self.keys |= {key} if key else set()
        return 1

    async def report(self, channel: str, receipt: str, *, reached: bool, detail: str) -> bool:
        await self._up()
        self.reports.append((channel, receipt, reached))
        return True

    async def go(self, channel: str, address: str, emergency_id: str | None = None) -> None:
        await self._up()
        if not self.alarms or (emergency_id and emergency_id not in self.alarms):
            raise NotFound("现在没有需要您处理的呼救")
        if self.holder:
            raise Conflict(f"{self.holder}已经接手了")
        self.gone.append((channel, address, emergency_id))

    async def bind(
        self, channel: str, address: str, code: str, *, name: str = "", relation: str = ""
    ) -> Bound:
        await self._up()
        if code != self.code:
            return Bound("wrong")
        self.bound.append((address, relation, name))
        self.role = "family"
        return Bound("bound", elder="林秀英", consents=self.consents)

    async def unbind(self, channel: str, address: str) -> list[str]:
        await self._up()
        was, self.role = self.role, "unknown"
        return ["林秀英"] if was == "family" else []

    async def request_binding(
        self, channel: str, address: str, *, elder_phone: str, name: str = "", relation: str = ""
    ) -> None:
        await self._up()
        self.requests.append(f"{elder_phone} {relation}{name}")


@dataclass
class FakeEars:
    """Hears a recording as the text it was planned to be."""

    texts: dict[bytes, str] = field(default_factory=dict)

    async def hear(self, recording: bytes) -> Heard:
        if recording not in self.texts:
            raise SpeechError("nothing")
        return Heard(self.texts[recording], 0.9)
