"""Applications as the mind and the channels see them; a part of `BackendClient`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from backend.client.transport import Transport
from backend.client.values import _Value


@dataclass(frozen=True)
class Application(_Value):
    """An application and where it stands."""

    id: str
    number: str
    """short and speakable"""
    elder_id: str
    scheme: str
    name: str
    """what is applied for"""
    status: str
    """open, returned, approved, rejected or withdrawn"""
    stage: str
    standing: str
    """where it stands, for the ear: 正在社区（村）初审"""
    missing_papers: tuple[str, ...]
    """what has to be brought still"""
    fields: Mapping[str, str]
    returned_for: str = ""
    """why it was sent back"""
    new: bool = False
    """whether it was filed by this very call; a live one was there already where not"""


class Applications:
    """Applying for what the government pays."""

    _transport: Transport

    async def file_application(
        self,
        elder_id: str,
        scheme: str,
        *,
        facts: Sequence[str] = (),
        fields: Mapping[str, str] | None = None,
        conversation: str | None = None,
        filed_by: str = "",
        now: datetime | None = None,
    ) -> Application:
        """Apply for a scheme; an elder's live application for it is returned instead of a second.

        Args:
            elder_id: who applies.
            scheme: id of the scheme: yuquan.visit.
            facts: what is so of the elder, by the elder's word; they decide which papers it needs.
            fields: what the form holds beside what the register knows.
            conversation: where it was asked for; the caller is the elder, or speaks for the elder.
            filed_by: who files it, where it was asked for in no conversation.
            now: the clock of the conversation.

        Raises:
            Rejected: nobody can apply for this scheme here, it is another place's (`scheme`), or
                the caller does not speak for the elder (`elder_id`).
        """
        body = {
            "elder_id": elder_id,
            "scheme": scheme,
            "facts": list(facts),
            "fields": dict(fields or {}),
            "conversation": conversation,
            "filed_by": filed_by,
        }
        found = await self._transport.send("POST", "/v1/applications", json=body, now=now)
        return _application(found)

    async def applications(
        self, elder_id: str | None = None, status: str | None = None, post: str | None = None
    ) -> list[Application]:
        """List applications, the latest first; `post` leaves those that wait for it."""
        params = {"elder_id": elder_id, "status": status, "post": post}
        found = await self._transport.send("GET", "/v1/applications", params=params)
        return [_application(one) for one in found["items"]]

    async def decide_application(
        self,
        application_id: str,
        *,
        by: str,
        post: str,
        decision: str,
        comment: str = "",
        stage: str | None = None,
        now: datetime | None = None,
    ) -> Application:
        """Pass it on (pass), send it back (return) or refuse it (reject).

        Args:
            application_id: which one.
            by: who decides.
            post: in whose name.
            decision: pass, return or reject.
            comment: why.
            stage: where it was seen to stand, or None where that was not looked at.
            now: the clock of the conversation.

        Raises:
            Rejected: it is another post's turn, or the reason is missing.
            Conflict: nothing is to be decided, or it stands at another stage.
        """
        body = {"by": by, "post": post, "decision": decision, "comment": comment, "stage": stage}
        path = f"/v1/applications/{quote(application_id, safe='')}/decisions"
        return _application(
            await self._transport.send("POST", path, json=body, now=now, repeatable=False)
        )

    async def correct_application(
        self,
        application_id: str,
        fields: Mapping[str, str] | None = None,
        *,
        papers: Sequence[str] = (),
        conversation: str | None = None,
        by: str = "",
        now: datetime | None = None,
    ) -> Application:
        """Hand it in again after it was sent back.

        Args:
            application_id: which one.
            fields: what is different in the form.
            papers: what was brought meanwhile.
            conversation: where it was asked for; the caller is the elder, or speaks for the elder.
            by: who does it, where it was asked for in no conversation.
            now: the clock of the conversation.

        Raises:
            Rejected: the caller does not speak for the elder, or it needs no such paper.
            Conflict: it was not sent back.
        """
        path = f"/v1/applications/{quote(application_id, safe='')}/correction"
        body = {
            "fields": dict(fields or {}),
            "papers": list(papers),
            "conversation": conversation,
            "by": by,
        }
        return _application(
            await self._transport.send("POST", path, json=body, now=now, repeatable=False)
        )


def _application(data: Mapping[str, object]) -> Application:
    missing = data.get("missing_papers")
    papers = tuple(missing) if isinstance(missing, list) else ()
    return Application.from_json({**data, "missing_papers": papers})
