"""The voice process over real sockets, with engines that need no weights."""

import asyncio
import socket
import uuid
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
import uvicorn
import websockets

from anban.call import Call, CallPlan, Recordings, place_call, read_turn
from anban.errors import ChannelError, UnreadableAudio
from bot.sentences import Reply
from channels.phone.audiosocket import IDENTITY, SLIN8, message, read_message
from tests.unit.voice.fakes import SENTENCES, FakeMind, FakeRecognizer, FakeSpeaker, LoudnessVad
from tests.waiting import GENEROUS_S, until
from voice.audio import wav_bytes
from voice.config import AsrConfig, SessionConfig, TtsConfig, TurnConfig, VoiceConfig
from voice.server import VoiceServer

pytestmark = pytest.mark.integration
TOKEN = "secret-token"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def running(
    *heard,
    turn=None,
    sentences=SENTENCES.__getitem__,
    background=None,
    gate=None,
    call_outs=None,
    sip=None,
):
    config = VoiceConfig(
        session=SessionConfig(
            asr=AsrConfig(models_dir=Path("none")),
            tts=TtsConfig(models_dir=Path("none"), cache_dir=Path("none"), voice="v"),
            turn=turn or TurnConfig(),
        ),
        token=TOKEN,
        http_port=free_port(),
        audiosocket_host="127.0.0.1",
        audiosocket_port=0,
        sip=sip,
    )
    mind = FakeMind()
    recognizer = FakeRecognizer(*heard)
    if gate is not None:
        recognizer.start = gate.wait
    voice = VoiceServer(
        config, mind, sentences, recognizer=recognizer, speaker=FakeSpeaker(),
        background=background or FakeSpeaker(), vad=LoudnessVad, call_outs=call_outs,
    )  # fmt: skip
    voice.mind = mind
    voice.url = f"http://127.0.0.1:{config.http_port}"
    server = uvicorn.Server(
        uvicorn.Config(voice.app, port=config.http_port, log_config=None, lifespan="on")
    )
    task = asyncio.create_task(server.serve())
    async with httpx.AsyncClient(base_url=voice.url, headers=HEADERS, timeout=10) as http:
        try:
            await until("the doors are open", lambda: server.started or task.done())
            voice.http = http
            yield voice
        finally:
            server.should_exit = True
            await task


def speech(seconds=0.8):
    """Something loud; what counts as speech here is loudness."""
    return np.full(int(seconds * 8000), 8000, np.int16)


def plan(voice, *turns, **more):
    caller = Recordings(turns)
    return CallPlan(caller, "13800001234", voice.url, TOKEN, port=voice.audiosocket_port, **more)


async def test_a_wrong_or_missing_token_is_told_clearly():
    async with running() as voice, httpx.AsyncClient(base_url=voice.url) as http:
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            answer = await http.post("/transcribe", content=b"x", headers=headers)
            assert answer.status_code == 401
            assert "service token" in answer.json()["detail"]
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(
                voice.url.replace("http", "ws") + f"/calls/{uuid.uuid4()}/events"
            )
        assert (await http.get("/healthz")).status_code == 200
        wrong = CallPlan(Recordings(()), "1", voice.url, "wrong", port=voice.audiosocket_port)
        with pytest.raises(ChannelError, match="token"):
            await Call(wrong).announce()


@pytest.mark.parametrize("multipart", [False, True])
async def test_a_recording_is_transcribed_from_raw_body_or_form(multipart):
    async with running("我要打扫") as voice:
        data = wav_bytes(speech(), 8000)
        sent = {"files": {"file": ("a.wav", data)}} if multipart else {"content": data}
        answer = await voice.http.post("/transcribe", **sent)
        assert answer.status_code == 200
        assert answer.json()["text"] == "我要打扫"
        assert set(answer.json()) == {"text", "confidence", "engine", "seconds"}


