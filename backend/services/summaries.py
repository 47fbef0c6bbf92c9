"""What an agent should know of a caller before saying hello: short enough to be spoken."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from backend.domain.times import said_day, said_time
from backend.domain.words import EMERGENCIES, LIVE_EMERGENCY_STATUSES, SERVICES
from backend.notices.sentences import phrase
from backend.services.work import Work
from backend.store.alarms import Emergency
from backend.store.people import Elder
from backend.store.services import Order
from backend.store.talks import Conversation, Handoff

LONGEST_QUOTE = 30
"""characters of what was said that are repeated"""


async def summary(work: Work, conversation_id: str, elder: Elder | None) -> str:
    """Return who somebody is and what they wanted in a conversation, the most urgent first."""
    return "".join([line async for line in _lines(work, conversation_id, elder)])


async def _lines(work: Work, conversation_id: str, elder: Elder | None) -> AsyncIterator[str]:
    emergency = await work.session.scalar(
        select(Emergency)
        .where(Emergency.conversation_id == conversation_id)
        .where(Emergency.status.in_(LIVE_EMERGENCY_STATUSES))
        .order_by(Emergency.raised_at.desc())
        .limit(1)
    )
    if emergency is not None:
        yield _emergency(emergency)
    yield _who(elder, work.now.date())
    wanted = False
    for line in await _matters(work, conversation_id):
        wanted = True
        yield line
    if not wanted and emergency is None:
        yield phrase("summary", "nothing")


async def _matters(work: Work, conversation_id: str) -> list[str]:
    """Return what was ordered, what is being ordered, and whether a person was asked for."""
    orders = await work.session.scalars(
        select(Order).where(Order.conversation_id == conversation_id).order_by(Order.created_at)
    )
    lines = [
        phrase(
            "summary",
            "order",
            service=SERVICES[order.service],
            when=f"{said_day(order.day)}{said_time(order.time)}",
            number=order.number,
        )
        for order in orders
    ]
    talk = await work.session.get(Conversation, conversation_id)
    if talk is not None and isinstance(talk.draft, dict):
        lines += _draft(talk.draft)
    ticket = await work.session.scalar(
        select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.status == "open")
    )
    if ticket is not None and ticket.summary:
        lines.append(phrase("summary", "asked", said=_quoted(ticket.summary)))
    return lines


def _draft(draft: Mapping[str, Any]) -> Iterator[str]:
    service = SERVICES.get(str(draft.get("service")))
    if service is None:
        return
    when = ""
    if day := draft.get("date"):
        at = draft.get("time")
        when = f"，{said_day(date.fromisoformat(str(day)))}{said_time(str(at) if at else None)}"
    yield phrase("summary", "draft", service=service, when=when)


def _who(elder: Elder | None, today: date) -> str:
    if elder is None:
        return phrase("summary", "unknown")
    facts = [
        f"{today.year - elder.birth_year}岁" if elder.birth_year else "",
        "独居" if elder.lives_alone else "",
        elder.hearing if elder.hearing not in {None, "正常"} else "",
        elder.dialect if elder.dialect not in {None, "普通话"} else "",
    ]
    about = "".join(f"，{fact}" for fact in facts if fact)
    return phrase("summary", "who", elder=elder.name or "老人", about=about)


def _emergency(row: Emergency) -> str:
    held = f"{row.acknowledged_by}已接手" if row.acknowledged_by else "还没有人接手"
    return phrase(
        "summary", "emergency", kind=EMERGENCIES[row.kind], held=held, said=_quoted(row.text)
    )


def _quoted(said: str) -> str:
    return said if len(said) <= LONGEST_QUOTE else f"{said[:LONGEST_QUOTE]}……"
