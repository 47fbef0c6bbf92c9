"""Broken input at every door of a call; ten thousand of it with `make mutation`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.run import DOORS, house, silence, stall, throw

pytestmark = pytest.mark.integration


async def test_broken_input_crashes_nothing_and_keeps_no_call_open(tmp_path: Path):
    async with house(1.0, tmp_path / "log") as found:
        for door in DOORS:
            await throw(found, door, 80, seed=7)
        await stall(found, 20, seed=7)
        await silence(found)
        await found.spotless()
