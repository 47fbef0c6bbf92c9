"""What a played conversation is said to have left."""

from typing import Any

import pytest

from anban.scenario import Played, collect, judge
from backend.client import Emergency
from backend.profiles import LoadedProfile

pytestmark = pytest.mark.unit

WHO = LoadedProfile("S1", "e1", "13800001001", ())


class FakeBackend:
    """Emergencies in the order given, and nothing else."""

    def __init__(self, *emergencies: Emergency) -> None:
        self.rows = list(emergencies)

    async def notices(self, **_: Any) -> list[Any]:
        return []

    async def reminders(self, **_: Any) -> list[Any]:
        return []

    async def ratings(self, **_: Any) -> list[Any]:
        return []

    async def orders(self, **_: Any) -> list[Any]:
        return []

    async def handoffs(self, **_: Any) -> list[Any]:
        return []

    async def emergencies(self, **_: Any) -> list[Emergency]:
        return self.rows


GAS = Emergency(id="a", kind="fire_gas", certainty="certain", status="open")
FAINT = Emergency(id="b", kind="unwell", certainty="certain", status="open", earlier_id="a")
OVER = Emergency(id="c", kind="fall", certainty="certain", status="false_alarm")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((FAINT, GAS), {"kind": "fire_gas", "status": "open"}),
        ((GAS, FAINT), {"kind": "fire_gas", "status": "open"}),
        ((OVER, GAS), {"kind": "fire_gas", "status": "open"}),
        ((OVER,), {"kind": "fall", "status": "false_alarm"}),
        ((), None),
    ],
)
async def test_of_several_emergencies_the_first_that_lives_is_told(
    rows: tuple[Emergency, ...], told: dict[str, str] | None
) -> None:
    played = Played()
    await collect(played, FakeBackend(*rows), WHO)  # type: ignore[arg-type]
    assert played.emergency == told


def test_reminders_and_stars_count_where_a_scenario_names_them() -> None:
    daily = {"times": ["08:00"], "rule": "FREQ=DAILY", "start": "2026-07-09"}
    played = Played(reminders=[daily], ratings=[{"stars": 4, "said": "好"}])
    assert judge({"expect": {}}, played) == []
    assert judge({"expect": {"reminders": [daily], "rating": {"stars": 4}}}, played) == []
    assert len(judge({"expect": {"reminders": [], "rating": {"stars": 5}}}, played)) == 2
    assert judge({"expect": {"rating": {"stars": 5}}}, Played()) != []
