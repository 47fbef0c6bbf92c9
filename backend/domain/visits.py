"""A worker's visit: assigned, under way, finished; and what about it the desk should look at.

What is asked of a visit is what counties check services by: that somebody came, where, when, for
how long, what was done, and a call afterwards. Nothing here stops a worker who stands before an
old person's door: what is not as it should be is flagged, and people look into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from anban.errors import Conflict, Rejected
from backend.domain.places import Position, metres_between
from backend.domain.times import CHINA, DAYTIME_ENDS

PLANNED: Final = "planned"
UNDER_WAY: Final = "under_way"
FINISHED: Final = "finished"
NOT_ENDED: Final = "not_ended"
VISIT_STATUSES: Final = (UNDER_WAY, FINISHED, NOT_ENDED)
"""of a visit that is written down; one that has not begun is none yet"""

FLAGS: Final[dict[str, str]] = {
    "too_far": "签到的地方离老人家远",
    "no_place": "签到没有位置",
    "vague_place": "签到的位置不准",
    "early": "比约的早",
    "late": "比约的晚",
    "sent_late": "当时没有网络，后来才送到",
    "left_far": "走的时候不在老人家",
    "short": "时间太短",
    "no_photo": "没有照片",
    "differs": "跟订的不一样",
    "order_changed": "做的时候单子改了或取消了",
    "not_ended": "到了以后一直没有说做完",
}

FAR_METRES: Final = 500
"""so far from the home, beyond what the receiver is unsure of, is too far"""
VAGUE_METRES: Final = 500
"""a receiver less sure than this says nothing"""
EARLY: Final = timedelta(minutes=60)
LATE: Final = timedelta(minutes=30)
"""about a time that was agreed to the minute"""
ON_ITS_WAY: Final = timedelta(minutes=10)
"""what reaches us so long after it was pressed was kept for want of a network"""
FAST_CLOCK: Final = timedelta(minutes=5)
"""a telephone's clock may be ahead by this"""
KEPT: Final = timedelta(days=7)
"""so long a telephone keeps what it could not send"""
LONGEST: Final = timedelta(hours=36)
"""of a visit: respite care goes over a night"""
SHORT: Final = timedelta(minutes=15)
PASSING: Final = frozenset({"meals", "shopping", "bills", "transport"})
"""services that take no time at the door"""
UNSEEN: Final = frozenset({"bathing"})
"""services of which there is to be no picture"""

DAYTIME_BEGINS: Final = {
    "morning": time(6),
    "noon": time(10, 30),
    "afternoon": time(12),
    "evening": time(17),
}


@dataclass(frozen=True)
class Fix:
    """Where a telephone says it is."""

    position: Position
    accuracy: float
    """metres"""


@dataclass(frozen=True)
class Plan:
    """What was ordered, as far as the rules need to know."""

    service: str
    day: date
    time: str | None
    home: Position | None


@dataclass(frozen=True)
class Press:
    """Somebody pressed a button: arrived, or leaving."""

    at: datetime
    """by the telephone's clock, aware"""
    came_at: datetime
    """when we heard of it"""
    fix: Fix | None


@dataclass(frozen=True)
class Judged:
    """What a press means."""

    at: datetime
    metres: int | None
    """from the home, where both are known"""
    flags: tuple[str, ...]


def arrived(plan: Plan, press: Press) -> Judged:
    """Return what a check-in means.

    Raises:
        Rejected: the telephone's clock cannot be right.
        Conflict: it is for another day.
    """
    at = _believed(press)
    if at.date() != plan.day:
        raise Conflict(f"这次上门是{plan.day.month}月{plan.day.day}日的，不能在别的日子签到")
    metres = _metres(plan, press.fix)
    flags = [*_place_flags(press.fix, metres), *_time_flags(plan, at), *_way_flags(press)]
    return Judged(at, metres, tuple(flags))


def left(plan: Plan, begun: datetime, press: Press) -> Judged:
    """Return what the end of a visit means.

    Raises:
        Rejected: it lies before the beginning, or the telephone's clock cannot be right.
    """
    at = _believed(press)
    if at < begun:
        raise Rejected("走的时间比到的时间早，请看看手机的时间对不对", "at")
    if at - begun > LONGEST:
        raise Rejected("离签到太久了，请打热线让值班员补记", "at")
    metres = _metres(plan, press.fix)
    flags = list(_way_flags(press))
    if _is_far(press.fix, metres):
        flags.append("left_far")
    if plan.service not in PASSING and at - begun < SHORT:
        flags.append("short")
    return Judged(at, metres, tuple(flags))


def window(day: date, at: str | None) -> tuple[datetime, datetime]:
    """Return from when until when a worker is expected to come, in local time."""
    if at in DAYTIME_BEGINS:
        return _moment(day, DAYTIME_BEGINS[at]), _moment(day, DAYTIME_ENDS[at])
    if at:
        agreed = _moment(day, time.fromisoformat(at))
        return agreed - EARLY, agreed + LATE
    return _moment(day, time(6)), _moment(day, time(22))


def is_proven(flags: Sequence[str], metres: int | None) -> bool:
    """Return whether a place shows that somebody is at the home."""
    return metres is not None and not {"too_far", "vague_place", "no_place"} & set(flags)


def merged(*flags: Sequence[str]) -> list[str]:
    """Return flags in their order, each once."""
    found = {one for some in flags for one in some}
    return [flag for flag in FLAGS if flag in found]


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CHINA)


def _believed(press: Press) -> datetime:
    if press.at > press.came_at + FAST_CLOCK:
        raise Rejected("手机的时间走快了，请调准再试", "at")
    if press.came_at - press.at > KEPT:
        raise Rejected("过去太久了，请打热线让值班员补记", "at")
    return min(press.at, press.came_at).astimezone(CHINA)


def _metres(plan: Plan, fix: Fix | None) -> int | None:
    if plan.home is None or fix is None:
        return None
    return round(metres_between(plan.home, fix.position))


def _is_far(fix: Fix | None, metres: int | None) -> bool:
    return fix is not None and metres is not None and metres > FAR_METRES + fix.accuracy


def _place_flags(fix: Fix | None, metres: int | None) -> list[str]:
    if fix is None:
        return ["no_place"]
    if _is_far(fix, metres):
        return ["too_far"]
    return ["vague_place"] if fix.accuracy > VAGUE_METRES else []


def _time_flags(plan: Plan, at: datetime) -> list[str]:
    earliest, latest = window(plan.day, plan.time)
    return ["early"] if at < earliest else ["late"] if at > latest else []


def _way_flags(press: Press) -> list[str]:
    return ["sent_late"] if press.came_at - press.at > ON_ITS_WAY else []
