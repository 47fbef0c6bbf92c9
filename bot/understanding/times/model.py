"""What a time expression says: the answer `When`, and the descriptions it is made from.

A description holds what was *said* (this week's Wednesday, the 15th, the fifth of the first lunar
month), free of today's date; `resolve` turns it into days.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Generic, TypeGuard, TypeVar


@dataclass(frozen=True)
class When:
    """When something is wanted, as far as it was said."""

    date: datetime.date | None
    """The one day meant; None for a range, or where no day was said."""
    start: datetime.date | None
    """First day of a range."""
    end: datetime.date | None
    """Last day of a range, included."""
    time: str | None
    """HH:MM, or morning|noon|afternoon|evening."""
    recurring: str | None
    """RRULE value without its prefix (RFC 5545; lunar ones RFC 7529); `date` is its first day."""
    ask: bool
    """The caller must be asked: past, contradictory, open between two readings, or unreadable."""
    span: str
    """The words it rests on."""
    reason: str | None
    """Why to ask; None where nothing is to be asked.

    past, conflict (names of the day disagree), vague, two-days, two-times, refused (only turned
    down), half-of-day (morning or evening), calendar (solar or lunar), no-such-day,
    holiday-unknown (not announced yet), after-midnight (明天 said in the small hours), unclear
    (a word of time was left over, or no word asks for the day chosen among several).
    """

    def as_dict(self) -> dict[str, str | bool | None]:
        """The form every door of Anban uses: date, start, end, time, recurring, ask."""
        return {
            "date": _iso(self.date),
            "start": _iso(self.start),
            "end": _iso(self.end),
            "time": self.time,
            "recurring": self.recurring,
            "ask": self.ask,
        }


def _iso(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


class Day:
    """Anything that says which day."""


class TimeOfDay:
    """Anything that says what time of day."""


class Change:
    """What changes the day named beside it; `joining` puts the two together."""


@dataclass(frozen=True)
class Offset(Day):
    """So many days from today; `doubt` where the word may mean something else (赶明儿)."""

    days: int
    doubt: str | None = None


@dataclass(frozen=True)
class Weekday(Day):
    """A day of the week, 1 (Monday) to 7.

    `weeks` counts calendar weeks from this one (下礼拜三: 1); None where no week was named.
    """

    weekday: int
    weeks: int | None = None
    this: bool = False
    """这个 was said."""
    again: bool = False
    """再下一个礼拜天: the one after the one spoken of before it."""
    doubt: str | None = None


@dataclass(frozen=True)
class Weeks(Day):
    """A stretch of a calendar week, `weeks` from this one: days `first` to `last` (1 to 7)."""

    weeks: int
    first: int = 1
    last: int = 7
    vague: bool = False


@dataclass(frozen=True)
class Ahead(Day):
    """Some time from today: so many days, weeks, months or years."""

    unit: str
    """day, week, month or year."""
    count: int
    most: int | None = None
    """The far end where the count is loose (两三天: 2 and 3)."""
    weekday: int | None = None
    """隔两个礼拜的礼拜一: the Monday of that week."""


@dataclass(frozen=True)
class MonthDay(Day):
    """A day of the solar calendar; what was not said is None."""

    day: int
    month: int | None = None
    months: int | None = None
    """Months from this one (下个月: 1)."""
    year: int | None = None
    """The year by its number."""
    years: int | None = None
    """Years from this one (明年: 1)."""
    last_day: int | None = None
    """十五六号: 16."""
    doubt: str | None = None

    @property
    def bare(self) -> bool:
        """Whether no month was named."""
        return self.month is None and self.months is None


@dataclass(frozen=True)
class EitherDay(Day):
    """三月二十 without 号 or 初: the solar date, or the lunar one."""

    day: int
    month: int

    @property
    def readings(self) -> tuple[MonthDay, LunarDay]:
        """The date in either calendar."""
        return MonthDay(self.day, self.month), LunarDay(self.day, self.month)


@dataclass(frozen=True)
class LunarDay(Day):
    """A day of the lunar calendar; what was not said is None."""

    day: int
    month: int | None = None
    months: int | None = None
    years: int | None = None
    """Lunar years from this one."""
    leap: bool = False
    last_day: int | None = None
    doubt: str | None = None

    @property
    def bare(self) -> bool:
        """Whether no month was named."""
        return self.month is None and self.months is None


@dataclass(frozen=True)
class BareDay(Day):
    """A number that may be a day of the month (今天三十, 冬月里…那天十五)."""

    day: int
    named: bool = False
    """那天 was said with it, so that it is a day, though of either calendar."""


@dataclass(frozen=True)
class Month(Day):
    """A month or a part of it: `part` is whole, start, middle, end, ten:1 to ten:3, or last.

    The last day is one of the lunar calendar's months only; `MonthEdge` is the solar one's.
    """

    part: str = "whole"
    month: int | None = None
    months: int | None = None
    years: int | None = None
    lunar: bool = False
    leap: bool = False


@dataclass(frozen=True)
class MonthEdge(Day):
    """A day counted from an edge of a month: 1 its first day, -1 its last."""

    day: int
    month: int | None = None
    months: int | None = None
    years: int | None = None


@dataclass(frozen=True)
class NthWeekday(Day):
    """下个月头一个礼拜一: the nth (or last, -1) such weekday of a month."""

    nth: int
    weekday: int
    month: int | None = None
    months: int | None = None
    years: int | None = None


@dataclass(frozen=True)
class Named(Day):
    """A festival, solar term or the like, as festivals.tsv describes it (`lunar:8-15`)."""

    day: str
    years: int | None = None
    weak: bool = False


@dataclass(frozen=True)
class OffWork(Day):
    """A public holiday's days off, or a day beside them.

    `edge` is all, first, last, before (the day before them), after (the first day at work) or
    makeup (a weekend day that is worked for them).
    Without a holiday named, the present or next one is meant.
    """

    edge: str
    holiday: str | None = None


@dataclass(frozen=True)
class Shift(Change):
    """So many days before (-) or after (+) the day named just before; joined to it by `parser`."""

    days: int


@dataclass(frozen=True)
class Shifted(Day):
    """`days` away from what `base` says (除夕头一天)."""

    base: Day
    days: int


@dataclass(frozen=True)
class Between(Day):
    """From one day to another, both included."""

    first: Day
    last: Day


@dataclass(frozen=True)
class Sooner(Change):
    """So many minutes before the hour named just before (九点的号早半个钟头来接)."""

    minutes: int


@dataclass(frozen=True)
class Blur(Change):
    """左右, 以后, 之前 behind a day, 过了 before it: the day named is not the day meant."""

    days: int
    """Where to begin: 0 about that day, 1 after it, -1 before it."""


@dataclass(frozen=True)
class Blurred(Day):
    """About, after or before what `base` says; always to be asked about."""

    base: Day
    days: int


@dataclass(frozen=True)
class Following(Day):
    """The first such weekday from a day on (国庆放完假头一个礼拜六), or the last before it."""

    base: Day
    weekday: int
    doubt: str | None = None


@dataclass(frozen=True)
class NextWorkday(Day):
    """The first working day after a day (重阳后第一个工作日)."""

    base: Day


@dataclass(frozen=True)
class Since(Day):
    """The next such day counted from another one (国庆放完假…九号, 元旦过了四号)."""

    base: Day
    day: Day
    sure: bool = True
    """Whether it must be counted from there; else it is asked about where that matters."""


@dataclass(frozen=True)
class Someday(Day):
    """A day that was left open (改天)."""


@dataclass(frozen=True)
class Clock(TimeOfDay):
    """An hour of the clock as it was said."""

    hour: int
    """0 to 24, not yet put into a half of the day."""
    minute: int = 0
    part: str | None = None
    """The part of the day named with it."""


@dataclass(frozen=True)
class Part(TimeOfDay):
    """A part of the day: dawn, morning, noon, afternoon, evening or midnight."""

    name: str


@dataclass(frozen=True)
class Hours(TimeOfDay):
    """So many minutes from now."""

    minutes: int


@dataclass(frozen=True)
class SameHour(TimeOfDay):
    """这个时候: the hour of the call."""


@dataclass(frozen=True)
class Repeat:
    """A recurrence, as the parts of an RRULE."""

    freq: str
    """DAILY, WEEKLY, MONTHLY or YEARLY."""
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    """1 (Monday) to 7."""
    nths: tuple[int, ...] = ()
    """With weekdays of a month: which ones."""
    month_days: tuple[int, ...] = ()
    times: int = 1
    """How often in each period, where the days were left open."""
    lunar: bool = False
    on: Day | None = None
    """YEARLY: the day of the year."""
    doubt: str | None = None


Says = Day | TimeOfDay | Change | Repeat
"""Anything a stretch of text can say about time."""

What = TypeVar("What", bound=Says, covariant=True)


@dataclass(frozen=True)
class Mention(Generic[What]):
    """A stretch of the text that says a day, a time or a recurrence."""

    start: int
    end: int
    says: What


Said = list[Mention[Says]]
"""Everything a text says, from left to right."""
DATED = MonthDay | LunarDay


def is_date(mention: Mention[Says]) -> TypeGuard[Mention[Day]]:
    """Whether it says a day."""
    return isinstance(mention.says, Day)


def is_time(mention: Mention[Says]) -> TypeGuard[Mention[TimeOfDay]]:
    """Whether it says a time of day."""
    return isinstance(mention.says, TimeOfDay)


def covering(first: Mention[Says], second: Mention[Says], says: Says) -> Mention[Says]:
    """One mention from the start of the first to the end of the second."""
    return Mention(first.start, second.end, says)
