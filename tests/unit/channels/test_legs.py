"""One suite for every leg: whatever the protocol, a call looks the same to whoever leads it."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest
from baresip.call import CallState, DigitEvent
from starlette.websockets import WebSocketDisconnect

from channels.phone import g711, paced, sip
from channels.phone.audiosocket import DTMF, SLIN8, TERMINATE, AudioSocketLeg, message
from channels.phone.dialects import DIALECTS
from channels.phone.leg import FRAME, AudioIn, CallInfo, Closed, KeyPressed, MarkReached
from channels.phone.sip import SipLeg
from channels.phone.websocket import WebSocketLeg, read_start

pytestmark = pytest.mark.unit
CALL = "11111111-2222-3333-4444-555555555555"
LOUD = np.full(FRAME, 8000, np.int16)


class Transport:
    def __init__(self):
        self.closing = False

    def is_closing(self):
        return self.closing

    def get_write_buffer_size(self):
        return 0


class Writer:
    def __init__(self):
        self.transport, self.data = Transport(), b""

    def write(self, data):
        self.data += data

    def close(self):
        self.transport.closing = True


class AudioSocketPeer:
    """An exchange on the other side of a TCP connection."""

    name = "audiosocket"

    async def open(self):
        self.reader, self.writer = asyncio.StreamReader(), Writer()
        self.leg = AudioSocketLeg(CallInfo(CALL, "13800001001"), self.reader, self.writer)
        return self.leg

    def sound(self, pcm):
        self.reader.feed_data(message(SLIN8, pcm.astype("<i2").tobytes()))

    def key(self, digit):
        self.reader.feed_data(message(DTMF, digit.encode()))

    def hang_up(self):
        self.reader.feed_data(message(TERMINATE))

    def nonsense(self):
        self.reader.feed_data(struct.pack("!BH", SLIN8, 65535) + b"x" * 100)

    def heard(self):
        data, frames = self.writer.data, []
        while len(data) >= 3:
            kind, length = struct.unpack("!BH", data[:3])
            if kind == SLIN8:
                frames.append(np.frombuffer(data[3 : 3 + length], "<i2"))
            data = data[3 + length :]
        return frames

    @property
    def closed(self):
        return self.writer.transport.closing


@dataclass
class FakeSocket:
    """A WebSocket of paper."""

    inbox: asyncio.Queue = field(default_factory=asyncio.Queue)
    sent: list = field(default_factory=list)
    is_closed: bool = False

    async def receive(self):
        return await self.inbox.get()

    async def send_text(self, data):
        self.sent.append(data)

    async def send_bytes(self, data):
        self.sent.append(data)

    async def close(self, code=1000):
        self.is_closed = True


class WebSocketPeer:
    """Somebody who speaks a dialect over a WebSocket."""

    name = ""

    async def open(self):
        self.socket = FakeSocket()
        self.dialect = DIALECTS[self.name]()
        self.say(self.start())
        info = await read_start(self.socket, self.dialect)
        assert info.call_id == CALL
        assert info.caller == "13800001001"
        self.leg = WebSocketLeg(info, self.socket, self.dialect)
        return self.leg

    def say(self, said):
        kind = "bytes" if isinstance(said, bytes) else "text"
        self.socket.inbox.put_nowait({"type": "websocket.receive", kind: said})

    def nonsense(self):
        self.say("x" * 100_000)

    def hang_up(self):
        self.socket.inbox.put_nowait({"type": "websocket.disconnect"})

    @property
    def closed(self):
        return self.socket.is_closed

    def texts(self):
        return [json.loads(one) if one.startswith("{") else one
                for one in self.socket.sent if isinstance(one, str)]  # fmt: skip


class AsteriskPeer(WebSocketPeer):
    name = "asterisk"

    def start(self):
        return f"MEDIA_START connection_id:{CALL} channel:x format:alaw caller:13800001001"

    def sound(self, pcm):
        self.say(g711.encode(pcm, "alaw"))

    def key(self, digit):
        self.say(f"DTMF_END digit:{digit}")

    def heard(self):
        return [g711.decode(one, "alaw") for one in self.socket.sent if isinstance(one, bytes)]

    def flushed(self):
        return "FLUSH_MEDIA" in self.texts()

    def ended(self):
        return "HANGUP" in self.texts()


class AsteriskJsonPeer(AsteriskPeer):
    def start(self):
        return json.dumps({"event": "MEDIA_START", "connection_id": CALL, "format": "alaw",
                           "caller": "13800001001", "channel_variables": {}})  # fmt: skip

    def key(self, digit):
        self.say(json.dumps({"event": "DTMF_END", "digit": digit}))

    def flushed(self):
        return {"command": "FLUSH_MEDIA"} in self.texts()

    def ended(self):
        return {"command": "HANGUP"} in self.texts()


class FreeSwitchPeer(WebSocketPeer):
    name = "l16"

    def start(self):
        return json.dumps({"call_id": CALL, "caller": "13800001001"})

    def sound(self, pcm):
        self.say(pcm.astype("<i2").tobytes())

    def key(self, digit):
        self.say(json.dumps({"type": "dtmf", "digit": digit}))

    def heard(self):
        return [np.frombuffer(one, "<i2") for one in self.socket.sent if isinstance(one, bytes)]

    def flushed(self):
        return {"type": "killAudio"} in self.texts()

    def ended(self):
        return {"type": "disconnect"} in self.texts()


class CloudPeer(WebSocketPeer):
    name = "media"

    def start(self):
        return json.dumps({"event": "start", "streamSid": "MZ1", "start": {
            "streamSid": "MZ1", "callSid": "CA1", "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"call_id": CALL, "caller": "13800001001"}}})  # fmt: skip

    def sound(self, pcm):
        payload = base64.b64encode(g711.encode(pcm, "ulaw")).decode()
        self.say(json.dumps({"event": "media", "media": {"track": "inbound", "payload": payload}}))

    def key(self, digit):
        self.say(json.dumps({"event": "dtmf", "dtmf": {"digit": digit}}))

    def heard(self):
        found = [one for one in self.texts() if one["event"] == "media"]
        return [g711.decode(base64.b64decode(one["media"]["payload"]), "ulaw") for one in found]

    def flushed(self):
        return {"event": "clear", "streamSid": "MZ1"} in self.texts()

    def ended(self):
        return self.closed


class FakeAudio:
    """The sound of a call in the SIP stack."""

    def __init__(self):
        self.incoming, self.outgoing, self.flushes = b"", b"", 0

    def read(self, most):
        data, self.incoming = self.incoming[:most], self.incoming[most:]
        return data

    def write(self, data):
        self.outgoing += data
        return len(data)

    def info(self):
        return SimpleNamespace(rx_sample_rate=8000, tx_buffered=0)

    def flush_tx(self):
        self.flushes += 1


class FakeCall:
    """A call as the SIP stack gives it."""

    def __init__(self):
        self.audio, self.state, self.referred = FakeAudio(), CallState.ESTABLISHED, None
        self.remote_on_hold = False

    def on_dtmf(self, callback):
        self.digit = callback

    def on(self, listener):
        self.listener = listener

    async def hangup(self):
        self.state = CallState.CLOSED

    async def transfer(self, where):
        self.referred, self.state = where, CallState.CLOSED


class SipPeer:
    """A telephone that calls us with no exchange between."""

    async def open(self):
        self.call = FakeCall()
        self.leg = SipLeg(CallInfo(CALL, "13800001001"), self.call)
        return self.leg

    def sound(self, pcm):
        self.call.audio.incoming += pcm.astype("<i2").tobytes()

    def key(self, digit):
        self.call.digit(DigitEvent(digit, 100))

    def hang_up(self):
        self.call.state = CallState.CLOSED

    def heard(self):
        data = self.call.audio.outgoing
        return [np.frombuffer(data[i : i + 320], "<i2") for i in range(0, len(data), 320)]

    @property
    def closed(self):
        return self.call.state is CallState.CLOSED


PEERS = [SipPeer, AudioSocketPeer, AsteriskPeer, AsteriskJsonPeer, FreeSwitchPeer, CloudPeer]


@pytest.fixture(params=PEERS, ids=lambda peer: peer.__name__)
def peer(request):
    return request.param()


async def until(look, what):
    async with asyncio.timeout(20):
        while not (found := look()):
            await asyncio.sleep(0.005)
    assert found, what


async def reading(leg):
    events = []

    async def read():
        async for event in leg.events():
            events.append(event)

    return events, asyncio.create_task(read())


def loud(frames):
    return [frame for frame in frames if len(frame) and np.abs(frame.astype(int)).max() > 4000]


async def test_their_sound_and_keys_arrive_in_order(peer):
    leg = await peer.open()
    events, task = await reading(leg)
    peer.sound(LOUD)
    peer.key("5")
    peer.key("#")
    await until(lambda: KeyPressed("#") in events, "the key")
    await until(lambda: loud([e.pcm for e in events if isinstance(e, AudioIn)]), "the sound")
    frames = [e.pcm for e in events if isinstance(e, AudioIn)]
    assert abs(int(loud(frames)[0][80]) - 8000) < 400
    assert [e.digit for e in events if isinstance(e, KeyPressed)] == ["5", "#"]
    await leg.hangup()
    await task


async def test_our_sound_goes_out_and_its_mark_is_reached(peer):
    leg = await peer.open()
    events, task = await reading(leg)
    await leg.play(np.tile(LOUD, 3), "m1")
    await until(lambda: MarkReached("m1", True, 0.06) in events, "the mark")
    await until(lambda: len(loud(peer.heard())) == 3, "three frames")
    await leg.hangup()
    await task


async def test_what_is_cleared_is_silent_at_once_and_its_marks_come_back(peer):
    leg = await peer.open()
    events, task = await reading(leg)
    await leg.play(np.tile(LOUD, 500), "long")
    await until(lambda: loud(peer.heard()), "it sounds")
    await leg.clear()
    await until(lambda: any(isinstance(e, MarkReached) for e in events), "the mark")
    mark = next(e for e in events if isinstance(e, MarkReached))
    assert not mark.whole
    assert mark.played_s < 9
    sounded = len(loud(peer.heard()))
    await asyncio.sleep(0.1)
    assert len(loud(peer.heard())) <= sounded + 2
    if isinstance(peer, WebSocketPeer):
        assert peer.flushed()
    await leg.hangup()
    await task


async def test_their_hang_up_ends_it(peer):
    leg = await peer.open()
    events, task = await reading(leg)
    peer.hang_up()
    await asyncio.wait_for(task, 20)
    assert events[-1] == Closed("hangup")
    await until(lambda: peer.closed, "the connection is let go of")


async def test_our_hang_up_ends_it_for_them(peer):
    leg = await peer.open()
    events, task = await reading(leg)
    await leg.hangup()
    await leg.hangup()
    await asyncio.wait_for(task, 20)
    assert events[-1] == Closed("ended")
    await until(lambda: peer.closed, "the connection is let go of")
    if isinstance(peer, WebSocketPeer):
        assert peer.ended()
    await leg.play(LOUD, "late")
    await leg.clear()


async def test_a_transfer_gives_the_call_back(peer):
    leg = await peer.open()
    events, task = await reading(leg)
    await leg.transfer("agents")
    await asyncio.wait_for(task, 20)
    assert events[-1] == Closed("transferred")
    await until(lambda: peer.closed, "the connection is let go of")
    if isinstance(peer, SipPeer):
        assert peer.call.referred == "sip:agents"
    if isinstance(peer, FreeSwitchPeer):
        assert {"type": "transfer", "data": {"target": "agents"}} in peer.texts()


@pytest.mark.parametrize("kind", [peer for peer in PEERS if peer is not SipPeer])
async def test_a_peer_that_breaks_the_protocol_is_let_go(kind):
    peer = kind()
    leg = await peer.open()
    events, task = await reading(leg)
    peer.nonsense()
    await asyncio.wait_for(task, 20)
    assert events[-1] == Closed("broken")
    await until(lambda: peer.closed, "the connection is let go of")


async def test_a_silent_peer_is_closed(peer, monkeypatch):
    monkeypatch.setattr(paced, "SILENT_PEER_S", 0.1)
    leg = await peer.open()
    events, task = await reading(leg)
    await asyncio.wait_for(task, 20)
    assert events[-1] == Closed("silent")
    await until(lambda: peer.closed, "the connection is let go of")


async def test_a_key_there_is_none_of_is_no_key(peer):
    leg = await peer.open()
    events, task = await reading(leg)
    peer.key("A")
    peer.key("1")
    await until(lambda: KeyPressed("1") in events, "the good one")
    assert [e.digit for e in events if isinstance(e, KeyPressed)] == ["1"]
    await leg.hangup()
    await task


@pytest.mark.parametrize(
    "gone", [WebSocketDisconnect(1006), RuntimeError("closed"), OSError("reset")], ids=repr
)
async def test_a_peer_that_is_gone_while_we_send_ends_the_call(gone):
    async def refuse(data):
        raise gone

    peer = AsteriskPeer()
    leg = await peer.open()
    events, task = await reading(leg)
    peer.socket.send_text = peer.socket.send_bytes = peer.socket.close = refuse
    await until(lambda: Closed("lost") in events, "the end")
    await leg.closed()
    await task


async def ticks(leg, count):
    """Let the leg's clock tick so often, as fast as it can."""
    for _ in range(count):
        leg._tick(asyncio.get_running_loop().time())
    await asyncio.sleep(0)


