"""Old people who cry for help, say it again until somebody hears them, and the families told."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI, Request

from anban.errors import BackendError
from backend.client import BackendClient
from backend.profiles import LoadedProfile

CRIES = (
    "救命啊我摔倒了起不来",
    "我胸口疼得厉害喘不上气",
    "厨房着火了快来人",
    "手割破了血止不住",
    "吃东西噎住了喘不出气",
    "我不想活了",
    "开水烫了一大片起泡了",
    "有小偷撬我家的门",
)
LATER = ("我在厨房", "快点来", "腿疼得很")
SILENCES = 2
"""After so many unanswered questions silence is an alarm of its own, and the next rung begins."""
PATIENCE_S = 8.0
"""So long a caller waits for a word before they cry again."""


@dataclass
class Cry:
    """One cry for help and how it went.

    Attributes:
        number: of the cry.
        who: the caller.
        door: chat (the backend process) or line (a process of its own, as voice is).
        cried_at: wall-clock time of the first cry.
        tries: how often it was cried until somebody answered.
        answered_after: seconds from the first cry to the answer.
        answer_s: seconds that the answer itself took.
        comforted: the answer said that help is being called.
        spooled: the answer said that it is kept here, not yet recorded.
    """

    number: int
    who: LoadedProfile
    door: str
    cried_at: float = 0.0
    tries: int = 0
    answered_after: float = 0.0
    answer_s: float = 0.0
    comforted: bool = False
    spooled: bool = False

    @property
    def conversation(self) -> str:
        """Its conversation's id."""
        return f"chaos-{self.number}"


@dataclass
class Doors:
    """The two ways in.

    Attributes:
        chat: the backend, with its token.
        line: the line.
    """

    chat: httpx.AsyncClient
    line: httpx.AsyncClient

    async def say(self, cry: Cry, text: str) -> str:
        """One line; gives all that was answered.

        Raises:
            httpx.HTTPError: nobody answered.
        """
        body = {"conversation": cry.conversation, "phone": cry.who.caller_phone, "text": text}
        if cry.door == "line":
            answer = await self.line.post("/say", json=body)
            return "".join(answer.raise_for_status().json())
        answer = await self.chat.post("/v1/chat", json={**body, "channel": "phone"})
        replies = answer.raise_for_status().json()["replies"]
        return "".join(reply["text"] for reply in replies)


async def call(doors: Doors, cry: Cry, chance: random.Random) -> None:
    """A whole call: perhaps some talk, the cry until it is heard, a word more, or silence."""
    if chance.random() < 0.25:
        await _try_to_say(doors, cry, "我要订明天上午九点打扫卫生")
    cry.cried_at = time.time()
    text = CRIES[cry.number % len(CRIES)]
    while True:
        cry.tries += 1
        began = time.time()
        try:
            said = await doors.say(cry, text)
        except httpx.HTTPError:
            await asyncio.sleep(0.3 + chance.random())
            continue
        cry.answer_s = time.time() - began
        cry.answered_after = time.time() - cry.cried_at
        cry.comforted = "我听到了" in said or "utter_emergency" in said
        cry.spooled = "记在这里" in said or "not_recorded" in said
        break
    then = chance.random()
    await asyncio.sleep(chance.random() * 2)
    if then < 0.3:
        await _try_to_say(doors, cry, chance.choice(LATER))
    elif then < 0.5:
        for _ in range(SILENCES):
            await _try_to_say(doors, cry, "")


async def _try_to_say(doors: Doors, cry: Cry, text: str) -> None:
    try:
        await doors.say(cry, text)
    except httpx.HTTPError:
        return


@dataclass
class Families:
    """Whoever is told: gives receipts, and some of them say that they are on their way.

    Attributes:
        backend: where they say so.
        share: how many of the emergencies somebody acknowledges.
        received: notice id to how often it came.
    """

    backend: BackendClient
    share: float
    received: dict[str, int] = field(default_factory=dict)
    decided: dict[str, bool] = field(default_factory=dict)
    _coming: set[asyncio.Task[None]] = field(default_factory=set)

    def app(self, chance: random.Random) -> FastAPI:
        """The receiver of all webhooks."""
        app = FastAPI()

        @app.post("/notices/{who}")
        @app.post("/notices")
        async def receive(request: Request, who: str = "") -> dict[str, str]:
            notice = await request.json()
            self.received[notice["id"]] = self.received.get(notice["id"], 0) + 1
            emergency = notice.get("emergency_id")
            raised = notice["event"] == "emergency_raised"
            if emergency and raised and emergency not in self.decided:
                self.decided[emergency] = chance.random() < self.share
                if self.decided[emergency]:
                    self._go(emergency, chance.random() * 5)
            return {"receipt": f"chaos-{notice['id']}"}

        return app

    def _go(self, emergency: str, after: float) -> None:
        task = asyncio.create_task(self._acknowledge(emergency, after))
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

    async def _acknowledge(self, emergency: str, after: float) -> None:
        await asyncio.sleep(after)
        while True:
            try:
                await self.backend.acknowledge(emergency, "女儿")
            except BackendError:
                await asyncio.sleep(1)
            else:
                return

    async def settled(self) -> None:
        """Until all who said so have been heard."""
        while self._coming:
            await asyncio.wait(self._coming)


def cries(people: Sequence[LoadedProfile]) -> list[Cry]:
    """One cry each, by the two doors in turn."""
    return [Cry(n, who, ("chat", "line")[n % 2]) for n, who in enumerate(people)]
