"""Placing the calls of a load run, and judging what came of them."""

from __future__ import annotations

import asyncio
import csv
import json
import socket
import statistics
import tempfile
import time
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx
import websockets

from anban.errors import Unavailable
from tests.bench.figures import load_average, machine
from tests.load.report import Load
from tests.load.sound import Caller
from voice.audio import Pcm16

SCENARIO = Path(__file__).with_name("callers.xml")
LOOK_S = 0.5
"""Between two looks at the exchange's channels."""
SOUND = {"speech_end", "transcript", "duck", "barge_in", "nod", "noise", "unclear"}
"""Events that show that Anban has heard the caller's sound."""
END_S = 60.0
"""Within this everything is over once the last caller has hung up."""


@dataclass(frozen=True)
class Line:
    """Where the calls go."""

    sip: int
    """the exchange's SIP port"""
    public: int
    """the port the callers listen at"""
    ari: httpx.AsyncClient
    voice_url: str
    token: str


@dataclass
class Run:
    """One load run."""

    line: Line
    callers: dict[str, Caller]
    """by number"""
    events: dict[str, list[str]] = field(default_factory=dict)
    """what Anban told of each number's call"""
    following: set[asyncio.Task[None]] = field(default_factory=set)

    async def watch(self) -> None:
        """Find each caller's call, and follow it."""
        while True:
            with suppress(httpx.HTTPError):
                for channel in (await self.line.ari.get("/ari/channels")).json():
                    number = channel["caller"]["number"]
                    if "@place" in channel["name"] and number not in self.events:
                        self.events[number] = []
                        call_id = channel["name"].removeprefix("Local/").partition("@")[0]
                        self.following.add(asyncio.create_task(self._follow(number, call_id)))
            await asyncio.sleep(LOOK_S)

    async def _follow(self, number: str, call_id: str) -> None:
        url = f"{self.line.voice_url.replace('http', 'ws', 1)}/calls/{call_id}/events"
        headers = {"Authorization": f"Bearer {self.line.token}"}
        with suppress(websockets.ConnectionClosed, OSError):
            async with websockets.connect(url, additional_headers=headers, proxy=None) as events:
                async for text in events:
                    self.events[number].append(json.loads(text)["event"])

    async def left(self) -> int:
        """Channels that are still open, once everything should be over."""
        limit = time.monotonic() + END_S
        while open_ones := len((await self.line.ari.get("/ari/channels")).json()):
            if time.monotonic() > limit:
                break
            await asyncio.sleep(0.5)
        return open_ones + sum("hangup" not in events for events in self.events.values())


async def place(line: Line, said: Pcm16, calls: int, at_once: int, talk_s: float) -> Load:
    """Place calls, so many at once; each caller says a line after the greeting.

    Args:
        line: where the calls go.
        said: what each caller says.
        calls: how many.
        at_once: how many at once.
        talk_s: how long each of them stays.

    Raises:
        Unavailable: sipp did not place them all.
    """
    before = load_average()
    async with AsyncExitStack() as stack:
        callers = await _callers(calls, said, stack)
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anban-load-")))
        run = Run(line, {number: caller for number, (_, caller) in callers.items()})
        watching = asyncio.create_task(run.watch())
        stack.callback(watching.cancel)
        ports = {number: port for number, (port, _) in callers.items()}
        failed, began = await _sipp(work, ports, at_once, talk_s, line)
        left = await run.left()
        return _judged(run, began, failed, left, at_once, talk_s, before)


async def _callers(count: int, line: Pcm16, stack: AsyncExitStack) -> dict[str, tuple[int, Caller]]:
    """Callers with their numbers and ports."""
    found = {}
    loop = asyncio.get_running_loop()
    for number in range(count):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        caller = Caller(line)
        await loop.create_datagram_endpoint(lambda one=caller: one, ("127.0.0.1", port))
        stack.callback(caller.close)
        found[f"1390000{number:04d}"] = (port, caller)
    return found


