"""Calls on which Anban asks: planned, answered, and handed to people where something worries."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import select, update

from anban.errors import Conflict, NotFound, Rejected
from backend.domain.call_outs import CARE, CHECK_INS, DEVICE_CHECK, REMINDER, SATISFACTION
from backend.domain.check_ins import (
    ASKED,
    DONE,
    FINDINGS,
    FURTHEST,
    GIVEN_UP,
    LATELY,
    OK,
    QUESTIONS,
    REFUSAL,
    SATISFIED_AFTER,
    SILENT,
    STATUSES,
    WAITING,
    WORRY,
    next_care,
)
from backend.domain.devices import DEVICE_KINDS
from backend.domain.emergencies import RaiseEmergency
from backend.domain.times import CHINA
from backend.domain.words import LIVE_EMERGENCY_STATUSES, SERVICES
from backend.notices.sentences import phrase
from backend.services import do_not_call, emergencies
from backend.services.call_outs import call_out
from backend.services.handoffs import CreateHandoff, create_handoff
from backend.services.people import elder
from backend.services.work import Filter, Work, audit
from backend.store.alarms import Emergency
from backend.store.devices import Device
from backend.store.hotline import CallOut, CarePlan, CheckIn, Reminder
from backend.store.outbox import CALLS, CHECK_IN, defer
from backend.store.services import Order
from backend.store.talks import Handoff

BY = "安伴回访电话"
"""who ends an alarm that was none"""
CHANNEL = "phone"


@dataclass(frozen=True)
class Talk:
    """What is asked on a call, and of whom."""

    kind: str
    elder: str
    about: str
    """the service, or the device that raised the alarm; empty where there is none"""
    questions: tuple[str, ...]


# planning


async def after_service(work: Work, order: Order) -> None:
    """Have somebody asked how a service was that is over, once."""
    if work.config.telephone is None:
        return
    due = work.config.telephone.rules.next_allowed(work.now + SATISFIED_AFTER)
    known = select(CheckIn.id).where(CheckIn.kind == SATISFACTION, CheckIn.order_id == order.id)
    if await work.session.scalar(known) is None:
        await _plan(
            work, CheckIn(kind=SATISFACTION, elder_id=order.elder_id, order_id=order.id), due
        )


async def after_alarm(work: Work, device: Device, emergency_id: str) -> None:
    """Have somebody asked at once whether a device's doubtful alarm means anything.

    The emergency runs its course meanwhile: a call that nobody answers loses nothing.
    """
    if work.config.telephone is None or device.elder_id is None:
        return
    row = CheckIn(
        kind=DEVICE_CHECK,
        elder_id=device.elder_id,
        device_id=device.id,
        emergency_id=emergency_id,
    )
    await _plan(work, row, work.now)


async def plan_reminder(work: Work, elder_id: str) -> bool:
    """Have an elder called now about a medicine; False where we cannot, or may not."""
    phone = (await elder(work, elder_id)).phone
    if work.config.telephone is None or not phone or await do_not_call.holds(work, phone):
        return False
    await _plan(work, CheckIn(kind=REMINDER, elder_id=elder_id), work.now)
    return True


async def agree(work: Work, elder_id: str, every_days: int, at: str, agreed_by: str) -> CarePlan:
    """Write down that an elder wants to be called regularly, and plan the first call.

    Args:
        work: the transaction.
        elder_id: who.
        every_days: days between two calls.
        at: the time of day, 09:30.
        agreed_by: who said yes, and to whom.

    Raises:
        NotFound: there is no such elder.
        Rejected: the elder has no number; or the days or the time cannot be; names the field.
    """
    person = await elder(work, elder_id)
    if not person.phone:
        raise Rejected("这位老人没有登记电话", "elder_id")
    if not 1 <= every_days <= FURTHEST:
        raise Rejected(f"应为 1 到 {FURTHEST} 天", "every_days")
    _time(work, at)
    row = await work.session.get(CarePlan, elder_id) or CarePlan(elder_id=elder_id)
    row.every_days, row.at, row.agreed_by, row.agreed_at = every_days, at, agreed_by, work.now
    work.session.add(row)
    await audit(work, "update", [f"care_plan:{elder_id}"])
    await _plan_care(work, row)
    return row


async def withdraw(work: Work, elder_id: str) -> None:
    """End an elder's care calls; one that is waiting is not made."""
    row = await work.session.get(CarePlan, elder_id)
    if row is None:
        raise NotFound("这位老人没有约定的关怀电话")
    await work.session.delete(row)
    await audit(work, "delete", [f"care_plan:{elder_id}"])


