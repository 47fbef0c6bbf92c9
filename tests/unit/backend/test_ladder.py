import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from anban.errors import SettingsError
from anban.wiring import ladders
from backend import client
from backend.domain.emergencies import CALLER_SILENT, JOIN_WINDOW, LINE_DEAD, Known, belongs
from backend.domain.ladder import Ladder, Ladders, first_step, ladder_of, nearest, round_steps
from backend.domain.times import CHINA
from backend.domain.words import EMERGENCIES

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 9, 10, tzinfo=CHINA)
RUNG = {"after": 0, "who": ["family"]}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"rung": []},
        {"rung": [{"after": 0, "who": []}]},
        {"rung": [{"after": 0, "who": ["grandmother"]}]},
        {"rung": [{"after": 5, "who": ["family"]}]},
        {"rung": [RUNG, RUNG]},
        {"rung": [RUNG, {"after": 300, "who": ["desk"]}], "again": 300},
        {"rung": [{"after": "soon", "who": ["family"]}]},
        {"rung": [{"after": True, "who": ["family"]}]},
        {"rung": [RUNG], "again": -1},
        {"rung": [RUNG], "loudness": []},
        {"rung": [RUNG], "loudness": [4]},
        {"rung": [RUNG], "agian": 10},
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused_in_words(data: dict):
    with pytest.raises(SettingsError, match="ladder"):
        ladder_of(data)


def test_the_ladder_that_is_delivered_is_the_default_one():
    file = Path(__file__).parents[3] / "localities" / "ladder.toml"
    assert ladder_of(tomllib.loads(file.read_text(encoding="utf-8"))) == Ladder()


def test_what_is_called_out_early_is_one_level_louder_as_far_as_the_ladder_goes():
    ladder = Ladder(loudness=(1, 3))
    assert [ladder.louder(level) for level in (1, 2, 3)] == [3, 3, 3]


def test_the_client_and_the_service_name_silence_and_a_dead_line_alike():
    assert (client.CALLER_SILENT, client.LINE_DEAD) == (CALLER_SILENT, LINE_DEAD)


def test_the_steps_of_a_round_come_at_60_and_180_seconds_and_then_again_louder():
    ladder = Ladder()
    first = first_step(ladder, NOW)
    rest = round_steps(ladder, 1, NOW)
    said = [
        (step.round, step.number, step.who, (step.due_at - NOW).seconds, step.loudness)
        for step in [first, *rest]
    ]
    assert said == [
        (1, 0, ("family", "desk"), 0, 1),
        (1, 1, ("community_worker",), 60, 1),
        (1, 2, ("duty_phone",), 180, 1),
        (2, 0, ("family", "desk"), 300, 2),
    ]
    assert [ladder.loud(number) for number in (1, 2, 3, 9)] == [1, 2, 3, 3]


def test_a_rung_is_overdue_after_half_the_limit_of_the_one_before():
    second, third, again = round_steps(Ladder(), 1, NOW)
    late = [(step.overdue_at - step.due_at).seconds for step in (second, third, again)]
    assert late == [30, 60, 60]


@pytest.mark.parametrize(
    ("locality", "estate", "area"),
    [
        ("福康县", "和平小区", "福康县和平小区"),
        ("福康县", "向阳小区", "福康县"),
        ("福康县", "", "福康县"),
        ("龙岩新罗", "", ""),
        ("", "", ""),
    ],
)
def test_the_nearest_post_serves_a_place(locality: str, estate: str, area: str):
    assert nearest(["", "福康县", "福康县和平小区"], locality, estate) == area


def test_where_nobody_knows_the_place_the_widest_area_serves_it():
    assert nearest(["福康县", "福康县和平小区"], "", "") == "福康县"
    assert nearest(["福康县"], "龙岩新罗", "") is None
    assert nearest([], "", "") is None


def test_a_county_has_its_own_ladder_and_everybody_else_the_default(tmp_path: Path):
    (tmp_path / "ladder.toml").write_text('[[rung]]\nwho = ["family"]\n')
    (tmp_path / "demo").mkdir()
    own = 'area = "福康县"\nagain = 60\n[[rung]]\nwho = ["desk"]\n'
    (tmp_path / "demo" / "ladder.toml").write_text(own)
    found = ladders(tmp_path / "ladder.toml")
    assert found.of("福康县西城").again == timedelta(seconds=60)
    assert found.of("龙岩新罗") == found.of(None) == found.default
    assert Ladders().of("福康县") == Ladder()
    (tmp_path / "demo" / "ladder.toml").write_text("rung")
    with pytest.raises(SettingsError, match="demo/ladder"):
        ladders(tmp_path / "ladder.toml")


def known(**changes) -> Known:
    values = {
        "kind": "fall",
        "status": "open",
        "elder_id": "a",
        "same_conversation": False,
        "last_sign_at": NOW,
    }
    return Known(**{**values, **changes})


@pytest.mark.parametrize(
    ("one", "kind", "elder_id", "later", "joins"),
    [
        ({}, "fall", "a", 0, True),
        ({}, "chest_pain", "a", 10, True),
        ({}, "unspecified", None, 0, True),
        ({"elder_id": None}, "fall", "a", 0, True),
        ({}, "fall", "b", 0, False),
        ({"same_conversation": True}, "fall", "b", 0, False),
        ({}, "fire_gas", "a", 0, False),
        ({"same_conversation": True}, "fire_gas", "a", 0, False),
        ({"kind": "unspecified"}, "fire_gas", "a", 0, True),
        ({}, "fall", "a", 31, False),
        ({"same_conversation": True}, "fall", "a", 31, True),
        ({"status": "acknowledged"}, "fall", "a", 1, False),
        ({"status": "acknowledged", "same_conversation": True}, "fall", "a", 1, True),
    ],
)
def test_a_further_sign_joins_or_is_an_emergency_of_its_own(one, kind, elder_id, later, joins):
    assert belongs(known(**one), kind, elder_id, NOW + timedelta(minutes=later)) is joins


@pytest.mark.parametrize("kind", EMERGENCIES)
def test_what_is_said_again_joins_whatever_the_kind(kind: str):
    assert belongs(known(kind=kind), kind, "a", NOW + JOIN_WINDOW)
