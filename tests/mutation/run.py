"""Throwing the inputs, and looking after each part how the voice process is."""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import websockets

from anban.errors import ChannelError
from anban.settings import ROOT
from channels.phone.audiosocket import IDENTITY, SLIN8, message, read_message
from tests.mutation import inputs
from tests.mutation.house import TOKEN

DIALECTS = ("asterisk", "l16", "media")
AT_ONCE = 16
"""Connections at once."""
ANSWER_S = 30.0
"""Generous: a loaded machine is slow, not broken."""
HELLO_S = 10.0
"""Who has said nothing of use for so long is let go of."""
UNEXPECTED = re.compile(
    r"(?<!opening handshake failed\n)(?<!occurred:\n\n)(?<!exception:\n\n)Traceback"
)
"""An error in the log; for a handshake that is no text the WebSocket library writes one, too."""
LONGEST_ERROR = 6_000
"""Characters of an error that are shown."""
SPARE = 8
"""Tasks and files that may be open more than before: connections of the moment."""
RAW, KNOWN = 0.25, 0.4
"""Share of WebSockets that are broken on the wire, of SIP that is of a call that is up."""
SILENT, SILENT_PEERS = "silent_peer", 3
"""What is logged of one, and how many there are in a run."""
DOORS = ("audiosocket", "websocket", "sip", "rtp")


@dataclass
class House:
    """The voice process that is thrown at."""

    child: asyncio.subprocess.Process
    ports: dict[str, int]
    silent_s: float
    log: Path
    usual: dict[str, int] = field(default_factory=dict)
    """How it was after its first calls."""

    async def state(self) -> dict[str, int]:
        """How it is.

        Raises:
            ChannelError: it is no more.
        """
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        try:
            self.child.stdin.write(b"\n")
            await self.child.stdin.drain()
            said = await asyncio.wait_for(self.child.stdout.readline(), ANSWER_S)
            return dict(json.loads(said))
        except (OSError, ValueError, TimeoutError):
            raise ChannelError(f"the voice process is no more: {self.child.returncode}") from None

    async def empty(self) -> dict[str, int]:
        """Wait until no call is open; one whose peer is silent ends by itself.

        Raises:
            ChannelError: a call stays open.
        """
        limit = time.monotonic() + self.silent_s + ANSWER_S
        while True:
            state = await self.state()
            if not state["calls"] and not state["sip"]:
                return state
            if time.monotonic() > limit:
                raise ChannelError(f"calls are kept open: {state}")
            await asyncio.sleep(0.1)

    async def spotless(self) -> dict[str, int]:
        """Wait until no more is open than after the first calls.

        Raises:
            ChannelError: something is left of what was thrown, or was not expected by anybody.
        """
        limit = time.monotonic() + ANSWER_S
        while True:
            state = await self.state()
            more = [what for what in ("tasks", "files") if state[what] > self.usual[what] + SPARE]
            if not more:
                break
            if time.monotonic() > limit:
                raise ChannelError(f"left open: {more}, {state} where {self.usual} is usual")
            await asyncio.sleep(0.1)
        log = self.log.read_text(errors="replace")
        if error := UNEXPECTED.search(log):
            shown = log[max(0, error.start() - 200) : error.start() + LONGEST_ERROR]
            raise ChannelError(f"an error that nobody expected: {shown}")
        return state

    async def serves(self) -> None:
        """Place a good call: it hears Anban.

        Raises:
            ChannelError: it does not.
        """
        port = self.ports["audiosocket"]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(message(IDENTITY, uuid4().bytes) + message(SLIN8, bytes(320)))
            async with asyncio.timeout(ANSWER_S):
                while not any((await read_message(reader))[1]):
                    writer.write(message(SLIN8, bytes(320)))
        except (TimeoutError, asyncio.IncompleteReadError, OSError):
            raise ChannelError("a good call is not served any more") from None
        finally:
            writer.close()