def _time(work: Work, at: str) -> time:
    try:
        found = time.fromisoformat(at)
    except ValueError:
        raise Rejected("应写成 09:30 这样", "at") from None
    rules = work.config.telephone.rules if work.config.telephone else None
    if rules is not None and not rules.start <= found < rules.end:
        raise Rejected(f"应在 {rules.start:%H:%M} 到 {rules.end:%H:%M} 之间", "at")
    return found


async def _plan_care(work: Work, plan: CarePlan) -> None:
    """Plan the next care call; one that waits already is moved."""
    if work.config.telephone is None:
        return
    due = next_care(work.now.astimezone(CHINA), plan.every_days, time.fromisoformat(plan.at))
    waiting = await work.session.scalar(
        select(CheckIn).where(
            CheckIn.kind == CARE, CheckIn.elder_id == plan.elder_id, CheckIn.status == WAITING
        )
    )
    await _plan(work, waiting or CheckIn(kind=CARE, elder_id=plan.elder_id), due)


async def _plan(work: Work, row: CheckIn, due: datetime) -> None:
    if row.id is None:
        row.status, row.created_at = WAITING, work.now
        work.session.add(row)
    row.due_at = due
    await work.session.flush()
    await later(work, row, due)


async def later(work: Work, row: CheckIn, at: datetime) -> None:
    """Have a call placed, not before a moment."""
    args = {"check_in_id": row.id, "due": row.due_at.isoformat()}
    await defer(work.session, CHECK_IN, CALLS, args, at=at)


# on the call


async def talk(work: Work, call_id: str) -> Talk:
    """Return what is asked on a call.

    Raises:
        NotFound: there is no such call, or it is none of these.
    """
    row, _ = await _of_call(work, call_id)
    person = await elder(work, row.elder_id)
    questions = QUESTIONS[row.kind]
    about = ""
    if row.order_id is not None:
        about = SERVICES[(await work.session.get_one(Order, row.order_id)).service]
    elif row.device_id is not None:
        about = DEVICE_KINDS[(await work.session.get_one(Device, row.device_id)).kind]
    elif row.kind == CARE and (last := await _last_service(work, row.elder_id)) is not None:
        about = SERVICES[last]
    else:
        questions = tuple(name for name in questions if name != "visit")
    return Talk(row.kind, person.name, about, questions)


async def _last_service(work: Work, elder_id: str) -> str | None:
    since = (work.now - LATELY).date()
    return await work.session.scalar(
        select(Order.service)
        .where(Order.elder_id == elder_id, Order.status == "finished", Order.day >= since)
        .order_by(Order.day.desc())
        .limit(1)
    )


async def answer(work: Work, call_id: str, question: str, text: str, finding: str) -> CheckIn:
    """Take an answer; what worries is with people at once, also if the call breaks off now.

    Raises:
        NotFound: there is no such call, or it is none of these.
        Rejected: there is no such question or finding.
    """
    if question not in ASKED:
        raise Rejected(f"没有这个问题，应为：{'、'.join(sorted(ASKED))}", "question")
    if finding not in FINDINGS:
        raise Rejected(f"没有这种结果，应为：{'、'.join(FINDINGS)}", "finding")
    row, _ = await _of_call(work, call_id)
    given = {"question": question, "text": text, "finding": finding}
    row.answers = [*(row.answers or ()), given]
    if row.kind == DEVICE_CHECK:
        await _judge_alarm(work, row, call_id, question, text, finding)
    elif finding in (WORRY, SILENT):
        await _case(work, row, call_id, _story(row))
    return row


async def refused(work: Work, call_id: str) -> CheckIn:
    """Call this number no more; the elder's care calls and reminders end.

    Raises:
        NotFound: there is no such call, or it is none of these.
    """
    row, call = await _of_call(work, call_id)
    await do_not_call.add(work, call.phone, "在回访电话里说不要再打")
    refusal = {"question": REFUSAL, "text": "", "finding": OK}
    row.answers = [*(row.answers or ()), refusal]
    plan = await work.session.get(CarePlan, row.elder_id)
    if plan is not None:
        await work.session.delete(plan)
    standing = update(Reminder).where(
        Reminder.elder_id == row.elder_id, Reminder.ended_at.is_(None)
    )
    await work.session.execute(standing.values(ended_at=work.now, next_at=None))
    return row


