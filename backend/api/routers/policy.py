"""/v1/policy-gaps: questions on policy that no document answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.api.schemas import Key, Moment, Name, Page, clean
from backend.api.surroundings import Unit, Wanted
from backend.services import policy
from backend.services.policy import ReportGap

router = APIRouter(prefix="/policy-gaps", tags=["policy"])


class GapNew(BaseModel):
    """A question that was declined."""

    model_config = ConfigDict(extra="forbid")

    conversation: Key
    question: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(clean)]
    about: Name
    locality: Name = ""


class GapOut(BaseModel):
    """A question that was declined, and when."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    conversation_id: str
    locality: str
    about: str
    question: str
    created_at: Moment


@router.post("", status_code=201)
async def report_gap(work: Unit, body: GapNew) -> GapOut:
    """Write down a question that no document answered."""
    return GapOut.model_validate(await policy.report_gap(work, ReportGap(**body.model_dump())))


@router.get("")
async def list_gaps(work: Unit, wanted: Wanted) -> Page[GapOut]:
    """List what no document answered, the latest first; the county sees what is lacking."""
    items = [GapOut.model_validate(row) for row in await policy.gaps(work, wanted)]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)
