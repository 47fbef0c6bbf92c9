"""Emergencies: how signs join, who holds one, how it ends."""

from __future__ import annotations

from dataclasses import dataclass

from anban.errors import Conflict, Rejected
from backend.domain.words import CERTAINTIES, EMERGENCIES, LIVE_EMERGENCY_STATUSES


@dataclass(frozen=True)
class RaiseEmergency:
    """A sign of an emergency, as it was heard."""

    key: str
    channel: str
    kind: str
    certainty: str
    text: str
    sign: str = ""
    span: str = ""
    conversation: str | None = None
    elder_id: str | None = None
    phone: str | None = None
    location: str | None = None


def ensure_known(command: RaiseEmergency) -> None:
    """Refuse a kind or certainty there is none of.

    Raises:
        Rejected: names the field.
    """
    if command.kind not in EMERGENCIES:
        raise Rejected(f"没有这种紧急情况，应为：{'、'.join(EMERGENCIES)}", "kind")
    if command.certainty not in CERTAINTIES:
        raise Rejected("应为 certain 或 possible", "certainty")


def joined_kind(known: str, heard: str) -> str:
    """Return the kind after a further sign: a named kind replaces an unnamed one."""
    return heard if known in {"unspecified", "unwell"} and heard != "unspecified" else known


def joined_certainty(known: str, heard: str) -> str:
    """Return the certainty after a further sign: certain stays certain."""
    return "certain" if "certain" in {known, heard} else "possible"


def ensure_holdable(status: str, holder: str | None, by: str) -> bool:
    """Return whether `by` takes the emergency now (False where they hold it already).

    Raises:
        Conflict: somebody else holds it, or it is over.
    """
    if status not in LIVE_EMERGENCY_STATUSES:
        raise Conflict("这件事已经结束了")
    if holder is not None and holder != by:
        raise Conflict(f"{holder}已经接手了")
    return holder is None


def ensure_closable(status: str, outcome: str) -> bool:
    """Return whether closing with `outcome` changes anything.

    Raises:
        Conflict: it ended otherwise already.
        Rejected: there is no such outcome.
    """
    if outcome not in {"closed", "false_alarm"}:
        raise Rejected("应为 closed 或 false_alarm", "outcome")
    if status == outcome:
        return False
    if status not in LIVE_EMERGENCY_STATUSES:
        raise Conflict("这件事已经结束了")
    return True
