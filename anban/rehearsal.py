"""The rehearsal: Anban calls itself over a real phone leg and books a service by voice."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rich.console import Console
from tenacity import RetryError, retry, retry_if_result, stop_after_delay, wait_fixed

from anban import wiring
from anban.call import CallPlan, Event, place_call, readable
from anban.errors import AnbanError, SpeechError
from anban.settings import Settings
from anban.spoken_leg import Answering, spoken
from backend.client import BackendClient, Notice

ANSWERS = {
    "menu": "喂，你好，我想找个人来家里打扫卫生。",
    "service": "打扫卫生。",
    "date": "明天上午九点。",
    "time": "上午九点。",
    "confirm": "对，就是这样。",
}
"""What the elder says to each question; a booking in several turns."""

FAREWELL = "没有别的事了，谢谢你，再见。"

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
    elder = Answering(
        {asked: await spoken(settings, line) for asked, line in ANSWERS.items()},
        done=lambda reply: reply["key"] == "utter_order_number",
        farewell=await spoken(settings, FAREWELL),
    )
    plan = CallPlan(
        caller=elder,
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
