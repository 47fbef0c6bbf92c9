"""Telephones that are other programs altogether: Debian's baresip, and sipp for who never talks."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from anban.phones import tone
from anban.stage import free_ports
from channels.phone.leg import RATE
from tests.lacking import lacking
from tests.waiting import until
from voice.audio import silence, wav_bytes

BARESIP, SIPP = "baresip", "sipp"

_CONFIG = """\
sip_listen 127.0.0.1:{sip}
sip_transports udp
net_interface 127.0.0.1
audio_source aufile,{hello}
audio_player aubridge,none
audio_alert aubridge,none
ctrl_tcp_listen 127.0.0.1:{control}
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
"""
_MODULES = ("/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules")


def need(program: str, package: str) -> str:
    """Path of a program; the test is skipped where it is not installed."""
    path = shutil.which(program)
    if path is None:
        lacking(f"no telephone without {program} (Debian: {package})")
    return path


class Telephone:
    """Debian's baresip; who picks up says hello, and then nothing.

    Args:
        port: where it is called.
        reader, writer: its door for commands.
    """

    def __init__(
        self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.address = f"127.0.0.1:{port}"
        self.events: list[str] = []
        """What it has told, CALL_INCOMING for example."""
        self._writer = writer
        self._reading = asyncio.create_task(self._read(reader))

    async def do(self, command: str, params: str = "") -> None:
        """Press something: accept, hangup, sndcode with a key, dial with an address."""
        said = json.dumps({"command": command, "params": params}).encode()
        self._writer.write(b"%d:%s," % (len(said), said))
        await self._writer.drain()

    async def until(self, event: str) -> None:
        """Wait until it has told something."""
        await until(event, lambda: event in self.events, lambda: self.events)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while length := (await reader.readuntil(b":"))[:-1]:
            told = json.loads((await reader.readexactly(int(length) + 1))[:-1])
            if told.get("event"):
                self.events.append(told["type"])

    async def close(self) -> None:
        """Let go of it."""
        self._reading.cancel()
        await asyncio.wait({self._reading})
        self._writer.close()


@asynccontextmanager
async def telephone(
    folder: Path, *numbers: str, answers: str = "auto", hello_s: float = 0.6
) -> AsyncIterator[Telephone]:
    """Debian's baresip with one number or more.

    Args:
        folder: where it keeps its configuration.
        numbers: whom it answers for.
        answers: auto or manual.
        hello_s: seconds that whoever answers speaks at first.
    """
    program = need(BARESIP, "baresip-core")
    modules = next((one for one in _MODULES if Path(one).is_dir()), _MODULES[0])
    sip, control = free_ports(2)
    hello = folder / "hello.wav"
    hello.write_bytes(wav_bytes(np.concatenate([tone(hello_s), silence(120.0)]), RATE))
    config = _CONFIG.format(sip=sip, control=control, modules=modules, hello=hello)
    (folder / "config").write_text(config)
    lines = [f"<sip:{one}@127.0.0.1:{sip}>;regint=0;answermode={answers}\n" for one in numbers]
    (folder / "accounts").write_text("".join(lines))
    child = await asyncio.create_subprocess_exec(
        program, "-f", str(folder), stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL, stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    found: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def listens() -> bool:
        try:
            found.append(await asyncio.open_connection("127.0.0.1", control))
        except OSError:
            assert child.returncode is None, "baresip has ended"
            return False
        return True

    phone = None
    try:
        await until("the telephone is there", listens)
        phone = Telephone(sip, *found[0])
        yield phone
    finally:
        if phone is not None:
            await phone.close()
        if child.returncode is None:
            child.kill()
        await child.wait()


_PEER = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="a number that is not answered">
  <recv request="INVITE"/>
  <send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]t[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>
  {ending}
</scenario>
"""
_FINAL = """<send><![CDATA[
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]t[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <recv request="ACK"/>"""
_GIVEN_UP = """<recv request="CANCEL"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]t[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>"""


@asynccontextmanager
async def unanswered(folder: Path, status: str = "") -> AsyncIterator[str]:
    """A number of sipp's that rings and then says ``status``, or rings on; its host:port."""
    program = need(SIPP, "sip-tester")
    (port,) = free_ports(1)
    scenario = folder / f"peer{port}.xml"
    ending = _FINAL.format(status=status) if status else _GIVEN_UP
    scenario.write_text(_PEER.format(ending=ending))
    child = await asyncio.create_subprocess_exec(
        program, "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-m", "1",
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await until("sipp listens", lambda: _udp_taken(port))
        yield f"127.0.0.1:{port}"
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


def _udp_taken(port: int) -> bool:
    wanted = f":{port:04X} "
    return any(wanted in line for line in Path("/proc/net/udp").read_text().splitlines())