@asynccontextmanager
async def house(silent_s: float, log: Path) -> AsyncIterator[House]:
    """Run a voice process; its log goes to a file."""
    with log.open("wb") as file:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.mutation.house", str(silent_s)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=file,
        )
    try:
        assert child.stdout is not None
        ports = json.loads(await asyncio.wait_for(child.stdout.readline(), 120))
        found = House(child, ports, silent_s, log)
        await _sound(found, 0, random.Random(0))
        await found.serves()
        found.usual = await found.empty()
        yield found
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def throw(found: House, door: str, count: int, seed: int) -> None:
    """Throw broken inputs at one door; afterwards a good call is served and none is open.

    Raises:
        ChannelError: it is not so.
    """
    dice = random.Random(f"{door} {seed}")
    if door == "audiosocket":
        streams = [inputs.audiosocket(dice) for _ in range(count)]
        await _together([_stream(found.ports["audiosocket"], one) for one in streams])
    elif door == "websocket":
        await _together([_messages(found, dice) for _ in range(count)])
    elif door == "sip":
        await _datagrams(found, count, dice)
    else:
        await _sound(found, count, dice)
    await found.serves()
    await found.empty()


async def stall(found: House, count: int, seed: int) -> None:
    """Peers that break off and keep the connection: each is let go of, whatever it has said.

    Raises:
        ChannelError: one is kept.
    """
    dice = random.Random(seed)
    port = found.ports["audiosocket"]
    streams = [_stalled_stream(port, inputs.audiosocket(dice)) for _ in range(count)]
    sockets = [_messages(found, dice, stays=True) for _ in range(count)]
    try:
        async with asyncio.timeout(HELLO_S + found.silent_s + 2 * ANSWER_S):
            await asyncio.gather(*streams, *sockets)
    except TimeoutError:
        raise ChannelError("a peer that broke off is kept on the line") from None
    await found.empty()


async def silence(found: House) -> None:
    """Peers that say who they are and then nothing: each is let go of after a while, and logged.

    Raises:
        ChannelError: one is kept, or is let go of unlogged.
    """
    before = found.log.read_text(errors="replace").count(SILENT)
    try:
        async with asyncio.timeout(found.silent_s + ANSWER_S):
            await asyncio.gather(_silent_stream(found), _silent_socket(found), _silent_phone(found))
    except TimeoutError:
        raise ChannelError("a silent peer is kept on the line") from None
    await found.empty()
    logged = found.log.read_text(errors="replace").count(SILENT) - before
    if logged < SILENT_PEERS:
        raise ChannelError(f"of {SILENT_PEERS} silent peers {logged} were logged")


