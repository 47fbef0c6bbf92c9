"""A telephone that calls sip: with no exchange between; real SIP and RTP on loopback."""

from __future__ import annotations

import asyncio

import pytest
from baresip import Account, UserAgent

from anban.phones import Phone, tone
from anban.stage import free_ports
from channels.phone.leg import AudioIn, Closed, KeyPressed
from channels.phone.sip import SipConfig, SipDoor, SipLeg

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
        leg = await asyncio.wait_for(legs.get(), 20)
        assert leg.info.caller == "13800001001"
        events = []

        async def read() -> None:
            async for event in leg.events():
                events.append(event)

        reading = asyncio.create_task(read())
        async with asyncio.timeout(30):
            while talk.tone_s < 0.2:
                await leg.play(tone(0.2))
                await asyncio.sleep(0.1)
            while not any(isinstance(e, AudioIn) and e.pcm.any() for e in events):
                await talk.say(tone(0.2))
            await talk.press("5")
            while KeyPressed("5") not in events:
                await asyncio.sleep(0.02)
            await leg.hangup()
            await talk.ended()
            await reading
        assert events[-1] == Closed("ended")
    finally:
        ended.set()
        await door.close()
