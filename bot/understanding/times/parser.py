"""From a text to `When`: scan, match, join, choose, resolve, check."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.understanding.normalise import simplify
from bot.understanding.times import (
    choose,
    clock_rules,
    date_rules,
    feast_rules,
    grammar,
    model,
    moment,
    recurrence,
    repeat_rules,
    resolve,
    scanner,
)
from bot.understanding.times.joining import join
from bot.understanding.times.model import Mention, When

_RULES = (*repeat_rules.RULES, *date_rules.RULES, *clock_rules.RULES, *feast_rules.RULES)
_NO_DATES_IN = frozenset({"address", "phone", "name"})
"""What was asked, where a number with 号 is none of ours."""
_ALTERNATIVE = re.compile(r"或|还是|要么|都|和|跟|、|抑")
_LEAVING = re.compile(r"(?:的时候)?(?:从家|出发|动身|来接|过来|上门|来|就走|走)")
_THERE = re.compile(r"(?:的时候|就|才|都|我|就得|要)*(?:醒|起床|起来|吃饭|做饭|到医院|到那|挂号|看病|看医生|开会|开门|关门|下班|上班|门诊|手术|吃饭|睡)")


def parse_when(text: str, now: datetime, context: str | None = None) -> When | None:
    """When something is wanted, as `text` says it, or None where it says no time.

    Args:
        text: one thing the caller said, in any of the varieties that times.tsv knows.
        now: the local time of the call.
        context: what was asked last ("date", "time", "address" and the like), if anything. A bare
            number then means what was asked.

    Returns:
        The answer; its `ask` is true where it is past, contradictory, open between two readings or
        cannot be interpreted.
    """
    text = simplify(text)
    said = join(text, grammar.mentions(scanner.tokens(text), _RULES), now, context)
    if context in _NO_DATES_IN:
        said = [m for m in said if not _may_be_number(m)]
    wish = choose.wish(text, said, now)
    if wish is None:
        return None
    return _Answer(text, wish, now).when()


def clock_times(text: str, now: datetime) -> tuple[str, ...]:
    """Every time of day in `text`, in the order said (早七点晚八点 -> 07:00, 20:00).

    For reminders that ring several times a day. Times that are refused or open are left out.
    """
    text = simplify(text)
    said = join(text, grammar.mentions(scanner.tokens(text), _RULES), now, "time")
    found: list[str] = []
    part: str | None = None
    for mention in said:
        if isinstance(mention.says, model.Part):
            part = mention.says.name
        elif isinstance(mention.says, model.Clock):
            part = mention.says.part or part
            made = moment.of_clock(mention.says, part, None, now)
            if made.doubt is None:
                found.append(made.time)
    return tuple(dict.fromkeys(found))


def _may_be_number(mention: Mention) -> bool:
    says = mention.says
    return isinstance(says, model.BareDay) or (
        isinstance(says, model.MonthDay) and says.month is None and says.months is None
    )


class _Answer:
    """Puts the chosen mentions together."""

    def __init__(self, text: str, wish: choose.Wish, now: datetime) -> None:
        self._text = text
        self._wish = wish
        self._now = now
        self._doubts: list[str] = [wish.doubt] if wish.doubt else []

    def when(self) -> When:
        """The answer."""
        if self._wish.repeat is not None:
            return self._recurring(self._wish.repeat)
        days = self._days()
        time = self._time(days.first if days.single else None)
        if time is not None and days.first is not None and days.single:
            days = self._with_time(days, time)
        elif days.last is not None and days.last < self._now.date():
            self._doubts.append("past")
        if days.doubt:
            self._doubts.append(days.doubt)
        return self._made(days, time and time.time)

    def _made(self, days: resolve.Days, time: str | None, rule: str | None = None) -> When:
        used = [*self._wish.dates, *self._wish.times, *([r] if (r := self._wish.repeat) else [])]
        return When(
            date=days.first if days.single else None,
            start=None if days.single else days.first,
            end=None if days.single else days.last,
            time=time,
            recurring=rule,
            ask=bool(self._doubts),
            span=self._text[min(m.start for m in used) : max(m.end for m in used)],
            reason=self._doubts[0] if self._doubts else None,
        )

    # --- days --------------------------------------------------------------------------------

    def _days(self) -> resolve.Days:
        """The day of the wish, checked against its other names."""
        hours = next((m.says for m in self._wish.times if isinstance(m.says, model.Hours)), None)
        if not self._wish.dates:
            if hours is not None:
                return resolve.one((self._now + timedelta(minutes=hours.minutes)).date())
            return resolve.Days(None, None)
        base, *names = sorted(self._wish.dates, key=lambda m: resolve.looseness(m.says))  # type: ignore[arg-type]
        days = resolve.resolve(base.says, self._now)  # type: ignore[arg-type]
        for name in names:
            days = self._checked(days, base, name)
        return self._alternatives(days)

    def _checked(self, days: resolve.Days, base: Mention, name: Mention) -> resolve.Days:
        says = name.says
        if days.single and days.first is not None:
            feast = isinstance(says, model.Named | model.Blurred)
            season = feast and name.start < base.start  # 春节初三, 五一过后六号
            if not season and not resolve.fits(says, days.first, self._now):  # type: ignore[arg-type]
                self._doubts.append("conflict")
            return days
        narrower = resolve.resolve(says, self._now)  # type: ignore[arg-type]
        if narrower.single and days.first and days.last and narrower.first:
            if not days.first <= narrower.first <= days.last:
                self._doubts.append("conflict")
            return narrower
        return days

    def _alternatives(self, days: resolve.Days) -> resolve.Days:
        """明天或者后天: a short stretch of days to choose from."""
        if not self._wish.others or not days.single or days.first is None:
            return days
        other = resolve.resolve(self._wish.others[-1].says, self._now)  # type: ignore[arg-type]
        if not other.single or other.first is None:
            return days
        first, last = sorted((days.first, other.first))
        if (last - first).days > 2:
            return days
        return resolve.Days(first, last, "two-days")

    def _with_time(self, days: resolve.Days, time: moment.Moment) -> resolve.Days:
        """Move to the next day after midnight, and see whether the moment is past."""
        assert days.first is not None
        day = days.first + timedelta(days=time.days)
        says = self._wish.dates[0].says if self._wish.dates else None
        if datetime.combine(day, time.ends) <= self._now.replace(tzinfo=None):
            bare = isinstance(says, model.Weekday) and says.weeks is None and not says.this
            if bare and len(self._wish.dates) == 1 and day == self._now.date():
                day += timedelta(weeks=1)  # 礼拜三早上 said on Wednesday evening
            elif not isinstance(says, model.Offset) or day <= self._now.date():
                self._doubts.append("past")
        return resolve.one(day, days.doubt)

    # --- time of day -------------------------------------------------------------------------

    def _time(self, day: date | None) -> moment.Moment | None:
        times = self._wish.times
        if not times:
            return None
        times = [m for m in times if not _THERE.match(self._text, m.end)] or times
        clocks = [m for m in times if not isinstance(m.says, model.Part)]
        chosen = self._one_time(clocks) if clocks else self._one_part(times)
        made = self._moment(chosen, day)
        if made.doubt:
            self._doubts.append(made.doubt)
        return made

    def _one_part(self, parts: list[Mention]) -> Mention:
        if len({m.says for m in parts}) > 1:
            gap = self._text[parts[0].end : parts[-1].start]
            behind = self._text[parts[-1].end : parts[-1].end + 2]
            if _ALTERNATIVE.search(gap) or behind.startswith("都"):
                self._doubts.append("two-times")
        return parts[-1]

    def _one_time(self, clocks: list[Mention]) -> Mention:
        """The hour that is wished: 八点二十到医院所以七点五十从家走 is 七点五十."""
        leaving = [m for m in clocks if _LEAVING.match(self._text, m.end)]
        left = leaving if len(leaving) == 1 else clocks
        if len(left) > 1 and self._wish.repeat is None:
            if len({m.says for m in left}) > 1:
                self._doubts.append("two-times")
            return left[-1]
        return left[0]

    def _moment(self, mention: Mention, day: date | None) -> moment.Moment:
        says = mention.says
        if isinstance(says, model.Part):
            return moment.of_part(says.name)
        if isinstance(says, model.Clock):
            return moment.of_clock(says, says.part or self._part_for(mention), day, self._now)
        then = self._now
        if isinstance(says, model.Hours):
            then += timedelta(minutes=says.minutes)
        return moment.Moment(then.strftime("%H:%M"), then.time())

    def _part_for(self, clock: Mention) -> str | None:
        """The part of the day that goes with an hour said without one: the nearest before it."""
        before = [m for m in self._wish.times if m.start < clock.start]
        for mention in reversed(before):
            if isinstance(mention.says, model.Part):
                return mention.says.name
            if isinstance(mention.says, model.Clock) and mention.says.part:
                return mention.says.part
        after = [m for m in self._wish.times if m.start > clock.start]
        return next((m.says.name for m in after if isinstance(m.says, model.Part)), None)

    # --- recurrence --------------------------------------------------------------------------

    def _recurring(self, mention: Mention) -> When:
        repeat = mention.says
        assert isinstance(repeat, model.Repeat)
        base = self._days() if self._wish.dates else resolve.one(self._now.date())
        if repeat.freq == "YEARLY" and self._wish.dates:
            repeat = replace(repeat, on=self._wish.dates[0].says)
            base = resolve.one(self._now.date())
        time = self._time(None)
        first = recurrence.first_day(repeat, base.first, time, self._now)
        if repeat.doubt:
            self._doubts.append(repeat.doubt)
        return self._made(resolve.one(first, ""), time and time.time, recurrence.rrule(repeat))
