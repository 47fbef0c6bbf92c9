"""Numbers that nobody in no danger is called at."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from anban.errors import NotFound
from backend.domain.phones import normal_phone
from backend.services.work import Filter, Work, audit
from backend.store.hotline import DoNotCall


async def add(work: Work, phone: str, reason: str) -> None:
    """Put a number on the list; one that is there already stays as it is.

    Raises:
        Rejected: it is no number.
    """
    number = normal_phone(phone)
    values = {"phone_index": number, "phone": number, "reason": reason, "since": work.now}
    await work.session.execute(insert(DoNotCall).values(values).on_conflict_do_nothing())
    await audit(work, "create", ["do_not_call"])


async def remove(work: Work, phone: str) -> None:
    """Take a number off the list.

    Raises:
        Rejected: it is no number.
        NotFound: it was not there.
    """
    gone = delete(DoNotCall).where(DoNotCall.phone_index == normal_phone(phone))
    found = await work.session.execute(gone.returning(DoNotCall.since))
    if found.first() is None:
        raise NotFound("名单里没有这个号码")
    await audit(work, "delete", ["do_not_call"])


async def holds(work: Work, phone: str) -> bool:
    """Return whether a (normal) number is on the list."""
    query = select(DoNotCall.since).where(DoNotCall.phone_index == phone)
    return await work.session.scalar(query) is not None


async def numbers(work: Work, wanted: Filter) -> Sequence[DoNotCall]:
    """List them, the latest first."""
    query = select(DoNotCall).order_by(DoNotCall.since.desc())
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", ["do_not_call"])
    return rows
