"""A voice process with engines of paper, to throw broken input at.

``python -m tests.mutation.house SILENT_S``: it says its ports as one line of JSON, and then,
for each line it reads, how it is.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from pathlib import Path

import structlog
import uvicorn

from anban.stage import free_ports
from channels.phone import paced, sip
from tests.unit.voice.fakes import SENTENCES, FakeMind, FakeRecognizer, FakeSpeaker, LoudnessVad
from voice.config import AsrConfig, SessionConfig, TtsConfig, VoiceConfig
from voice.server import VoiceServer

TOKEN = "mutation"


class House(VoiceServer):
    """Counts what is under way."""

    def state(self) -> dict[str, int]:
        """What a run looks at."""
        door = self.sip
        return {
            "calls": sum(call.running for call in self.calls._calls.values()),
            "sip": len(door._calls) if door is not None else 0,
            "tasks": len(asyncio.all_tasks()),
            "files": len(os.listdir("/proc/self/fd")),
            "memory_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }


def make(http_port: int, sip_port: int) -> House:
    """A house that listens on these ports."""
    nowhere = Path("none")
    config = VoiceConfig(
        session=SessionConfig(
            asr=AsrConfig(models_dir=nowhere),
            tts=TtsConfig(models_dir=nowhere, cache_dir=nowhere, voice="v"),
        ),
        token=TOKEN,
        http_port=http_port,
        audiosocket_host="127.0.0.1",
        audiosocket_port=0,
        sip=sip.SipConfig(f"127.0.0.1:{sip_port}", rtp_ports="42000-42400"),
    )
    return House(
        config,
        FakeMind(),
        lambda key: SENTENCES.get(key, "好"),
        recognizer=FakeRecognizer(),
        speaker=FakeSpeaker(),
        background=FakeSpeaker(),
        vad=LoudnessVad,
    )


async def main(silent_s: float) -> None:
    """Run until nobody asks any more."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    paced.SILENT_PEER_S = sip.SILENT_PEER_S = silent_s
    sip.ANSWER_S = min(sip.ANSWER_S, silent_s)
    http_port, sip_port = free_ports(2)
    house = make(http_port, sip_port)
    server = uvicorn.Server(uvicorn.Config(house.app, port=http_port, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    ports = {"http": http_port, "sip": sip_port, "audiosocket": house.audiosocket_port}
    print(json.dumps(ports), flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(house.state()), flush=True)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
