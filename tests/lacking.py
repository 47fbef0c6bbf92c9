"""What a machine lacks for a test: the test is skipped, but where nothing may be."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

EVERYTHING = "ANBAN_TEST_EVERYTHING"
"""Set in CI: a test that would be skipped for want of a program fails."""


def lacking(what: str) -> NoReturn:
    """Skip the test, or fail it where everything is to be tested; ``what`` says what to install."""
    if os.environ.get(EVERYTHING):
        pytest.fail(f"nothing may be skipped here: {what}")
    pytest.skip(what)
