"""Typed turns over ``POST /v1/chat``, and what their parts take on their own."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from anban import wiring
from anban.errors import AnbanError
from anban.stage import Stage
from backend.client import BackendClient
from tests.bench import memory
from tests.bench.figures import Samples
from tests.bench.talks import CONVERSATIONS, Callers, Talk

PROBES = 100


@dataclass
class Turns:
    """Measured turns.

    Attributes:
        all: every turn.
        by_place: turns by their place in the conversation, the first being 1.
        wall: seconds from the first turn to the last.
        excuses: what is said where the mind does not answer; such turns are not measured.
        cpu: milliseconds of processor time a turn, by part of Anban.
        orders: numbers of the orders that were spoken of.
    """

    all: Samples = field(default_factory=Samples)
    by_place: dict[int, Samples] = field(default_factory=lambda: defaultdict(Samples))
    wall: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    excuses: frozenset[str] = frozenset()
    orders: set[str] = field(default_factory=set)


def chat_client(staged: Stage) -> httpx.AsyncClient:
    """A client of the chat door that keeps its connections."""
    headers = {"Authorization": f"Bearer {staged.settings.service_token}"}
    return httpx.AsyncClient(
        base_url=staged.settings.backend_url, headers=headers, timeout=30, trust_env=False
    )


async def hold(staged: Stage, talks: list[Talk], clients: int) -> Turns:
    """Holds conversations, ``clients`` at a time, each without a pause between its turns.

    Raises:
        AnbanError: a turn was not answered.
    """
    excuse = wiring.sentences()("utter_mind_down")
    turns, waiting = Turns(excuses=frozenset([excuse])), list(reversed(talks))
    before, began = memory.of(staged), time.perf_counter()

    async def client(http: httpx.AsyncClient) -> None:
        while waiting:
            await _talk(http, waiting.pop(), turns)

    async with chat_client(staged) as http:
        await asyncio.gather(*(client(http) for _ in range(clients)))
    turns.wall = time.perf_counter() - began
    turns.cpu = {
        name: 1e3 * (held.cpu - before[name].cpu) / len(turns.all)
        for name, held in memory.of(staged).items()
        if name in before
    }
    return turns


async def _talk(http: httpx.AsyncClient, talk: Talk, turns: Turns) -> None:
    for place, text in enumerate(talk.turns, 1):
        body = {"conversation": talk.id, "text": text, "phone": talk.phone}
        began = time.perf_counter()
        answer = await http.post("/v1/chat", json=body)
        seconds = time.perf_counter() - began
        if answer.status_code != httpx.codes.OK:
            raise AnbanError(f"chat answered {answer.status_code}: {answer.text[:200]}")
        turns.all.add(seconds)
        turns.by_place[place].add(seconds)
        replies = answer.json()["replies"]
        if any(reply["text"] in turns.excuses for reply in replies):
            raise AnbanError("the mind did not answer a turn; its log says why")
        turns.orders |= {reply["order"] for reply in replies if reply.get("order")}


# Parts --------------------------------------------------------------------------------------------


async def parts(staged: Stage, callers: Callers) -> dict[str, Samples]:
    """Each part of a turn on its own, one call after the other, over kept connections."""
    settings = staged.settings
    found: dict[str, Samples] = {}
    async with chat_client(staged) as http, httpx.AsyncClient(timeout=30, trust_env=False) as bare:
        found["one HTTP round trip (backend `/healthz`)"] = await _timed(
            lambda n: _good(http.get("/healthz"))
        )
        found["understanding: Rasa `/model/parse`"] = await _timed(
            lambda n: _good(
                bare.post(
                    f"{settings.rasa_url}/model/parse",
                    params={"token": settings.rasa_token},
                    json={"text": _line(n)},
                )
            )
        )
        found["dialogue without an action: greeting through Rasa's webhook"] = await _timed(
            lambda n: _good(_webhook(bare, staged, f"bench-greets-{n}", "你好"))
        )
        found["action server: an action that writes nothing"] = await _timed(
            lambda n: _good(
                bare.post(
                    settings.actions_url,
                    params={"token": settings.rasa_token},
                    json=_read_back(),
                )
            )
        )
    async with wiring.backend_client(settings) as backend:
        found |= await _backend(backend, callers)
    return found


async def _backend(backend: BackendClient, callers: Callers) -> dict[str, Samples]:
    who, days = callers.next(), datetime.now() + timedelta(days=3)
    found = {
        "backend: open_conversation": await _timed(
            lambda n: backend.open_conversation(f"bench-part-{n}", "web", phone=who.caller_phone)
        ),
        "backend: update_conversation (the draft of each form turn)": await _timed(
            lambda n: backend.update_conversation(
                f"bench-part-{n}", draft={"service": "cleaning", "date": "2030-01-02"}
            )
        ),
    }
    found["backend: place_order"] = await _timed(
        lambda n: backend.place_order(
            f"bench-order-{n}",
            conversation=f"bench-part-{n}",
            service="cleaning",
            date=(days + timedelta(days=n)).date().isoformat(),
            time="09:00",
            elder_id=who.elder_id,
        ),
        30,
    )
    return found


async def _timed(call: Callable[[int], Awaitable[Any]], probes: int = PROBES) -> Samples:
    """The first calls are not counted: connections, caches."""
    samples = Samples()
    for number in range(probes + 5):
        began = time.perf_counter()
        await call(number)
        if number >= 5:
            samples.add(time.perf_counter() - began)
    return samples


async def _good(answer: Awaitable[httpx.Response]) -> httpx.Response:
    return (await answer).raise_for_status()


def _line(number: int) -> str:
    lines = [line for conversation in CONVERSATIONS for line in conversation]
    return lines[number % len(lines)]


def _webhook(
    http: httpx.AsyncClient, staged: Stage, sender: str, text: str
) -> Awaitable[httpx.Response]:
    metadata = {"conversation": sender, "channel": "web", "now": datetime.now().isoformat()}
    return http.post(
        f"{staged.settings.rasa_url}/webhooks/anban/webhook",
        json={"sender": sender, "message": text, "metadata": metadata},
        headers={"Authorization": f"Bearer {staged.settings.rasa_token}"},
    )


def _read_back() -> dict[str, Any]:
    """What Rasa sends for the read-back of a draft."""
    slots = {"service": "cleaning", "date": "2030-01-02", "time": "09:00", "requested_slot": None}
    message = {"text": "九点", "intent": {"name": "give_time"}, "entities": [], "metadata": {}}
    tracker = {
        "sender_id": "bench",
        "slots": slots,
        "latest_message": message,
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {"name": "booking_form"},
        "latest_action_name": "booking_form",
        "latest_input_channel": "anban",
    }
    return {
        "next_action": "action_ask_booking_form_confirmed",
        "sender_id": "bench",
        "tracker": tracker,
        "domain": {},
        "version": "3.6.21",
    }
