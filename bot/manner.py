"""How a caller likes to be spoken to: wishes understood without Rasa, kept within bounds."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime

from anban.errors import BackendError
from backend.client import BackendClient, Conversation, Speaking

logger = logging.getLogger(__name__)

KEEP_SECONDS = 1.0
"""So long it may take to note how somebody likes to be spoken to."""
STEP_RATE = 0.12
STEP_VOLUME = 1.45
"""A step up in amplitude: 3.2 dB, which is heard without startling."""
SLOWEST, FASTEST = 0.76, 1.24
SOFTEST, LOUDEST = 0.5, 2.5

_MORE = "[一些]?[点些]儿?|一下|一点"
_VOICE = "(?:声音|嗓门)"
_PLEASE = (
    "(?:请|麻烦|那|你|您|能不能|可不可以|可以|再|给我|帮我|跟我|"
    "说话|说|讲话|讲|念|声音|嗓门|语速|把)*"
)
_END = "(?:说|讲|念|声音|吧|啊|呀|嘛|吗|行吗|好吗|好不好|行不行|可以吗|我?听不清|我?听不见|了)*"
_WORDS = {
    ("rate", "slower"): rf"(?:慢|慢慢)(?:{_MORE})?|(?:太|有点)快",
    # 快一点 alone may be said of the help that is to come.
    ("rate", "faster"): rf"(?:说|讲|念|语速)快(?:{_MORE})|(?:说|讲|念|语速)得?(?:太|有点)慢",
    # 有点低 alone may be said of a blood pressure.
    ("volume", "louder"): rf"(?:大声|大|响)(?:{_MORE})声?|大声|(?:太|有点)(?:小|轻)声?"
    rf"|{_VOICE}(?:高(?:{_MORE})|(?:太|有点)低)",
    ("volume", "softer"): rf"(?:小声|小|轻)(?:{_MORE})声?|小声|(?:太|有点)(?:大|响|吵)声?"
    rf"|{_VOICE}(?:低(?:{_MORE})|(?:太|有点)高)",
}
_MARKS = re.compile(r"[\s，。？！、,.?!]+")
_ONE = {wish: re.compile(f"{_PLEASE}(?:{words}){_END}") for wish, words in _WORDS.items()}
_WHAT = "(?:什么|啥子?|甚|乜[嘢野]?|脉个|么子|啥物|啥米|虾米|哪样|麻个)"
_UNHEARD = "(?:没|不|未|冇|唔|毋|无|袂|冇得|没得|莫)"
_AGAIN = re.compile(
    rf"{_PLEASE}(?:(?:再|重新|重|多)(?:说|讲|念|报|话|港)?(?:多)?一?[遍次回摆转]|再[说讲]一[下吓哈]|讲多(?:一?次|遍)|"
    rf"(?:你|您|恁|你们|汝)?(?:刚才|头先|啱啱|拄才)?(?:说|讲|话|港|问)?(?:的|嘅|个|咗|了)?(?:是)?{_WHAT}(?:呢|啊|呀|来着|嘛)?|"
    rf"(?:我|俺|阮|涯|耳朵)?听(?:{_UNHEARD}(?:清楚?|到|见|懂|明白?|有|真|着|倒)|无|冇)|"
    rf"(?:我|俺|阮|涯)?{_UNHEARD}(?:得)?听(?:清楚?|到|见|懂|明白?|倒|着))(?:{_END})"
)
_READS = re.compile(
    rf"(?:就|{_PLEASE})(?:给|跟|同|共|帮|畀)(?:我|俺|阮|涯|咱)再?[念读]叨?(?:[念读]叨?|一下|一遍)"
    rf"(?:就(?:行|好|可以|中|成|得)|得了|呗|{_END})"
)
"""给我念念就行: who has just been read to wants to hear it again."""
_NO_RECORDING = re.compile(
    "(?:请|麻烦|那|我|你们?|您|能不能|可不可以)*(?:不要|别|不想|不让|不许|不准|不愿意?|不同意|不用)"
    "(?:再|给我|被|把我|你们?|您|让人)*(?:录音|录了?|录下来)(?:行吗|好吗|吧|啊|了|嘛)*"
)
_LONGEST = 16


@dataclass(frozen=True)
class Manner:
    """How Anban speaks to somebody, relative to how it speaks to everybody."""

    rate: float = 1.0
    """Pace; 0.8 is slower."""
    volume: float = 1.0
    """Amplitude; 2.0 is twice as loud."""

    def follow(self, wishes: dict[str, str]) -> Manner:
        """One step in the direction of each wish, within bounds."""
        rate, volume = self.rate, self.volume
        rate += {"slower": -STEP_RATE, "faster": STEP_RATE}.get(wishes.get("rate", ""), 0.0)
        volume *= {"louder": STEP_VOLUME, "softer": 1 / STEP_VOLUME}.get(
            wishes.get("volume", ""), 1.0
        )
        return replace(
            self,
            rate=round(min(FASTEST, max(SLOWEST, rate)), 2),
            volume=round(min(LOUDEST, max(SOFTEST, volume)), 2),
        )


def wishes(text: str) -> dict[str, str]:
    """What a line that is only about the voice asks for; empty for every other line.

    For example ``{"rate": "slower", "volume": "louder"}`` for 说慢一点，大声点.
    """
    pieces = [piece for piece in _MARKS.split(text) if piece]
    if not pieces or sum(map(len, pieces)) > _LONGEST:
        return {}
    found: dict[str, str] = {}
    for piece in pieces:
        wishes = _wishes(piece)
        if not wishes:
            return {}
        found |= wishes
    return found


def _wishes(piece: str) -> dict[str, str]:
    """One wish, or two in one breath: 慢一点大声点."""
    if one := _wish(piece):
        return dict([one])
    for cut in range(1, len(piece)):
        first, second = _wish(piece[:cut]), _wish(piece[cut:])
        if first and second:
            return dict([first, second])
    return {}


def _wish(piece: str) -> tuple[str, str] | None:
    return next((wish for wish, form in _ONE.items() if form.fullmatch(piece)), None)


def sentences(wishes: dict[str, str]) -> list[str]:
    """The keys of the sentences that promise to follow wishes."""
    return [f"utter_speak_{wish}" for wish in wishes.values()]


def refuses_recording(text: str) -> bool:
    """Whether a line only says that the call must not be recorded."""
    return bool(_NO_RECORDING.fullmatch(_MARKS.sub("", text)))


def wants_again(text: str) -> bool:
    """Whether a line only asks to hear the last words again."""
    said = _MARKS.sub("", text)
    return bool(_AGAIN.fullmatch(said) or _READS.fullmatch(said))


async def keep(backend: BackendClient, conversation: str, manner: Manner, now: datetime) -> None:
    """Note it with the conversation, and with the elder where it is the elder who speaks."""
    speaking = Speaking(manner.rate, manner.volume)
    try:
        async with asyncio.timeout(KEEP_SECONDS):
            await backend.update_conversation(conversation, speaking=speaking, now=now)
    except (BackendError, TimeoutError) as error:
        logger.warning("manner of speaking not kept: %s", type(error).__name__)


async def do_not_record(backend: BackendClient, opened: Conversation) -> bool:
    """Note that calls of this elder are not recorded until they agree again.

    Returns:
        Whether that was noted: it is not where somebody else calls, or the backend fails.
    """
    if opened.elder is None or opened.caller.role != "elder":
        return False
    try:
        async with asyncio.timeout(KEEP_SECONDS):
            await backend.update_elder(opened.elder.id, recording_consent=False)
    except (BackendError, TimeoutError) as error:
        logger.warning("refusal of recordings not kept: %s", type(error).__name__)
        return False
    return True
