"""The hotline as `make hotline` plays it: Asterisk, two agents, elders, a daughter, and Anban."""

from __future__ import annotations

import pytest

from anban import asterisk
from anban.errors import SettingsError, Unavailable
from anban.hotline import play
from anban.settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.rasa, pytest.mark.speech]


async def test_overflow_hand_back_a_cry_and_a_promise_kept():
    settings = Settings()
    folder = settings.models_dir.parent / "asterisk"
    try:
        asterisk.install(folder, settings.debian_mirror, print)
    except (SettingsError, Unavailable, OSError) as lacking:
        pytest.skip(f"no hotline without Asterisk: {lacking}")
    played = await play(folder, print)
    # A loaded machine is slow: it is enough that nobody waits for minutes.
    assert 0 < played.answered < 20
    assert 0 < played.joined < 30
    assert 0 < played.acknowledged < 90
    assert 0 < played.called_back < 90
