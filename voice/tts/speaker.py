"""The speaker: written text in, clauses of sound out, through cache and engines in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import numpy as np
import structlog

from anban.errors import EngineUnavailable, SpeechError
from voice.audio import PcmF
from voice.config import TtsConfig
from voice.tts.base import Speech, Synthesizer
from voice.tts.cache import SpeechCache
from voice.tts.spoken import clauses, spoken

log = structlog.get_logger(__name__)


def _kokoro(config: TtsConfig) -> Synthesizer:
    from voice.tts.kokoro import KokoroSynthesizer

    return KokoroSynthesizer(config)


def _edge(config: TtsConfig) -> Synthesizer:
    from voice.tts.edge import EdgeSynthesizer

    return EdgeSynthesizer(config)


ENGINES: dict[str, Callable[[TtsConfig], Synthesizer]] = {"kokoro": _kokoro, "edge": _edge}


def create(name: str, config: TtsConfig) -> Synthesizer:
    """The engine called ``name`` (kokoro, edge), not yet loaded.

    Raises:
        EngineUnavailable: no such engine, or its weights, package or permission are missing.
    """
    if name not in ENGINES:
        raise EngineUnavailable(f"no voice is called {name!r}; there are {', '.join(ENGINES)}")
    try:
        return ENGINES[name](config)
    except ImportError as missing:
        raise EngineUnavailable(f"the package of {name} is not installed: {missing}") from missing


def create_speaker(config: TtsConfig) -> Speaker:
    """A speaker with the configured engines; those that cannot be made are left out.

    Raises:
        EngineUnavailable: none can be made; the text is that of the first.
    """
    made: list[Synthesizer] = []
    troubles: list[EngineUnavailable] = []
    for name in config.engines:
        try:
            made.append(create(name, config))
        except EngineUnavailable as trouble:
            log.warning("tts_unavailable", engine=name, why=str(trouble))
            troubles.append(trouble)
    if not made:
        raise troubles[0] if troubles else EngineUnavailable("no voice is configured")
    return Speaker(made, SpeechCache(config.cache_dir, config.cache_mb), config.rate)


class Speaker:
    """Speaks written text clause by clause, so that the first is heard while the rest renders."""

    def __init__(
        self, engines: Sequence[Synthesizer], cache: SpeechCache | None, rate: float
    ) -> None:
        self.engines = tuple(engines)
        self.rate = rate
        self._cache = cache
        self._working = 0

    @property
    def busy(self) -> bool:
        """Whether an engine is speaking something just now."""
        return self._working > 0

    async def start(self) -> None:
        """Load every engine that can be loaded.

        Raises:
            EngineUnavailable: not one of them can be.
        """
        troubles: list[EngineUnavailable] = []
        for engine in self.engines:
            try:
                await engine.start()
            except EngineUnavailable as trouble:
                log.warning("tts_unavailable", engine=engine.name, why=str(trouble))
                troubles.append(trouble)
        if len(troubles) == len(self.engines):
            raise troubles[0]

    async def stream(
        self, text: str, rate: float | None = None, voice: str | None = None
    ) -> AsyncIterator[Speech]:
        """Speak written text; each piece ends with the pause that belongs behind it.

        Raises:
            EngineUnavailable: no engine could speak the piece.
        """
        for clause in clauses(spoken(text)):
            speech = await self._clause(clause.text, rate or self.rate, voice)
            if speech is None:
                continue
            pause = np.zeros(int(clause.pause_s * speech.sample_rate), np.float32)
            joined = np.concatenate([speech.pcm, pause])
            yield replace(speech, pcm=joined, text=clause.text)

    async def say(self, text: str, rate: float | None = None, voice: str | None = None) -> Speech:
        """Speak written text as one piece.

        Raises:
            SpeechError: there is nothing in it to speak.
            EngineUnavailable: no engine could speak it.
        """
        pieces = [piece async for piece in self.stream(text, rate, voice)]
        if not pieces:
            raise SpeechError("there is nothing to speak in this text")
        target_hz = pieces[0].sample_rate
        sound: list[PcmF] = [piece.pcm for piece in pieces if piece.sample_rate == target_hz]
        cached = all(piece.cached for piece in pieces)
        return Speech(np.concatenate(sound), target_hz, pieces[0].engine, cached)

    async def _clause(self, text: str, rate: float, voice: str | None) -> Speech | None:
        trouble: EngineUnavailable | None = None
        for engine in self.engines:
            chosen = voice or engine.default_voice
            if self._cache is not None:
                found = await self._cache.get(engine.name, chosen, rate, text)
                if found is not None:
                    return found
            self._working += 1
            try:
                speech = await engine.synthesize(text, rate, chosen)
            except EngineUnavailable as unusable:
                log.warning("tts_unavailable", engine=engine.name, why=str(unusable))
                trouble = unusable
                continue
            except SpeechError as refused:
                # Nothing pronounceable (a lone bracket): the rest of the reply is still said.
                log.warning("tts_skipped", engine=engine.name, why=str(refused))
                return None
            finally:
                self._working -= 1
            if self._cache is not None:
                await self._cache.put(speech, chosen, rate, text)
            return speech
        raise trouble or EngineUnavailable("no voice is configured")

    async def close(self) -> None:
        """Close engines and cache."""
        for engine in self.engines:
            await engine.close()
        if self._cache is not None:
            self._cache.close()
