"""Vosk (Kaldi) with weights the operator fetches: light, streaming, takes a word list."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from anban.errors import EngineUnavailable
from voice.asr.base import Transcript
from voice.asr.clean import judge
from voice.asr.stream import Decoders, Heard, Stream, WorkerStream, whole_or_pieces
from voice.audio import SPEECH_RATE, PcmF, normalise, to_int16
from voice.config import AsrConfig
from voice.worker import Engine, WorkerPool

WORDS = "words.txt"
"""A word or phrase a line, beside the model: the only ones that are recognised then."""
UNKNOWN = "[unk]"


def grammar_of(folder: Path) -> tuple[str, ...]:
    """The operator's word list as Vosk takes it; nothing where there is none."""
    file = folder / WORDS
    if not file.is_file():
        return ()
    words = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    return (json.dumps([*filter(None, words), UNKNOWN], ensure_ascii=False),)


def build(folder: str) -> Engine:
    """Load the model; runs inside the worker process."""
    import vosk

    vosk.SetLogLevel(-1)
    model = vosk.Model(folder)
    grammar = grammar_of(Path(folder))

    def begin() -> _Decoder:
        recognizer = vosk.KaldiRecognizer(model, SPEECH_RATE, *grammar)
        recognizer.SetWords(True)
        recognizer.SetPartialWords(True)
        return _Decoder(recognizer)

    return whole_or_pieces(lambda pcm: begin().hear_all(pcm), Decoders(begin, _Decoder.hear))


class _Decoder:
    """One utterance; Vosk itself begins anew behind every pause."""

    def __init__(self, recognizer: Any) -> None:
        self._recognizer = recognizer
        self._texts: list[str] = []
        self._scores: list[float] = []

    def hear(self, pcm: PcmF) -> Heard:
        """What is understood with this piece."""
        if self._recognizer.AcceptWaveform(to_int16(pcm).tobytes()):
            return self._keep(self._recognizer.Result())
        begun = json.loads(self._recognizer.PartialResult())
        return self._told([begun.get("partial", "")], _scores(begun.get("partial_result")))

    def hear_all(self, pcm: PcmF) -> Heard:
        """What is understood of a whole utterance."""
        self._recognizer.AcceptWaveform(to_int16(pcm).tobytes())
        return self._keep(self._recognizer.FinalResult())

    def _keep(self, result: str) -> Heard:
        found = json.loads(result)
        self._texts.append(found.get("text", ""))
        self._scores += _scores(found.get("result"))
        return self._told([], [])

    def _told(self, texts: list[str], scores: list[float]) -> Heard:
        text = " ".join(filter(None, self._texts + texts)).replace(UNKNOWN, "")
        every = self._scores + scores
        return text, float(np.mean(every)) if every else None


def _scores(words: list[dict[str, Any]] | None) -> list[float]:
    return [float(word["conf"]) for word in words or ()]


class VoskRecognizer:
    """Confidence is the mean of the words' own scores."""

    name = "vosk"

    def __init__(self, config: AsrConfig) -> None:
        folder = Path(config.models_dir) / config.vosk_weight
        if not (folder / "am").is_dir():
            raise EngineUnavailable(
                f"the weights of Vosk are not in {folder}: "
                f"run `anban models fetch {config.vosk_weight}`"
            )
        self._budget_s = config.budget_s
        self.pool = WorkerPool("vosk", config.processes, build, str(folder))

    async def start(self) -> None:
        """Load the model in every worker."""
        await self.pool.start()

    async def transcribe(
        self, pcm: PcmF, *, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """See ``Recognizer.transcribe``."""
        start = time.perf_counter()
        text, score = await self.pool.call(normalise(pcm), self._budget_s)
        heard = Transcript(
            text=text,
            confidence=score if score is not None else 0.0,
            engine=self.name,
            seconds=time.perf_counter() - start,
            audio_seconds=len(pcm) / SPEECH_RATE,
        )
        return judge(heard)

    def follow(self) -> Stream:
        """See ``Streaming.follow``."""
        return WorkerStream(self.name, self.pool, self._budget_s, unscored=0.0)

    async def close(self) -> None:
        """End the workers."""
        await self.pool.close()
