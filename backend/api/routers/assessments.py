"""/v1/assessments: what an elder can do in daily life, as told, and as an assessor found it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.api.schemas import Key, Moment, Page, Text, clean
from backend.api.surroundings import Unit, Wanted
from backend.services import assessments
from backend.services.assessments import Assess, Tell
from backend.services.work import Work
from backend.store.assessments import Assessment

router = APIRouter(prefix="/assessments", tags=["assessments"])

Item = Annotated[str, Field(min_length=1, max_length=32)]
Points = Annotated[int, Field(ge=0, le=100)]
Told = Annotated[dict[Item, Points | None], Field(max_length=60)]
Found = Annotated[dict[Item, Points], Field(max_length=60)]


class AssessmentTold(BaseModel):
    """Answers, as many as there are so far; those told before stay."""

    model_config = ConfigDict(extra="forbid")

    elder_id: Key
    answers: Told = {}
    """item -> points; null where the person could not say"""
    done: bool = False
    conversation: Key | None = None
    """where it was told: the caller is the elder, or speaks for the elder"""
    told_by: Annotated[str, Field(max_length=32), AfterValidator(clean)] = ""
    """who asks, where it was told in no conversation"""


class AssessmentFound(BaseModel):
    """What an assessor found: every item."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
    answers: Found
    comment: Text = ""


class AssessmentOut(BaseModel):
    """An assessment. Its points are no diagnosis, and none are told to callers."""

    id: str
    elder_id: str
    questionnaire: str
    source: str
    status: str
    told_by: str
    answers: dict[str, int | None]
    points: int
    most: int
    """the points that the answered items could have had"""
    unanswered: list[str]
    found: dict[str, int]
    found_points: int | None
    band: str
    """what the standard calls the assessor's total; empty until then"""
    comment: str
    assessed_by: str | None
    assessed_at: Moment | None
    created_at: Moment
    updated_at: Moment


class ToldOut(AssessmentOut):
    """What was told, and whether it was begun now."""

    new: bool


def shown(work: Work, row: Assessment) -> AssessmentOut:
    """An assessment as it is told."""
    asked = assessments.questions(work)
    score, found = asked.score(row.answers), asked.score(row.found)
    return AssessmentOut(
        id=row.id,
        elder_id=row.elder_id,
        questionnaire=row.questionnaire,
        source=asked.source,
        status=row.status,
        told_by=row.told_by,
        answers=row.answers,
        points=score.points,
        most=score.most,
        unanswered=list(score.unanswered),
        found=row.found,
        found_points=found.points if row.found else None,
        band=asked.band(found),
        comment=row.comment,
        assessed_by=row.assessed_by,
        assessed_at=row.assessed_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


@router.put("")
async def tell(work: Unit, body: AssessmentTold, response: Response) -> ToldOut:
    """Begin an assessment or go on with it: an elder has one that no assessor has seen."""
    command = Tell(**body.model_dump(exclude={"elder_id"}))
    row, new = await assessments.tell(work, body.elder_id, command)
    response.status_code = 201 if new else 200
    return ToldOut(**shown(work, row).model_dump(), new=new)


@router.get("")
async def list_assessments(work: Unit, wanted: Wanted) -> Page[AssessmentOut]:
    """List assessments, the latest first."""
    items = [shown(work, row) for row in await assessments.assessments(work, wanted)]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/{assessment_id}")
async def show(work: Unit, assessment_id: str) -> AssessmentOut:
    """Show an assessment."""
    return shown(work, await assessments.looked_at(work, assessment_id))


@router.post("/{assessment_id}/finding")
async def assess(work: Unit, assessment_id: str, body: AssessmentFound) -> AssessmentOut:
    """Say what is so, after a visit: as it was told, or otherwise."""
    command = Assess(assessment_id, body.by, body.answers, body.comment)
    return shown(work, await assessments.assess(work, command))
