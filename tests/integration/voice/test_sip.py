"""A telephone that calls sip: with no exchange between; real SIP and RTP on loopback."""

from __future__ import annotations

import asyncio

import pytest
from baresip import Account, UserAgent

from anban.phones import Phone, tone
from anban.stage import free_ports
from channels.phone.leg import AudioIn, Closed, KeyPressed
from channels.phone.sip import SipConfig, SipDoor, SipLeg
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