@pytest.mark.parametrize(
    ("sent", "status", "word"),
    [
        ({"content": b""}, 415, "empty"),
        ({"content": b"no sound at all" * 99}, 415, "WAV"),
        ({"content": wav_bytes(speech(), 8000)[:30]}, 415, "audio"),
        ({"data": {"a": "b"}, "files": {"x": (None, "no file")}}, 422, "file"),
    ],
    ids=["empty", "text", "truncated", "form without a file"],
)
async def test_what_is_no_recording_is_refused_in_clear_words(sent, status, word):
    async with running() as voice:
        answer = await voice.http.post("/transcribe", **sent)
        assert answer.status_code == status
        assert word in answer.json()["detail"]


async def test_an_engine_that_is_not_here_says_what_to_do():
    async with running() as voice:
        answer = await voice.http.post(
            "/transcribe", params={"engine": "vosk"}, content=wav_bytes(speech(), 8000)
        )
        assert answer.status_code == 503
        assert "anban models fetch" in answer.json()["detail"]


async def test_text_is_spoken_as_a_wav_and_bad_text_is_refused():
    async with running() as voice:
        answer = await voice.http.post("/synthesize", json={"text": "您好"})
        assert answer.headers["content-type"] == "audio/wav"
        assert answer.content[:4] == b"RIFF"
        for bad in ({"text": ""}, {"text": "好" * 3000}, {"text": "好", "rate": 9}, {}):
            assert (await voice.http.post("/synthesize", json=bad)).status_code == 422


async def test_readiness_names_each_part():
    async with running() as voice:
        answer = await voice.http.get("/readyz")
        assert answer.json()["parts"].keys() == {"audiosocket", "asr", "tts"}


class FixedSentences:
    """Two sentences that are spoken beforehand."""

    def __call__(self, key):
        return SENTENCES[key]

    def fixed(self):
        return ["您先别动。", "您好。"]


async def test_a_call_goes_before_the_sentences_spoken_beforehand_and_readiness_tells():
    gate = asyncio.Event()
    behind = FakeSpeaker()
    async with running("再见", sentences=FixedSentences(), background=behind, gate=gate) as voice:
        voice.mind.answers["再见"] = [Reply("再见。", ends=True)]
        states = []
        async for event in place_call(plan(voice, speech())):
            if event["event"] == "speech_end":
                gate.set()  # the recogniser is loaded only now: the work begins during the call
            if event["event"] == "transcript":
                answer = (await voice.http.get("/readyz")).json()
                states.append(answer["sentences"])
        assert states == [{"state": "paused", "done": 0, "of": 2}]
        await until(
            "all is spoken beforehand",
            lambda: voice.sentences["state"] == "over",
            lambda: voice.sentences,
        )
        assert behind.said == ["您先别动。", "您好。"]
        ready = (await voice.http.get("/readyz")).json()
        assert ready["sentences"] == {"state": "over", "done": 2, "of": 2}


async def test_a_call_in_two_turns_over_a_real_line(tmp_path):
    async with running("我要打扫", "再见") as voice:
        voice.mind.answers["再见"] = [Reply("再见。", ends=True, order="20251122")]
        saved = tmp_path / "calls" / "one.wav"
        events = [e async for e in place_call(plan(voice, speech(), speech(), save=saved))]
        assert voice.mind.heard == ["我要打扫", "再见"]
        assert voice.mind.phone == "13800001234"
        assert voice.mind.ended == "ended"
        kinds = [(event["event"], event["turn"]) for event in events]
        for turn in (1, 2):
            assert ("speech_end", turn) in kinds
            assert ("transcript", turn) in kinds
            assert ("reply_audio_start", turn) in kinds
        assert ("order", 2) in kinds
        assert events[-1]["event"] == "hangup"
        assert events[-1]["by"] == "anban"
        assert len(saved.read_bytes()) > 8000 * 4 * 3
        times = [event["ms"] for event in events]
        assert times == sorted(times)


async def test_a_call_nobody_announced_is_served_as_an_unknown_caller():
    async with running() as voice:
        reader, writer = await asyncio.open_connection("127.0.0.1", voice.audiosocket_port)
        writer.write(message(IDENTITY, uuid.uuid4().bytes))
        heard = [await read_message(reader) for _ in range(30)]
        assert any(kind == SLIN8 and any(payload) for kind, payload in heard)
        assert voice.mind.phone is None
        writer.close()
        assert await until("the call is over", lambda: voice.mind.ended) == "hangup"


