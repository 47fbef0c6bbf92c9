"""An operator's own documents: kept as passages, found by words, sounds and meaning at once.

Words and sounds are made by the mind, which alone knows Chinese; here they are text search tokens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, cast, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from backend.services.work import Filter, Work, audit, locked
from backend.store.policy import Meaning, PolicyDocument, PolicyPassage

NEAREST = 20
"""Passages taken from each of the three ways of finding."""
RANK = 60
"""Reciprocal rank fusion: 1 / (RANK + rank), as Cormack, Clarke and Büttcher (SIGIR 2009)."""


@dataclass(frozen=True)
class NewPassage:
    """A piece of a document, with the tokens it is found by."""

    section: str
    text: str
    words: Sequence[str]
    sounds: Sequence[str]
    meaning: Sequence[float] | None = None


@dataclass(frozen=True)
class TakeIn:
    """A document is taken in; one of the same place and title is replaced."""

    locality: str
    title: str
    passages: Sequence[NewPassage]
    number: str = ""
    year: int | None = None
    damaged: int = 0


@dataclass(frozen=True)
class Wanted:
    """What passages are looked for."""

    localities: Sequence[str]
    """places whose documents count"""
    words: Sequence[str]
    sounds: Sequence[str]
    meaning: Sequence[float] | None = None
    limit: int = 8


@dataclass(frozen=True)
class Found:
    """A passage, its document, and how well it was found."""

    passage: PolicyPassage
    document: PolicyDocument
    score: float


async def take_in(work: Work, command: TakeIn) -> PolicyDocument:
    """Keep a document's passages instead of those it had."""
    await locked(work, f"policy:{command.locality}:{command.title}")
    same = (PolicyDocument.locality == command.locality) & (PolicyDocument.title == command.title)
    await work.session.execute(delete(PolicyDocument).where(same))
    row = PolicyDocument(
        locality=command.locality,
        title=command.title,
        number=command.number,
        year=command.year,
        damaged=command.damaged,
        taken_in_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    for at, one in enumerate(command.passages):
        await work.session.execute(
            insert(PolicyPassage).values(
                document_id=row.id,
                at=at,
                section=one.section,
                text=one.text,
                words=_lexemes(one.words),
                sounds=_lexemes(one.sounds),
                meaning=_written(one.meaning),
            )
        )
    await audit(work, "create", [f"policy_document:{row.id}"])
    return row


async def passages_of(work: Work, citation: str) -> Sequence[Found]:
    """Return the passages of one place of a document, in their order.

    Args:
        work: the transaction.
        citation: the first 12 hexadecimal digits of SHA-256 over the title, a line feed, and the
            section, in UTF-8, as `bot.dialogue.Citation.id` makes them.
    """
    place = PolicyDocument.title + literal("\n") + PolicyPassage.section
    digest = func.encode(func.sha256(func.convert_to(place, "UTF8")), "hex")
    found = await work.session.execute(
        select(PolicyPassage, PolicyDocument)
        .join(PolicyDocument, PolicyDocument.id == PolicyPassage.document_id)
        .where(func.left(digest, 12) == citation)
        .order_by(PolicyDocument.id, PolicyPassage.at)
        .limit(NEAREST)
    )
    return [Found(passage, document, 0.0) for passage, document in found]


async def documents(work: Work, wanted: Filter) -> Sequence[PolicyDocument]:
    """List the documents, the latest first."""
    query = select(PolicyDocument).order_by(PolicyDocument.taken_in_at.desc(), PolicyDocument.id)
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()


async def search(work: Work, wanted: Wanted) -> list[Found]:
    """Passages that words, sounds or meaning find, the best first."""
    scores: dict[str, float] = defaultdict(float)
    for query in _ways(wanted):
        for rank, found in enumerate(await _ids(work.session, query), 1):
            scores[found] += 1 / (RANK + rank)
    best = sorted(scores, key=lambda one: (-scores[one], one))[: wanted.limit]
    rows = await work.session.execute(
        select(PolicyPassage, PolicyDocument).join(PolicyDocument).where(PolicyPassage.id.in_(best))
    )
    known = {passage.id: (passage, document) for passage, document in rows}
    return [Found(*known[one], scores[one]) for one in best]


def _ways(wanted: Wanted) -> list[Select[str]]:
    """One query for each way of finding that the question allows."""
    here = (
        select(PolicyPassage.id)
        .join(PolicyDocument)
        .where(PolicyDocument.locality.in_(list(wanted.localities)))
    )
    found = []
    for column, tokens in (
        (PolicyPassage.words, wanted.words),
        (PolicyPassage.sounds, wanted.sounds),
    ):
        if tokens:
            asked = cast(literal(_query(tokens)), TSQUERY)
            found.append(
                here.where(column.bool_op("@@")(asked)).order_by(
                    func.ts_rank(column, asked).desc(), PolicyPassage.id
                )
            )
    if wanted.meaning is not None:
        near = PolicyPassage.meaning.op("<=>")(cast(literal(_written(wanted.meaning)), Meaning))
        found.append(here.where(PolicyPassage.meaning.is_not(None)).order_by(near))
    return found


async def _ids(session: AsyncSession, query: Select[str]) -> Sequence[str]:
    return (await session.scalars(query.limit(NEAREST))).all()


def _lexemes(tokens: Sequence[str]) -> ColumnElement[str]:
    """Tokens as they are, without a dictionary of PostgreSQL."""
    return func.array_to_tsvector(cast(sorted(set(tokens)), ARRAY(TEXT)))


def _query(tokens: Sequence[str]) -> str:
    """Any of the tokens, quoted; one that is empty is none, and PostgreSQL refuses it."""
    given = (one for one in dict.fromkeys(tokens) if one)
    quoted = (one.replace("\\", "\\\\").replace("'", "''") for one in given)
    return " | ".join(f"'{one}'" for one in quoted)


def _written(meaning: Sequence[float] | None) -> str | None:
    """A vector as the extension reads it."""
    return None if meaning is None else f"[{','.join(f'{one:.6g}' for one in meaning)}]"
