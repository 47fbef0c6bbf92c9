"""``anban scenario``: plays conversations against Anban and judges the rows they leave.

The simulator's rules are those of the scenario format: a string is said whatever was asked; an
``ask`` dictionary is looked up by what Anban just asked, with ``other`` for the rest; where Anban
asks nothing it is finished; where the turns run out while it still asks, the last ``confirm`` is
said once more.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TextIO

import httpx

from anban import wiring
from anban.errors import SettingsError, Unavailable
from anban.spoken_leg import SpokenLeg
from anban.stage import CALL_PROCESSES, CHAT_PROCESSES, Stage, stage
from backend.client import BackendClient, Emergency
from backend.profiles import LoadedProfile, load_profiles
from bot.understanding import numbers

_PARTS_OF_DAY = {"morning": (0, 11), "noon": (11, 13), "afternoon": (12, 18), "evening": (17, 24)}
_OUTBOX_SECONDS = 15.0

Scenario = Mapping[str, Any]


@dataclass
class Played:
    """What a conversation left.

    Attributes:
        transcript: ``{"who","text","ask"}`` in the order they were said.
        orders: the complete final state of the elder's orders.
        emergency: kind and status of the one that was raised, or None.
        handoff: whether a person was sent for.
        notified_family: whether a family contact's receiver gave a receipt.
        citations: documents that were named.
        reminders: the medicines the elder is reminded of from now on.
        ratings: what was said of the elder's orders.
        heard: what the recogniser made of spoken lines; empty where they were typed.
    """

    transcript: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    emergency: dict[str, str] | None = None
    handoff: bool = False
    notified_family: bool = False
    citations: list[dict[str, Any]] = field(default_factory=list)
    reminders: list[dict[str, Any]] = field(default_factory=list)
    ratings: list[dict[str, Any]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)


class Leg(Protocol):
    """How a conversation reaches Anban."""

    heard: list[str]

    async def open(self) -> list[dict[str, Any]]:
        """Begins; gives the greeting, where this way has one."""

    async def say(self, text: str) -> list[dict[str, Any]]:
        """One turn; empty text is silence."""

    async def close(self) -> None:
        """Hangs up."""


class ChatLeg:
    """Typed, over ``POST /v1/chat``."""

    def __init__(self, http: httpx.AsyncClient, scenario: Scenario, who: LoadedProfile) -> None:
        self._http = http
        self._scenario = scenario
        self._conversation = f"scenario-{scenario['id']}"
        self._phone = who.caller_phone
        self._now = scenario["now"]
        self.heard: list[str] = []

    async def open(self) -> list[dict[str, Any]]:
        """A call is greeted; a chat is not."""
        return await self.say("") if self._scenario.get("channel", "phone") == "phone" else []

    async def say(self, text: str) -> list[dict[str, Any]]:
        """See ``Leg``."""
        body = {
            "conversation": self._conversation,
            "text": text,
            "channel": self._scenario.get("channel", "phone"),
            "phone": self._phone,
            "now": self._now,
        }
        answer = await self._http.post("/v1/chat", json=body)
        if answer.is_error:
            raise Unavailable(f"chat answered {answer.status_code}: {answer.text[:200]}")
        return list(answer.json()["replies"])

    async def close(self) -> None:
        """Nothing to hang up."""


async def play(scenario: Scenario, leg: Leg) -> Played:
    """Says the turns by the simulator's rules."""
    played = Played()
    who = (scenario.get("caller") or {}).get("role", "elder")
    asked = _anban(played, await leg.open())
    last: Mapping[str, str] = {}
    for number, turn in enumerate(scenario["turns"]):
        if number and asked is None:
            break
        if isinstance(turn, str):
            text = turn
        else:
            last = turn["ask"]
            text = last.get(asked or "other", last.get("other", ""))
        asked = await _exchange(played, leg, who, text)
    else:
        if asked is not None and last:
            await _exchange(played, leg, who, last.get("confirm", ""))
    await leg.close()
    played.heard = leg.heard
    return played


async def _exchange(played: Played, leg: Leg, who: str, text: str) -> str | None:
    speaker = "family" if who == "family" else "elder"
    played.transcript.append({"who": speaker, "text": text, "ask": None})
    return _anban(played, await leg.say(text))


def _anban(played: Played, replies: Sequence[Mapping[str, Any]]) -> str | None:
    """Notes what Anban said; gives what it asks now."""
    for reply in replies:
        played.transcript.append({"who": "anban", "text": reply["text"], "ask": reply.get("ask")})
        played.handoff = played.handoff or bool(reply.get("handoff"))
        played.citations += reply.get("citations") or []
    return next((r["ask"] for r in reversed(replies) if r.get("ask")), None)


