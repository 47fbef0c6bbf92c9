"""Engines in processes of their own: killed, late, refusing, unloadable."""

import asyncio
import multiprocessing as mp
import os
import signal
import time
from pathlib import Path

import pytest

from anban.errors import EngineUnavailable, SpeechError
from tests.waiting import until
from voice.worker import WorkerPool, WorkerProcess

pytestmark = pytest.mark.integration


def build_echo(word):
    def engine(request):
        if request == "hang":
            time.sleep(60)
        if request == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if request == "refuse":
            raise ValueError("not this")
        return f"{word} {request}"

    return engine


def build_broken():
    raise RuntimeError("the file is damaged")


def build_slowly(mark):
    Path(mark).write_text(str(os.getpid()))
    time.sleep(60)


def hold(mark):
    """A parent that dies while its engine loads."""
    asyncio.run(WorkerProcess("slow", build_slowly, mark).start())


@pytest.fixture
async def worker():
    made = WorkerProcess("echo", build_echo, "heard")
    yield made
    await made.close()


async def test_it_answers_and_starts_by_itself(worker):
    assert await worker.call("a", 20) == "heard a"


async def test_killed_between_requests_it_is_started_again(worker):
    await worker.start()
    os.kill(worker.pid, signal.SIGKILL)
    assert await worker.call("a", 20) == "heard a"
    assert worker.restarts == 1


async def test_a_request_that_kills_it_twice_is_given_up_and_the_next_one_served(worker):
    with pytest.raises(EngineUnavailable, match="died"):
        await worker.call("die", 20)
    assert await worker.call("a", 20) == "heard a"


async def test_a_request_over_its_budget_is_ended_and_the_next_one_served(worker):
    await worker.start()
    with pytest.raises(EngineUnavailable, match="longer"):
        await worker.call("hang", 0.2)
    assert await worker.call("a", 20) == "heard a"


async def test_a_refused_request_leaves_it_running(worker):
    await worker.start()
    pid = worker.pid
    with pytest.raises(SpeechError, match="ValueError") as told:
        await worker.call("refuse", 20)
    assert "not this" not in str(told.value), "it may be what was to be spoken"
    assert worker.pid == pid


async def test_an_engine_that_cannot_be_loaded_says_why():
    worker = WorkerProcess("broken", build_broken)
    with pytest.raises(EngineUnavailable, match="damaged"):
        await worker.start()
    await worker.close()


async def test_a_caller_who_leaves_does_not_confuse_the_next_answer(worker):
    await worker.start()
    first = asyncio.create_task(worker.call("a", 20))
    await asyncio.wait({first}, timeout=0.001)
    first.cancel()
    assert await worker.call("b", 20) == "heard b"


async def test_a_background_engine_stands_back_and_the_others_do_not(worker):
    behind = WorkerProcess("behind", build_echo, "heard", nice=10)
    await behind.start()
    await worker.start()
    try:
        here = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) == here
        assert os.getpriority(os.PRIO_PROCESS, behind.pid) == min(19, here + 10)
    finally:
        await behind.close()


async def test_a_pool_serves_as_many_at_once_as_it_has_processes():
    pool = WorkerPool("echo", 2, build_echo, "heard")
    await pool.start()
    try:
        found = await asyncio.gather(*(pool.call(str(n), 20) for n in range(6)))
        assert found == [f"heard {n}" for n in range(6)]
        with pytest.raises(EngineUnavailable):
            await asyncio.gather(*(pool.call("hang", 0.2) for _ in range(3)))
        assert await pool.call("a", 20) == "heard a"
    finally:
        await pool.close()


async def test_an_engine_that_still_loads_ends_with_its_parent(tmp_path):
    mark = tmp_path / "pid"
    parent = mp.get_context("spawn").Process(target=hold, args=(str(mark),))
    parent.start()
    pid = await until("the engine has begun", lambda: mark.exists() and mark.read_text())
    engine = Path("/proc", pid, "cmdline")
    parent.kill()
    await until("it has ended", lambda: not (engine.exists() and engine.read_bytes()))
