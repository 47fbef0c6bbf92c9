"""Emergencies: how signs join, who holds one, how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from anban.errors import Conflict, Rejected
from backend.domain.words import CERTAINTIES, EMERGENCIES, LIVE_EMERGENCY_STATUSES

JOIN_WINDOW = timedelta(minutes=30)
"""since its last sign: a further call about the same thing joins an emergency nobody holds yet"""

CALLER_SILENT = "caller_silent"
"""sign of a caller who cried for help and no longer answers: nobody waits for the next rung"""
LINE_DEAD = "line_dead"
"""sign of a line that broke off while the emergency was open"""

_APART = frozenset({"fire_gas", "intruder", "lost"})
"""each needs helpers of its own; all other kinds are one body in trouble"""


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


@dataclass(frozen=True)
class Known:
    """A live emergency that a new sign might belong to."""

    kind: str
    status: str
    elder_id: str | None
    same_conversation: bool
    last_sign_at: datetime


def belongs(known: Known, kind: str, elder_id: str | None, now: datetime) -> bool:
    """Return whether a sign joins a live emergency, instead of raising one of its own.

    Of another elder, or needing other helpers (a fire after a fall): its own. Otherwise what is
    said in the same conversation joins; what comes in another one (the elder again, the daughter,
    the button) joins while nobody holds it and its last sign is less than half an hour old. Once
    somebody holds it, a further call is its own emergency: help may not have come.
    """
    if known.elder_id and elder_id and known.elder_id != elder_id:
        return False
    if "unspecified" not in {known.kind, kind} and _helpers(known.kind) != _helpers(kind):
        return False
    if known.same_conversation:
        return True
    return known.status == "open" and now - known.last_sign_at <= JOIN_WINDOW


def _helpers(kind: str) -> str:
    return kind if kind in _APART else "body"


def joined_kind(known: str, heard: str) -> str:
    """Return the kind after a further sign: a named kind replaces an unnamed one.

    Of somebody unwell a graver kind may be heard; that they sink to the floor is a consequence.
    """
    if known == "unwell":
        return known if heard in {"unspecified", "fall"} else heard
    return heard if known == "unspecified" else known


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


def ensure_closable(status: str, outcome: str, *, checked: bool) -> bool:
    """Return whether closing with `outcome` changes anything.

    Raises:
        Conflict: it ended otherwise already.
        Rejected: there is no such outcome, or a false alarm was not checked.
    """
    if outcome not in {"closed", "false_alarm"}:
        raise Rejected("应为 closed 或 false_alarm", "outcome")
    if outcome == "false_alarm" and not checked:
        raise Rejected("误报要先问清楚再记，应为 true", "checked")
    if status == outcome:
        return False
    if status not in LIVE_EMERGENCY_STATUSES:
        raise Conflict("这件事已经结束了")
    return True
