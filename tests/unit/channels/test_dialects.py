"""What comes over the line is understood or refused, whatever it is."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anban.errors import ChannelError
from channels.phone import g711
from channels.phone.dialects import DIALECTS, ChanWebSocket, MediaStream, call_uuid
from channels.phone.leg import Closed

from .test_legs import CALL, LOUD, PEERS, AudioSocketPeer, WebSocketPeer

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_g711_says_again_what_it_heard(law):
    codes = bytes(range(256))
    again = g711.decode(g711.encode(g711.decode(codes, law), law), law)
    assert np.array_equal(again, g711.decode(codes, law))
    wave = (np.sin(np.arange(4000) / 7) * 20000).astype(np.int16)
    error = g711.decode(g711.encode(wave, law), law).astype(float) - wave
    assert 10 * np.log10(np.mean(wave.astype(float) ** 2) / np.mean(error**2)) > 35


def test_g711_agrees_with_the_recommendation():
    assert g711.decode(b"\xd5\x55\xaa\x2a", "alaw").tolist() == [8, -8, 32256, -32256]
    assert g711.decode(b"\xff\x7f\x80\x00", "ulaw").tolist() == [0, 0, 32124, -32124]


def test_a_call_that_is_named_otherwise_always_has_the_same_uuid():
    assert call_uuid("CA123") == call_uuid("CA123") != call_uuid("CA124")
    assert call_uuid(CALL) == CALL


def test_asterisk_may_choose_other_codecs_but_not_any():
    dialect = ChanWebSocket()
    dialect.read(f"MEDIA_START connection_id:{CALL} format:slin")
    assert dialect.read(LOUD.tobytes()).pcm[0] == 8000
    with pytest.raises(ChannelError):
        ChanWebSocket().read(f"MEDIA_START connection_id:{CALL} format:opus")
    with pytest.raises(ChannelError):
        MediaStream().read(
            json.dumps({"event": "start", "start": {"mediaFormat": {"encoding": "x"}}})
        )


MESSAGES = [b"\x00" * 160, b"x", "", "MEDIA_START", "DTMF_END", "MEDIA_START format:alaw"] + [
    peer().start() for peer in PEERS if issubclass(peer, WebSocketPeer)
] + [json.dumps(one) for one in (
    {"event": "media", "media": {"payload": "%%%"}}, {"event": "media", "media": "x"},
    {"event": "start", "start": None}, {"event": "dtmf", "dtmf": {"digit": 5}}, [], 1, None,
    {"type": "dtmf"}, {"rate": -1}, {"call_id": "x" * 999}, {"event": {}}, {"event": "stop"},
)]  # fmt: skip


@st.composite
def mutated(draw):
    """A message that exchanges send, with some of it changed."""
    text = draw(st.sampled_from(MESSAGES))
    data = bytearray(text if isinstance(text, bytes) else text.encode())
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 5))] = draw(st.binary(max_size=5))
    return bytes(data) if isinstance(text, bytes) else data.decode(errors="replace")


@given(st.sampled_from(sorted(DIALECTS)), st.lists(mutated(), min_size=1, max_size=20))
@settings(max_examples=500, deadline=None)
def test_whatever_comes_is_understood_or_refused(name, messages):
    dialect = DIALECTS[name]()
    for one in messages:
        try:
            dialect.read(one)
        except ChannelError:
            continue


@given(st.binary(max_size=2000))
@settings(max_examples=300, deadline=None)
def test_no_bytes_on_an_audiosocket_leave_a_call_open(data):
    async def call():
        peer = AudioSocketPeer()
        leg = await peer.open()
        peer.reader.feed_data(data)
        peer.reader.feed_eof()
        reasons = [e.reason async for e in leg.events() if isinstance(e, Closed)]
        assert reasons[0] in ("hangup", "lost", "broken")
        assert peer.closed

    asyncio.run(call())
