"""``make load``: calls at once through a real Asterisk into Anban; nobody dropped, nobody unheard.

``--calls 100 --at-once 10`` are the defaults. Needs what ``make hotline`` needs, and sipp (Debian:
``sip-tester``). Where the figures are not as they must be the command fails.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import shutil
import socket
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx
import websockets

from anban import asterisk
from anban.errors import AnbanError, SettingsError, Unavailable
from anban.hotline import ARI_PASSWORD
from anban.settings import Settings
from anban.spoken_leg import spoken
from anban.stage import CALL_PROCESSES, Stage, free_ports, stage
from tests.bench.figures import load_average, machine
from tests.load.report import Load, keep
from tests.load.sound import Caller
from voice.audio import Pcm16

SCENARIO = Path(__file__).with_name("callers.xml")
LINE = "我要找人工。"
TALK_S = 25.0
LOOK_S = 0.5
"""Between two looks at the exchange's channels."""
END_S = 60.0
"""Within this everything is over once the last caller has hung up."""


@dataclass
class Run:
    """One load run."""

    staged: Stage
    http: httpx.AsyncClient
    callers: dict[str, Caller]
    """by number"""
    events: dict[str, list[str]] = field(default_factory=dict)
    """what Anban told of each number's call"""
    following: set[asyncio.Task[None]] = field(default_factory=set)

    async def watch(self) -> None:
        """Find each caller's call, and follow it."""
        while True:
            with suppress(httpx.HTTPError):
                for channel in (await self.http.get("/ari/channels")).json():
                    number = channel["caller"]["number"]
                    if "@place" in channel["name"] and number not in self.events:
                        self.events[number] = []
                        call_id = channel["name"].removeprefix("Local/").partition("@")[0]
                        self.following.add(asyncio.create_task(self._follow(number, call_id)))
            await asyncio.sleep(LOOK_S)

    async def _follow(self, number: str, call_id: str) -> None:
        settings = self.staged.settings
        url = f"{settings.voice_url.replace('http', 'ws', 1)}/calls/{call_id}/events"
        headers = {"Authorization": f"Bearer {settings.service_token}"}
        with suppress(websockets.ConnectionClosed, OSError):
            async with websockets.connect(url, additional_headers=headers, proxy=None) as events:
                async for text in events:
                    self.events[number].append(json.loads(text)["event"])

    async def left(self) -> int:
        """Channels that are still open, once everything should be over."""
        limit = time.monotonic() + END_S
        while open_ones := len((await self.http.get("/ari/channels")).json()):
            if time.monotonic() > limit:
                break
            await asyncio.sleep(0.5)
        return open_ones + sum("hangup" not in events for events in self.events.values())


async def main(calls: int, at_once: int) -> Load:
    """Measure once."""
    if shutil.which("sipp") is None:
        raise SettingsError("there is no sipp here (Debian: apt-get install sip-tester)")
    before = load_average()
    given = Settings()
    folder = given.models_dir.parent / "asterisk"
    asterisk.install(folder, given.debian_mirror, print)
    ari, sip, public = free_ports(3)
    async with AsyncExitStack() as stack:
        print("starting Anban …", flush=True)
        staged = await stack.enter_async_context(stage(CALL_PROCESSES))
        settings = staged.settings
        exchange = asterisk.Exchange(
            voice_url=settings.voice_url,
            audiosocket=f"127.0.0.1:{settings.audiosocket_port}",
            token=settings.service_token,
            ari_password=ARI_PASSWORD,
            agent_password="nobody",
            http_port=ari,
            sip_port=sip,
            trunk=f"127.0.0.1:{public}",
        )
        await stack.enter_async_context(
            asterisk.running(exchange, folder, settings.data / "asterisk")
        )
        line = await spoken(settings, LINE)
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{ari}", auth=("anban", ARI_PASSWORD), trust_env=False
            )
        )
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anban-load-")))
        callers = await _callers(calls, line, stack)
        run = Run(staged, http, {number: caller for number, (_, caller) in callers.items()})
        watching = asyncio.create_task(run.watch())
        print(f"{calls} calls, {at_once} at once …", flush=True)
        ports = {number: port for number, (port, _) in callers.items()}
        failed, began = await _sipp(work, ports, at_once, (sip, public))
        left = await run.left()
        watching.cancel()
        return _judged(run, began, failed, left, (calls, at_once), before)


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
    work: Path, ports: dict[str, int], at_once: int, addresses: tuple[int, int]
) -> tuple[int, dict[str, float]]:
    """Place the calls; how many failed, and when each number rang."""
    sip, public = addresses
    with (work / "callers.csv").open("w", newline="") as file:
        file.write("SEQUENTIAL\n")
        csv.writer(file, delimiter=";", lineterminator=";\n").writerows(ports.items())
    child = await asyncio.create_subprocess_exec(
        *("sipp", f"127.0.0.1:{sip}", "-sf", str(SCENARIO), "-inf", str(work / "callers.csv")),
        *("-i", "127.0.0.1", "-p", str(public), "-m", str(len(ports)), "-l", str(at_once)),
        *("-r", "1", "-d", str(round(TALK_S * 1000)), "-nostdin", "-trace_stat", "-fd", "1"),
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
    asked: tuple[int, int],
    before: str,
) -> Load:
    calls, at_once = asked
    shift = time.time() - time.monotonic()
    heard = {number: caller.heard for number, caller in run.callers.items()}
    enough = 0.95 * (TALK_S - 3) * 50
    short = sum(one.packets < enough for one in heard.values())
    answers = {number: "transcript" in run.events.get(number, ()) for number in heard}
    spoke = {number: "speech_end" in run.events.get(number, ()) for number in heard}
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
        calls=calls,
        at_once=at_once,
        talk_s=TALK_S,
        dropped=max(failed, short),
        one_way=one_way,
        heard=sum(answers.values()),
        answered_again=sum(one.sound_after_s > 0.3 for one in heard.values()),
        to_caller=(
            sum(one.packets for one in heard.values()),
            sum(one.lost for one in heard.values()),
        ),
        fewest=min(one.packets for one in heard.values()),
        from_callers=sum(one.sent for one in heard.values()),
        answered_s=(statistics.median(answered), answered[-1]),
        greeted_s=(statistics.median(greeted), greeted[-1]),
        left=left,
    )


def _arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(prog="python -m tests.load")
    given.add_argument("--calls", type=int, default=100)
    given.add_argument("--at-once", type=int, default=10)
    given.add_argument("--dry", action="store_true", help="write nothing down")
    return given.parse_args()


if __name__ == "__main__":
    wanted = _arguments()
    try:
        found = asyncio.run(main(wanted.calls, wanted.at_once))
    except AnbanError as trouble:
        sys.exit(f"load: {trouble}")
    print(found)
    if not wanted.dry:
        keep(found)
    if found.dropped or found.one_way or found.left:
        sys.exit("load: not every call was as it must be")
