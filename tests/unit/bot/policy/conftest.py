"""The desk as it is served: with the sentence encoder, where that optional package is installed."""

from __future__ import annotations

import pytest

from anban.policy import served_desk
from bot.policy.answers import PolicyDesk


@pytest.fixture(scope="session")
def desk() -> PolicyDesk:
    """All places' facts; made once, since what callers ask is learnt from."""
    return served_desk()
