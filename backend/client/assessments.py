"""Assessments of needs as the mind sees them; a part of `BackendClient`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from backend.client.transport import Transport
from backend.client.values import _Value


@dataclass(frozen=True)
class Assessment(_Value):
    """What was told of an elder's daily life, and whether an assessor has seen it."""

    id: str
    elder_id: str
    status: str
    """open, waiting, confirmed or changed"""
    answers: Mapping[str, int | None]
    """item -> points; None where the person could not say"""
    points: int
    unanswered: tuple[str, ...] = ()
    band: str = ""
    """what the standard calls the assessor's total; never told to callers"""
    new: bool = False
    """whether it was begun by this very call"""


class Assessments:
    """Telling what an elder can do in daily life."""

    _transport: Transport

    async def tell_assessment(
        self,
        elder_id: str,
        answers: Mapping[str, int | None] | None = None,
        *,
        done: bool = False,
        conversation: str | None = None,
        told_by: str = "",
        now: datetime | None = None,
    ) -> Assessment:
        """Begin an assessment or go on with it; without answers it says how far it has come.

        Args:
            elder_id: of whom.
            answers: item -> points, or None where the person could not say.
            done: whether that was the last.
            conversation: where it was told; the caller is the elder, or speaks for the elder.
            told_by: who asks, where it was told in no conversation.
            now: the clock of the conversation.

        Raises:
            Rejected: the caller does not speak for the elder, or an answer is none.
            Conflict: all was told before, and waits for an assessor.
        """
        body = {
            "elder_id": elder_id,
            "answers": dict(answers or {}),
            "done": done,
            "conversation": conversation,
            "told_by": told_by,
        }
        return _assessment(await self._transport.send("PUT", "/v1/assessments", json=body, now=now))

    async def assessments(
        self, elder_id: str | None = None, status: str | None = None
    ) -> list[Assessment]:
        """List assessments, the latest first."""
        params = {"elder_id": elder_id, "status": status}
        found = await self._transport.send("GET", "/v1/assessments", params=params)
        return [_assessment(one) for one in found["items"]]

    async def assess(
        self,
        assessment_id: str,
        answers: Mapping[str, int],
        *,
        by: str,
        comment: str = "",
        now: datetime | None = None,
    ) -> Assessment:
        """Say what an assessor found.

        Raises:
            Rejected: an item is missing or wrong.
            Conflict: it is not told to the end, or was assessed before.
        """
        path = f"/v1/assessments/{quote(assessment_id, safe='')}/finding"
        body = {"by": by, "answers": dict(answers), "comment": comment}
        return _assessment(
            await self._transport.send("POST", path, json=body, now=now, repeatable=False)
        )


def _assessment(data: Mapping[str, object]) -> Assessment:
    open_ones = data.get("unanswered")
    unanswered = tuple(open_ones) if isinstance(open_ones, list) else ()
    return Assessment.from_json({**data, "unanswered": unanswered})
