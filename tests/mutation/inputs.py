"""What is said at each door, and how it is broken; the same seed breaks it the same way."""

from __future__ import annotations

import base64
import json
import random
import struct
from uuid import UUID

from channels.phone.audiosocket import DTMF, IDENTITY, SLIN8, TERMINATE, message

Message = str | bytes
SIP_METHODS = ("INVITE", "OPTIONS", "BYE", "CANCEL", "ACK", "REFER", "INFO", "REGISTER", "MESSAGE")
ODD = (
    b"",
    b"\0",
    b"\xff" * 7,
    b"%s%n" * 9,
    b"\r\n\r\n",
    b"A" * 3000,
    "安伴".encode(),
    b"-1",
    b"1e999",
)


def broken(given: bytes, dice: random.Random) -> bytes:
    """Bytes with one to four things wrong with them."""
    data = bytearray(given)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        how = dice.randrange(6)
        if how == 0 and data:
            data[at % len(data)] ^= 1 << dice.randrange(8)
        elif how == 1:
            del data[at:]
        elif how == 2:
            data[at:at] = dice.choice(ODD)
        elif how == 3:
            del data[at : at + dice.randint(1, 40)]
        elif how == 4:
            data[at:at] = data[max(0, at - dice.randint(1, 200)) : at]
        else:
            data[at:at] = dice.randbytes(dice.randint(1, 64))
    return bytes(data)


def audiosocket(dice: random.Random) -> bytes:
    """A call over AudioSocket, its bytes broken."""
    sound = b"".join(message(SLIN8, dice.randbytes(320)) for _ in range(3))
    whole = (
        message(IDENTITY, UUID(int=dice.getrandbits(128)).bytes)
        + sound
        + message(DTMF, dice.choice("0123456789*#").encode())
        + message(dice.choice((TERMINATE, 0x12, 0x42, 0xFF)), dice.randbytes(dice.randrange(9)))
    )
    return broken(whole, dice)


def websocket(dialect: str, dice: random.Random) -> list[Message]:
    """The messages of a call in a dialect, one or more of them broken."""
    call = str(UUID(int=dice.getrandbits(128)))
    whole: dict[str, list[Message]] = {
        "asterisk": [
            f"MEDIA_START connection_id:{call} channel:x format:alaw optimal_frame_size:160",
            dice.randbytes(160),
            "DTMF_END digit:5",
            json.dumps({"event": "MEDIA_XOFF", "channel_id": "x"}),
        ],
        "l16": [json.dumps({"call_id": call, "caller": "1", "rate": 8000}), dice.randbytes(320)],
        "media": [
            json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}),
            json.dumps(
                {
                    "event": "start",
                    "sequenceNumber": "1",
                    "start": {
                        "streamSid": "s",
                        "callSid": call,
                        "tracks": ["inbound"],
                        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000},
                        "customParameters": {"call_id": call},
                    },
                    "streamSid": "s",
                }
            ),
            json.dumps(
                {
                    "event": "media",
                    "media": {"payload": base64.b64encode(dice.randbytes(160)).decode()},
                }
            ),
            json.dumps({"event": "dtmf", "dtmf": {"digit": "1"}}),
            json.dumps({"event": "stop"}),
        ],
    }
    found = whole[dialect]
    for at in dice.sample(range(len(found)), dice.randint(1, min(3, len(found)))):
        found[at] = _broken_message(found[at], dice)
    if dice.random() < 0.2:
        dice.shuffle(found)
    return found


def raw(dialect: str, token: str, dice: random.Random) -> bytes:
    """A WebSocket's upgrade and its first frames as they go over the wire, broken."""
    head = (
        f"GET /legs/{dialect}?token={token} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
    frames = b"".join(_frame(one, dice) for one in websocket(dialect, dice))
    if dice.random() < 0.2:
        return broken(head, dice) + frames
    return head + broken(frames, dice)


def _frame(said: Message, dice: random.Random) -> bytes:
    """One masked frame of a client (RFC 6455)."""
    data = said if isinstance(said, bytes) else said.encode("utf-8", "replace")
    length = len(data)
    size = struct.pack("!B", 0x80 | length) if length < 126 else struct.pack("!BH", 0xFE, length)
    mask = dice.randbytes(4)
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
    return bytes([0x82 if isinstance(said, bytes) else 0x81]) + size + mask + masked


def _broken_message(given: Message, dice: random.Random) -> Message:
    if isinstance(given, bytes):
        return broken(given, dice) if dice.random() < 0.8 else dice.randbytes(3).hex()
    if given.startswith("{") and dice.random() < 0.5:
        return json.dumps(_broken_json(json.loads(given), dice))
    data = broken(given.encode(), dice)
    return data if dice.random() < 0.1 else data.decode("utf-8", "replace")


def _broken_json(given: object, dice: random.Random) -> object:
    """A JSON value with a wrong one somewhere in it."""
    if isinstance(given, dict) and given and dice.random() < 0.8:
        name = dice.choice(list(given))
        return {**given, name: _broken_json(given[name], dice)}
    return dice.choice((None, -1, 1e308, [], {}, "", "x" * 5000, True, [given], {"a": given}, "八"))


def sip(port: int, our_port: int, dice: random.Random, call: str = "", to_tag: str = "") -> bytes:
    """A SIP datagram, broken: of a call that is up, or of one that nobody knows."""
    call = call or f"{dice.getrandbits(64):x}"
    return broken(request(dice.choice(SIP_METHODS), port, our_port, call, to_tag=to_tag), dice)


def request(
    method: str, port: int, our_port: int, call: str, *, to_tag: str = "", rtp: int = 9
) -> bytes:
    """A SIP request as a telephone sends it."""
    body = ""
    if method == "INVITE":
        body = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {rtp} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\n"
        )
    kind = "Content-Type: application/sdp\r\n" if body else ""
    number = 2 if method == "BYE" else 1
    return (
        f"{method} sip:anban@127.0.0.1:{port} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:{our_port};branch=z9hG4bK{call}{method}\r\n"
        f"From: <sip:13800001001@127.0.0.1:{our_port}>;tag=t{call}\r\n"
        f"To: <sip:anban@127.0.0.1:{port}>{to_tag}\r\n"
        f"Call-ID: {call}@mutation\r\nCSeq: {number} {method}\r\n"
        f"Contact: <sip:13800001001@127.0.0.1:{our_port}>\r\nMax-Forwards: 70\r\n"
        f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def rtp(number: int, dice: random.Random) -> bytes:
    """An RTP packet of sound or of a key, broken."""
    if dice.random() < 0.2:
        payload, kind = struct.pack("!BBH", dice.randrange(256), 0x8A, 160 * number & 0xFFFF), 101
    else:
        payload, kind = dice.randbytes(160), 8
    head = struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, 160 * number & 0xFFFFFFFF, 7)
    return broken(head + payload, dice)
