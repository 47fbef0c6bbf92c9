"""The rehearsal: Anban calls itself over a real phone leg and books a service by voice."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from tenacity import RetryError, retry, retry_if_result, stop_after_delay, wait_fixed

from anban import wiring
from anban.call import CallPlan, Event, place_call, readable
from anban.errors import AnbanError, SpeechError
from anban.settings import Settings
from anban.spoken_leg import spoken
from backend.client import BackendClient, Notice
from voice.audio import Pcm16

ANSWERS = {
    "menu": "喂，你好，我想找个人来家里打扫卫生。",
    "service": "打扫卫生。",
    "date": "明天上午九点。",
    "time": "上午九点。",
    "confirm": "对，就是这样。",
    "other": "没有别的事了，谢谢你，再见。",
}
"""What the elder says to each question; a booking in several turns."""

MOST_TURNS = 10
"""An elder who is not understood in so many turns has given up."""

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
    elder = _Elder({asked: await spoken(settings, line) for asked, line in ANSWERS.items()})
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


class _Elder:
    """Answers what is asked, repeats where nothing is asked, and parts once it is done."""

    def __init__(self, lines: Mapping[str, Pcm16]) -> None:
        self._lines = lines
        self._asked = "menu"
        self._turns = 0

    async def answer(self, replies: Sequence[Event]) -> Pcm16 | None:
        """See ``anban.call.Caller``."""
        self._turns += 1
        if self._asked == "other" or self._turns > MOST_TURNS:
            return None
        if any(reply["key"] == "utter_order_number" for reply in replies):
            self._asked = "other"
        else:
            asked = [reply["ask"] for reply in replies if reply["ask"] in self._lines]
            self._asked = asked[-1] if asked else self._asked
        return self._lines[self._asked]


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