async def test_who_holds_us_may_be_silent_until_they_are_back_or_long_gone(monkeypatch):
    monkeypatch.setattr(paced, "SILENT_PEER_S", 0.1)
    peer = SipPeer()
    leg = await peer.open()
    events, task = await reading(leg)
    peer.call.remote_on_hold = True
    await asyncio.sleep(0.3)
    assert not leg_ended(events)
    monkeypatch.setattr(sip, "LONGEST_HOLD_S", 0.0)
    await until(lambda: Closed("silent") in events, "the end")
    await task


async def test_a_held_call_stands_still_and_what_was_being_said_begins_anew():
    peer = SipPeer()
    leg = await peer.open()
    leg._pacing.cancel()
    events, task = await reading(leg)
    await leg.play(np.tile(LOUD, 10), "line")
    await ticks(leg, 4)
    said, heard = len(peer.heard()), len(events)
    assert said == 4
    peer.call.remote_on_hold = True
    peer.sound(LOUD)
    await ticks(leg, 3_000)
    assert len(peer.heard()) == said, "nothing is said into a held line"
    assert len(events) == heard, "their music is no caller, and their silence no silence"
    peer.call.remote_on_hold = False
    await ticks(leg, 11)
    assert MarkReached("line", True, 0.2) in events
    assert len(loud(peer.heard())) == 4 + 10, "the whole line, from its beginning"
    await leg.hangup()
    await task


def leg_ended(events):
    return [event for event in events if isinstance(event, Closed)]
