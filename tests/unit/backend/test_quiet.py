from datetime import datetime

import pytest

from anban.errors import Rejected
from backend.domain.quiet import RINGING, quiet_hours

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("now", "hours", "end"),
    [
        ("2026-03-04T22:00+08:00", "22:00-07:00", "2026-03-05T07:00+08:00"),
        ("2026-03-05T06:59+08:00", "22:00-07:00", "2026-03-05T07:00+08:00"),
        ("2026-03-05T07:00+08:00", "22:00-07:00", None),
        ("2026-03-05T21:59+08:00", "22:00-07:00", None),
        ("2026-03-05T13:00+08:00", "12:30-14:00", "2026-03-05T14:00+08:00"),
        ("2026-03-05T14:00+08:00", "12:30-14:00", None),
    ],
)
def test_it_rings_again_when_the_hours_are_over(now: str, hours: str, end: str | None) -> None:
    found = quiet_hours(hours)
    assert found is not None
    expected = datetime.fromisoformat(end) if end else None
    assert found.ends(datetime.fromisoformat(now)) == expected


def test_no_hours_are_none() -> None:
    assert quiet_hours("") is None
    assert quiet_hours("07:00-07:00") is None


@pytest.mark.parametrize("text", ["22-7", "night", "22:00", "22:00-07:00-08:00", "25:00-07:00"])
def test_what_names_no_hours_is_refused(text: str) -> None:
    with pytest.raises(Rejected) as refusal:
        quiet_hours(text)
    assert refusal.value.field == "quiet_hours"


def test_whatever_makes_a_telephone_ring_waits() -> None:
    assert {"sms", "wechat", "mini", "telegram", "voice_call"} == RINGING
