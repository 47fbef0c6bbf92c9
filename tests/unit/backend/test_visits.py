"""A visit's rules: what is believed, what is refused, and what the desk should look at."""

from datetime import date, datetime, timedelta

import pytest

from anban.errors import Conflict, Rejected
from backend.domain.occurrences import falls_on
from backend.domain.places import Position, in_gcj02, metres_between, position, written
from backend.domain.times import CHINA
from backend.domain.visits import FLAGS, Fix, Plan, Press, arrived, is_proven, left, merged, window

pytestmark = pytest.mark.unit

DAY = date(2026, 3, 5)
HOME = Position(25.0751, 117.0174, "gcj02")
PLAN = Plan("cleaning", DAY, "09:00", HOME)
AT_HOME = Fix(HOME, 20)
FAR = Fix(Position(25.0951, 117.0174, "gcj02"), 20)
"""2.2 km to the north"""


def at(hour: int, minute: int = 0, day: int = 5) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


def press(when: datetime, fix: Fix | None = AT_HOME, came: timedelta = timedelta(0)) -> Press:
    return Press(when, when + came, fix)


def test_a_check_in_at_the_home_and_in_time_needs_nobody():
    found = arrived(PLAN, press(at(9, 5)))
    assert (found.at, found.metres, found.flags) == (at(9, 5), 0, ())
    assert is_proven(found.flags, found.metres)


@pytest.mark.parametrize(
    ("fix", "flag"),
    [
        (FAR, "too_far"),
        (None, "no_place"),
        (Fix(HOME, 800), "vague_place"),
        (Fix(FAR.position, 3000), "vague_place"),
    ],
)
def test_a_place_that_shows_nothing_is_flagged_and_refuses_nobody(fix: Fix | None, flag: str):
    found = arrived(PLAN, press(at(9), fix))
    assert found.flags == (flag,)
    assert not is_proven(found.flags, found.metres)


def test_where_the_home_is_not_known_nothing_is_proven_and_nobody_blamed():
    found = arrived(Plan("cleaning", DAY, "09:00", None), press(at(9), FAR))
    assert (found.metres, found.flags) == (None, ())
    assert not is_proven(found.flags, found.metres)


@pytest.mark.parametrize(
    ("planned", "hour", "minute", "flags"),
    [
        ("09:00", 7, 59, ("early",)),
        ("09:00", 8, 0, ()),
        ("09:00", 9, 30, ()),
        ("09:00", 9, 31, ("late",)),
        ("afternoon", 11, 59, ("early",)),
        ("afternoon", 17, 59, ()),
        ("evening", 22, 1, ("late",)),
        (None, 14, 0, ()),
    ],
)
def test_early_and_late_are_judged_by_what_was_agreed(planned, hour, minute, flags):
    plan = Plan("cleaning", DAY, planned, HOME)
    assert arrived(plan, press(at(hour, minute))).flags == flags


def test_what_was_kept_for_want_of_a_network_counts_by_its_own_time():
    found = arrived(PLAN, press(at(9), came=timedelta(hours=5)))
    assert (found.at, found.flags) == (at(9), ("sent_late",))


def test_a_clock_that_cannot_be_right_is_refused_and_a_little_fast_is_put_right():
    with pytest.raises(Rejected):
        arrived(PLAN, press(at(9), came=timedelta(minutes=-6)))
    with pytest.raises(Rejected):
        arrived(PLAN, press(at(9), came=timedelta(days=8)))
    assert arrived(PLAN, press(at(9), came=timedelta(minutes=-4))).at == at(8, 56)


def test_another_day_is_refused():
    with pytest.raises(Conflict, match="3月5日"):
        arrived(PLAN, press(at(9, day=4)))


def test_the_end_lies_after_the_beginning_and_not_days_later():
    with pytest.raises(Rejected):
        left(PLAN, at(9), press(at(8, 59)))
    with pytest.raises(Rejected):
        left(PLAN, at(9), press(at(22, day=6)))


def test_a_short_visit_and_an_end_elsewhere_are_flagged():
    assert left(PLAN, at(9), press(at(9, 14), FAR)).flags == ("left_far", "short")
    assert left(PLAN, at(9), press(at(11), None)).flags == ()
    meal = Plan("meals", DAY, "noon", HOME)
    assert left(meal, at(11), press(at(11, 1))).flags == ()


def test_flags_are_kept_once_and_in_order():
    assert merged(["late", "too_far"], ("short", "late")) == ["too_far", "late", "short"]
    assert all(FLAGS.values())


def test_windows_are_local_time():
    assert window(DAY, "09:00") == (at(8), at(9, 30))
    assert window(DAY, "noon")[1] == at(14)


def test_the_two_systems_of_coordinates_are_brought_together():
    # Tian'anmen as a receiver and as a Chinese map give it (published pair, within a few metres)
    receiver = Position(39.907333, 116.391083, "wgs84")
    on_the_map = Position(39.908734, 116.397326, "gcj02")
    assert metres_between(receiver, on_the_map) < 10
    apart = metres_between(Position(39.907333, 116.391083, "gcj02"), in_gcj02(receiver))
    assert 500 < apart < 600
    assert position(written(HOME)) == HOME


@pytest.mark.parametrize(
    ("rule", "day", "due"),
    [
        (None, date(2026, 3, 6), False),
        ("FREQ=DAILY", date(2026, 3, 6), True),
        ("FREQ=DAILY", date(2026, 3, 4), False),
        ("FREQ=DAILY;INTERVAL=2", date(2026, 3, 6), False),
        ("FREQ=DAILY;INTERVAL=2", date(2026, 3, 7), True),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", date(2026, 3, 7), False),
        ("FREQ=WEEKLY", date(2026, 3, 12), True),
        ("FREQ=WEEKLY;BYDAY=TH,SU", date(2026, 3, 8), True),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", date(2026, 3, 12), False),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", date(2026, 3, 19), True),
        ("FREQ=MONTHLY", date(2026, 4, 5), True),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", date(2026, 3, 31), True),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", date(2026, 4, 5), False),
        ("FREQ=MONTHLY;BYDAY=1MO", date(2026, 4, 6), True),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 3, 27), True),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 3, 20), False),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", date(2026, 3, 31), True),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", date(2026, 3, 30), False),
        ("FREQ=YEARLY", date(2027, 3, 5), True),
        ("FREQ=YEARLY", date(2027, 4, 5), False),
        ("FREQ=DAILY;COUNT=3", date(2026, 3, 7), True),
        ("FREQ=DAILY;COUNT=3", date(2026, 3, 8), False),
        ("FREQ=DAILY;UNTIL=20260306T160000Z", date(2026, 3, 7), False),
        # 2026-03-19 is the first of the second lunar month, 2026-04-02 its fifteenth
        ("RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,15", date(2026, 3, 19), True),
        ("RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,15", date(2026, 4, 2), True),
        ("RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1,15", date(2026, 4, 1), False),
        ("RSCALE=CHINESE;FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1", date(2026, 3, 19), False),
        ("RSCALE=CHINESE;FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1", date(2026, 4, 17), True),
    ],
)
def test_orders_that_come_again(rule: str | None, day: date, due: bool):
    assert falls_on(DAY, rule, day) is due


def test_the_first_day_always_counts():
    assert falls_on(DAY, "FREQ=WEEKLY;BYDAY=MO", DAY)