async def _of_call(work: Work, call_id: str) -> tuple[CheckIn, CallOut]:
    call = await call_out(work, call_id)
    row = await work.session.get(CheckIn, call.check_in_id or "", with_for_update=True)
    if row is None:
        raise NotFound("这通电话不是回访")
    return row, call


async def _judge_alarm(
    work: Work, row: CheckIn, call_id: str, question: str, text: str, finding: str
) -> None:
    """An alarm is called off only after a second no; everything else makes it certain."""
    if finding == OK and question == "sure":
        with suppress(Conflict):  # somebody has ended it already
            await emergencies.close(work, row.emergency_id or "", BY, "false_alarm", checked=True)
    elif finding != OK:
        await _certain(work, row, f"{call_id}:{question}", phrase("check_in", finding, text=text))


async def _certain(work: Work, row: CheckIn, key: str, text: str) -> None:
    """Make the alarm that a call is about certain."""
    known = await work.session.get(Emergency, row.emergency_id or "")
    live = known is not None and known.status in LIVE_EMERGENCY_STATUSES
    command = RaiseEmergency(
        key=f"check_in:{key}",
        channel=CHANNEL,
        kind=known.kind if known is not None and live else "unspecified",
        certainty="certain",
        text=text,
        sign="check_in",
        conversation=known.conversation_id if known is not None and live else None,
        elder_id=row.elder_id,
    )
    found, _ = await emergencies.raise_emergency(work, command)
    row.emergency_id = found.id


async def _case(work: Work, row: CheckIn, conversation: str, story: str) -> Handoff:
    person = await elder(work, row.elder_id)
    command = CreateHandoff(
        conversation, f"check_in_{row.kind}", story, elder_id=person.id, phone=person.phone
    )
    case, _ = await create_handoff(work, command)
    row.case_id = case.id
    return case


def _story(row: CheckIn) -> str:
    """Return what an agent should know: what was asked and said, the worrying first."""
    told = sorted(row.answers or (), key=lambda one: one["finding"] not in (WORRY, SILENT))
    lines = [phrase("check_in", one["question"], text=one["text"] or "没有出声") for one in told]
    return phrase("check_in", row.kind) + "；".join(lines)


# afterwards


async def settle(work: Work, row: CheckIn, status: str) -> None:
    """Write down how a call ended; one that nobody answered may worry, and the next is planned.

    Args:
        work: the transaction.
        row: the call.
        status: done, given_up or not_allowed.
    """
    row.status, row.settled_at = status, work.now
    if status == GIVEN_UP:
        await _nobody_answered(work, row)
    plan = await work.session.get(CarePlan, row.elder_id)
    if row.kind == CARE and plan is not None and status in (DONE, GIVEN_UP):
        await work.session.flush()
        await _plan_care(work, plan)


async def _nobody_answered(work: Work, row: CheckIn) -> None:
    if row.kind in (SATISFACTION, REMINDER):
        return
    text = phrase("check_in", f"{row.kind}_unanswered")
    if row.kind == DEVICE_CHECK:
        await _certain(work, row, f"{row.id}:unanswered", text)
        return
    await _case(work, row, f"check_in:{row.id}", text)
    person = await elder(work, row.elder_id)
    if person.lives_alone:
        command = RaiseEmergency(
            key=f"check_in:{row.id}:unanswered",
            channel=CHANNEL,
            kind="unspecified",
            certainty="possible",
            text=text,
            sign="check_in",
            conversation=f"check_in:{row.id}",
            elder_id=person.id,
        )
        found, _ = await emergencies.raise_emergency(work, command)
        row.emergency_id = found.id


async def check_ins(work: Work, wanted: Filter, kind: str | None = None) -> Sequence[CheckIn]:
    """List calls, the latest due first."""
    wanted.ensure_status(STATUSES)
    if kind and kind not in CHECK_INS:
        raise Rejected(f"没有这种电话，应为：{'、'.join(CHECK_INS)}", "kind")
    query = select(CheckIn).order_by(CheckIn.due_at.desc(), CheckIn.id)
    exact: dict[Any, str | None] = {
        CheckIn.elder_id: wanted.elder_id,
        CheckIn.status: wanted.status,
        CheckIn.kind: kind,
    }
    for column, value in exact.items():
        if value:
            query = query.where(column == value)
    if wanted.since:
        query = query.where(CheckIn.due_at >= wanted.since)
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await audit(work, "read", [f"check_in:{row.id}" for row in rows])
    return rows
