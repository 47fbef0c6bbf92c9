"""What tastes wrong was swallowed; what only smells is gas or fire."""

import pytest

from bot.understanding.emergency import assess

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text", ["屋里一股怪味儿", "吃饭时闻到厨房一股怪味", "吃着饭屋里有股子臭味"]
)
def test_a_smell_is_no_poison(text: str) -> None:
    assert assess(text).kind != "poisoning"


@pytest.mark.parametrize("text", ["茶喝着一股怪味呀", "摸黑舀水喝，喝了一口一股子怪味"])
def test_a_taste_is_no_gas(text: str) -> None:
    heard = assess(text)
    assert (heard.level, heard.kind) == ("certain", "poisoning")
