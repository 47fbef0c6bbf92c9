"""AudioSocket framing over an in-memory stream: half frames, odd sizes, strange messages."""

import asyncio
import struct
import uuid

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anban.errors import ChannelError
from channels.phone import paced
from channels.phone.audiosocket import (
    DTMF,
    ERROR,
    IDENTITY,
    SLIN8,
    TERMINATE,
    AudioSocketLeg,
    message,
    read_identity,
    refuse,
)
from channels.phone.leg import AudioIn, CallInfo, Closed, KeyPressed, MarkReached

pytestmark = pytest.mark.unit
ID = uuid.UUID("11111111-2222-3333-4444-555555555555")


class Writer:
    """What the leg writes; looks like a stream to it."""

    def __init__(self):
        self.data = b""
        self.closed = False
        self.transport = self

    def write(self, data):
        self.data += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def get_write_buffer_size(self):
        return 0

    def messages(self):
        rest, found = self.data, []
        while len(rest) >= 3:
            kind, length = struct.unpack("!BH", rest[:3])
            found.append((kind, rest[3 : 3 + length]))
            rest = rest[3 + length :]
        return found


def ramp(count):
    return np.arange(count, dtype=np.int16)


async def heard(data, *, eof=True):
    """Every event of a leg that is sent ``data`` (silence it put in itself left out)."""
    reader, writer = asyncio.StreamReader(), Writer()
    reader.feed_data(data)
    if eof:
        reader.feed_eof()
    leg = AudioSocketLeg(CallInfo(str(ID)), reader, writer)
    events = [event async for event in leg.events()]
    return [e for e in events if not isinstance(e, AudioIn) or e.pcm.any()], writer


def sound(events):
    pieces = [event.pcm for event in events if isinstance(event, AudioIn)]
    assert all(len(piece) == 160 for piece in pieces)
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)


async def test_frames_of_any_size_come_out_as_twenty_milliseconds():
    pcm = ramp(480).astype("<i2").tobytes()
    data = b"".join(message(SLIN8, part) for part in (pcm[:101], pcm[101:600], pcm[600:]))
    events, _ = await heard(data + message(TERMINATE))
    assert (sound(events) == ramp(480)).all()
    assert events[-1] == Closed("hangup")


async def test_sixteen_kilohertz_is_brought_down():
    pcm = np.full(16_000, 1000, np.int16).astype("<i2").tobytes()
    data = b"".join(message(0x12, pcm[at : at + 640]) for at in range(0, len(pcm), 640))
    events, _ = await heard(data + message(TERMINATE))
    assert 7000 < len(sound(events)) <= 8000
    assert abs(int(sound(events)[4000]) - 1000) < 10


async def test_keys_arrive_and_odd_ones_are_passed_over():
    data = message(DTMF, b"5") + message(DTMF, b"\xff") + message(DTMF) + message(DTMF, b"#")
    events, _ = await heard(data + message(TERMINATE))
    assert events == [KeyPressed("5"), KeyPressed("#"), Closed("hangup")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "hangup"),
        (message(SLIN8, b"\1" * 320)[:100], "lost"),
        (b"\x10", "lost"),
        (message(ERROR, b"\1"), "broken"),
        (struct.pack("!BH", SLIN8, 65_535) + b"x" * 100, "broken"),
        (message(0x77, b"?") * 60, "broken"),
        (message(0x77, b"?") * 5 + message(TERMINATE), "hangup"),
    ],
    ids=["closed", "half frame", "half header", "error", "oversized", "unknown", "few unknown"],
)
async def test_every_end_has_a_reason(data, reason):
    events, writer = await heard(data)
    assert events[-1] == Closed(reason)
    assert writer.closed


async def test_a_silent_peer_is_closed(monkeypatch):
    monkeypatch.setattr(paced, "SILENT_PEER_S", 0.05)
    events, _ = await heard(b"", eof=False)
    assert events == [Closed("silent")]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
async def test_random_bytes_never_break_it(data):
    events, writer = await heard(data)
    assert isinstance(events[-1], Closed)
    assert writer.closed


async def test_what_is_played_goes_out_at_our_pace_and_its_mark_comes_back():
    reader, writer = asyncio.StreamReader(), Writer()
    leg = AudioSocketLeg(CallInfo(str(ID)), reader, writer)
    loop = asyncio.get_running_loop()
    start = loop.time()
    await leg.play(np.full(800, 7, np.int16), "m1")
    marks = []
    async for event in leg.events():
        if isinstance(event, MarkReached):
            marks.append((event.mark, event.whole))
            break
    assert marks == [("m1", True)]
    assert loop.time() - start > 0.09
    sent = [payload for kind, payload in writer.messages() if kind == SLIN8 and any(payload)]
    assert [len(payload) for payload in sent] == [320] * 5
    await leg.hangup()
    assert writer.messages()[-1] == (TERMINATE, b"")


async def test_a_voice_that_is_lowered_is_lowered_from_the_next_frame_on():
    reader, writer = asyncio.StreamReader(), Writer()
    leg = AudioSocketLeg(CallInfo(str(ID)), reader, writer)
    await leg.volume(0.25)
    await leg.play(np.full(320, 8000, np.int16), "m1")
    async for event in leg.events():
        if isinstance(event, MarkReached):
            break
    sent = [payload for kind, payload in writer.messages() if kind == SLIN8 and any(payload)]
    assert set(np.frombuffer(b"".join(sent), "<i2")) == {2000}
    await leg.hangup()


async def test_clearing_stops_the_sound_and_reports_what_was_not_heard():
    reader, writer = asyncio.StreamReader(), Writer()
    leg = AudioSocketLeg(CallInfo(str(ID)), reader, writer)
    await leg.play(np.full(8000, 7, np.int16), "m1")
    await leg.play(np.full(8000, 7, np.int16), "m2")
    await leg.clear()
    await leg.transfer("agents")
    events = [event async for event in leg.events()]
    assert [(e.mark, e.whole) for e in events if isinstance(e, MarkReached)] == [
        ("m1", False),
        ("m2", False),
    ]
    assert events[-1] == Closed("transferred")


async def test_a_line_that_delivers_nothing_is_filled_with_silence():
    reader, writer = asyncio.StreamReader(), Writer()
    leg = AudioSocketLeg(CallInfo(str(ID)), reader, writer)
    async for event in leg.events():
        assert not event.pcm.any()
        break
    await leg.hangup()


async def test_a_flood_is_dropped_rather_than_kept(monkeypatch):
    monkeypatch.setattr(paced, "BACKLOG_FRAMES", 10)
    reader, writer = asyncio.StreamReader(), Writer()
    reader.feed_data(message(SLIN8, b"\1\1" * 160) * 100)
    reader.feed_eof()
    leg = AudioSocketLeg(CallInfo(str(ID)), reader, writer)
    await asyncio.wait({leg._receiving})
    assert leg.dropped_frames == 90


async def test_the_uuid_comes_first():
    reader = asyncio.StreamReader()
    reader.feed_data(message(IDENTITY, ID.bytes))
    assert await read_identity(reader) == str(ID)


@pytest.mark.parametrize(
    "data",
    [
        message(SLIN8, bytes(320)),
        message(IDENTITY, b"short"),
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x01",
        b"",
    ],
    ids=["sound", "short", "http", "half", "closed"],
)
async def test_whatever_is_no_call_is_refused(data):
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    with pytest.raises(ChannelError):
        await read_identity(reader)
    writer = Writer()
    await refuse(writer)
    assert writer.closed
