"""/v1/applications: filed, decided stage by stage, corrected, withdrawn."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.api.schemas import Key, Line, Moment, Name, Page, Text, clean
from backend.api.surroundings import Unit, Wanted
from backend.domain.applications import POSTS, State, standing
from backend.services import applications
from backend.services.applications import Correct, Decide, File
from backend.services.work import Work
from backend.store.applications import Application

router = APIRouter(prefix="/applications", tags=["applications"])

Fields = Annotated[dict[Name, Line], Field(max_length=60)]
Post = Literal["community", "street", "county"]
Staff = Annotated[str, Field(max_length=64), AfterValidator(clean)]


class ApplicationNew(BaseModel):
    """An application; what the register knows is filled in."""

    model_config = ConfigDict(extra="forbid")

    elder_id: Key
    scheme: Key
    facts: Annotated[list[Name], Field(max_length=60)] = []
    fields: Fields = {}
    conversation: Key | None = None
    """where it was asked for: the caller is the elder, or speaks for the elder"""
    filed_by: Staff = ""
    """who files it, where it was asked for in no conversation"""


class Verdict(BaseModel):
    """A decision at the stage where the application stands."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
    post: Post
    decision: Literal["pass", "return", "reject"]
    comment: Text = ""
    stage: Key | None = None


class Correction(BaseModel):
    """What has changed in the form, and who hands it in."""

    model_config = ConfigDict(extra="forbid")

    fields: Fields = {}
    papers: Annotated[list[Line], Field(max_length=60)] = []
    """papers that were brought meanwhile"""
    conversation: Key | None = None
    by: Staff = ""
    """who does it, where it was asked for in no conversation"""


class PaperBrought(BaseModel):
    """A paper that was brought."""

    model_config = ConfigDict(extra="forbid")

    says: Line
    given: bool = True


class EventOut(BaseModel):
    """What was done: who, when, at which stage, why."""

    model_config = ConfigDict(from_attributes=True)

    event: str
    stage: str
    by: str
    post: str
    comment: str
    at: Moment


class ApplicationOut(BaseModel):
    """An application, where it stands, and what was done with it."""

    id: str
    number: str
    elder_id: str
    scheme: str
    name: str
    status: str
    stage: str
    standing: str
    next_post: str | None
    returned_for: str
    """why it was sent back; empty where it was not"""
    missing_papers: list[str]
    papers: list[dict[str, Any]]
    forms: list[str]
    copies: int
    fields: dict[str, str]
    source: str
    events: list[EventOut]
    created_at: Moment
    updated_at: Moment


class FiledOut(ApplicationOut):
    """What was asked for, and whether it was filed now rather than there already."""

    new: bool


def shown(work: Work, row: Application) -> ApplicationOut:
    """An application as it is told."""
    route = applications.known_route(work, row.scheme)
    at = route.stage(row.stage) if route and row.status == "open" else None
    return ApplicationOut(
        id=row.id,
        number=row.number,
        elder_id=row.elder_id,
        scheme=row.scheme,
        name=route.name if route else row.scheme,
        status=row.status,
        stage=row.stage,
        standing=standing(route, State(row.status, row.stage)),
        next_post=POSTS[at.post] if at else None,
        returned_for=applications.returned_for(row),
        missing_papers=list(applications.missing(row)),
        papers=row.papers,
        forms=list(route.forms) if route else [],
        copies=route.copies if route else 1,
        fields=applications.form_of(row),
        source=route.source if route else "",
        events=[EventOut.model_validate(one) for one in row.events],
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


@router.post("", status_code=201)
async def file(work: Unit, body: ApplicationNew, response: Response) -> FiledOut:
    """Apply for a scheme; who has a live application for it already gets that one, with 200."""
    row, new = await applications.file(work, File(**body.model_dump()))
    if not new:
        response.status_code = 200
    return FiledOut(**shown(work, row).model_dump(), new=new)


@router.get("")
async def list_applications(
    work: Unit, wanted: Wanted, post: Annotated[Post | None, Query()] = None
) -> Page[ApplicationOut]:
    """List applications, the latest first; `post` leaves those that wait for it."""
    rows = await applications.applications(work, wanted, post=post)
    items = [shown(work, row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/{application_id}")
async def show(work: Unit, application_id: str) -> ApplicationOut:
    """Show an application and its history."""
    return shown(work, await applications.looked_at(work, application_id))


@router.post("/{application_id}/decisions")
async def decide(work: Unit, application_id: str, body: Verdict) -> ApplicationOut:
    """Pass it on, send it back for correction, or refuse it; only the post whose turn it is."""
    row = await applications.decide(work, Decide(application_id, **body.model_dump()))
    return shown(work, row)


@router.post("/{application_id}/correction")
async def correct(work: Unit, application_id: str, body: Correction) -> ApplicationOut:
    """Hand it in again after it was sent back; it begins at the first stage."""
    row = await applications.correct(work, Correct(application_id, **body.model_dump()))
    return shown(work, row)


@router.post("/{application_id}/withdrawal")
async def withdraw(work: Unit, application_id: str) -> ApplicationOut:
    """Take it back."""
    return shown(work, await applications.withdraw(work, application_id))


@router.post("/{application_id}/papers")
async def paper(work: Unit, application_id: str, body: PaperBrought) -> ApplicationOut:
    """Note that a paper was brought."""
    return shown(work, await applications.paper(work, application_id, body.says, body.given))
