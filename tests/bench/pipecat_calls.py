"""Calls led by a pipecat pipeline with our engines (peer.py); pipecat must be on the path."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import numpy as np
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    OutputAudioRawFrame,
    StartFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.settings import STTSettings, TTSSettings
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.services.tts_service import TTSService
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams

from channels.phone.audiosocket import SLIN8, TERMINATE, message, read_identity, read_message
from voice.asr.base import Recognizer
from voice.audio import PHONE_RATE, SPEECH_RATE, for_phone, resample, to_float
from voice.tts import Speaker

logger.remove()
logger.add(sys.stderr, level="ERROR")
logging.getLogger("pipecat").setLevel(logging.ERROR)

PARAMS = TransportParams(
    audio_in_enabled=True,
    audio_out_enabled=True,
    audio_in_sample_rate=PHONE_RATE,
    audio_out_sample_rate=PHONE_RATE,
    audio_out_10ms_chunks=2,
)


class _In(BaseInputTransport):  # type: ignore[misc]
    def __init__(self, reader: asyncio.StreamReader, over: asyncio.Event) -> None:
        super().__init__(PARAMS)
        self._reader = reader
        self._over = over
        self._task: Any = None

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._task = self.create_task(self._receive())

    async def _receive(self) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                kind, payload = await read_message(self._reader)
                if kind == TERMINATE:
                    break
                if kind == SLIN8:
                    await self.push_audio_frame(InputAudioRawFrame(payload, PHONE_RATE, 1))
        self._over.set()


class _Out(BaseOutputTransport):  # type: ignore[misc]
    def __init__(self, writer: asyncio.StreamWriter) -> None:
        super().__init__(PARAMS)
        self._writer = writer
        self._due = 0.0

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        self._writer.write(message(SLIN8, frame.audio))
        now = time.monotonic()
        self._due = max(self._due, now) + len(frame.audio) / 2 / PHONE_RATE
        await asyncio.sleep(max(0.0, self._due - now - 0.02))
        return True


class _Stt(SegmentedSTTService):  # type: ignore[misc]
    def __init__(self, recognizer: Recognizer) -> None:
        settings = STTSettings(model=None, language=None)
        super().__init__(sample_rate=PHONE_RATE, settings=settings)
        self._recognizer = recognizer

    @property
    def wants_wav_segments(self) -> bool:
        return False

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame, None]:
        sound = to_float(np.frombuffer(audio, np.int16))
        heard = await self._recognizer.transcribe(resample(sound, PHONE_RATE, SPEECH_RATE))
        if heard.text:
            yield TranscriptionFrame(heard.text, "caller", datetime.now(UTC).isoformat())


class _Mind(FrameProcessor):  # type: ignore[misc]
    """Answers every turn at once."""

    def __init__(self, reply: str) -> None:
        super().__init__()
        self._reply = reply

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, TranscriptionFrame):
            await self.push_frame(TTSSpeakFrame(self._reply))
        else:
            await self.push_frame(frame, direction)


class _Tts(TTSService):  # type: ignore[misc]
    def __init__(self, speaker: Speaker) -> None:
        super().__init__(
            sample_rate=PHONE_RATE,
            push_start_frame=True,
            push_stop_frames=True,
            settings=TTSSettings(model=None, voice=None, language=None),
        )
        self._speaker = speaker

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame, None]:
        speech = await self._speaker.say(text)
        sound = for_phone(speech.pcm, speech.sample_rate).tobytes()
        yield TTSAudioRawFrame(sound, PHONE_RATE, 1, context_id=context_id)


def answering(
    recognizer: Recognizer, speaker: Speaker, reply: str, wait_s: float
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """What leads a call: voice activity, recogniser, mind, synthesiser, and the line around it."""

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_identity(reader)
        over = asyncio.Event()
        vad = SileroVADAnalyzer(sample_rate=PHONE_RATE, params=VADParams(stop_secs=wait_s))
        pipeline = Pipeline(
            [
                _In(reader, over),
                VADProcessor(vad_analyzer=vad),
                _Stt(recognizer),
                _Mind(reply),
                _Tts(speaker),
                _Out(writer),
            ]
        )
        rates = PipelineParams(audio_in_sample_rate=PHONE_RATE, audio_out_sample_rate=PHONE_RATE)
        task = PipelineTask(pipeline, params=rates)
        running = asyncio.create_task(PipelineRunner(handle_sigint=False).run(task))
        await over.wait()
        await task.cancel()
        await running
        writer.close()

    return lead
