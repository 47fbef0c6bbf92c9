"""Following an utterance: only what is new is decoded, and nothing is lost when a process is."""

import asyncio
import os
import signal

import numpy as np
import pytest

from tests.unit.voice.fakes import GrowingRecognizer
from tests.unit.voice.test_guesses import running
from voice.asr import RecognizerChain
from voice.asr.stream import EDGE, MOST, Decoders, Piece, WorkerStream, whole_or_pieces
from voice.worker import WorkerPool

pytestmark = pytest.mark.unit
SECOND = np.ones(16_000, np.float32)


def decoders():
    """Tell how many pieces came, and of how many samples together."""

    def hear(pieces, pcm):
        pieces.append(len(pcm))
        return f"{len(pieces)}/{sum(pieces)}", None

    return Decoders(list, hear)


def build():
    return whole_or_pieces(lambda pcm: (f"all/{len(pcm)}", None), decoders())


def test_a_piece_of_an_utterance_that_is_not_known_is_not_decoded():
    follow = decoders()
    assert follow(Piece(1, 16_000, SECOND)) is None
    assert follow(Piece(1, 0, SECOND)) == ("1/16000", None)
    assert follow(Piece(1, 8_000, SECOND)) is None
    assert follow(Piece(1, 16_000, SECOND)) == ("2/32000", None)


def test_an_utterance_that_begins_anew_forgets_what_came_before():
    follow = decoders()
    follow(Piece(1, 0, SECOND))
    assert follow(Piece(1, 0, SECOND)) == ("1/16000", None)


def test_the_utterance_that_grew_longest_ago_is_forgotten_when_there_are_too_many():
    follow = decoders()
    for utterance in range(MOST):
        follow(Piece(utterance, 0, SECOND))
    follow(Piece(0, 16_000, SECOND))
    follow(Piece(MOST, 0, SECOND))
    assert follow(Piece(0, 32_000, SECOND)) == ("3/48000", None)
    assert follow(Piece(1, 16_000, SECOND)) is None


@pytest.fixture
async def pool():
    found = WorkerPool("followed", 2, build)
    yield found
    await found.close()


async def test_each_sample_is_decoded_once_but_for_the_edge_that_may_still_change(pool):
    stream = WorkerStream("vosk", pool, 30.0, 0.7)
    first = await stream.hear(SECOND)
    assert (first.text, first.confidence, first.doubts) == ("1/15840", 0.7, ("unscored",))
    second = await stream.hear(np.tile(SECOND, 2))
    assert second.text == f"2/{32_000 - EDGE}"
    assert second.audio_seconds == 2.0


async def test_a_process_that_was_started_anew_hears_everything_once_more(pool):
    stream = WorkerStream("vosk", pool, 30.0, 0.7)
    await stream.hear(SECOND)
    for worker in pool.workers:
        if worker.pid:
            os.kill(worker.pid, signal.SIGKILL)
    assert (await stream.hear(np.tile(SECOND, 2))).text == f"1/{32_000 - EDGE}"


async def test_utterances_at_once_do_not_mix_and_whole_ones_are_heard_beside_them(pool):
    one, other = (WorkerStream("vosk", pool, 30.0, 0.7) for _ in range(2))
    first, second, whole = await asyncio.gather(
        one.hear(SECOND), other.hear(SECOND), pool.call(SECOND, 30.0)
    )
    assert [first.text, second.text, whole] == ["1/15840", "1/15840", ("all/16000", None)]


class Following(GrowingRecognizer):
    """Hears what it heard before, and what is new; knows how much was new each time."""

    def __init__(self, words):
        super().__init__(words)
        self.turns = []

    def follow(self):
        self.turns.append([])
        return _Turn(self, self.turns[-1])


class _Turn:
    def __init__(self, engine, lengths):
        self.engine = engine
        self.lengths = lengths

    async def hear(self, pcm):
        self.lengths.append(len(pcm))
        return await self.engine.transcribe(pcm)


async def test_an_engine_that_can_follows_each_turn_apart():
    quick = Following({0.1: "明天"})
    async with running({0.1: "明天上午"}, quick=quick) as call:
        await call.leg.speak(1.0)
        await call.leg.pass_time(1.4)
        await call.leg.until_quiet()
        await call.leg.speak(1.0)
        await call.leg.pass_time(1.4)
        turns = [lengths for lengths in quick.turns if lengths]
        assert len(turns) == 2
        assert all(lengths == sorted(lengths) for lengths in turns)


async def test_a_first_engine_that_follows_needs_no_quick_one():
    async with running({}, ears=Following({0.1: "救命"})) as call:
        await call.leg.speak(1.2)
        assert call.mind.heard == ["救命"]


def test_a_chain_follows_where_its_first_engine_does():
    assert RecognizerChain([GrowingRecognizer({})]).follow() is None
    assert RecognizerChain([Following({}), GrowingRecognizer({})]).follow() is not None
