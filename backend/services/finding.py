"""Finding the elder of an emergency that nobody knew whose it was, from what was said."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from backend.domain.finding import (
    Resident,
    behind_the_door,
    meant,
    names_in,
    phones_in,
    spoken,
    tells_house,
)
from backend.domain.phones import caller_phone
from backend.domain.words import LIVE_EMERGENCY_STATUSES
from backend.services.escalation import note, tell_newly_known
from backend.services.work import Work, audit
from backend.store.alarms import Emergency, EmergencyEvent
from backend.store.outbox import FIND_ELDER, NOTICES, defer
from backend.store.people import Elder, FamilyMember

FOUND = "elder_found"
"""the event of the emergency"""
_AT_A_TIME = 200
"""homes that are unsealed before others may have the processor"""


async def later(work: Work, row: Emergency) -> None:
    """Have the elder looked for once this is committed: people are sent for without waiting."""
    await defer(
        work.session,
        FIND_ELDER,
        NOTICES,
        {"emergency_id": row.id},
        lock=f"{FIND_ELDER}:{row.id}",
    )


async def find_elder(work: Work, emergency_id: str) -> None:
    """Put a live emergency to the one elder it must be about; their family is told at once."""
    row = await work.session.get(Emergency, emergency_id)
    if row is None or not _open_whose(row):
        return
    lines = await _said(work, row)
    elder_id = meant(await _named(work, lines), spoken(lines)) or await _at_home(work, lines)
    if elder_id is None:
        return
    await work.session.refresh(row, with_for_update=True)
    if not _open_whose(row):
        return
    row.elder_id = elder_id
    await audit(work, "read", [f"elder:{elder_id}"])
    await note(work, row, FOUND)
    if row.status == "open" and row.alarmed_at is not None:
        await tell_newly_known(work, row)


def _open_whose(row: Emergency) -> bool:
    return row.elder_id is None and row.status in LIVE_EMERGENCY_STATUSES


async def _said(work: Work, row: Emergency) -> list[str]:
    signs = await work.session.scalars(
        select(EmergencyEvent.detail)
        .where(EmergencyEvent.emergency_id == row.id, EmergencyEvent.key.is_not(None))
        .order_by(EmergencyEvent.at)
    )
    return [line for line in [*signs, row.location] if line]


async def _named(work: Work, lines: list[str]) -> list[Resident]:
    """Whoever bears a name that was said, with their address and whether a number was, too."""
    names = names_in(lines)
    if not names:
        return []
    found = await work.session.scalars(select(Elder).where(Elder.name_index.in_(names)))
    rung = await _rung(work, phones_in(lines))
    return [Resident(one.id, one.address or "", one.id in rung) for one in found]


async def _rung(work: Work, numbers: set[str]) -> set[str]:
    phones = {phone for number in numbers if (phone := caller_phone(number))}
    if not phones:
        return set()
    own = await work.session.scalars(select(Elder.id).where(Elder.phone_index.in_(phones)))
    family = await work.session.scalars(
        select(FamilyMember.elder_id).where(
            FamilyMember.phone_index.in_(phones), FamilyMember.revoked_at.is_(None)
        )
    )
    return {*own, *family}


async def _at_home(work: Work, lines: list[str]) -> str | None:
    """The one elder who lives where it was said; a whole name of any elder leaves it open."""
    said = spoken(lines)
    full = {name for name in names_in(lines) if len(name) > 2}
    anybody = select(Elder.id).where(Elder.name_index.in_(full)).limit(1)
    if not tells_house(said) or await work.session.scalar(anybody) is not None:
        return None
    homes = await work.session.stream(
        select(Elder.id, Elder.address)
        .where(Elder.address.is_not(None))
        .execution_options(yield_per=_AT_A_TIME)
    )
    there: list[str] = []
    async for part in homes.partitions():
        there += [id for id, address in part if behind_the_door(address or "", said)]
        await asyncio.sleep(0)
    return there[0] if len(there) == 1 else None
