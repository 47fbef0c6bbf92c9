"""Scripted conversations over a real phone leg: the lines are spoken, the call is a call."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import httpx
import numpy as np
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from anban.call import CallPlan, Event, place_call
from anban.errors import SpeechError
from anban.settings import Settings
from channels.phone.leg import RATE
from voice.audio import Pcm16, read_audio, to_int16

CALLER_VOICES = ("zm_yunjian", "zf_xiaobei", "zm_yunyang", "zf_xiaoyi")
"""Voices of callers; none of them is Anban's own."""

MOST_TURNS = 10
"""A caller who is not understood in so many turns gives up."""

_SYNTHESIS_SECONDS = 120.0
_SILENCE = np.zeros(0, np.int16)


class _Busy(SpeechError):
    """The voice process had no time for a line."""


@retry(
    retry=retry_if_exception_type(_Busy),
    wait=wait_fixed(1.0),
    stop=stop_after_delay(_SYNTHESIS_SECONDS),
    reraise=True,
)
async def spoken(settings: Settings, line: str, voice: str | None = CALLER_VOICES[0]) -> Pcm16:
    """A caller's line as sound, 8 kHz; tried again while the voice process is busy.

    Args:
        settings: where the voice process is.
        line: what is said.
        voice: whose voice; None is Anban's own, at its own pace.

    Raises:
        SpeechError: the voice process did not speak it.
    """
    body = {"text": line} | ({"voice": voice, "rate": 0.95} if voice else {})
    headers = {"Authorization": f"Bearer {settings.service_token}"}
    try:
        async with httpx.AsyncClient(timeout=_SYNTHESIS_SECONDS) as http:
            answer = await http.post(f"{settings.voice_url}/synthesize", json=body, headers=headers)
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                raise _Busy("the voice process is busy")
            answer.raise_for_status()
    except httpx.HTTPError as error:
        raise SpeechError(f"the caller's line could not be spoken: {error}") from None
    return await asyncio.to_thread(lambda: to_int16(read_audio(answer.content, RATE)))


class Answering:
    """A caller who answers what is asked, says it again where nothing is, and parts once done.

    Args:
        answers: what is said to each question; with ``menu``, which is where a call begins.
        done: whether a ``reply_text`` event ends the matter.
        farewell: said then; None hangs up without a word.
    """

    def __init__(
        self,
        answers: Mapping[str, Pcm16],
        done: Callable[[Event], bool],
        farewell: Pcm16 | None = None,
    ) -> None:
        self._answers, self._done, self._farewell = answers, done, farewell
        self._asked = "menu"
        self._turns_left = MOST_TURNS
        self._parting = False

    async def answer(self, replies: Sequence[Event]) -> Pcm16 | None:
        """See ``anban.call.Caller``."""
        if self._parting or not self._turns_left:
            return None
        self._turns_left -= 1
        if any(self._done(reply) for reply in replies):
            self._parting = True
            return self._farewell
        asked = [reply["ask"] for reply in replies if reply["ask"] in self._answers]
        self._asked = asked[-1] if asked else self._asked
        return self._answers[self._asked]


def _lines(scenario: Mapping[str, Any]) -> Iterator[str]:
    """Every line the script may need."""
    for turn in scenario["turns"]:
        yield from filter(None, [turn] if isinstance(turn, str) else turn["ask"].values())


class SpokenLeg:
    """A scenario's conversation as one call over AudioSocket.

    Args:
        settings: of the running Anban; its clock has to be open to tests.
        scenario: names the caller's voice by its id, and the clock of the call.
        phone: the number that seems to call.
    """

    def __init__(self, settings: Settings, scenario: Mapping[str, Any], phone: str) -> None:
        self._settings = settings
        digest = hashlib.sha256(scenario["id"].encode()).digest()
        self._voice = CALLER_VOICES[digest[0] % len(CALLER_VOICES)]
        self._plan = CallPlan(
            caller=self,
            phone=phone,
            voice_url=settings.voice_url,
            token=settings.service_token,
            port=settings.audiosocket_port,
            now=scenario["now"],
        )
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._answers: asyncio.Queue[Sequence[Event]] = asyncio.Queue()
        self._call: asyncio.Task[None] | None = None
        self._script = list(dict.fromkeys(_lines(scenario)))
        self._sound: dict[str, Pcm16] = {"": _SILENCE}
        self.heard: list[str] = []
        """What the recogniser made of the lines."""

    async def answer(self, replies: Sequence[Event]) -> Pcm16 | None:
        """The caller of the call: hands on what was replied, says the next line of the script."""
        self._answers.put_nowait(replies)
        line = await self._lines.get()
        return None if line is None else self._sound[line]

    async def open(self) -> list[dict[str, Any]]:
        """Places the call; gives the greeting.

        All lines are made sound before, so that the caller answers as soon as a person would.
        """
        for line in self._script:
            self._sound[line] = await spoken(self._settings, line, self._voice)
        self._call = asyncio.create_task(self._follow())
        return await self._replied()

    async def say(self, text: str) -> list[dict[str, Any]]:
        """Speaks one line; empty text is silence. Nothing is answered once Anban has hung up."""
        self._lines.put_nowait(text)
        return await self._replied()

    async def close(self) -> None:
        """Hangs up.

        Raises:
            ChannelError: the call could not be placed.
        """
        self._lines.put_nowait(None)
        if self._call is not None:
            await self._call

    async def _replied(self) -> list[dict[str, Any]]:
        assert self._call is not None
        waiting = asyncio.create_task(self._answers.get())
        await asyncio.wait({waiting, self._call}, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return [dict(reply) for reply in waiting.result()]
        waiting.cancel()
        return [dict(reply) for reply in self._unheard]

    async def _follow(self) -> None:
        self._unheard: list[Event] = []
        async for event in place_call(self._plan):
            if event["event"] == "transcript":
                self.heard.append(str(event["text"]))
                self._unheard.clear()
            elif event["event"] == "reply_text":
                self._unheard.append(event)
