"""Applications: filed once, decided stage by stage by the right post, and told to the family."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import false, or_, select

from anban.errors import NotFound, Rejected
from backend.domain import applications as rules
from backend.domain.applications import LIVE, STATUSES, Decision, Route, State
from backend.domain.areas import Home, holds
from backend.domain.phones import normal_phone
from backend.notices.sentences import application_wording
from backend.services.conversations import spoken_for
from backend.services.people import elder, elders_of_phone, elders_within
from backend.services.telling import write_notice
from backend.services.ways import family_contacts, first_ways, own_ways
from backend.services.work import Filter, Work, add_numbered, audit, locked
from backend.store.applications import Application, ApplicationEvent
from backend.store.people import Elder

PHONE = "电话"
"""the field of the forms that holds the telephone number"""


@dataclass(frozen=True)
class File:
    """An elder applies for a scheme."""

    elder_id: str
    scheme: str
    facts: Sequence[str] = ()
    """what is so of the elder, by the elder's word: alone, low_income …"""
    fields: dict[str, str] = field(default_factory=dict)
    """what the form holds beside what the register knows"""
    conversation: str | None = None
    """where it was asked for; the caller must be the elder, or speak for the elder"""
    filed_by: str = ""
    """who files it where it was asked for in no conversation: staff at a counter"""


@dataclass(frozen=True)
class Decide:
    """Somebody decides at a stage."""

    application_id: str
    by: str
    post: str
    decision: Decision
    comment: str = ""
    stage: str | None = None
    """where it was seen to stand; None where that was not looked at"""
    area: str | None = None
    """the place of who decides; None where that was seen to elsewhere"""


@dataclass(frozen=True)
class Correct:
    """Somebody hands an application in again that was sent back."""

    application_id: str
    fields: dict[str, str] = field(default_factory=dict)
    papers: Sequence[str] = ()
    """papers that were brought meanwhile"""
    conversation: str | None = None
    """where it was asked for; the caller must be the elder, or speak for the elder"""
    by: str = ""
    """who does it where it was asked for in no conversation"""
    area: str | None = None
    """the place of who does it; None where that was seen to elsewhere"""


async def file(work: Work, command: File) -> tuple[Application, bool]:
    """File an application and return it and whether it is new; one live one a scheme and elder.

    Raises:
        NotFound: there is no such elder, or no such conversation.
        Rejected: nobody can apply for this scheme here, it is another place's, or who asks for it
            does not speak for the elder.
    """
    route = route_of(work, command.scheme)
    person = await elder(work, command.elder_id)
    if not route.serves(person.locality or work.config.locality):
        raise Rejected(f"这一项是{route.locality}的，老人登记的地方不归这个文件管", "scheme")
    by = await _speaker(work, person.id, command.conversation, command.filed_by)
    await locked(work, f"application:{person.id}:{route.scheme}")
    live = await work.session.scalar(
        select(Application).where(
            Application.elder_id == person.id,
            Application.scheme == route.scheme,
            Application.status.in_(LIVE),
        )
    )
    if live is not None:
        return live, False
    state = rules.first(route)
    row = Application(
        elder_id=person.id,
        scheme=route.scheme,
        status=state.status,
        stage=state.stage,
        facts=sorted(set(command.facts)),
        form=json.dumps({**_prefilled(person), **command.fields}, ensure_ascii=False),
        papers=[{"says": one, "given": False} for one in route.papers_for(command.facts)],
        conversation_id=command.conversation,
        created_at=work.now,
        updated_at=work.now,
        events=[],
    )
    await add_numbered(work, row)
    _note(work, row, "filed", state.stage, by)
    await _tell(work, route, row, person)
    await audit(work, "create", [f"application:{row.id}"])
    return row, True


async def decide(work: Work, command: Decide) -> Application:
    """Pass an application on, send it back or refuse it.

    Raises:
        NotFound: there is no such application.
        Rejected: another post or another place decides, or the reason is missing.
        Conflict: nothing is to be decided, or it stands elsewhere than was seen.
    """
    row = await application(work, command.application_id, lock=True)
    route = route_of(work, row.scheme)
    await _ensure_own(work, row, command.area)
    at = row.stage
    state = rules.decided(
        route,
        State(row.status, at),
        command.post,
        command.decision,
        command.comment,
        seen=command.stage,
    )
    note = {"post": command.post, "comment": command.comment}
    _note(work, row, command.decision, at, command.by, **note)
    return await _moved(work, route, row, state)


