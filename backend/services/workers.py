"""Those who go to the elders' homes: who they are, and the one account each does it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from anban.errors import Conflict, NotFound, Rejected, Unavailable
from backend.domain.numbers import LONGER, speakable_number
from backend.domain.phones import normal_phone
from backend.services.accounts import AccountName, account
from backend.services.binding import note_wrong, tried_too_often
from backend.services.work import TRIES, Work, audit
from backend.store.database import utc_now
from backend.store.services import Provider
from backend.store.visits import Worker, WorkerCode

CODE_LIFETIME = timedelta(hours=24)
"""a shift and the evening after it; the number works once"""

BOUND, WRONG, TOO_MANY, TAKEN = "bound", "wrong", "too_many", "taken"
"""what becomes of a number that somebody sent; taken: the account is another worker's"""


async def create_worker(work: Work, values: Mapping[str, Any]) -> Worker:
    """Add somebody who goes to the elders' homes.

    Args:
        work: the transaction.
        values: name, phone, and provider_id or area.

    Raises:
        Rejected: the phone is no phone, or there is no such provider.
        Conflict: another worker has this number.
    """
    row = Worker(created_at=work.now)
    await _set(work, row, values)
    await audit(work, "create", [f"worker:{row.id}"])
    return row


async def change_worker(work: Work, worker_id: str, values: Mapping[str, Any]) -> Worker:
    """Change fields of a worker; whoever is no longer active sees nothing any more.

    Raises:
        NotFound, Rejected, Conflict: as above.
    """
    row = await worker(work, worker_id)
    await _set(work, row, values)
    await audit(work, "update", [f"worker:{row.id}"])
    return row


async def _set(work: Work, row: Worker, values: Mapping[str, Any]) -> None:
    given = dict(values)
    if "phone" in given:
        given["phone"] = normal_phone(given["phone"]) if given["phone"] else None
        given["phone_index"] = given["phone"]
    provider_id = given.get("provider_id")
    if provider_id and await work.session.get(Provider, provider_id) is None:
        raise Rejected("没有这个服务机构", "provider_id")
    for name, value in given.items():
        setattr(row, name, value)
    try:
        async with work.session.begin_nested():
            work.session.add(row)
            await work.session.flush()
    except IntegrityError as error:
        if "phone_index" not in str(error.orig):
            raise
        raise Conflict("这个电话已经登记在别的服务人员名下") from error


async def worker(work: Work, worker_id: str) -> Worker:
    """Return a worker.

    Raises:
        NotFound: there is none with this id.
    """
    row = await work.session.get(Worker, worker_id)
    if row is None:
        raise NotFound("没有这位服务人员")
    return row


async def workers(work: Work) -> Sequence[Worker]:
    """List all workers, those who are active first."""
    query = select(Worker).order_by(Worker.active.desc(), Worker.created_at, Worker.id)
    rows = (await work.session.scalars(query)).all()
    await audit(work, "read", [f"worker:{row.id}" for row in rows])
    return rows


# the account


async def make_code(work: Work, worker_id: str) -> tuple[str, WorkerCode]:
    """Make a number for a worker; it works once, and is stored as a keyed hash only.

    Raises:
        NotFound: there is no such worker.
        Conflict: they are no longer active.
    """
    row = await worker(work, worker_id)
    if not row.active:
        raise Conflict("这位服务人员已经停用")
    for _ in range(TRIES):
        code = speakable_number(work.choose, LONGER)
        made = WorkerCode(
            worker_id=row.id,
            code_index=code,
            created_at=utc_now(),
            expires_at=utc_now() + CODE_LIFETIME,
        )
        try:
            async with work.session.begin_nested():
                work.session.add(made)
        except IntegrityError:
            continue
        await audit(work, "worker_code", [f"worker:{row.id}"])
        return code, made
    raise Unavailable("暂时没有空余的绑定码")


async def bind(work: Work, who: AccountName, code: str) -> str:
    """Make an account a worker's by the number the desk gave; an earlier one is theirs no more.

    A wrong number is an outcome and no error, so that it is counted.
    """
    row = await account(work, who)
    if tried_too_often(row):
        return TOO_MANY
    found = await work.session.scalar(
        select(WorkerCode)
        .where(WorkerCode.code_index == code, WorkerCode.expires_at > utc_now())
        .with_for_update()
    )
    person = await work.session.get(Worker, found.worker_id) if found else None
    if found is None or person is None or found.used_at is not None or not person.active:
        note_wrong(row)
        return WRONG
    known = await _of_account(work, who)
    if known is not None and known.id != person.id:
        return TAKEN
    found.used_at = utc_now()
    row.wrong_codes, row.wrong_since = 0, None
    person.channel, person.address, person.address_index = who.channel, who.address, who.address
    person.bound_at = work.now
    await audit(work, "bind", [f"worker:{person.id}"])
    return BOUND


async def unbind(work: Work, worker_id: str) -> Worker:
    """End a worker's account: a telephone was lost, or somebody else's was bound.

    Raises:
        NotFound: there is no such worker.
    """
    row = await worker(work, worker_id)
    row.channel = row.address = row.address_index = row.bound_at = None
    await audit(work, "unbind", [f"worker:{row.id}"])
    return row


async def worker_of(work: Work, who: AccountName) -> Worker | None:
    """Return the active worker whose account it is, if it is one's."""
    row = await _of_account(work, who)
    return row if row is not None and row.active else None


async def own(work: Work, who: AccountName) -> Worker:
    """Return the active worker whose account it is.

    Raises:
        NotFound: it is nobody's.
    """
    row = await worker_of(work, who)
    if row is None:
        raise NotFound("这个账号还没有绑定服务人员，请找值班台要绑定码")
    return row


async def _of_account(work: Work, who: AccountName) -> Worker | None:
    return await work.session.scalar(
        select(Worker).where(Worker.channel == who.channel, Worker.address_index == who.address)
    )


async def answer_about_places(work: Work, who: AccountName, agreed: bool) -> Worker:
    """Write down whether a worker lets us note where they check in; either way they can work.

    Raises:
        NotFound: it is no worker's account.
    """
    row = await own(work, who)
    row.places, row.asked_at = agreed, work.now
    await audit(work, "consent", [f"worker:{row.id}"])
    return row
