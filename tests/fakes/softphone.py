"""A telephone in a process of its own, led over its standard input: a SIP peer that is not us.

Lines of JSON come in and go out: ``{"do": "dial", "to": …}``, press, tones, say, hold, resume,
hang_up; answered by ``{"event": …}`` up, closed, refer, and ``heard`` with seconds of the test
tone each time more of it was heard.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import numpy as np
from baresip import Account, UserAgent
from baresip.call import TransferRequest

from anban.phones import Phone, Talk, network, tone
from channels.phone.leg import RATE, Pcm16
from channels.phone.tones import HIGH_HZ, LOW_HZ

_PAD = ("123", "456", "789", "*0#")


def key_tones(digit: str) -> Pcm16:
    """A key as an analogue telephone sends it, and silence behind it."""
    row = next(number for number, keys in enumerate(_PAD) if digit in keys)
    at = np.arange(round(0.1 * RATE)) / RATE
    pair = (LOW_HZ[row], HIGH_HZ[_PAD[row].index(digit)])
    sound = sum(np.sin(2 * np.pi * hertz * at) for hertz in pair) * 4000
    return np.concatenate([sound, np.zeros(round(0.1 * RATE))]).astype(np.int16)


def tell(event: str, **more: Any) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


class Softphone:
    """What the commands are done with."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._talk: Talk | None = None
        self._watching: asyncio.Task[None] | None = None
        self._refusing: asyncio.Task[None] | None = None

    async def do(self, order: dict[str, str]) -> None:
        """Do what was ordered."""
        match order["do"]:
            case "dial":
                self._talk = await self._phone.dial(order["to"])
                self._talk.call.on_transfer_request(self._refuse)
                self._watching = asyncio.create_task(self._watch(self._talk))
            case "say":
                await self._up.say(tone(0.2))
            case "tones":
                await self._up.say(key_tones(order["digit"]))
            case "press":
                await self._up.press(order["digit"])
            case "hold":
                await self._up.call.hold()
            case "resume":
                await self._up.call.resume()
            case "hang_up":
                await self._up.hang_up()

    def _refuse(self, asked: TransferRequest) -> None:
        """It tells whom it is to call, and does not."""
        tell("refer", to=asked.target)
        self._refusing = asyncio.create_task(self._up.call.reject_transfer())

    @property
    def _up(self) -> Talk:
        assert self._talk is not None, "nobody was called yet"
        return self._talk

    async def _watch(self, talk: Talk) -> None:
        tell("up")
        heard = 0.0
        while not talk.over:
            if talk.tone_s > heard:
                heard = talk.tone_s
                tell("heard", seconds=round(heard, 2))
            await asyncio.sleep(0.02)
        tell("closed")


async def main(here: str, user: str, exchange: str, keys: str) -> None:
    """Run until the input ends; ``keys`` is how keys are told: rtpevent or info."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with network(exchange, here) as lines:
        account = Account(
            user, here, "", reg_interval=0, audio_codecs=("pcma",),
            dtmf_mode="info" if keys == "info" else "rtpevent",
        )  # fmt: skip
        phone = Softphone(Phone(await UserAgent.create(lines.runtime, account), exchange))
        tell("ready")
        async for line in reader:
            await phone.do(json.loads(line))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