async def collect(played: Played, backend: BackendClient, who: LoadedProfile) -> None:
    """Reads the rows, once everything that was to go out has gone out."""
    notices = await _settled_notices(backend, who)
    played.notified_family = any(notice.status == "delivered" for notice in notices)
    orders = await backend.orders(elder_id=who.elder_id)
    strangers = [] if orders else await backend.orders(phone=who.caller_phone)
    played.orders = [
        {
            "service": order.service,
            "date": order.date,
            "time": order.time,
            "status": order.status,
            "address": order.address,
            **({"recurring": order.recurring} if order.recurring else {}),
        }
        for order in sorted([*orders, *strangers], key=lambda o: (o.date, o.service))
    ]
    found = await _emergencies(backend, who)
    if found:
        raised = _meant(found)
        played.emergency = {"kind": raised.kind, "status": raised.status}
    played.reminders = [
        {"times": list(one.times), "rule": one.rule, "start": one.first}
        for one in await backend.reminders(elder_id=who.elder_id)
    ]
    played.ratings = [
        {"stars": one.stars, "said": one.said}
        for one in await backend.ratings(elder_id=who.elder_id)
    ]
    tickets = await backend.handoffs(elder_id=who.elder_id)
    played.handoff = played.handoff or bool(tickets) or bool(found)


def _meant(found: Sequence[Emergency]) -> Emergency:
    """The one that is told of: the live one the others came after, else the last.

    All of a conversation are raised at the same moment of its clock.
    """
    live = [one for one in found if one.status in ("open", "acknowledged")] or list(found)
    ids = {one.id for one in live}
    return next((one for one in live if one.earlier_id not in ids), live[0])


async def _emergencies(backend: BackendClient, who: LoadedProfile) -> list[Emergency]:
    by_elder = await backend.emergencies(elder_id=who.elder_id)
    return by_elder or await backend.emergencies(phone=who.caller_phone)


async def _settled_notices(backend: BackendClient, who: LoadedProfile) -> list[Any]:
    limit = time.monotonic() + _OUTBOX_SECONDS
    while True:
        told = await backend.notices(elder_id=who.elder_id)
        notices = [notice for notice in told if notice.post is None]
        if all(notice.status != "pending" for notice in notices) or time.monotonic() > limit:
            return notices
        await asyncio.sleep(0.1)


# Judging ----------------------------------------------------------------------------------------


def judge(scenario: Scenario, played: Played) -> list[str]:
    """What is not as the scenario expects; empty where it passed."""
    expect = scenario["expect"]
    why = [*_orders_differ(expect.get("orders") or [], played.orders)]
    why += _emergency_differs(expect.get("emergency"), played.emergency)
    for name, found in (
        ("handoff_to_human", played.handoff),
        ("notified_family", played.notified_family),
    ):
        if name in expect and bool(expect[name]) != found:
            why.append(f"{name}: expected {bool(expect[name])}, found {found}")
    why += _policy_differs(expect.get("policy_answer"), played)
    why += _wishes_differ(expect, played)
    return why


def _wishes_differ(expect: Scenario, played: Played) -> list[str]:
    """Reminders and a rating count where a scenario names them."""
    why = []
    if "reminders" in expect and list(expect["reminders"] or ()) != played.reminders:
        why.append(f"reminders: expected {expect['reminders']}, found {played.reminders}")
    stars = (expect.get("rating") or {}).get("stars")
    found = [one["stars"] for one in played.ratings]
    if stars is not None and stars not in found:
        why.append(f"rating: expected {stars} stars, found {found}")
    return why


def _orders_differ(expected: Sequence[Scenario], found: Sequence[Scenario]) -> list[str]:
    left = list(found)
    why = []
    for order in expected:
        match = next((one for one in left if _same_order(order, one)), None)
        if match is None:
            why.append(f"order missing: {_short(order)}")
        else:
            left.remove(match)
    return why + [f"order too many: {_short(order)}" for order in left]


def _same_order(expected: Scenario, found: Scenario) -> bool:
    plain = all(expected[name] == found[name] for name in ("service", "date", "status"))
    address = expected.get("address")
    return (
        plain
        and _same_time(expected.get("time"), found.get("time"))
        and (address is None or _same_place(address, found.get("address") or ""))
        and (not expected.get("recurring") or found.get("recurring") == expected["recurring"])
    )


def _same_place(expected: str, found: str) -> bool:
    """A stranger's address lacks the city that nobody says aloud; 四十五号 is 45号."""
    return bool(found) and _in_digits(expected).endswith(_in_digits(found))


def _in_digits(address: str) -> str:
    """四十五号四零二 as 45号402."""
    written, at = "", 0
    for number in numbers.scan(address):
        written += address[at : number.start] + (number.digits or str(number.value))
        at = number.end
    return written + address[at:]


