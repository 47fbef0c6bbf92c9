"""What stories of emergencies begin with."""

import pytest

from tests.unit.bot.house import House


@pytest.fixture
def house() -> House:
    return House()
