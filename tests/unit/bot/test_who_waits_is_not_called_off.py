"""Only words that say it is over end an emergency: who agrees to wait has not said so."""

import csv
from pathlib import Path

import pytest

from tests.unit.bot.house import House, keys

pytestmark = pytest.mark.unit

LOST, FALLEN, CALLS = "我迷路了，不认得回家的路", "我摔倒了起不来", "救命啊"


def _said(what: str) -> list[str]:
    lines = (Path(__file__).with_name("while_help_comes.tsv")).read_text().splitlines()
    rows = csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t")
    return [row["text"] for row in rows if row["said"] == what]


@pytest.mark.parametrize("cry", [LOST, FALLEN, CALLS])
@pytest.mark.parametrize("text", _said("help"))
async def test_who_agrees_to_wait_is_not_called_off(house: House, cry: str, text: str) -> None:
    await house.say(cry)
    for _ in range(3):
        await house.say(text)
    assert house.backend.closed == []


@pytest.mark.parametrize("text", _said("help"))
async def test_neither_is_who_was_asked_twice_whether_it_is_over(house: House, text: str) -> None:
    await house.say(LOST)
    await house.say("搞错了没事")
    await house.say("嗯")
    await house.say(text)
    assert house.backend.closed == []


@pytest.mark.parametrize("text", _said("off"))
async def test_who_takes_it_back_is_asked_and_believed(house: House, text: str) -> None:
    await house.say(CALLS)
    assert keys(await house.say(text)) == ["utter_emergency_check_mistake"]
    assert house.backend.closed == []
    await house.say("真的没事")
    assert house.backend.closed == [("em1", "false_alarm")]


async def test_a_denied_fall_does_not_end_the_search_for_who_is_lost(house: House) -> None:
    await house.say(LOST)
    assert keys(await house.say("没跌倒")) != ["utter_emergency_check_mistake"]
    assert house.backend.closed == []
