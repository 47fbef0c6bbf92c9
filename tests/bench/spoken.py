"""Spoken turns: from the last sound of the caller to the first of the reply, over AudioSocket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from wave import open as open_wave

import diskcache
import httpx

from anban.call import CallPlan, Event, place_call
from anban.errors import SpeechError
from anban.rehearsal import CALLER_VOICE
from anban.stage import Stage
from channels.phone.leg import RATE
from tests.bench.figures import Samples
from tests.bench.talks import CALLS, CLAUSES, Callers
from voice.audio import Pcm16, read_audio, to_int16
from voice.tts.cache import _key
from voice.tts.spoken import clauses, spoken

PREWARM_SECONDS = 300


@dataclass
class Spoken:
    """What was measured of spoken turns, in seconds.

    Attributes:
        cached: speech end to first reply audio, where the first clause lay in the cache.
        fresh: the same, where it had to be synthesised.
        hearing: speech end to transcript (the silence that ends a turn, and recognition).
        mind: transcript to the reply's text.
        speaking: the reply's text to its first audio.
        recognition: the recogniser alone, for each utterance.
        utterances: how long the utterances are.
        synthesis: the synthesiser alone, for each new clause.
        sound: how long the clauses are.
        prewarm: seconds until the fixed sentences had been spoken into the cache, or None.
        unheard: turns without an answer or with a question to say it again.
        orders: orders placed by voice.
    """

    cached: Samples = field(default_factory=Samples)
    fresh: Samples = field(default_factory=Samples)
    hearing: Samples = field(default_factory=Samples)
    mind: Samples = field(default_factory=Samples)
    speaking: Samples = field(default_factory=Samples)
    recognition: Samples = field(default_factory=Samples)
    utterances: Samples = field(default_factory=Samples)
    synthesis: Samples = field(default_factory=Samples)
    sound: Samples = field(default_factory=Samples)
    prewarm: float | None = None
    unheard: int = 0
    orders: int = 0


async def measure(staged: Stage, callers: Callers) -> Spoken:
    """Places the calls one after the other.

    Raises:
        SpeechError: voice does not speak or hear.
        ChannelError: it takes no calls.
    """
    found = Spoken(prewarm=await _prewarmed(staged))
    headers = {"Authorization": f"Bearer {staged.settings.service_token}"}
    async with httpx.AsyncClient(
        base_url=staged.settings.voice_url, headers=headers, timeout=60, trust_env=False
    ) as http:
        for call in CALLS:
            wavs = [await _wav(http, line, CALLER_VOICE, 0.95) for line in call]
            with _cache(staged) as cache:
                before = {str(key) for key in cache.iterkeys()}
            await _call(staged, [_pcm(wav) for wav in wavs], callers.next().caller_phone, before, found)
            for wav in wavs:
                await _recognised(http, wav, found)
        for clause in CLAUSES:
            began = time.perf_counter()
            wav = await _wav(http, clause, None, None)
            found.synthesis.add(time.perf_counter() - began)
            found.sound.add(_length(wav))
    return found


async def _prewarmed(staged: Stage) -> float | None:
    """Waits until voice has spoken its fixed sentences; they compete with a first call."""
    log = staged.settings.data / "logs" / "voice.log"
    began = time.monotonic()
    while time.monotonic() - began < PREWARM_SECONDS:
        if "sentences_ready" in log.read_text(errors="replace"):
            return time.monotonic() - began
        await asyncio.sleep(0.5)
    return None


@contextmanager
def _cache(staged: Stage) -> Iterator[diskcache.Cache]:
    cache = diskcache.Cache(str(staged.settings.data / "speech"))
    try:
        yield cache
    finally:
        cache.close()


async def _call(
    staged: Stage, turns: list[Pcm16], phone: str, before: set[str], found: Spoken
) -> None:
    settings = staged.settings
    plan = CallPlan(
        turns=tuple(turns),
        phone=phone,
        voice_url=settings.voice_url,
        token=settings.service_token,
        port=settings.audiosocket_port,
    )
    events = [event async for event in place_call(plan)]
    known = set(before)
    for turn in range(len(turns) + 1):
        _turn(settings.voice, settings.speech_rate, events, turn, known, found)
    found.orders += any(event["event"] == "order" for event in events)


def _turn(
    voice: str, rate: float, events: list[Event], turn: int, known: set[str], found: Spoken
) -> None:
    """Takes the figures of one turn, and notes which clauses are in the cache after it."""
    mine = [event for event in events if event["turn"] == turn]
    texts = [event["text"] for event in mine if event["event"] == "reply_text"]
    keys = [
        _key("kokoro", voice, rate, clause.text)
        for text in texts
        for clause in clauses(spoken(text))
    ]
    cached = bool(keys) and keys[0] in known
    known.update(keys)
    if turn == 0:  # the greeting answers nobody
        return
    at = {
        name: next((event["ms"] / 1000 for event in mine if event["event"] == name), None)
        for name in ("speech_end", "transcript", "reply_text", "reply_audio_start")
    }
    end, heard, answered, sounded = at.values()
    if end is None or sounded is None or not keys:
        found.unheard += 1
        return
    (found.cached if cached else found.fresh).add(sounded - end)
    if heard is not None and answered is not None:
        found.hearing.add(heard - end)
        found.mind.add(answered - heard)
        found.speaking.add(sounded - answered)


# Hearing and speaking alone -----------------------------------------------------------------------


async def _wav(http: httpx.AsyncClient, text: str, voice: str | None, rate: float | None) -> bytes:
    body = {"text": text, "voice": voice, "rate": rate}
    answer = await http.post("/synthesize", json=body)
    if answer.is_error:
        raise SpeechError(f"synthesis answered {answer.status_code}")
    return answer.content


async def _recognised(http: httpx.AsyncClient, wav: bytes, found: Spoken) -> None:
    answer = await http.post("/transcribe", content=wav)
    if answer.is_error:
        raise SpeechError(f"recognition answered {answer.status_code}")
    found.recognition.add(answer.json()["seconds"])
    found.utterances.add(_length(wav))


def _pcm(wav: bytes) -> Pcm16:
    return to_int16(read_audio(wav, RATE))


def _length(wav: bytes) -> float:
    with open_wave(BytesIO(wav)) as sound:
        return sound.getnframes() / sound.getframerate()