def _same_time(expected: str | None, found: str | None) -> bool:
    if expected is None or expected == found:
        return True
    if (expected, found) == ("12:00", "noon"):
        return True
    if found and expected in _PARTS_OF_DAY and ":" in found:
        first, last = _PARTS_OF_DAY[expected]
        return first <= int(found[:2]) <= last
    return False


def _short(order: Scenario) -> str:
    return " ".join(
        str(order.get(name)) for name in ("service", "date", "time", "status", "recurring")
    )


def _emergency_differs(expected: Scenario | None, found: Scenario | None) -> list[str]:
    live = found is not None and found["status"] in ("open", "acknowledged")
    if expected is None:
        return [f"emergency still open: {found['kind']}"] if found and live else []
    if found is None:
        return [f"no emergency, expected {expected['kind']}"]
    if expected.get("cancelled"):
        return ["emergency was not called off"] if live else []
    why = [] if live else [f"emergency {found['status']}, expected it open"]
    if found["kind"] not in (expected["kind"], *expected.get("kind_also_ok", ())):
        why.append(f"emergency kind {found['kind']}, expected {expected['kind']}")
    return why


def _policy_differs(expected: Scenario | None, played: Played) -> list[str]:
    if not expected:
        return []
    said = "".join(line["text"] for line in played.transcript if line["who"] == "anban")
    why = [
        f"answer lacks {item}"
        for item in expected.get("must_contain") or ()
        if not any(word in said for word in str(item).split("|"))
    ]
    if expected.get("cite_document") and not played.citations:
        why.append("no document cited")
    return why


# Running ----------------------------------------------------------------------------------------


LEGS = ("chat", "audiosocket")
"""Ways a scenario can be played: typed, or spoken over a phone leg."""


async def run(
    scenarios: Sequence[Scenario],
    out: TextIO,
    progress: Callable[[str], None] = lambda line: None,
    leg: str = "chat",
) -> int:
    """Plays all on one fresh Anban; writes one JSON line each.

    Returns:
        How many did not pass.
    """
    progress("starting a fresh Anban …")
    failed = 0
    async with stage(CALL_PROCESSES if leg == "audiosocket" else CHAT_PROCESSES) as staged:
        loaded = await load_profiles(staged.backend_config, scenarios, staged.settings.inbox_url)
        headers = {"Authorization": f"Bearer {staged.settings.service_token}"}
        async with (
            httpx.AsyncClient(
                base_url=staged.settings.backend_url, headers=headers, timeout=30
            ) as http,
            wiring.backend_client(staged.settings) as backend,
        ):
            for number, (scenario, who) in enumerate(zip(scenarios, loaded, strict=True), 1):
                played = await play(scenario, _leg(leg, staged, http, scenario, who))
                await collect(played, backend, who)
                why = judge(scenario, played)
                failed += bool(why)
                progress(f"{number}/{len(scenarios)} {scenario['id']} {'; '.join(why) or 'ok'}")
                line = {
                    "id": scenario["id"],
                    **vars(played),
                    "passed": not why,
                    "why": "; ".join(why) or None,
                }
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                out.flush()
    progress(f"{len(scenarios) - failed} of {len(scenarios)} passed")
    return failed


def _leg(
    name: str, staged: Stage, http: httpx.AsyncClient, scenario: Scenario, who: LoadedProfile
) -> Leg:
    if name == "audiosocket":
        return SpokenLeg(staged.settings, scenario, who.caller_phone)
    return ChatLeg(http, scenario, who)


def read(path: Path) -> list[Scenario]:
    """The scenarios of a file.

    Raises:
        SettingsError: the file or a line of it cannot be used; names what and what would be right.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    return [_scenario(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line]


def _scenario(line: str, where: str) -> Scenario:
    try:
        found = json.loads(line)
    except ValueError:
        raise SettingsError(f"{where}: not a JSON object") from None
    for name in ("id", "now", "profile", "turns", "expect"):
        if name not in found:
            raise SettingsError(f"{where}: {name!r} is missing")
    for turn in found["turns"]:
        if not isinstance(turn, str) and "ask" not in turn:
            raise SettingsError(f'{where}: a turn is a string or {{"ask": {{…}}}}')
    return dict(found)


async def main(path: Path, out: TextIO, progress: Callable[[str], None], leg: str) -> int:
    """Reads and plays a file of scenarios.

    Raises:
        SettingsError: there is no such leg, or the file cannot be used.
    """
    if leg not in LEGS:
        raise SettingsError(f"--leg {leg}: there is no such leg; use {' or '.join(LEGS)}")
    return await run(read(path), out, progress, leg)
