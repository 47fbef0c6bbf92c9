"""Relatives whom an alarm does not reach as promised: in two ways, one of them a call."""

from __future__ import annotations

from sqlalchemy import select

from backend.services.escalation import note
from backend.services.handoffs import CreateHandoff, create_handoff
from backend.services.ways import family_contacts, not_doubly_reached
from backend.services.work import Work
from backend.store.alarms import Emergency, EmergencyEvent

WAYS_LACKING = "ways_lacking"
"""the event of the emergency, and the reason of the case"""


async def note_lacking(work: Work, emergency_id: str) -> None:
    """Flag relatives who are not alarmed in two ways, one of them a call: a case for the staff.

    It says so with the emergency too, so that whoever looks at it knows whom to ring up by hand.
    """
    row = await work.session.get(Emergency, emergency_id)
    if row is None or row.elder_id is None:
        return
    contacts = await family_contacts(work, row.elder_id, None)
    lacking = await not_doubly_reached(work, row.elder_id, contacts)
    if not lacking:
        return
    names = "、".join(one.relation + one.name for one in lacking)
    known = select(EmergencyEvent.detail).where(
        EmergencyEvent.emergency_id == row.id, EmergencyEvent.event == WAYS_LACKING
    )
    if names not in set(await work.session.scalars(known)):
        await note(work, row, WAYS_LACKING, names)
    for one in lacking:
        summary = f"{one.relation}{one.name}：紧急时叫不到两种方式（其中要有电话），请补登记"
        about = CreateHandoff(f"alarm-ways:{one.id}", WAYS_LACKING, summary, elder_id=row.elder_id)
        await create_handoff(work, about)
