"""Signs that no errand explains are asked about at least, however the rest of the line sounds."""

import pytest

from bot.understanding.emergency import assess

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["轮胎没气了", "煤气没气了要换一罐", "单车没气了推去打气"])
def test_a_thing_without_air_breathes_as_ever(text: str) -> None:
    assert assess(text).level == "no"


@pytest.mark.parametrize("text", ["煤气漏了臭死了", "煤气漏了臭得呛人", "煤气漏了吓死我了"])
def test_a_figure_of_speech_explains_no_gas(text: str) -> None:
    assert assess(text).level != "no"


@pytest.mark.parametrize("text", ["没气漏了", "家里一股臭味儿是不是没气漏了", "我老伴没气了"])
def test_gas_is_heard_where_it_is_written_as_a_denial(text: str) -> None:
    assert assess(text).level == "certain"
