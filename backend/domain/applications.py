"""The way of an application: which forms and papers it needs, who decides, and what comes next.

The ways are data (``localities/<name>/applications.toml``): 玉泉 goes from the community to the
street and the district (方案四（一）4), 龙岩 from the community to the street and the county, and
is then put up in public (方案四（二）). Sent back for correction, it begins again, so that every
stage sees the corrected form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from anban.errors import Conflict, Rejected, SettingsError

Decision = Literal["pass", "return", "reject"]
POSTS: Final[dict[str, str]] = {"community": "社区", "street": "街道", "county": "县区民政"}
"""who decides on applications"""
STATUSES: Final = ("open", "returned", "approved", "rejected", "withdrawn")
EVENTS: Final = ("filed", "pass", "return", "reject", "corrected", "withdrawn")
LIVE: Final = ("open", "returned")
OVER: Final[dict[str, str]] = {
    "approved": "已经批准",
    "rejected": "没有批准",
    "withdrawn": "已经撤回",
}


@dataclass(frozen=True)
class Stage:
    """One stage of the way."""

    id: str
    name: str
    """what people are told: 社区（村）初审"""
    post: str
    """one of `POSTS`"""


@dataclass(frozen=True)
class Paper:
    """Something to bring along."""

    says: str
    """社区开的独居证明"""
    facts: frozenset[str] = frozenset()
    """needed where one of these rests on the applicant's word; empty: always"""


@dataclass(frozen=True)
class Route:
    """How one applies for a scheme."""

    scheme: str
    name: str
    """what is applied for"""
    locality: str
    forms: tuple[str, ...]
    """titles of the forms to be filled in; empty where the document names none"""
    copies: int
    keepers: tuple[str, ...]
    """who keeps each copy, in the order of the copies; empty where the document does not say"""
    stages: tuple[Stage, ...]
    papers: tuple[Paper, ...]
    source: str
    """the document and clause it rests on"""
    places: tuple[str, ...] = ()
    """names of the place and its parts"""
    others: tuple[str, ...] = ()
    """neighbours that are not it"""
    section: str = ""
    cited: str = ""
    """the id of that clause, for a link to what it says"""

    def serves(self, locality: str) -> bool:
        """Return whether the rules of a place are these; "" is a place that is not known."""
        names = (self.locality, *self.places)
        inside = any(name in locality for name in names)
        return inside and not any(name in locality for name in self.others)

    def papers_for(self, facts: Iterable[str]) -> tuple[str, ...]:
        """What somebody has to bring of whom these facts are so."""
        so = frozenset(facts)
        return tuple(one.says for one in self.papers if not one.facts or one.facts & so)

    def stage(self, id: str) -> Stage | None:
        """A stage by its id; None for one that this way has no more."""
        return next((one for one in self.stages if one.id == id), None)


@dataclass(frozen=True)
class State:
    """Where an application stands."""

    status: str
    stage: str
    """the stage that is to decide; of one that is over, the last"""


def first(route: Route) -> State:
    """Where a new application stands."""
    return State("open", route.stages[0].id)


def decided(
    route: Route,
    state: State,
    post: str,
    decision: Decision,
    comment: str,
    *,
    seen: str | None = None,
) -> State:
    """Where an application stands after a decision.

    Args:
        route: its way.
        state: where it stands.
        post: who decides.
        decision: pass, return or reject.
        comment: why; needed where it does not pass.
        seen: the stage at which it was seen to stand, or None where that is not known.

    Raises:
        Conflict: nothing is to be decided, it has moved on since it was seen, or its way has no
            such stage any more.
        Rejected: another post decides at this stage, or no reason is given for a refusal.
    """
    if state.status != "open":
        raise Conflict("这份申请现在不在审核中")
    if seen is not None and seen != state.stage:
        raise Conflict("这份申请已经不在刚才那一步了，请看清楚再办")
    stage = route.stage(state.stage)
    if stage is None:
        raise Conflict("办理的步骤已经改了，这份申请要先补正再交一次")
    at = route.stages.index(stage)
    if post != stage.post:
        raise Rejected(f"现在是{stage.name}，应由{POSTS[stage.post]}来办", "post")
    if decision == "pass":
        following = route.stages[at + 1 :]
        return State("open", following[0].id) if following else State("approved", stage.id)
    if not comment.strip():
        raise Rejected("退回或不批准要写明原因", "comment")
    return State("returned" if decision == "return" else "rejected", stage.id)


def corrected(route: Route, state: State) -> State:
    """Where an application stands that was sent back and is handed in again.

    Raises:
        Conflict: it was not sent back.
    """
    if state.status != "returned":
        raise Conflict("这份申请没有被退回")
    return first(route)


def withdrawn(state: State) -> State:
    """Where an application stands that the elder takes back.

    Raises:
        Conflict: it is over.
    """
    if state.status not in LIVE:
        raise Conflict("这份申请已经办完了")
    return State("withdrawn", state.stage)


def standing(route: Route | None, state: State) -> str:
    """Where an application stands, for the ear; of one without a way only what became of it."""
    if state.status in OVER:
        return OVER[state.status]
    at = route.stage(state.stage) if route else None
    if at is None:
        return "被退回，要补正" if state.status == "returned" else "正在办理"
    return f"在{at.name}时被退回，要补正" if state.status == "returned" else f"正在{at.name}"


def routes(
    data: Mapping[str, Any],
    name: str,
    places: Sequence[str] = (),
    others: Sequence[str] = (),
) -> tuple[Route, ...]:
    """The routes of an ``applications.toml``.

    Args:
        data: the file.
        name: its name, for errors.
        places: names of the locality and its parts.
        others: neighbours that are not it.

    Raises:
        SettingsError: names the file and what is wrong.
    """
    try:
        found = [_route(row, str(data["locality"]), name) for row in data["route"]]
        return tuple(replace(one, places=tuple(places), others=tuple(others)) for one in found)
    except KeyError as missing:
        raise SettingsError(f"{name}: {missing} is missing") from None


def _route(row: Mapping[str, Any], locality: str, name: str) -> Route:
    stages = tuple(Stage(one["id"], one["name"], one["post"]) for one in row["stages"])
    if not stages or any(one.post not in POSTS for one in stages):
        raise SettingsError(f"{name}: {row['scheme']}: stages have posts of {', '.join(POSTS)}")
    if len({one.id for one in stages}) < len(stages):
        raise SettingsError(f"{name}: {row['scheme']}: two stages have one id")
    return Route(
        row["scheme"],
        row["name"],
        locality,
        tuple(row.get("forms", ())),
        int(row.get("copies", 1)),
        tuple(row.get("keepers", ())),
        stages,
        tuple(_papers(row.get("papers", ()))),
        row["source"],
        section=row.get("section", ""),
    )


def _papers(rows: Sequence[Mapping[str, Any]]) -> Iterable[Paper]:
    return (Paper(row["says"], frozenset(row.get("facts", ()))) for row in rows)
