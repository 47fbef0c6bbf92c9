"""The first-aid cards: complete, short, one thing at a time, and harmless."""

import re
from pathlib import Path

import pytest

from bot.first_aid import Card, FirstAid

pytestmark = pytest.mark.unit

FIRST_AID = FirstAid(Path(__file__).parents[3] / "localities" / "first_aid.toml")
CARDS = list(FIRST_AID.cards())
KINDS = [
    *("fall", "chest_pain", "stroke", "breathing", "bleeding", "burn", "choking", "fire_gas"),
    *("lost", "intruder", "poisoning", "unwell", "self_harm"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_card_with_its_source(kind: str) -> None:
    card = FIRST_AID.card(kind)
    assert card is not None
    assert card.source.document


def test_a_bare_cry_has_none() -> None:
    assert FIRST_AID.card("unspecified", "救命") is None


@pytest.mark.parametrize("card", CARDS, ids=[card.name for card in CARDS])
def test_steps_are_short_and_can_be_read_aloud(card: Card) -> None:
    assert 2 <= len(card.steps) <= 4
    for step in card.steps:
        assert len(step) <= 20, step
        assert not re.search(r"[0-9A-Za-z]", step), step
        assert step[-1] in "。？", step
        assert len(re.findall("[。？！]", step)) == 1, step


@pytest.mark.parametrize("card", CARDS, ids=[card.name for card in CARDS])
def test_no_step_gives_medicine_food_or_drink(card: Card) -> None:
    for step in card.steps:
        for word in ("吃药", "服药", "含", "阿司匹林", "硝酸甘油", "速效", "针", "喝水", "喝点"):
            assert word not in step or f"别{word}" in step, step


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("fire_gas", "煤气漏了一屋子味", "fire_gas.gas"),
        ("fire_gas", "厨房着火了", "fire_gas.fire"),
        ("fire_gas", "快来人", "fire_gas"),
        ("bleeding", "鼻子流血止不住", "bleeding.nose"),
        ("bleeding", "刚才吐血了", "bleeding.inside"),
        ("bleeding", "手割破了", "bleeding"),
        ("poisoning", "煤气中毒头晕", "poisoning.gas"),
        ("poisoning", "喝了农药", "poisoning"),
    ],
)
def test_the_words_choose_the_card(kind: str, text: str, name: str) -> None:
    card = FIRST_AID.card(kind, text)
    assert card is not None
    assert card.name == name


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("fall", "", "别自己起来"),
        ("stroke", "", "几点"),
        ("stroke", "", "别喝水|也别喝水"),
        ("burn", "", "二十分钟"),
        ("poisoning", "", "让自己吐"),
        ("choking", "", "背上"),
        ("choking", "", "肚子"),
        ("fire_gas", "煤气", "开窗"),
        ("self_harm", "", "我陪着您"),
    ],
)
def test_what_matters_is_said(kind: str, text: str, wanted: str) -> None:
    card = FIRST_AID.card(kind, text)
    assert card is not None
    assert re.search(wanted, "".join(card.steps))


def test_nobody_is_told_to_open_a_window_on_a_fire() -> None:
    for text in ("着火了", "冒烟了", "快来人"):
        card = FIRST_AID.card("fire_gas", text)
        assert card is not None
        assert "开窗" not in "".join(card.steps)
