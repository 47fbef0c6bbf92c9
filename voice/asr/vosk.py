"""Vosk (Kaldi) with weights the operator fetches: light, streaming, takes a word list."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anban.errors import EngineUnavailable
from voice.asr.base import Transcript
from voice.asr.clean import judge
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

    def transcribe(pcm: bytes) -> tuple[str, float | None]:
        recognizer = vosk.KaldiRecognizer(model, SPEECH_RATE, *grammar)
        recognizer.SetWords(True)
        recognizer.AcceptWaveform(pcm)
        answer = json.loads(recognizer.FinalResult())
        scores = [word["conf"] for word in answer.get("result", ())]
        text = answer.get("text", "").replace(UNKNOWN, "")
        return text, float(np.mean(scores)) if scores else None

    return transcribe


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
        request = to_int16(normalise(pcm)).tobytes()
        text, score = await self.pool.call(request, self._budget_s)
        heard = Transcript(
            text=text,
            confidence=score if score is not None else 0.0,
            engine=self.name,
            seconds=time.perf_counter() - start,
            audio_seconds=len(pcm) / SPEECH_RATE,
        )
        return judge(heard)

    async def close(self) -> None:
        """End the workers."""
        await self.pool.close()
