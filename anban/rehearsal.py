"""The rehearsal: Anban calls itself over a real phone leg and books a service by voice."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import httpx
from rich.console import Console
from tenacity import RetryError, retry, retry_if_result, stop_after_delay, wait_fixed

from anban import wiring
from anban.call import CallPlan, Event, place_call, readable
from anban.errors import AnbanError, SpeechError
from anban.settings import Settings
from backend.client import BackendClient, Notice
from channels.phone.leg import RATE
from voice.audio import Pcm16, read_audio, to_int16

CALLER_VOICE = "zm_yunjian"
"""An old man's lines, in another voice than Anban's."""

LINES = (
    "喂，你好，我想找个人来家里打扫卫生。",
    "明天上午九点。",
    "对，就是这样。",
    "没有别的事了，谢谢你，再见。",
)
"""A booking in several turns."""

_NOTICE_SECONDS = 30

console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal that went well.

    Attributes:
        order: number of the order that was booked.
        notice: id of the family notice that was delivered.
        seconds: how long it took.
    """

    order: str
    notice: str
    seconds: float

    def __str__(self) -> str:
        return (
            f"rehearsal: ok order={self.order} family_notice={self.notice} "
            f"seconds={self.seconds:.0f}"
        )


async def rehearse(settings: Settings, phone: str) -> Rehearsed:
    """Places the call, shows the transcript, and waits for the family's notice.

    Args:
        settings: of the running Anban.
        phone: number of a registered elder with a family contact.

    Raises:
        AnbanError: something in the chain did not work; says what.
    """
    began = time.monotonic()
    turns = tuple([await _spoken(settings, line) for line in LINES])
    plan = CallPlan(
        turns=turns,
        phone=phone,
        voice_url=settings.voice_url,
        token=settings.service_token,
        port=settings.audiosocket_port,
        save=settings.data / "rehearsal.wav",
    )
    number = None
    async for event in place_call(plan):
        number = _order(event) or number
        if line := readable(event):
            console.print(f"  {line}")
    if number is None:
        raise SpeechError("the call ended without an order (listen to rehearsal.wav)")
    async with wiring.backend_client(settings) as backend:
        notice = await _delivered(backend, number)
    return Rehearsed(number, notice.id, time.monotonic() - began)


def _order(event: Event) -> str | None:
    return str(event["number"]) if event["event"] == "order" else None


async def _spoken(settings: Settings, line: str) -> Pcm16:
    body = {"text": line, "voice": CALLER_VOICE, "rate": 0.95}
    headers = {"Authorization": f"Bearer {settings.service_token}"}
    try:
        async with httpx.AsyncClient(timeout=60) as http:
            answer = await http.post(f"{settings.voice_url}/synthesize", json=body, headers=headers)
            answer.raise_for_status()
    except httpx.HTTPError as error:
        raise SpeechError(f"the caller's line could not be spoken: {error}") from None
    return await asyncio.to_thread(lambda: to_int16(read_audio(answer.content, RATE)))


async def _delivered(backend: BackendClient, number: str) -> Notice:
    """The first delivered notice about an order."""
    order = await backend.order(number)

    @retry(
        retry=retry_if_result(lambda found: found is None),
        wait=wait_fixed(0.3),
        stop=stop_after_delay(_NOTICE_SECONDS),
    )
    async def first() -> Notice | None:
        notices = await backend.notices(order_id=order.id)
        return next((notice for notice in notices if notice.status == "delivered"), None)

    try:
        found = await first()
    except RetryError:
        raise AnbanError(f"no family notice about order {number} was delivered") from None
    assert found is not None
    return found
