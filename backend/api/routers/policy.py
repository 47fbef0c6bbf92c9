"""/v1/policy-gaps and /v1/policy-documents: what no document answered, and the operator's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.api.schemas import Key, Moment, Name, Page, clean
from backend.api.surroundings import Unit, Wanted
from backend.services import passages, policy
from backend.services.passages import Found, NewPassage, TakeIn
from backend.services.passages import Wanted as WantedPassages
from backend.services.policy import ReportGap
from backend.store.policy import DIMENSIONS

router = APIRouter(prefix="/policy-gaps", tags=["policy"])
papers = APIRouter(prefix="/policy-documents", tags=["policy"])

Token = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
Tokens = Annotated[list[Token], Field(max_length=2000)]
Vector = Annotated[list[float], Field(min_length=DIMENSIONS, max_length=DIMENSIONS)]


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


class GapCountOut(BaseModel):
    """How often one thing was asked of one place in a month; nothing of who asked."""

    model_config = ConfigDict(from_attributes=True)

    month: str
    locality: str
    about: str
    count: int


@router.get("/counts")
async def count_gaps(work: Unit, wanted: Wanted, locality: Name = "") -> Page[GapCountOut]:
    """Count what no document answered, by month, place and topic, without personal data."""
    rows = await policy.counted_gaps(
        work, since=wanted.since, locality=locality, limit=wanted.limit, offset=wanted.offset
    )
    items = [GapCountOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


class PassageNew(BaseModel):
    """A piece of a document and the tokens it is found by."""

    model_config = ConfigDict(extra="forbid")

    section: Annotated[str, Field(max_length=64), AfterValidator(clean)] = ""
    text: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(clean)]
    words: Tokens
    sounds: Tokens
    meaning: Vector | None = None


class DocumentNew(BaseModel):
    """A document cut into passages."""

    model_config = ConfigDict(extra="forbid")

    locality: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean)]
    title: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]
    number: Annotated[str, Field(max_length=64), AfterValidator(clean)] = ""
    year: Annotated[int, Field(ge=1949, le=2200)] | None = None
    damaged: Annotated[int, Field(ge=0, le=100_000)] = 0
    passages: Annotated[list[PassageNew], Field(max_length=5000)]
    """none where nothing of the copy can be quoted"""


class DocumentOut(BaseModel):
    """A document that was taken in."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    locality: str
    title: str
    number: str
    year: int | None
    damaged: int
    taken_in_at: Moment


class PassageQuery(BaseModel):
    """What is looked for."""

    model_config = ConfigDict(extra="forbid")

    localities: Annotated[list[Name], Field(min_length=1, max_length=10)]
    words: Tokens = []
    sounds: Tokens = []
    meaning: Vector | None = None
    limit: Annotated[int, Field(ge=1, le=20)] = 8


class PassageOut(BaseModel):
    """A passage that was found, with what is needed to cite it."""

    text: str
    section: str
    document: str
    number: str
    year: int | None
    locality: str
    score: float

    @classmethod
    def of(cls, found: Found) -> PassageOut:
        """The passage as it is told."""
        return cls(
            text=found.passage.text,
            section=found.passage.section,
            document=found.document.title,
            number=found.document.number,
            year=found.document.year,
            locality=found.document.locality,
            score=found.score,
        )


@papers.post("", status_code=201)
async def take_in(work: Unit, body: DocumentNew) -> DocumentOut:
    """Keep a document's passages; one of the same place and title is replaced."""
    given = body.model_dump(exclude={"passages"})
    pieces = [NewPassage(**one.model_dump()) for one in body.passages]
    return DocumentOut.model_validate(
        await passages.take_in(work, TakeIn(**given, passages=pieces))
    )


@papers.get("")
async def list_documents(work: Unit, wanted: Wanted) -> Page[DocumentOut]:
    """List the documents that were taken in, the latest first."""
    rows = await passages.documents(work, wanted)
    items = [DocumentOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@papers.get("/passages/{citation}")
async def list_passages(work: Unit, citation: Key) -> list[PassageOut]:
    """List the passages of one place of a document, by the id that citations have."""
    return [PassageOut.of(one) for one in await passages.passages_of(work, citation)]


@papers.post("/search")
async def search(work: Unit, body: PassageQuery) -> list[PassageOut]:
    """Find passages by words, sounds and meaning together."""
    found = await passages.search(work, WantedPassages(**body.model_dump()))
    return [PassageOut.of(one) for one in found]
