"""The desk as it is served: with the sentence encoder, where that optional package is installed."""

from __future__ import annotations

import pytest

from anban.policy import LOCALITIES, policy_desk
from bot.policy.answers import PolicyDesk
from bot.policy.meanings import installed_meanings


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> PolicyDesk:
    """All places' facts; made once, since what callers ask is learnt from."""
    return policy_desk(LOCALITIES, installed_meanings(tmp_path_factory.mktemp("meanings")))
