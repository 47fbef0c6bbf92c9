"""Callers of sipp through a real Asterisk, with engines of paper; in earnest: `make load`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from anban.stage import free_ports
from tests.lacking import lacking
from tests.load.calls import Line, place

from .test_asterisk import hotline, installed
from .test_server import TOKEN, speech

pytestmark = pytest.mark.integration
__all__ = ["installed"]


async def test_callers_at_once_hear_and_are_heard(installed: Path, tmp_path: Path):
    if shutil.which("sipp") is None:
        lacking("no callers without sipp (Debian: sip-tester)")
    async with hotline(installed, tmp_path, *["好"] * 9) as house:
        (ours,) = free_ports(1)
        line = Line(house.sip, ours, house.ari, house.voice.url, TOKEN)
        found = await place(line, speech(), calls=3, at_once=3, talk_s=6.0)
    assert (found.calls, found.one_way, found.left) == (3, 0, 0)
    assert found.from_callers > 300
    assert found.to_caller[0] > 300