async def _sipp(
    work: Path, ports: dict[str, int], at_once: int, talk_s: float, line: Line
) -> tuple[int, dict[str, float]]:
    """Place the calls; how many failed, and when each number rang."""
    with (work / "callers.csv").open("w", newline="") as file:
        file.write("SEQUENTIAL\n")
        csv.writer(file, delimiter=";", lineterminator=";\n").writerows(ports.items())
    child = await asyncio.create_subprocess_exec(
        *("sipp", f"127.0.0.1:{line.sip}", "-sf", str(SCENARIO), "-inf", str(work / "callers.csv")),
        *("-i", "127.0.0.1", "-p", str(line.public), "-m", str(len(ports)), "-l", str(at_once)),
        *("-r", "1", "-d", str(round(talk_s * 1000)), "-nostdin", "-trace_stat", "-fd", "1"),
        *("-trace_msg", "-message_file", str(work / "messages"), "-stf", str(work / "stat")),
        cwd=work,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    status = await child.wait()
    with (work / "stat").open() as file:
        *_, last = csv.DictReader(file, delimiter=";")
    failed = int(last["FailedCall(C)"])
    if status not in (0, 1) or int(last["TotalCallCreated"]) < len(ports):
        raise Unavailable(f"sipp ended with {status} after {last['TotalCallCreated']} calls")
    return failed, _rang(work / "messages")


def _rang(messages: Path) -> dict[str, float]:
    """When each number's first INVITE left, in Unix seconds, of sipp's own trace."""
    found: dict[str, float] = {}
    at = 0.0
    for text in messages.read_text(errors="replace").splitlines():
        if text.startswith("-----"):
            at = _stamp(text)
        elif text.startswith("Contact: <sip:1390000"):
            found.setdefault(text.removeprefix("Contact: <sip:").partition("@")[0], at)
    return found


def _stamp(text: str) -> float:
    """The Unix seconds of a line like ``------ 2026-11-22 16:00:00.123456``."""
    return time.mktime(time.strptime(text.split(".")[0].strip("- "), "%Y-%m-%d %H:%M:%S")) + float(
        f"0.{text.rpartition('.')[2].strip()}"
    )


def _judged(
    run: Run,
    rang: dict[str, float],
    failed: int,
    left: int,
    at_once: int,
    talk_s: float,
    before: str,
) -> Load:
    shift = time.time() - time.monotonic()
    heard = {number: caller.heard for number, caller in run.callers.items()}
    answers = {number: "transcript" in run.events.get(number, ()) for number in heard}
    spoke = {number: bool(SOUND & set(run.events.get(number, ()))) for number in heard}
    one_way = sum(not (one.sound_s > 0.5 and spoke[number]) for number, one in heard.items())
    answered = sorted(
        one.first + shift - rang[number] for number, one in heard.items() if one.packets
    )
    greeted = sorted(
        caller.first_sound + shift - rang[number]
        for number, caller in heard.items()
        if caller.first_sound
    )
    return Load(
        day=f"{date.today()}",
        machine=f"{machine()['processor']}, {machine()['cores']} cores",
        load_before=before,
        calls=len(heard),
        at_once=at_once,
        talk_s=talk_s,
        dropped=failed + sum(not one.packets for one in heard.values()),
        one_way=one_way,
        heard=sum(answers.values()),
        answered_again=sum(one.sound_after_s > 0.3 for one in heard.values()),
        to_caller=(
            sum(one.packets for one in heard.values()),
            sum(one.lost for one in heard.values()),
        ),
        whole=sum(one.packets for one in heard.values()) / (len(heard) * talk_s * 50),
        fewest=min(one.packets for one in heard.values()),
        from_callers=sum(one.sent for one in heard.values()),
        answered_s=(statistics.median(answered), answered[-1]),
        greeted_s=(statistics.median(greeted), greeted[-1]),
        left=left,
    )
