"""Two legs joined by voice itself."""

import asyncio

import numpy as np
import pytest

from channels.phone.leg import FRAME, Closed
from tests.unit.voice.fakes import FakeLeg
from voice.joined import Lent

pytestmark = pytest.mark.unit
LOUD = np.full(FRAME, 8000, np.int16)


async def test_whoever_leads_a_lent_leg_gives_it_back_and_the_line_stays_up():
    leg = FakeLeg()
    lent = Lent(leg)
    await lent.hangup()
    await lent.hangup()
    assert [event async for event in lent.events()] == [Closed("ended")]
    assert leg.reason is None
    leg.close("hangup")
    await lent.over()


def loud_s(leg: FakeLeg) -> float:
    """Seconds of loud sound that a leg was given to play."""
    return 0.02 * sum(int(pcm.max()) == LOUD[0] for _, _, pcm in leg._pieces)


async def test_the_one_hears_the_other_and_both_end_together():
    one, other = FakeLeg(), FakeLeg()
    lent = Lent(one)
    await lent.hangup()
    talking = asyncio.create_task(lent.join(other))
    await one.settle()
    await one.speak(0.2)
    assert loud_s(other) == pytest.approx(0.2)
    await other.speak(0.1)
    assert loud_s(one) == pytest.approx(0.1)
    assert lent.joined
    other.close("hangup")
    async with asyncio.timeout(10):
        await talking
    assert one.reason == "ended"
