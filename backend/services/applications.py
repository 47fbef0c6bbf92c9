"""Applications: filed once, decided stage by stage by the right post, and told to the family."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import false, or_, select

from anban.errors import NotFound, Rejected
from backend.domain import applications as rules
from backend.domain.applications import LIVE, STATUSES, Decision, Route, State
from backend.domain.phones import normal_phone
from backend.notices.sentences import application_wording
from backend.services.people import elder, elders_of_phone
from backend.services.telling import write_notice
from backend.services.ways import family_contacts, first_ways
from backend.services.work import Filter, Work, add_numbered, audit, locked
from backend.store.applications import Application, ApplicationEvent
from backend.store.people import Elder


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


async def file(work: Work, command: File) -> tuple[Application, bool]:
    """File an application and return it and whether it is new; one live one a scheme and elder.

    Raises:
        NotFound: there is no such elder.
        Rejected: nobody can apply for this scheme here.
    """
    route = route_of(work, command.scheme)
    person = await elder(work, command.elder_id)
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
    _note(work, row, "filed", state.stage, person.name or "老人")
    await _tell(work, route, row, person)
    await audit(work, "create", [f"application:{row.id}"])
    return row, True


async def decide(work: Work, command: Decide) -> Application:
    """Pass an application on, send it back or refuse it.

    Raises:
        NotFound: there is no such application.
        Rejected: another post decides now, or the reason is missing.
        Conflict: nothing is to be decided, or it stands elsewhere than was seen.
    """
    row = await application(work, command.application_id, lock=True)
    route = route_of(work, row.scheme)
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


async def correct(work: Work, application_id: str, fields: dict[str, str]) -> Application:
    """Hand an application in again that was sent back.

    Raises:
        NotFound: there is no such application.
        Conflict: it was not sent back.
    """
    row = await application(work, application_id, lock=True)
    route = route_of(work, row.scheme)
    state = rules.corrected(route, State(row.status, row.stage))
    row.form = json.dumps({**json.loads(row.form), **fields}, ensure_ascii=False)
    _note(work, row, "corrected", row.stage, "老人")
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
    return await _moved(work, route_of(work, row.scheme), row, state)


async def paper(work: Work, application_id: str, says: str, given: bool) -> Application:
    """Note that a paper was brought, or was not after all.

    Raises:
        NotFound: there is no such application.
        Rejected: it needs no such paper.
    """
    row = await application(work, application_id, lock=True)
    if says not in [one["says"] for one in row.papers]:
        raise Rejected("这份申请不用交这样材料", "says")
    row.papers = [
        {**one, "given": given if one["says"] == says else one["given"]} for one in row.papers
    ]
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


async def applications(
    work: Work, wanted: Filter, *, post: str | None = None
) -> Sequence[Application]:
    """List applications, the latest first; `post` leaves those it is to decide on now."""
    wanted.ensure_status(STATUSES)
    query = select(Application).order_by(Application.created_at.desc(), Application.id)
    if wanted.elder_id:
        query = query.where(Application.elder_id == wanted.elder_id)
    if wanted.status:
        query = query.where(Application.status == wanted.status)
    if wanted.phone:
        mine = elders_of_phone(normal_phone(wanted.phone))
        query = query.where(Application.elder_id.in_(mine))
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
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()


def route_of(work: Work, scheme: str) -> Route:
    """The way of a scheme.

    Raises:
        Rejected: nobody can apply for it here.
    """
    for route in work.config.routes:
        if route.scheme == scheme:
            return route
    raise Rejected("这里不能申请这一项", "scheme")


def missing(row: Application) -> tuple[str, ...]:
    """The papers that have not been brought yet."""
    return tuple(one["says"] for one in row.papers if not one["given"])


def form_of(row: Application) -> dict[str, str]:
    """The fields of the form."""
    return dict(json.loads(row.form))


def _prefilled(person: Elder) -> dict[str, str]:
    """What the register knows of somebody, under the words of the forms."""
    known = {
        "姓名": person.name,
        "电话": person.phone,
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


async def _moved(work: Work, route: Route, row: Application, state: State) -> Application:
    row.status, row.stage, row.updated_at = state.status, state.stage, work.now
    await work.session.flush()
    await _tell(work, route, row, await elder(work, row.elder_id))
    await audit(work, "update", [f"application:{row.id}"])
    return row


async def _tell(work: Work, route: Route, row: Application, person: Elder) -> None:
    """Write what the family is told about where an application stands."""
    stands = rules.standing(route, State(row.status, row.stage))
    comment = row.events[-1].comment
    wording = application_wording(person, route.name, stands, comment, row.number)
    family = await family_contacts(work, person.id, neighbours=False)
    for contact in first_ways(work, family):
        await write_notice(work, "application_moved", contact, wording, person)