async def correct(work: Work, command: Correct) -> Application:
    """Hand an application in again that was sent back.

    Raises:
        NotFound: there is no such application.
        Rejected: it needs no such paper, it is another place's, or who asks for it does not speak
            for the elder.
        Conflict: it was not sent back.
    """
    row = await application(work, command.application_id, lock=True)
    route = route_of(work, row.scheme)
    await _ensure_own(work, row, command.area)
    by = await _speaker(work, row.elder_id, command.conversation, command.by)
    state = rules.corrected(route, State(row.status, row.stage))
    row.form = json.dumps({**json.loads(row.form), **command.fields}, ensure_ascii=False)
    for says in command.papers:
        _bring(row, says, given=True)
    _note(work, row, "corrected", row.stage, by)
    return await _moved(work, route, row, state)


async def withdraw(work: Work, application_id: str) -> Application:
    """Take an application back.

    Raises:
        NotFound: there is no such application.
        Conflict: it is over.
    """
    row = await application(work, application_id, lock=True)
    state = rules.withdrawn(State(row.status, row.stage))
    _note(work, row, "withdrawn", row.stage, "老人")
    return await _moved(work, known_route(work, row.scheme), row, state)


async def paper(work: Work, application_id: str, says: str, given: bool) -> Application:
    """Note that a paper was brought, or was not after all.

    Raises:
        NotFound: there is no such application.
        Rejected: it needs no such paper.
    """
    row = await application(work, application_id, lock=True)
    _bring(row, says, given=given)
    row.updated_at = work.now
    await audit(work, "update", [f"application:{row.id}"])
    return row


async def application(work: Work, application_id: str, *, lock: bool = False) -> Application:
    """Return an application.

    Raises:
        NotFound: there is none with this id.
    """
    query = select(Application).where(Application.id == application_id)
    row = await work.session.scalar(query.with_for_update(of=Application) if lock else query)
    if row is None:
        raise NotFound("没有这份申请")
    return row


async def looked_at(work: Work, application_id: str, area: str | None = None) -> Application:
    """Return an application to somebody who looks at it, which is written down.

    Raises:
        NotFound: there is none with this id.
        Rejected: it is another place's.
    """
    row = await application(work, application_id)
    await _ensure_own(work, row, area)
    await _note_look(work, [row])
    return row


