"""Telephones of people, for a hotline that is tried out: agents, elders, families.

They are real SIP phones (baresip) without a microphone: what they say is a recording, what they
hear is kept.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import numpy as np
from baresip import Account, Call, CallFailed, Config, Runtime, StaleHandleError, UserAgent
from baresip.call import CallState
from baresip.errors import AudioNotActive, AudioRestarted

from anban.errors import ChannelError
from channels.phone.leg import FRAME, FRAME_S, RATE
from voice.audio import RING_HZ, Pcm16, loudness_dbfs, to_float

TONE_HZ = 1_000
DIAL_S = 60.0
"""Longest wait for an answer."""
LOUD_DBFS = -45.0
"""A frame above this is sound."""
_FRAME_BYTES = FRAME * 2


def tone(seconds: float, hertz: int = TONE_HZ) -> Pcm16:
    """A test tone, as no voice sounds."""
    at = np.arange(round(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * hertz * at) * 8000).astype(np.int16)


def is_tone(frame: Pcm16, hertz: int = TONE_HZ) -> bool:
    """Whether a frame is a tone, the test tone above all: nearly all its energy is there."""
    wave = frame.astype(np.float64)
    energy = float(np.sum(wave**2)) * len(wave) / 2
    at = np.exp(-2j * np.pi * hertz * np.arange(len(wave)) / RATE)
    return energy > 1e6 and abs(complex(np.dot(wave, at))) ** 2 > 0.9 * energy


class Talk:
    """One call of one telephone, from the moment it is answered."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.heard: list[Pcm16] = []
        """What came from the other side, frame by frame."""
        self.sound_s = 0.0
        """Seconds in which something was heard, ringing aside."""
        self.tone_s = 0.0
        """Seconds of the test tone among them."""
        self.ring_s = 0.0
        """Seconds in which it was heard to ring."""
        self._last_sound = 0.0
        self._sounds = False
        self._queue: list[bytes] = []
        self._spoken = asyncio.Event()
        self._spoken.set()
        self._task = asyncio.create_task(self._run())

    @property
    def over(self) -> bool:
        """Whether one of the two has hung up."""
        return self.call.state is CallState.CLOSED

    def __str__(self) -> str:
        state = self.call.state.name.lower()
        return f"{state}, heard {self.sound_s:.1f} s ({self.tone_s:.1f} s of the tone)"

    async def say(self, pcm: Pcm16) -> None:
        """Speak a recording to its end, or to the end of the call."""
        if self.over:
            return
        data = pcm.astype("<i2").tobytes()
        frames = [data[i : i + _FRAME_BYTES] for i in range(0, len(data), _FRAME_BYTES)]
        self._spoken.clear()
        self._queue += [frame.ljust(_FRAME_BYTES, b"\0") for frame in frames]
        await self._spoken.wait()

    async def press(self, digit: str) -> None:
        """Press a key."""
        await self.call.send_dtmf(digit)

    async def hang_up(self) -> None:
        """End the call."""
        with suppress(StaleHandleError):
            await self.call.hangup()
        await self.ended()

    async def ended(self) -> None:
        """Wait for the end of the call."""
        await asyncio.wait({self._task})

    async def quiet(self, seconds: float) -> None:
        """Wait until something was heard and then nothing for a while, or the call is over."""
        loop = asyncio.get_running_loop()
        while not self.over:
            if self.sound_s and loop.time() - self._last_sound >= seconds:
                return
            await asyncio.sleep(FRAME_S)

    async def _run(self) -> None:
        """Read and write 20 ms at a time, in real time."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self.over:
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - loop.time()))
            with suppress(AudioNotActive, AudioRestarted, StaleHandleError):
                self._read(loop.time())
                if self._queue:
                    self.call.audio.write(self._queue.pop(0))
            if not self._queue:
                self._spoken.set()
        self._spoken.set()

    def _read(self, now: float) -> None:
        while data := self.call.audio.read(_FRAME_BYTES):
            frame = np.frombuffer(data, "<i2").astype(np.int16)
            self.heard.append(frame)
            loud = loudness_dbfs(to_float(frame), rate_hz=RATE) > LOUD_DBFS
            rings = loud and is_tone(frame, RING_HZ)
            before, self._sounds = self._sounds, loud and not rings
            self.ring_s += FRAME_S if rings else 0.0
            if before and self._sounds:  # where ringing begins and ends a frame is half of it
                self.sound_s += FRAME_S
                self.tone_s += FRAME_S if is_tone(frame) else 0.0
                self._last_sound = now


def is_up(call: Call) -> bool:
    """Whether a call is answered.

    An exchange that answers at once may do so before anybody listens to the stack's events; the
    sound is up all the same.
    """
    if call.state is CallState.ESTABLISHED:
        return True
    try:
        return bool(call.audio.info().tx_ready)
    except (AudioNotActive, AudioRestarted, StaleHandleError):
        return False


class Phone:
    """One telephone.

    Args:
        agent: its SIP side.
        exchange: host:port that it calls.
    """

    def __init__(self, agent: UserAgent, exchange: str) -> None:
        self._agent = agent
        self._exchange = exchange
        self._ringing: asyncio.Queue[Call] = asyncio.Queue()
        agent.on_incoming(self._ringing.put_nowait)

    async def register(self) -> None:
        """Tell the exchange where the phone is."""
        await self._agent.register()

    async def dial(self, number: str) -> Talk:
        """Call a number and wait until it is answered.

        Raises:
            ChannelError: it is not.
        """
        call = await self._agent.dial(f"sip:{number}@{self._exchange}")
        limit = time.monotonic() + DIAL_S
        while not is_up(call):
            if call.state is CallState.CLOSED or time.monotonic() > limit:
                raise ChannelError(f"{number}: nobody answered")
            await asyncio.sleep(FRAME_S)
        return Talk(call)

    async def rings(self, seconds: float) -> Call:
        """Wait until it rings.

        Raises:
            ChannelError: it did not.
        """
        try:
            async with asyncio.timeout(seconds):
                call = await self._ringing.get()
                while call.state is CallState.CLOSED:  # whoever called has given up
                    call = await self._ringing.get()
        except TimeoutError:
            raise ChannelError(f"a telephone did not ring within {seconds:g} s") from None
        return call

    async def answer(self, seconds: float = 60.0) -> Talk:
        """Wait until it rings, and answer.

        Raises:
            ChannelError: it did not ring.
        """
        while True:
            call = await self.rings(seconds)
            with suppress(StaleHandleError, CallFailed):
                await call.answer()
                await call.wait_established(10)
                return Talk(call)


class Network:
    """The public telephone network with its subscribers, and the agents' phones.

    Args:
        runtime: the SIP stack.
        exchange: host:port of the hotline.
        here: host:port of the network.
    """

    def __init__(self, runtime: Runtime, exchange: str, here: str) -> None:
        self.runtime = runtime
        self._exchange = exchange
        self._here = here

    async def subscriber(self, number: str) -> Phone:
        """A telephone with a number."""
        account = Account(number, self._here, "", reg_interval=0, audio_codecs=("pcma",))
        return Phone(await UserAgent.create(self.runtime, account), self._exchange)

    async def agent(self, name: str, password: str) -> Phone:
        """An agent's telephone, known to the exchange."""
        account = Account(name, self._exchange, password, audio_codecs=("pcma",))
        phone = Phone(await UserAgent.create(self.runtime, account), self._exchange)
        await phone.register()
        return phone


@asynccontextmanager
async def network(exchange: str, here: str) -> AsyncIterator[Network]:
    """Run the telephones for as long as the block lasts.

    Args:
        exchange: host:port of the hotline.
        here: host:port the telephones listen on.
    """
    runtime = Runtime()
    await runtime.start(
        Config(
            net_interface=here.rpartition(":")[0],
            max_concurrent_calls=None,
            extra_config_text=f"sip_listen {here}\nsip_transports udp\naudio_buffer 20-60\n",
        )
    )
    try:
        yield Network(runtime, exchange, here)
    finally:
        await runtime.close()
