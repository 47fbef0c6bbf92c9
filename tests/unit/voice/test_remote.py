"""A recogniser on another machine: the wire, and what becomes of a server that misbehaves."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from websockets.asyncio.server import serve

from anban.errors import EngineUnavailable
from tests.unit.voice.fakes import FakeRecognizer
from voice.asr import RecognizerChain, create
from voice.config import AsrConfig

pytestmark = pytest.mark.unit
CONFIG = AsrConfig(models_dir=Path("/nowhere"), budget_s=5.0)
SOUND = np.full(16_000, 0.1, np.float32)


class Server:
    """Answers as it is told, and keeps what it got."""

    def __init__(self, *answers, hangs=False):
        self.answers = answers
        self.hangs = hangs
        self.config = None
        self.bytes = 0

    async def serve(self, socket):
        async for message in socket:
            if isinstance(message, bytes):
                self.bytes += len(message)
            elif "config" in message:
                self.config = json.loads(message)["config"]
            elif self.hangs:
                await socket.wait_closed()
            else:
                for answer in self.answers:
                    await socket.send(answer)
                return


@asynccontextmanager
async def remote(server, **changes):
    async with serve(server.serve, "127.0.0.1", 0) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        yield create("remote", replace(CONFIG, remote_url=f"ws://127.0.0.1:{port}", **changes))


def final(text, *scores):
    return json.dumps({"text": text, "result": [{"conf": score} for score in scores]})


async def test_final_answers_make_one_utterance_and_partial_ones_are_passed_over():
    server = Server('{"partial": "明天"}', final("明天 上午", 0.9, 0.7), final("打掃"))
    async with remote(server) as engine:
        await engine.start()
        heard = await engine.transcribe(SOUND, hotwords=["林秀英"], language="zh")
    assert heard.text == "明天上午打扫"
    assert heard.confidence == pytest.approx(0.8)
    assert server.bytes == 32_000
    assert server.config == {
        "sample_rate": 16_000,
        "words": True,
        "phrase_list": ["林秀英"],
        "language": "zh",
    }


async def test_an_answer_without_scores_says_so():
    async with remote(Server('{"text": "你好"}')) as engine:
        heard = await engine.transcribe(SOUND)
    assert heard.doubts == ("unscored",)


@pytest.mark.parametrize("answer", ["no json", "[1]", '"text"'])
async def test_an_answer_that_is_none_counts_as_unavailable(answer):
    async with remote(Server(answer)) as engine:
        with pytest.raises(EngineUnavailable, match="gave no answer"):
            await engine.transcribe(SOUND)


async def test_a_server_that_hangs_hands_over_to_the_next_engine():
    async with remote(Server(hangs=True), budget_s=0.3) as engine:
        heard = await RecognizerChain([engine, FakeRecognizer("听见了")]).transcribe(SOUND)
    assert heard.text == "听见了"


async def test_nobody_there_is_told_at_the_start():
    engine = create("remote", replace(CONFIG, remote_url="ws://127.0.0.1:9"))
    with pytest.raises(EngineUnavailable, match="does not answer"):
        await engine.start()


def test_an_address_is_needed():
    with pytest.raises(EngineUnavailable, match="ANBAN_ASR_URL"):
        create("remote", CONFIG)
