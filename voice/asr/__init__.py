"""Hearing: the recogniser port, its engines, and the chain that falls back from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from anban.errors import EngineUnavailable
from voice.asr.base import Hearings, Hesitant, Recognizer, Transcript
from voice.asr.stream import Stream, Streaming
from voice.audio import PcmF
from voice.config import AsrConfig

__all__ = ["Recognizer", "RecognizerChain", "Transcript", "create", "create_chain"]

log = structlog.get_logger(__name__)


def _whisper(config: AsrConfig) -> Recognizer:
    from voice.asr.whisper import WhisperRecognizer

    return WhisperRecognizer(config)


def _vosk(config: AsrConfig) -> Recognizer:
    from voice.asr.vosk import VoskRecognizer

    return VoskRecognizer(config)


def _sherpa(config: AsrConfig) -> Recognizer:
    from voice.asr.sherpa import SherpaRecognizer

    return SherpaRecognizer(config)


def _remote(config: AsrConfig) -> Recognizer:
    from voice.asr.remote import RemoteRecognizer

    return RemoteRecognizer(config)


ENGINES: dict[str, Callable[[AsrConfig], Recognizer]] = {
    "whisper": _whisper,
    "vosk": _vosk,
    "sherpa": _sherpa,
    "remote": _remote,
}


def create(name: str, config: AsrConfig) -> Recognizer:
    """The engine called ``name`` (whisper, vosk, sherpa, remote, hosted:<service>), not yet loaded.

    Raises:
        EngineUnavailable: no such engine, or its weights or package are missing.
    """
    if name.startswith("hosted:"):
        from voice.asr.hosted import HostedRecognizer

        return HostedRecognizer(name.removeprefix("hosted:"), config)
    if name not in ENGINES:
        known = ", ".join([*ENGINES, "hosted:<service>"])
        raise EngineUnavailable(f"no recogniser is called {name!r}; there are {known}")
    try:
        return ENGINES[name](config)
    except ImportError as missing:
        raise EngineUnavailable(
            f"the package of recogniser {name} is not installed: {missing}"
        ) from missing


class RecognizerChain:
    """Several engines in order of preference; one that cannot be used hands over to the next."""

    def __init__(self, engines: Sequence[Recognizer]) -> None:
        if not engines:
            raise EngineUnavailable("no recogniser can be used here: run `anban models fetch`")
        self.engines = tuple(engines)
        self.name = engines[0].name

    async def start(self) -> None:
        """Load the first engine; the others load when they are needed.

        Raises:
            EngineUnavailable: not one of them can be loaded.
        """
        trouble: EngineUnavailable | None = None
        for engine in self.engines:
            try:
                return await engine.start()
            except EngineUnavailable as unusable:
                log.warning("asr_unavailable", engine=engine.name, why=str(unusable))
                trouble = unusable
        assert trouble is not None
        raise trouble

    async def transcribe(
        self, pcm: PcmF, *, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """Recognise with the first engine that can; see ``Recognizer.transcribe``."""
        trouble: EngineUnavailable | None = None
        for engine in self.engines:
            try:
                return await engine.transcribe(pcm, hotwords=hotwords, language=language)
            except EngineUnavailable as unusable:
                log.warning("asr_unavailable", engine=engine.name, why=str(unusable))
                trouble = unusable
        assert trouble is not None
        raise trouble

    async def hear_twice(
        self, pcm: PcmF, *, hotwords: Sequence[str], language: str | None = None
    ) -> Hearings:
        """See ``Hesitant.hear_twice``; nothing where the first engine gives one text only."""
        first = self.engines[0]
        if not isinstance(first, Hesitant):
            return Hearings((), ())
        return await first.hear_twice(pcm, hotwords=hotwords, language=language)

    def follow(self) -> Stream | None:
        """See ``Streaming.follow``; None where the first engine cannot."""
        first = self.engines[0]
        return first.follow() if isinstance(first, Streaming) else None

    async def close(self) -> None:
        """Close every engine."""
        for engine in self.engines:
            await engine.close()


def create_quick(config: AsrConfig) -> Recognizer | None:
    """The engine of partial texts; None where there is none, or it cannot be made."""
    if not config.quick_engine:
        return None
    try:
        return create(config.quick_engine, config)
    except EngineUnavailable as trouble:
        log.warning("asr_unavailable", engine=config.quick_engine, why=str(trouble))
        return None


def create_chain(config: AsrConfig) -> RecognizerChain:
    """The configured engine with its fallbacks; those that cannot be made are left out.

    Raises:
        EngineUnavailable: none can be made; the text is that of the first.
    """
    made: list[Recognizer] = []
    troubles: list[EngineUnavailable] = []
    for name in (config.engine, *config.fallbacks):
        try:
            made.append(create(name, config))
        except EngineUnavailable as trouble:
            log.warning("asr_unavailable", engine=name, why=str(trouble))
            troubles.append(trouble)
    if not made:
        raise troubles[0]
    return RecognizerChain(made)
