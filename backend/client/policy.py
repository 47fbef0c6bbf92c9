"""What is asked of the backend about policy; a part of `BackendClient`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.client.transport import Transport
from backend.client.values import _Value

MOST_DOCUMENTS = 200
"""documents whose places are looked at"""


@dataclass(frozen=True)
class Passage(_Value):
    """A piece of an operator's document, with what is needed to cite it."""

    text: str
    section: str
    document: str
    number: str
    year: int | None
    locality: str
    score: float
    """higher is better; only good for ranking"""


class Policies:
    """Gaps of the documents, and an operator's own."""

    _transport: Transport

    async def report_gap(
        self,
        *,
        conversation: str,
        question: str,
        about: str,
        locality: str = "",
        now: datetime | None = None,
    ) -> None:
        """Write down a question on policy that no document answered; `about` says what it lacks."""
        body = {
            "conversation": conversation,
            "question": question,
            "about": about,
            "locality": locality,
        }
        await self._transport.send("POST", "/v1/policy-gaps", json=body, now=now)

    async def take_in_document(
        self,
        *,
        locality: str,
        title: str,
        passages: Sequence[Mapping[str, Any]],
        number: str = "",
        year: int | None = None,
        damaged: int = 0,
    ) -> str:
        """Keep a document's passages instead of those it had; returns its id.

        Args:
            locality: the place it holds for.
            title: of the document.
            passages: each with section, text, words, sounds and meaning (512 figures or None).
            number: of the document.
            year: of the document.
            damaged: places of the copy that were damaged.
        """
        body = {
            "locality": locality,
            "title": title,
            "number": number,
            "year": year,
            "damaged": damaged,
            "passages": [dict(one) for one in passages],
        }
        return str((await self._transport.send("POST", "/v1/policy-documents", json=body))["id"])

    async def document_places(self) -> list[str]:
        """The places that an operator's documents hold for."""
        found = await self._transport.send(
            "GET", "/v1/policy-documents", params={"limit": MOST_DOCUMENTS}
        )
        return list(dict.fromkeys(str(one["locality"]) for one in found["items"]))

    async def passages(
        self,
        localities: Sequence[str],
        words: Sequence[str],
        sounds: Sequence[str],
        meaning: Sequence[float] | None = None,
        limit: int = 8,
    ) -> list[Passage]:
        """Passages of some places' documents, the best first."""
        body = {
            "localities": list(localities),
            "words": list(words),
            "sounds": list(sounds),
            "meaning": None if meaning is None else list(meaning),
            "limit": limit,
        }
        found = await self._transport.send("POST", "/v1/policy-documents/search", json=body)
        return [Passage.from_json(one) for one in found]

    async def passages_of(self, citation: str) -> list[Passage]:
        """Passages of one place of a document, by its id (`bot.dialogue.Citation.id`)."""
        found = await self._transport.send("GET", f"/v1/policy-documents/passages/{citation}")
        return [Passage.from_json(one) for one in found]
