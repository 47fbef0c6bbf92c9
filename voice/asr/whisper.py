"""Whisper through faster-whisper (CTranslate2, int8) in worker processes: the default engine."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from anban.errors import EngineUnavailable
from voice.asr.base import Hearings, Reading, Transcript
from voice.asr.clean import judge
from voice.asr.short import LONGEST_S, WINDOW, ShortAnswers, hear
from voice.audio import SPEECH_RATE, PcmF, normalise
from voice.config import AsrConfig
from voice.worker import Engine, WorkerPool

FRAMES_S = 100
"""Frames of the spectrogram in a second."""
WHOLE_S = 30.0
"""Whisper was made for windows of this length, and its encoder costs by the window."""
WINDOW_S = 15.0
"""The shortest window that still hears as well (10 s makes it loop); a third of the work of 30."""
BEHIND_S = 2.0
"""Silence in the window behind the last word."""
TOKENS_S = 12
"""More tokens than this nobody says in a second; invented loops end here, not at the 448th."""
FEWEST_TOKENS = 20
READINGS = 8
"""Texts an utterance may be that are looked at side by side."""
READING_TOKENS = 10
"""Tokens of the longest of them: they are answers of a word or two."""


@dataclass(frozen=True)
class _Request:
    pcm: PcmF
    language: str
    hotwords: str
    twice: bool = False
    """Whether its likeliest texts are wanted, with the hotwords in mind and without."""


@dataclass(frozen=True)
class _Result:
    text: str
    avg_logprob: float
    no_speech: float
    sounds: tuple[Reading, ...] | None = None


def window_frames(seconds: float) -> int:
    """Frames of the window for an utterance; an even number, as the encoder halves it."""
    return 2 * round(min(WHOLE_S, max(WINDOW_S, seconds + BEHIND_S)) * FRAMES_S / 2)


def build(folder: str, threads: int) -> Engine:
    """Load the model; runs inside the worker process."""
    from faster_whisper import WhisperModel

    class Windowed(WhisperModel):  # type: ignore[misc]
        """Its windows are as long as the utterance needs."""

        frames = 0

        def encode(self, features: Any) -> Any:
            return super().encode(features[..., : self.frames])

    model = Windowed(folder, device="cpu", compute_type="int8", cpu_threads=threads)
    answers = ShortAnswers()

    def transcribe(request: _Request) -> _Result:
        seconds = len(request.pcm) / SPEECH_RATE
        model.frames = window_frames(seconds)
        # No initial prompt: Whisper gives it back verbatim when it understands nothing.
        pieces, _ = model.transcribe(
            request.pcm,
            language=request.language,
            beam_size=1,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
            hotwords=request.hotwords or None,
            max_new_tokens=min(440, FEWEST_TOKENS + round(TOKENS_S * seconds)),
        )
        segments = list(pieces)
        if not segments:
            return _Result("", -10.0, 1.0)
        weight = sum(len(segment.tokens) for segment in segments) or 1
        logprob = sum(s.avg_logprob * len(s.tokens) for s in segments) / weight
        text = "".join(segment.text for segment in segments)
        return _Result(text, logprob, max(segment.no_speech_prob for segment in segments))

    def answer(request: _Request) -> _Result | Hearings:
        if request.twice:
            return _hear_twice(model, request)
        found = transcribe(request)
        if len(request.pcm) > LONGEST_S * SPEECH_RATE:
            return found
        model.frames = WINDOW
        return replace(found, sounds=answers.tell(hear(model, request.pcm)[0]))

    return answer


def _hear_twice(model: Any, request: _Request) -> Hearings:
    """The likeliest texts of an utterance, without and with the hotwords; encoded only once."""
    from faster_whisper.tokenizer import Tokenizer

    tokens = Tokenizer(model.hf_tokenizer, True, task="transcribe", language=request.language)
    model.frames = window_frames(len(request.pcm) / SPEECH_RATE)
    spectrogram = model.feature_extractor(request.pcm)
    missing = max(0, model.frames - spectrogram.shape[-1])
    encoded = model.encode(np.pad(spectrogram, ((0, 0), (0, missing))))

    def readings(hotwords: str | None) -> tuple[Reading, ...]:
        prompt = model.get_prompt(tokens, [], without_timestamps=True, hotwords=hotwords)
        (found,) = model.model.generate(
            encoded,
            [prompt],
            beam_size=READINGS,
            num_hypotheses=READINGS,
            length_penalty=0.0,
            return_scores=True,
            max_length=len(prompt) + READING_TOKENS,
        )
        texts = map(tokens.decode, found.sequences_ids)
        scored = zip(texts, found.scores, strict=True)
        return tuple(Reading(text, math.exp(score)) for text, score in scored)

    return Hearings(readings(None), readings(request.hotwords))


class WhisperRecognizer:
    """Beam 1, no prompt; one decode an utterance, about 0.35 s of processor time each."""

    name = "whisper"

    def __init__(self, config: AsrConfig) -> None:
        folder = Path(config.models_dir) / config.whisper_weight
        if not (folder / "model.bin").is_file():
            raise EngineUnavailable(
                f"the weights of Whisper are not in {folder}: "
                f"run `anban models fetch {config.whisper_weight}`"
            )
        self._budget_s = config.budget_s
        self.pool = WorkerPool("whisper", config.processes, build, str(folder), config.threads)

    async def start(self) -> None:
        """Load the model in every worker."""
        await self.pool.start()

    async def transcribe(
        self, pcm: PcmF, *, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """See ``Recognizer.transcribe``; confidence is the mean probability of a token."""
        start = time.perf_counter()
        hints = "，".join(hotwords)
        request = _Request(normalise(pcm), _code(language), hints)
        result: _Result = await self.pool.call(request, self._budget_s)
        heard = Transcript(
            text=result.text,
            confidence=min(1.0, math.exp(result.avg_logprob)),
            engine=self.name,
            seconds=time.perf_counter() - start,
            audio_seconds=len(pcm) / SPEECH_RATE,
            avg_logprob=result.avg_logprob,
            no_speech=result.no_speech,
            sounds=result.sounds,
        )
        return judge(heard, prompts=(hints,) if len(hotwords) > 1 else ())

    async def hear_twice(
        self, pcm: PcmF, *, hotwords: Sequence[str], language: str | None = None
    ) -> Hearings:
        """See ``Hesitant.hear_twice``; costs about as much as one ``transcribe``."""
        request = _Request(normalise(pcm), _code(language), "，".join(hotwords), twice=True)
        heard: Hearings = await self.pool.call(request, self._budget_s)
        return heard

    async def close(self) -> None:
        """End the workers."""
        await self.pool.close()


def _code(language: str | None) -> str:
    """Whisper knows two-letter codes; all that is spoken in China is Chinese to it."""
    return language if language and len(language) == 2 else "zh"
