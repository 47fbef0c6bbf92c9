"""Spoken turns: from the last sound of the caller to the first of the reply, over AudioSocket."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from io import BytesIO
from wave import open as open_wave

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

from anban import wiring
from anban.call import CallPlan, Event, Recordings, place_call
from anban.errors import SpeechError
from anban.spoken_leg import CALLER_VOICES
from anban.stage import Stage
from channels.phone.leg import RATE
from tests.bench.figures import Samples, Stopwatch
from tests.bench.talks import CALLS, CLAUSES, Callers
from voice.audio import Pcm16, read_audio, to_int16
from voice.tts.cache import SpeechCache
from voice.tts.spoken import clauses, spoken

PREWARM_SECONDS = 900
CROWD = 8
"""Calls that are up at the same time."""


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
        prewarm: seconds that voice spoke fixed sentences into the cache, None where it went on.
        warmed: how many clauses of fixed sentences were in the cache then, and how many there are.
        unanswered: turns without an answer.
        unclear: turns after which the caller was asked to say it again.
        orders: orders placed by voice.
        crowd: speech end to first reply audio, of calls that were up at the same time.
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
    warmed: tuple[int, int] = (0, 0)
    unanswered: int = 0
    unclear: int = 0
    orders: int = 0
    crowd: Samples = field(default_factory=Samples)


async def measure(staged: Stage, callers: Callers) -> Spoken:
    """Places the calls one after the other.

    Raises:
        SpeechError: voice does not speak.
        ChannelError: it takes no calls.
    """
    found = Spoken(prewarm=await _prewarmed(staged))
    fixed = {clause for text in wiring.sentences().fixed() for clause in _clauses(text)}
    known = await _in_cache(staged, fixed)
    found.warmed = (len(known), len(fixed))
    spoken_lines: list[list[Pcm16]] = []
    headers = {"Authorization": f"Bearer {staged.settings.service_token}"}
    async with httpx.AsyncClient(
        base_url=staged.settings.voice_url, headers=headers, timeout=60, trust_env=False
    ) as http:
        for lines in CALLS:
            wavs = [await _wav(http, line, CALLER_VOICES[0], 0.95) for line in lines]
            turns = [to_int16(read_audio(wav, RATE)) for wav in wavs]
            spoken_lines.append(turns)
            await _call(staged, turns, callers.next().caller_phone, known, found)
        for clause in CLAUSES:
            with Stopwatch() as watch:
                wav = await _wav(http, clause, None, None)
            found.synthesis.add(watch.seconds)
            found.sound.add(_length(wav))
    crowd = Spoken()
    calls = [spoken_lines[number % len(spoken_lines)] for number in range(CROWD)]
    await asyncio.gather(
        *(_call(staged, turns, callers.next().caller_phone, known, crowd) for turns in calls)
    )
    found.crowd.seconds = crowd.cached.seconds + crowd.fresh.seconds
    found.unanswered += crowd.unanswered
    return found


async def _prewarmed(staged: Stage) -> float | None:
    """Waits until voice has spoken its fixed sentences; gives the seconds voice says it took."""
    log = staged.settings.data / "logs" / "voice.log"
    limit = time.monotonic() + PREWARM_SECONDS
    while time.monotonic() < limit:
        for line in log.read_text(errors="replace").splitlines():
            if "sentences_ready" in line:
                return float(json.loads(line)["seconds"])
        await asyncio.sleep(0.5)
    return None


async def _in_cache(staged: Stage, pieces: set[str]) -> set[str]:
    """The clauses that need no synthesis any more."""
    config = wiring.voice_config(staged.settings).session.tts
    cache = SpeechCache(config.cache_dir, config.cache_mb)
    try:
        return {
            piece
            for piece in pieces
            if await cache.get("kokoro", config.voice, config.rate, piece) is not None
        }
    finally:
        cache.close()


async def _call(
    staged: Stage, turns: list[Pcm16], phone: str, known: set[str], found: Spoken
) -> None:
    settings = staged.settings
    plan = CallPlan(
        caller=Recordings(turns),
        phone=phone,
        voice_url=settings.voice_url,
        token=settings.service_token,
        port=settings.audiosocket_port,
    )
    events = [event async for event in place_call(plan)]
    for number in range(len(turns) + 1):
        mine = [event for event in events if event["turn"] == number]
        cached = _first_known(mine, known)
        if number:  # the greeting answers nobody
            _turn(mine, cached=cached, found=found)
            found.utterances.add(len(turns[number - 1]) / RATE)
    found.orders += any(event["event"] == "order" for event in events)


def _first_known(events: list[Event], known: set[str]) -> bool:
    """Whether the first clause of the answer lay in the cache; the cache knows all of it now."""
    said = [event["text"] for event in events if event["event"] == "reply_text"]
    pieces = [clause for text in said for clause in _clauses(text)]
    first = bool(pieces) and pieces[0] in known
    known.update(pieces)
    return first


def _clauses(text: str) -> list[str]:
    return [clause.text for clause in clauses(spoken(text))]


def _turn(events: list[Event], *, cached: bool, found: Spoken) -> None:
    """Takes the figures of one turn."""
    first: dict[str, Event] = {}
    for event in events:
        first.setdefault(event["event"], event)
    if "speech_end" not in first or "reply_audio_start" not in first:
        found.unanswered += 1
        return
    found.unclear += str(first.get("reply_text", {}).get("key")).startswith("utter_say_again")
    end, sounded = first["speech_end"]["ms"], first["reply_audio_start"]["ms"]
    (found.cached if cached else found.fresh).add((sounded - end) / 1000)
    if "transcript" in first and "reply_text" in first:
        heard, answered = first["transcript"]["ms"], first["reply_text"]["ms"]
        found.recognition.add(first["transcript"]["seconds"])
        found.hearing.add((heard - end) / 1000)
        found.mind.add((answered - heard) / 1000)
        found.speaking.add((sounded - answered) / 1000)


@retry(
    retry=retry_if_exception_type(SpeechError),
    stop=stop_after_attempt(3),
    wait=wait_fixed(2),
    reraise=True,
)
async def _wav(http: httpx.AsyncClient, text: str, voice: str | None, rate: float | None) -> bytes:
    body = {"text": text, "voice": voice, "rate": rate}
    answer = await http.post("/synthesize", json=body)
    if answer.is_error:
        raise SpeechError(f"synthesis answered {answer.status_code} {answer.text[:200]}")
    return answer.content


def _length(wav: bytes) -> float:
    with open_wave(BytesIO(wav)) as sound:
        return float(sound.getnframes() / sound.getframerate())
