"""The hotline's part of the page: who is being handed over, and who was promised a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from backend.domain.call_outs import CONNECTED, GONE, JOINING, OFFERED
from backend.domain.phones import masked
from backend.domain.times import CHINA
from backend.services import inbound
from backend.services.work import Work, audit
from backend.store.hotline import CallOut, Transfer
from backend.store.people import Elder
from backend.store.talks import Handoff

RECENT = timedelta(minutes=30)
"""so long a caller who was handed over stays on the page"""
MOST = 8
GOAL = 0.95
"""connect rate of any 24 hours (GB/T 33358-2016)"""
_STATES = {
    OFFERED: "正在转给",
    JOINING: "正在接通",
    CONNECTED: "已接通",
    "declined": "老人没转",
    GONE: "没接上",
}


@dataclass(frozen=True)
class HandedOver:
    """A caller who is, or was just, handed to an agent."""

    at: str
    state: str
    agent: str
    summary: str
    now: bool
    """whether it is happening"""


@dataclass(frozen=True)
class Promised:
    """Somebody who will be called back."""

    ticket: str
    until: str
    overdue: bool
    who: str
    phone: str
    said: str
    tried: int


@dataclass(frozen=True)
class Figure:
    """One figure of the hotline's last 24 hours."""

    name: str
    value: str
    good: bool
    """whether it is where it should be"""


@dataclass(frozen=True)
class Calls:
    """The hotline's part of the page."""

    figures: tuple[Figure, ...]
    """empty where nobody has called"""
    handed: tuple[HandedOver, ...]
    promised: tuple[Promised, ...]


async def calls(work: Work, shown: set[str]) -> Calls:
    """Return the hotline's part of the page; what is new to it is written down in the audit."""
    rows = await work.session.scalars(
        select(Transfer)
        .where(Transfer.offered_at >= work.now - RECENT)
        .order_by(Transfer.offered_at.desc())
        .limit(MOST)
    )
    transfers = rows.all()
    tickets = await work.session.execute(
        select(Handoff, Elder.name, func.count(CallOut.id))
        .outerjoin(Elder, Elder.id == Handoff.elder_id)
        .outerjoin(CallOut, CallOut.handoff_id == Handoff.id)
        .where(Handoff.status == "open")
        .group_by(Handoff.id, Elder.name)
        .order_by(Handoff.promised_at)
        .limit(MOST)
    )
    promised = [_promised(row, name, tried, work.now) for row, name, tried in tickets]
    fresh = [f"transfer:{row.id}" for row in transfers if f"transfer:{row.id}" not in shown]
    await audit(work, "read", fresh)
    shown.update(fresh)
    counted = _figures(await inbound.figures(work.session, work.now))
    return Calls(counted, tuple(_handed(row) for row in transfers), tuple(promised))


def _figures(found: inbound.Figures) -> tuple[Figure, ...]:
    """Return the figures in words; goals are those of GB/T 33358-2016."""
    if not found.calls:
        return ()
    prompt, connected = found.prompt_share, found.connect_rate
    return (
        Figure("24小时来电", str(found.calls), True),
        Figure("正在等", str(found.waiting), found.waiting == 0),
        Figure("15秒内接听", _percent(prompt), prompt is None or prompt >= GOAL),
        Figure("接通率", _percent(connected), connected is None or connected >= GOAL),
        Figure("转安伴", _percent(found.overflow_share), True),
        Figure("没等到就挂", str(found.abandoned), found.abandoned == 0),
        Figure("转人工接通", _percent(found.transfer_success), found.not_joined == 0),
        Figure("转接用时", _seconds(found.transfer_seconds), found.quickly == found.timed),
    )


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _seconds(took: float | None) -> str:
    return "—" if took is None else f"{took:.1f}秒"


def _handed(row: Transfer) -> HandedOver:
    return HandedOver(
        at=_clock(row.offered_at),
        state=_STATES[row.outcome],
        agent=row.agent,
        summary=row.summary,
        now=row.outcome in (OFFERED, JOINING),
    )


def _promised(row: Handoff, name: str | None, tried: int, now: datetime) -> Promised:
    return Promised(
        ticket=row.ticket,
        until=f"{row.promised_at.astimezone(CHINA):%m-%d %H:%M}",
        overdue=row.promised_at < now,
        who=name or "没登记的来电人",
        phone=masked(row.phone),
        said=row.summary,
        tried=tried,
    )


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%H:%M:%S}"
