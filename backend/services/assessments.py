"""Assessments of needs: told in a talk, left and continued, confirmed by an assessor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from anban.errors import Conflict, NotFound, Rejected
from backend.domain.areas import Home, holds
from backend.domain.assessments import (
    LIVE,
    STATUSES,
    Answers,
    Questionnaire,
    assessed,
    ensure_waiting,
)
from backend.domain.phones import normal_phone
from backend.notices.sentences import assessment_wording
from backend.services.conversations import spoken_for
from backend.services.people import elder, elders_of_phone, elders_within
from backend.services.telling import write_notice
from backend.services.ways import family_contacts, first_ways, own_ways
from backend.services.work import Filter, Work, audit, locked
from backend.store.assessments import Assessment
from backend.store.people import Elder


@dataclass(frozen=True)
class Tell:
    """Somebody answers questions about an elder's daily life."""

    answers: Answers = field(default_factory=dict)
    """item -> points, or None where the person could not say; added to what was told before"""
    done: bool = False
    """whether that was the last of them"""
    conversation: str | None = None
    """where it was told; the caller must be the elder, or speak for the elder"""
    told_by: str = ""
    """who asks, where it was told in no conversation"""


@dataclass(frozen=True)
class Assess:
    """An assessor says what is so."""

    assessment_id: str
    by: str
    answers: Mapping[str, int]
    """every item"""
    comment: str = ""
    area: str | None = None
    """the assessor's place; None where that was seen to elsewhere"""


def questions(work: Work) -> Questionnaire:
    """The questionnaire of this installation.

    Raises:
        Rejected: there is none.
    """
    if work.config.questionnaire is None:
        raise Rejected("这里还没有生活能力的问询", "questionnaire")
    return work.config.questionnaire


async def tell(work: Work, elder_id: str, command: Tell) -> tuple[Assessment, bool]:
    """Begin an assessment or go on with it; return it and whether it is new.

    An elder has one at a time that no assessor has seen.

    Raises:
        NotFound: there is no such elder, or no such conversation.
        Rejected: an answer is none, or the caller does not speak for the elder.
        Conflict: all was told before, and waits for an assessor.
    """
    asked = questions(work)
    asked.ensure(command.answers)
    person = await elder(work, elder_id)
    by = await _teller(work, person.id, command)
    await locked(work, f"assessment:{person.id}")
    row = await work.session.scalar(
        select(Assessment).where(Assessment.elder_id == person.id, Assessment.status.in_(LIVE))
    )
    new = row is None
    if row is None:
        row = _begun(work, asked, person, by, command)
        work.session.add(row)
    if row.status == "waiting" and command.answers:
        raise Conflict("已经问完了，正等评估员核实")
    row.answers = {**row.answers, **command.answers}
    if command.done and row.status == "open":
        if all(row.answers.get(one.id) is None for one in asked.items):
            raise Rejected("一样都还没有答", "answers")
        row.status = "waiting"
    row.updated_at = work.now
    await work.session.flush()
    await audit(work, "create" if new else "update", [f"assessment:{row.id}"])
    return row, new


async def assess(work: Work, command: Assess) -> Assessment:
    """Confirm what was told, or change it; the elder and the family are told that it is done.

    Raises:
        NotFound: there is no such assessment.
        Rejected: an item is missing or wrong, nobody is named, or it is another place's.
        Conflict: it is not told to the end, or was assessed before.
    """
    row = await _row(work, command.assessment_id, lock=True)
    person = await elder(work, row.elder_id)
    _ensure_own(person, command.area)
    ensure_waiting(row.status)
    questions(work).ensure_whole(command.answers)
    if not command.by.strip():
        raise Rejected("要写明是谁评的", "by")
    row.status = assessed(row.answers, command.answers)
    row.found, row.comment = dict(command.answers), command.comment.strip()
    row.assessed_by, row.assessed_at = command.by.strip(), work.now
    row.updated_at = work.now
    await work.session.flush()
    await audit(work, "update", [f"assessment:{row.id}"])
    await _announce(work, person)
    return row


async def looked_at(work: Work, assessment_id: str) -> Assessment:
    """Return an assessment to somebody who looks at it, which is written down.

    Raises:
        NotFound: there is none with this id.
    """
    row = await _row(work, assessment_id)
    await _note_look(work, [row])
    return row


async def assessments(work: Work, wanted: Filter, *, area: str = "") -> Sequence[Assessment]:
    """List assessments, the latest first; who looked at whose is written down.

    Args:
        work: the transaction.
        wanted: what the list is narrowed to.
        area: leaves those of elders who live there; "" is everywhere.
    """
    wanted.ensure_status(STATUSES)
    query = select(Assessment).order_by(Assessment.created_at.desc(), Assessment.id)
    if wanted.elder_id:
        query = query.where(Assessment.elder_id == wanted.elder_id)
    if wanted.status:
        query = query.where(Assessment.status == wanted.status)
    if wanted.phone:
        mine = elders_of_phone(normal_phone(wanted.phone))
        query = query.where(Assessment.elder_id.in_(mine))
    if wanted.since:
        query = query.where(Assessment.created_at >= wanted.since)
    if area:
        query = query.where(Assessment.elder_id.in_(await elders_within(work, area)))
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await _note_look(work, rows)
    return rows


def _begun(work: Work, asked: Questionnaire, person: Elder, by: str, command: Tell) -> Assessment:
    return Assessment(
        elder_id=person.id,
        questionnaire=asked.id,
        status="open",
        told_by=by[:32],
        answers={},
        found={},
        comment="",
        conversation_id=command.conversation,
        created_at=work.now,
        updated_at=work.now,
    )


async def _teller(work: Work, elder_id: str, command: Tell) -> str:
    """Return who answers for an elder, in words.

    Raises:
        NotFound: there is no such conversation.
        Rejected: it is somebody who does not speak for the elder, or nobody is named.
    """
    if command.conversation is None:
        if not command.told_by.strip():
            raise Rejected("要说明是谁答的：哪次对话，或者谁问的", "conversation")
        return command.told_by.strip()
    speaks_for = await spoken_for(work, command.conversation)
    if elder_id not in speaks_for:
        raise Rejected("只能给自己，或者绑定过的老人做问询", "elder_id")
    return speaks_for[elder_id]


async def _row(work: Work, assessment_id: str, *, lock: bool = False) -> Assessment:
    query = select(Assessment).where(Assessment.id == assessment_id)
    row = await work.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("没有这份问询")
    return row


def _ensure_own(person: Elder, area: str | None) -> None:
    if area and not holds(area, Home(person.locality, person.estate, person.address)):
        raise Rejected("这位老人不归您那里评", "area")


async def _announce(work: Work, person: Elder) -> None:
    """Write that an assessor has been; the result itself is for the assessor to tell."""
    wording = assessment_wording(person)
    family = await family_contacts(work, person.id, "assessment_notices")
    for contact in [*first_ways(work, family), *await own_ways(work, person.id)]:
        await write_notice(work, "assessment_done", contact, wording, person)


async def _note_look(work: Work, rows: Sequence[Assessment]) -> None:
    seen = [f"assessment:{row.id}" for row in rows]
    await audit(work, "read", [*seen, *dict.fromkeys(f"elder:{row.elder_id}" for row in rows)])
