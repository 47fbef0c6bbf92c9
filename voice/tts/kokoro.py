"""Kokoro-82M (int8 ONNX) in worker processes: the Mandarin voice that needs no network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anban.errors import EngineUnavailable, SpeechError
from voice.audio import PcmF
from voice.config import TtsConfig
from voice.tts.base import Speech
from voice.worker import Engine, WorkerPool

SAMPLE_RATE = 24_000
WEIGHT = "kokoro-82m-int8"
VOICES_WEIGHT = "kokoro-zh-voices"
MOST_TOKENS = 508
"""Phonemes the model takes at once (its window of 512 less the frame marks)."""
_QUIET = 0.001
_KEEP_S = 0.12


@dataclass(frozen=True)
class Wanted:
    """What is to be said, and how."""

    text: str
    rate: float
    voice: str


def build(weights: str, voices: str, threads: int) -> Engine:
    """Load model, voices and pronunciation; runs inside the worker process."""
    import logging

    import jieba  # type: ignore[import-untyped]
    import onnxruntime as ort
    from misaki import zh

    jieba.setLogLevel(logging.WARNING)
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    model = ort.InferenceSession(
        str(Path(weights) / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    vocabulary = json.loads((Path(weights) / "vocab.json").read_text("utf-8"))["vocab"]
    styles = {
        path.stem: np.fromfile(path, np.float32).reshape(-1, 1, 256)
        for path in Path(voices).glob("*.bin")
    }
    pronounce = zh.ZHG2P()
    pronounce("您好")  # loads the dictionary now rather than during the first call

    def synthesize(request: Wanted) -> PcmF:
        phonemes = pronounce(request.text)[0]
        tokens = [vocabulary[sign] for sign in phonemes if sign in vocabulary][:MOST_TOKENS]
        if not tokens:
            raise SpeechError("there is nothing to pronounce")
        style = styles[request.voice][len(tokens)]
        sound = model.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": style,
                "speed": np.array([request.rate], dtype=np.float32),
            },
        )[0]
        return trim(sound.squeeze().astype(np.float32))

    return synthesize


def trim(pcm: PcmF) -> PcmF:
    """Cut the model's long silent ends, leaving 120 ms, so that pauses are ours to choose."""
    loud = np.flatnonzero(np.abs(pcm) > _QUIET)
    if not len(loud):
        return pcm
    keep = int(_KEEP_S * SAMPLE_RATE)
    return pcm[max(0, loud[0] - keep) : loud[-1] + keep]


class KokoroSynthesizer:
    """Whole clauses at once: about 1.3 s for one of ten characters with two threads."""

    name = "kokoro"

    def __init__(self, config: TtsConfig) -> None:
        weights = config.models_dir / WEIGHT
        voices = config.models_dir / VOICES_WEIGHT
        for folder, file in ((weights, "model.onnx"), (voices, f"{config.voice}.bin")):
            if not (folder / file).is_file():
                raise EngineUnavailable(
                    f"{file} of Kokoro is not in {folder}: "
                    f"run `anban models fetch {WEIGHT} {VOICES_WEIGHT}`"
                )
        self.default_voice = config.voice
        self.voices = tuple(sorted(path.stem for path in voices.glob("*.bin")))
        self._budget_s = config.budget_s
        self.pool = WorkerPool(
            *("kokoro", config.processes, build, str(weights), str(voices), config.threads),
            nice=config.nice,
        )

    async def start(self) -> None:
        """Load the model in every worker."""
        await self.pool.start()

    async def synthesize(self, text: str, rate: float, voice: str) -> Speech:
        """See ``Synthesizer.synthesize``."""
        known = voice if voice in self.voices else self.default_voice
        pcm: PcmF = await self.pool.call(Wanted(text, rate, known), self._budget_s)
        return Speech(pcm, SAMPLE_RATE, self.name)

    async def close(self) -> None:
        """End the workers."""
        await self.pool.close()
