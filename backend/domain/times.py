"""When a service is to come: the forms that are accepted and how they are said."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from anban.errors import Rejected
from backend.domain.words import DAYTIMES

CHINA = ZoneInfo("Asia/Shanghai")
"""all of China keeps one time"""

DAYTIME_ENDS = {
    "morning": time(12),
    "noon": time(14),
    "afternoon": time(18),
    "evening": time(22),
}
"""when a part of the day is over, so that today's can no longer be booked"""

_RULE_KEYS = {
    "RSCALE",
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTHDAY",
    "BYMONTH",
    "BYHOUR",
    "BYMINUTE",
    "BYSETPOS",
    "WKST",
    "SKIP",
}
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_VALUE = re.compile(r"[A-Z0-9,+\-]+\Z")
_WEEKDAYS = "一二三四五六日"


def service_date(text: str) -> date:
    """Return the date of `YYYY-MM-DD`.

    Raises:
        Rejected: it is written otherwise or is no day of the calendar.
    """
    right = "日期不对，应写成 2026-03-05 这样"
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise Rejected(right, "date")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Rejected(right, "date") from error


def service_time(text: str) -> str:
    """Return the time as it is stored: `HH:MM` or a part of the day.

    Raises:
        Rejected: it is neither.
    """
    if text in DAYTIMES or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
        return text
    raise Rejected("时间不对，应写成 14:30，或 morning、noon、afternoon、evening", "time")


def recurrence(text: str) -> str:
    """Return the recurrence rule (RFC 5545; lunar ones as RFC 7529) in capitals.

    Raises:
        Rejected: it is no such rule.
    """
    rule = text.removeprefix("RRULE:").upper()
    parts = [part.partition("=") for part in rule.split(";")]
    values = {key: value for key, _, value in parts}
    ok = (
        len(values) == len(parts)
        and set(values) <= _RULE_KEYS
        and values.get("FREQ") in _FREQUENCIES
        and values.get("RSCALE", "CHINESE") in {"CHINESE", "GREGORIAN"}
        and all(_VALUE.match(value) for value in values.values())
    )
    if not ok or len(rule) > 200:
        raise Rejected("重复规则不对，应写成 FREQ=WEEKLY;BYDAY=MO 这样", "recurring")
    return rule


def ensure_ahead(day: date, at: str, now: datetime) -> None:
    """Refuse a day or a time that has gone by.

    Raises:
        Rejected: names `date` or `time`.
    """
    if day < now.date():
        raise Rejected("这个日期已经过了，应为今天或以后", "date")
    if (day - now.date()).days > 366:
        raise Rejected("日期太远，应在一年以内", "date")
    if day > now.date():
        return
    end = DAYTIME_ENDS.get(at) or time.fromisoformat(at)
    if end <= now.time().replace(tzinfo=None):
        raise Rejected("今天这个时间已经过了，应为更晚的时间", "time")


def said_day(day: date) -> str:
    """Return the day as it is said: 3月5日星期四."""
    return f"{day.month}月{day.day}日星期{_WEEKDAYS[day.weekday()]}"


def said_time(at: str | None) -> str:
    """Return the time as it is written to people: 下午 or 14:30; empty for none."""
    return DAYTIMES.get(at, at) if at else ""