async def applications(
    work: Work, wanted: Filter, *, post: str | None = None, area: str = ""
) -> Sequence[Application]:
    """List applications, the latest first; who looked at whose is written down.

    Args:
        work: the transaction.
        wanted: what the list is narrowed to.
        post: leaves those it is to decide on now.
        area: leaves those of elders who live there; "" is everywhere.
    """
    wanted.ensure_status(STATUSES)
    query = select(Application).order_by(Application.created_at.desc(), Application.id)
    if wanted.elder_id:
        query = query.where(Application.elder_id == wanted.elder_id)
    if wanted.status:
        query = query.where(Application.status == wanted.status)
    if wanted.phone:
        mine = elders_of_phone(normal_phone(wanted.phone))
        query = query.where(Application.elder_id.in_(mine))
    if area:
        query = query.where(Application.elder_id.in_(await elders_within(work, area)))
    if wanted.since:
        query = query.where(Application.created_at >= wanted.since)
    if post:
        mine_now = [
            (Application.scheme == route.scheme) & (Application.stage == stage.id)
            for route in work.config.routes
            for stage in route.stages
            if stage.post == post
        ]
        query = query.where(Application.status == "open", or_(false(), *mine_now))
    rows = (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
    await _note_look(work, rows)
    return rows


async def phone(work: Work, application_id: str, area: str | None) -> str:
    """Return the telephone number of an applicant in full; who looked is written down.

    Raises:
        NotFound: there is no such application, or no number.
        Rejected: it is another place's.
    """
    row = await application(work, application_id)
    await _ensure_own(work, row, area)
    number = form_of(row).get(PHONE)
    if not number:
        raise NotFound("没有这个号码")
    await audit(work, "reveal_phone", [f"application:{row.id}", f"elder:{row.elder_id}"])
    return number


def route_of(work: Work, scheme: str) -> Route:
    """The way of a scheme.

    Raises:
        Rejected: nobody can apply for it here.
    """
    route = known_route(work, scheme)
    if route is None:
        raise Rejected("这里不能申请这一项", "scheme")
    return route


def known_route(work: Work, scheme: str) -> Route | None:
    """The way of a scheme; None for one that nobody can apply for any more."""
    return next((one for one in work.config.routes if one.scheme == scheme), None)


def missing(row: Application) -> tuple[str, ...]:
    """The papers that have not been brought yet."""
    return tuple(one["says"] for one in row.papers if not one["given"])


def returned_for(row: Application) -> str:
    """Why an application was sent back; empty where it was not."""
    if row.status != "returned":
        return ""
    return next((one.comment for one in reversed(row.events) if one.event == "return"), "")


def form_of(row: Application) -> dict[str, str]:
    """The fields of the form."""
    return dict(json.loads(row.form))


async def _speaker(work: Work, elder_id: str, conversation: str | None, staff: str) -> str:
    """Return who asks for something in an elder's name, in words.

    Raises:
        NotFound: there is no such conversation.
        Rejected: it is somebody who does not speak for the elder, or nobody is named.
    """
    if conversation is None:
        if not staff.strip():
            raise Rejected("要说明是谁来办的：哪次对话，或者经办人", "conversation")
        return staff.strip()
    speaks_for = await spoken_for(work, conversation)
    if elder_id not in speaks_for:
        raise Rejected("只能给自己，或者绑定过的老人申请", "elder_id")
    return speaks_for[elder_id]


async def _ensure_own(work: Work, row: Application, area: str | None) -> None:
    """Refuse what belongs to another place than a member of staff serves.

    Raises:
        Rejected: it does.
    """
    if area is None:
        return
    person = await elder(work, row.elder_id)
    if not holds(area, Home(person.locality, person.estate, person.address)):
        raise Rejected("这份申请不归您那里办", "area")


def _bring(row: Application, says: str, *, given: bool) -> None:
    if says not in [one["says"] for one in row.papers]:
        raise Rejected("这份申请不用交这样材料", "says")
    row.papers = [
        {**one, "given": given if one["says"] == says else one["given"]} for one in row.papers
    ]


async def _note_look(work: Work, rows: Sequence[Application]) -> None:
    seen = [f"application:{row.id}" for row in rows]
    await audit(work, "read", [*seen, *dict.fromkeys(f"elder:{row.elder_id}" for row in rows)])


def _prefilled(person: Elder) -> dict[str, str]:
    """What the register knows of somebody, under the words of the forms."""
    known = {
        "姓名": person.name,
        PHONE: person.phone,
        "住址": person.address,
        "出生年份": str(person.birth_year) if person.birth_year else "",
        "性别": person.gender,
    }
    return {name: value for name, value in known.items() if value}


def _note(
    work: Work, row: Application, event: str, stage: str, by: str, post: str = "", comment: str = ""
) -> None:
    row.events.append(
        ApplicationEvent(
            place=len(row.events),
            event=event,
            stage=stage,
            by=by,
            post=post,
            comment=comment,
            at=work.now,
        )
    )


async def _moved(work: Work, route: Route | None, row: Application, state: State) -> Application:
    row.status, row.stage, row.updated_at = state.status, state.stage, work.now
    await work.session.flush()
    await _tell(work, route, row, await elder(work, row.elder_id))
    await audit(work, "update", [f"application:{row.id}"])
    return row


async def _tell(work: Work, route: Route | None, row: Application, person: Elder) -> None:
    """Write what the elder and the family are told about where an application stands."""
    stands = rules.standing(route, State(row.status, row.stage))
    comment = row.events[-1].comment
    name = route.name if route else "补贴"
    wording = application_wording(person, name, stands, comment, row.number)
    family = await family_contacts(work, person.id, "filings")
    own = await own_ways(work, person.id)
    for contact in [*first_ways(work, family), *own]:
        await write_notice(work, "application_moved", contact, wording, person)
