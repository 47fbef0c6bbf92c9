"""What became of calls is told to the backend in order, again while it is away, and at the end."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from anban.errors import Rejected, Unavailable
from voice import telling
from voice.telling import Teller, Word

pytestmark = pytest.mark.unit


class Backend:
    """Takes words, unless it stumbles first."""

    def __init__(self, *stumbles):
        self.stumbles = list(stumbles)
        self.told = []
        self.agos = []
        self.back = asyncio.Event()

    async def inbound_told(self, call_id, what, *, agent="", why="", ago=0.0):
        if self.stumbles:
            raise self.stumbles.pop(0)
        self.told.append(what)
        self.agos.append(ago)
        self.back.set()


@asynccontextmanager
async def telling_to(backend):
    teller = Teller(backend)
    task = asyncio.create_task(teller.run())
    try:
        yield teller
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(telling, "FIRST_PAUSE_S", 0.0)
    monkeypatch.setattr(telling, "LONGEST_PAUSE_S", 0.0)


async def test_a_backend_that_is_away_is_told_when_it_is_back_and_in_order():
    backend = Backend(*[Unavailable("away")] * 5)
    async with telling_to(backend) as teller:
        for what in ("arrived", "served", "ended"):
            teller.tell(Word("c", what, ago=7.0))
        await asyncio.wait_for(backend.back.wait(), 10)
    assert backend.told == ["arrived", "served", "ended"]
    assert min(backend.agos) >= 7.0


async def test_a_word_the_backend_does_not_want_holds_up_no_other():
    backend = Backend(Rejected("no such word"))
    async with telling_to(backend) as teller:
        teller.tell(Word("c", "nonsense"))
        teller.tell(Word("c", "ended"))
        await asyncio.wait_for(backend.back.wait(), 10)
    assert backend.told == ["ended"]


async def test_a_word_that_nobody_took_for_an_hour_is_given_up():
    backend = Backend()
    async with telling_to(backend) as teller:
        teller.tell(Word("c", "arrived", ago=telling.GIVEN_UP_S))
        teller.tell(Word("c", "ended"))
        await asyncio.wait_for(backend.back.wait(), 10)
    assert backend.told == ["ended"]


async def test_what_is_still_to_be_told_when_the_process_ends_is_told():
    backend = Backend()
    async with telling_to(backend) as teller:
        await asyncio.sleep(0)  # it waits for words
        teller.tell(Word("c", "ended"))
    assert backend.told == ["ended"]


async def test_the_process_does_not_wait_long_for_a_backend_that_stays_away(monkeypatch):
    monkeypatch.setattr(telling, "LAST_WORDS_S", 0.01)
    backend = Backend(*[Unavailable("away")] * 1_000_000)
    async with telling_to(backend) as teller:
        teller.tell(Word("c", "ended"))
    assert backend.told == []
