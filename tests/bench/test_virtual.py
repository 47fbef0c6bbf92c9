"""The clock of the benches: it passes only while everybody waits."""

import asyncio
import socket
import time

import numpy as np
import pytest

from tests.bench import virtual
from voice.asr import Transcript

pytestmark = pytest.mark.unit
SOUND = np.zeros(160, np.float32)


class Slow:
    """A recogniser that works in a thread, in time of its own."""

    name = "slow"

    def __init__(self):
        self.asked = 0

    async def transcribe(self, pcm, *, hotwords=(), language=None):
        self.asked += 1
        await asyncio.to_thread(time.sleep, 0.01)
        return Transcript("好", 0.9, self.name, 99.0)


async def passed(work):
    before = asyncio.get_running_loop().time()
    await work
    return asyncio.get_running_loop().time() - before


def test_an_hour_passes_at_once():
    began = time.monotonic()
    assert virtual.run(passed(asyncio.sleep(3600))) == pytest.approx(3600)
    assert time.monotonic() - began < 60


def test_what_threads_do_takes_no_time_though_others_wait_meanwhile():
    async def both():
        late = asyncio.create_task(asyncio.sleep(5))
        taken = await passed(asyncio.to_thread(time.sleep, 0.01))
        late.cancel()
        return taken

    assert virtual.run(both()) == 0.0


def test_a_thread_that_fails_does_not_stop_the_clock():
    async def after():
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 / 0)
        return await passed(asyncio.sleep(2))

    assert virtual.run(after()) == pytest.approx(2)


def test_what_is_sent_arrives_before_time_goes_on():
    async def sent():
        ours, theirs = socket.socketpair()
        reader, closes = await asyncio.open_connection(sock=theirs)
        _, writer = await asyncio.open_connection(sock=ours)
        late = asyncio.create_task(asyncio.sleep(1))
        writer.write(b"frame")
        taken = await passed(reader.readexactly(5))
        late.cancel()
        closes.close()
        writer.close()
        return taken

    assert virtual.run(sent()) == 0.0


def test_a_recogniser_takes_the_time_it_is_given_one_utterance_after_the_other():
    async def two():
        engine = Slow()
        timed = virtual.Timed(engine, {}, 0.5)
        taken = await passed(asyncio.gather(timed.transcribe(SOUND), timed.transcribe(SOUND + 1)))
        again = await timed.transcribe(SOUND)
        return taken, engine.asked, again.seconds

    taken, asked, seconds = virtual.run(two())
    assert taken == pytest.approx(1.0)
    assert (asked, seconds) == (2, 0.5)
