"""The bridge to hosted recognisers: every ``recognize_*`` service of the SpeechRecognition package.

``hosted:google`` calls ``Recognizer.recognize_google`` and so on. Speech then leaves this machine;
an operator chooses that knowingly, and gives keys as ``AsrConfig.hosted_options``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import speech_recognition as sr

from anban.errors import EngineUnavailable
from voice.asr.base import Transcript
from voice.asr.clean import judge
from voice.asr.sherpa import UNSCORED
from voice.audio import SPEECH_RATE, PcmF, normalise, to_int16
from voice.config import AsrConfig


class HostedRecognizer:
    """One hosted service; a request that exceeds the budget counts as unavailable."""

    def __init__(
        self,
        service: str,
        config: AsrConfig,
        method: Callable[..., Any] | None = None,
    ) -> None:
        """Find the service.

        Args:
            service: the part behind ``recognize_``, such as google or whisper_api.
            config: budget and the service's own options.
            method: takes the place of the package's method (for services of one's own).

        Raises:
            EngineUnavailable: the package knows no such service.
        """
        found = method or getattr(sr.Recognizer(), f"recognize_{service}", None)
        if found is None:
            known = sorted(
                name[10:] for name in dir(sr.Recognizer) if name.startswith("recognize_")
            )
            raise EngineUnavailable(
                f"SpeechRecognition knows no service {service!r}; it knows {', '.join(known)}"
            )
        self._recognize = found
        self.name = f"hosted:{service}"
        self._budget_s = config.budget_s
        self._options = dict(config.hosted_options)
        self._options.setdefault("language", "zh-CN")

    async def start(self) -> None:
        """Nothing to load: the service is somewhere else."""

    async def transcribe(
        self, pcm: PcmF, *, hotwords: Sequence[str] = (), language: str | None = None
    ) -> Transcript:
        """See ``Recognizer.transcribe``."""
        start = time.perf_counter()
        audio = sr.AudioData(to_int16(normalise(pcm)).tobytes(), SPEECH_RATE, 2)
        try:
            answer = await asyncio.wait_for(
                asyncio.to_thread(self._recognize, audio, **self._options), self._budget_s
            )
        except sr.UnknownValueError:
            answer = ""
        except (sr.RequestError, OSError) as refused:
            raise EngineUnavailable(
                f"{self.name} cannot be reached or refuses ({type(refused).__name__}); "
                "check the network and its key, or choose engine whisper"
            ) from refused
        except TimeoutError as late:
            raise EngineUnavailable(f"{self.name} took longer than {self._budget_s:g} s") from late
        text, score = answer if isinstance(answer, tuple) else (str(answer), None)
        heard = Transcript(
            text=str(text),
            confidence=UNSCORED if score is None else float(score),
            engine=self.name,
            seconds=time.perf_counter() - start,
            audio_seconds=len(pcm) / SPEECH_RATE,
            doubts=() if score is not None else ("unscored",),
        )
        return judge(heard)

    async def close(self) -> None:
        """Nothing to release."""