async def _silent_stream(found: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", found.ports["audiosocket"])
    writer.write(message(IDENTITY, uuid4().bytes))
    while await reader.read(4096):
        pass
    writer.close()


async def _silent_socket(found: House) -> None:
    url = f"ws://127.0.0.1:{found.ports['http']}/legs/l16?token={TOKEN}"
    # A ping is a sign of life that our server's own library sends; what counts is what is said.
    async with websockets.connect(url, proxy=None, ping_interval=None) as socket:
        await socket.send(json.dumps({"call_id": str(uuid4()), "rate": 8000}))
        with suppress(websockets.ConnectionClosed):
            while True:
                await socket.recv()


async def _silent_phone(found: House) -> None:
    """Calls, and sends no sound: the stack hangs up."""
    transport, phone, port = await _port()
    media, _, media_port = await _port()
    try:
        await _call(found, transport, phone, port, media_port, uuid4().hex)
        await _answer(phone, r"^BYE ", found.silent_s + ANSWER_S)
    finally:
        transport.close()
        media.close()


async def _together(work: list) -> None:
    """Do it all, so many at once."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(part) -> None:
        async with room:
            await part

    await asyncio.gather(*(one(part) for part in work))


async def _stream(port: int, data: bytes) -> None:
    """Say it all and be gone once the other side is.

    Raises:
        ChannelError: the other side does not let go.
    """
    with suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        writer.write_eof()
        try:
            async with asyncio.timeout(ANSWER_S):
                while await reader.read(4096):
                    pass
        except TimeoutError:
            raise ChannelError(f"a connection is kept open after {data!r}") from None
        finally:
            writer.close()


async def _stalled_stream(port: int, data: bytes) -> None:
    with suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        try:
            while await reader.read(4096):
                pass
        finally:
            writer.close()


async def _messages(found: House, dice: random.Random, *, stays: bool = False) -> None:
    dialect = dice.choice(DIALECTS)
    if not stays and dice.random() < RAW:
        return await _stream(found.ports["http"], inputs.raw(dialect, TOKEN, dice))
    said = inputs.websocket(dialect, dice)
    url = f"ws://127.0.0.1:{found.ports['http']}/legs/{dialect}?token={TOKEN}"
    with suppress(OSError, websockets.WebSocketException):
        async with websockets.connect(
            url, proxy=None, open_timeout=ANSWER_S, ping_interval=None
        ) as socket:
            for one in said:
                await socket.send(one)
            while stays:
                await socket.recv()


class _Phone(asyncio.DatagramProtocol):
    """One end of a UDP port."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes] = asyncio.Queue(1000)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep it, while there is room."""
        if not self.came.full():
            self.came.put_nowait(data)


async def _port() -> tuple[asyncio.DatagramTransport, _Phone, int]:
    loop = asyncio.get_running_loop()
    transport, phone = await loop.create_datagram_endpoint(_Phone, ("127.0.0.1", 0))
    return transport, phone, transport.get_extra_info("sockname")[1]


async def _datagrams(found: House, count: int, dice: random.Random) -> None:
    """Broken SIP, some of it about a good call."""
    transport, phone, port = await _port()
    media, _, media_port = await _port()
    door = ("127.0.0.1", found.ports["sip"])
    call = f"{dice.getrandbits(64):x}"
    try:
        _, to_tag = await _call(found, transport, phone, port, media_port, call)
        for _ in range(count):
            known = (call, to_tag) if dice.random() < KNOWN else ("", "")
            transport.sendto(inputs.sip(door[1], port, dice, *known), door)
            await asyncio.sleep(0.002)
        transport.sendto(inputs.request("BYE", door[1], port, call, to_tag=to_tag), door)
        while not phone.came.empty():
            phone.came.get_nowait()
        transport.sendto(inputs.request("OPTIONS", door[1], port, "good"), door)
        await _answer(phone, r"SIP/2.0 \d+")
    finally:
        transport.close()
        media.close()


async def _sound(found: House, count: int, dice: random.Random) -> None:
    """Broken sound on a good call."""
    transport, phone, port = await _port()
    media, _, media_port = await _port()
    door = ("127.0.0.1", found.ports["sip"])
    call = f"{dice.getrandbits(64):x}"
    try:
        there, to_tag = await _call(found, transport, phone, port, media_port, call)
        for number in range(count):
            media.sendto(inputs.rtp(number, dice), there)
            await asyncio.sleep(0.001)
        transport.sendto(inputs.request("BYE", door[1], port, call, to_tag=to_tag), door)
    finally:
        transport.close()
        media.close()


async def _call(
    found: House,
    transport: asyncio.DatagramTransport,
    phone: _Phone,
    port: int,
    media_port: int,
    call: str,
) -> tuple[tuple[str, int], str]:
    """Place a good SIP call; where its sound goes, and the tag of the other side."""
    door = ("127.0.0.1", found.ports["sip"])
    transport.sendto(inputs.request("INVITE", door[1], port, call, rtp=media_port), door)
    said = await _answer(phone, r"SIP/2.0 200[\s\S]*m=audio (\d+)")
    tag = re.search(rb"\nTo:[^\r\n]*(;tag=[^\r\n;]+)", said)
    sound = re.search(rb"m=audio (\d+)", said)
    assert tag is not None
    assert sound is not None
    to_tag = tag[1].decode()
    transport.sendto(inputs.request("ACK", door[1], port, call, to_tag=to_tag), door)
    return ("127.0.0.1", int(sound[1])), to_tag


async def _answer(phone: _Phone, pattern: str, seconds: float = ANSWER_S) -> bytes:
    """The message that fits.

    Raises:
        ChannelError: there was none.
    """
    try:
        async with asyncio.timeout(seconds):
            while True:
                said = await phone.came.get()
                if re.search(pattern, said.decode("utf-8", "replace")):
                    return said
    except TimeoutError:
        raise ChannelError(f"SIP does not answer with {pattern}") from None
