"""A telephone that calls sip: with no exchange between; real SIP and RTP on loopback."""

from __future__ import annotations

import asyncio
import os
import re
from functools import partial

import pytest
from baresip import Account, UserAgent

from anban.phones import Phone, tone
from anban.stage import free_ports
from channels.phone.leg import AudioIn, Closed, KeyPressed
from channels.phone.sip import SipConfig, SipDoor, SipLeg
from tests.mutation.inputs import request
from tests.waiting import GENEROUS_S, until

pytestmark = pytest.mark.integration


async def test_a_softphone_is_answered_heard_and_hung_up_on():
    (port,) = free_ports(1)
    legs: asyncio.Queue[SipLeg] = asyncio.Queue()
    ended = asyncio.Event()

    async def lead(leg: SipLeg) -> None:
        legs.put_nowait(leg)
        await ended.wait()

    door = SipDoor(
        SipConfig(f"127.0.0.1:{port}", trust_numbers=True, rtp_ports="41100-41200"), lead
    )
    await door.open()
    try:
        # one SIP stack a process: the caller is another user of the same one
        account = Account("13800001001", f"127.0.0.1:{port}", "", reg_interval=0)
        phone = Phone(await UserAgent.create(door._runtime, account), f"127.0.0.1:{port}")
        talk = await phone.dial("12349")
        leg = await asyncio.wait_for(legs.get(), GENEROUS_S)
        assert (leg.info.caller, leg.info.called) == ("13800001001", "12349")
        events = []

        async def read() -> None:
            async for event in leg.events():
                events.append(event)

        reading = asyncio.create_task(read())

        async def phone_hears() -> bool:
            await leg.play(tone(0.2))
            return talk.tone_s > 0.2

        async def leg_hears() -> bool:
            await talk.say(tone(0.2))
            return any(isinstance(one, AudioIn) and one.pcm.any() for one in events)

        await until("the telephone hears us", phone_hears, lambda: talk.sound_s)
        await until("we hear the telephone", leg_hears, lambda: len(events))
        await talk.press("5")
        await until("a key", lambda: KeyPressed("5") in events)
        await talk.call.hold()
        await until("we are held", lambda: leg._call.remote_on_hold)
        await talk.call.resume()
        await until("we are not held any more", lambda: not leg._call.remote_on_hold)
        async with asyncio.timeout(GENEROUS_S):
            await leg.hangup()
            await talk.ended()
            await reading
        assert events[-1] == Closed("ended")
    finally:
        ended.set()
        await door.close()


UNACCEPTABLE = {
    "no Contact": (rb"Contact: [^\r]*\r\n", b""),
    "a Contact that is no address": (rb"Contact: [^\r]*", b"Contact: <nonsense>"),
    "a route that is no address": (rb"Contact: ", b"Record-Route: <nonsense>\r\nContact: "),
    "an answer that cannot be sent": (rb";branch", b";maddr=255.255.255.255;branch"),
}


class _Answers(asyncio.DatagramProtocol):
    """A telephone that keeps what it is answered."""

    def __init__(self) -> None:
        self.said = b""

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        self.said += data

    def heard(self, part: bytes) -> bool:
        return part in self.said


async def test_calls_that_cannot_be_accepted_leave_nothing_and_the_next_good_one_is_answered():
    (port,) = free_ports(1)
    legs: asyncio.Queue[SipLeg] = asyncio.Queue()

    async def lead(leg: SipLeg) -> None:
        legs.put_nowait(leg)

    door = SipDoor(SipConfig(f"127.0.0.1:{port}", most_calls=2, rtp_ports="41300-41400"), lead)
    await door.open()
    loop = asyncio.get_running_loop()
    wire, phone = await loop.create_datagram_endpoint(_Answers, ("127.0.0.1", 0))
    ours = wire.get_extra_info("sockname")[1]
    try:
        files = len(os.listdir("/proc/self/fd"))
        for number in range(25):
            for what, (found, instead) in enumerate(UNACCEPTABLE.values()):
                invite = request("INVITE", port, ours, f"broken{number}of{what}")
                wire.sendto(re.sub(found, instead, invite), ("127.0.0.1", port))
            last = f"Call-ID: broken{number}of2@".encode()
            await until("they are refused", partial(phone.heard, last), lambda: phone.said)
        assert b"SIP/2.0 500" in phone.said
        assert b"SIP/2.0 486" not in phone.said
        assert b"SIP/2.0 180" not in phone.said
        account = Account("13800001001", f"127.0.0.1:{port}", "", reg_interval=0)
        caller = Phone(await UserAgent.create(door._runtime, account), f"127.0.0.1:{port}")
        talk = await caller.dial("12349")
        await asyncio.wait_for(legs.get(), GENEROUS_S)
        async with asyncio.timeout(GENEROUS_S):
            await talk.ended()
        await until("no file is left open", lambda: len(os.listdir("/proc/self/fd")) <= files)
    finally:
        wire.close()
        await door.close()
