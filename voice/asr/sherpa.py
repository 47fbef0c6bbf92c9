"""sherpa-onnx with weights the operator fetches: SenseVoice (whole utterance) or Paraformer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from anban.errors import EngineUnavailable
from voice.asr.base import Transcript
from voice.asr.clean import judge
from voice.asr.stream import Decoders, Stream, WorkerStream, whole_or_pieces
from voice.audio import SPEECH_RATE, PcmF, normalise
from voice.config import AsrConfig
from voice.worker import Engine, WorkerPool

UNSCORED = 0.7
"""Confidence given where the engine tells none; ``doubts`` says so."""
_TAIL_S = 0.6
"""Silence a streaming model needs behind the last word."""


def _decode_whole(recognizer: Any, pcm: PcmF) -> str:
    stream = recognizer.create_stream()
    stream.accept_waveform(SPEECH_RATE, pcm)
    recognizer.decode_stream(stream)
    return str(stream.result.text)


def _decode_stream(recognizer: Any, pcm: PcmF) -> str:
    stream = recognizer.create_stream()
    stream.accept_waveform(SPEECH_RATE, pcm)
    stream.accept_waveform(SPEECH_RATE, [0.0] * int(_TAIL_S * SPEECH_RATE))
    stream.input_finished()
    return _decode_ready(recognizer, stream)


def _decode_piece(recognizer: Any, stream: Any, pcm: PcmF) -> tuple[str, None]:
    stream.accept_waveform(SPEECH_RATE, pcm)
    return _decode_ready(recognizer, stream), None


def _decode_ready(recognizer: Any, stream: Any) -> str:
    while recognizer.is_ready(stream):
        recognizer.decode_stream(stream)
    return str(recognizer.get_result(stream))


def _hears_whole(folder: Path) -> bool:
    """Whether these are the weights of SenseVoice, which cannot follow an utterance."""
    return (folder / "model.int8.onnx").is_file()


def build(folder: str, threads: int) -> Engine:
    """Load whichever of the two models lies in ``folder``; runs inside the worker process."""
    import sherpa_onnx

    place = Path(folder)
    tokens = str(place / "tokens.txt")
    if _hears_whole(place):
        offline = sherpa_onnx.OfflineRecognizer.from_sense_voice(
            model=str(place / "model.int8.onnx"),
            tokens=tokens,
            num_threads=threads,
            use_itn=True,
        )
        return partial(_decode_whole, offline)
    online = sherpa_onnx.OnlineRecognizer.from_paraformer(
        tokens=tokens,
        encoder=str(place / "encoder.int8.onnx"),
        decoder=str(place / "decoder.int8.onnx"),
        num_threads=threads,
    )
    pieces = Decoders(online.create_stream, partial(_decode_piece, online))
    return whole_or_pieces(partial(_decode_stream, online), pieces)


class SherpaRecognizer:
    """These models give no score; the confidence is ``UNSCORED`` with the doubt ``unscored``."""

    name = "sherpa"

    def __init__(self, config: AsrConfig) -> None:
        folder = Path(config.models_dir) / config.sherpa_weight
        if not (folder / "tokens.txt").is_file():
            raise EngineUnavailable(
                f"the weights of sherpa-onnx are not in {folder}: "
                f"run `anban models fetch {config.sherpa_weight}`"
            )
        self._budget_s = config.budget_s
        self._follows = not _hears_whole(folder)
        self.pool = WorkerPool("sherpa", config.processes, build, str(folder), config.threads)

    async def start(self) -> None:
        """Load the model in every worker."""
        await self.pool.start()

    async def transcribe(
        self, pcm: PcmF, *, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """See ``Recognizer.transcribe``."""
        start = time.perf_counter()
        text = await self.pool.call(normalise(pcm), self._budget_s)
        heard = Transcript(
            text=text,
            confidence=UNSCORED,
            engine=self.name,
            seconds=time.perf_counter() - start,
            audio_seconds=len(pcm) / SPEECH_RATE,
            doubts=("unscored",),
        )
        return judge(heard)

    def follow(self) -> Stream | None:
        """See ``Streaming.follow``."""
        if not self._follows:
            return None
        return WorkerStream(self.name, self.pool, self._budget_s, UNSCORED)

    async def close(self) -> None:
        """End the workers."""
        await self.pool.close()