async def test_the_exchange_learns_what_a_caller_speaks_and_of_strangers_that_it_is_mandarin():
    async with running() as voice:
        voice.mind.known = SimpleNamespace(words=(), language="hak")
        call_id = str(uuid.uuid4())
        door = f"/exchange/calls/{call_id}/language"
        assert (await voice.http.get(door)).text == "cmn"
        reader, writer = await asyncio.open_connection("127.0.0.1", voice.audiosocket_port)
        writer.write(message(IDENTITY, uuid.UUID(call_id).bytes))
        async with asyncio.timeout(GENEROUS_S):
            while await read_message(reader) and voice.calls.get(call_id).session is None:
                pass
        assert (await voice.http.get(door)).text == "hak"
        writer.close()


async def test_half_a_frame_and_then_nothing_ends_the_call_and_the_next_one_is_served():
    async with running() as voice:
        _, writer = await asyncio.open_connection("127.0.0.1", voice.audiosocket_port)
        writer.write(message(IDENTITY, uuid.uuid4().bytes) + message(SLIN8, bytes(320))[:99])
        await writer.drain()
        writer.close()
        assert await until("the call is over", lambda: voice.mind.ended) == "lost"
        events = [event async for event in place_call(plan(voice))]
        assert events[-1]["event"] == "hangup"


async def test_a_stranger_on_the_port_is_refused_and_calls_go_on():
    async with running() as voice:
        reader, writer = await asyncio.open_connection("127.0.0.1", voice.audiosocket_port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert (await read_message(reader))[0] == 0xFF
        writer.close()
        assert [event async for event in place_call(plan(voice))]


async def test_nobody_at_home_and_unreadable_files_are_told_before_anything_is_dialled(tmp_path):
    nobody = CallPlan(Recordings(()), "1", f"http://127.0.0.1:{free_port()}", TOKEN)
    with pytest.raises(ChannelError, match="anban up"):
        await Call(nobody).announce()
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"no sound")
    for path in (bad, tmp_path / "missing.wav"):
        with pytest.raises(UnreadableAudio, match=path.name):
            read_turn(path)


async def test_a_call_over_a_websocket_is_a_call_like_any_other():
    call_id = str(uuid.uuid4())
    async with running(*["我要打扫"] * 20) as voice:
        url = f"{voice.url.replace('http', 'ws')}/legs"
        for path in ("asterisk?token=wrong", f"nonsense?token={TOKEN}"):
            with pytest.raises(websockets.InvalidStatus):
                await websockets.connect(f"{url}/{path}")
        async with websockets.connect(f"{url}/asterisk?token={TOKEN}") as socket:
            await socket.send(f"MEDIA_START connection_id:{call_id} format:slin caller:138001")
            sounded = False
            async with asyncio.timeout(GENEROUS_S):
                while not sounded:
                    frame = await socket.recv()
                    sounded = isinstance(frame, bytes) and any(frame)
            assert voice.mind.phone == "138001"
            async with asyncio.timeout(GENEROUS_S):
                while "我要打扫" not in voice.mind.heard:
                    for _ in range(40):
                        await socket.send(speech(0.02).tobytes())
                        await asyncio.sleep(0.02)
                    for _ in range(150):
                        await socket.send(bytes(320))
                        await asyncio.sleep(0.02)
            second = await websockets.connect(f"{url}/asterisk?token={TOKEN}")
            await second.send(f"MEDIA_START connection_id:{call_id} format:slin")
            with pytest.raises(websockets.ConnectionClosed):
                await second.recv()
        assert await until("the call is over", lambda: voice.mind.ended) == "hangup"


async def test_a_websocket_that_never_says_who_calls_is_closed(monkeypatch):
    monkeypatch.setattr("channels.phone.websocket.HELLO_S", 0.1)
    async with running() as voice:
        url = f"{voice.url.replace('http', 'ws')}/legs/l16?token={TOKEN}"
        async with websockets.connect(url) as socket:
            with pytest.raises(websockets.ConnectionClosed):
                await socket.recv()
