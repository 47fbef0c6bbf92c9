"""What is read of a line, and that nothing is to be asked (or what is)."""

from datetime import datetime

from bot.understanding.times import parse_when

WEDNESDAY_EVENING = datetime(2025, 3, 12, 19, 30)
MONDAY_NOON = datetime(2025, 7, 21, 14, 0)  # four days before the leap sixth month
BEFORE_NEW_YEAR = datetime(2026, 2, 14, 16, 30)  # 腊月二十七, a Saturday


def day_of(text, now=WEDNESDAY_EVENING, context=None):
    when = parse_when(text, now, context)
    assert when is not None, text
    assert not when.ask, (text, when)
    return when.date and when.date.isoformat()


def time_of(text, now=WEDNESDAY_EVENING, context=None):
    when = parse_when(text, now, context)
    assert when is not None, text
    assert not when.ask, (text, when)
    return when.time


def asked(text, now=WEDNESDAY_EVENING, context=None):
    when = parse_when(text, now, context)
    assert when is not None, text
    assert when.ask, (text, when)
    return when.reason
