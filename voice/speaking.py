"""What Anban says in one call: the mind's replies and the fixed sentences, and what they bring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from channels.phone.leg import CallLeg
from voice.config import SessionConfig
from voice.playback import Line, Playback
from voice.ports import Sentences
from voice.tts import Ahead, Speaker
from voice.whisper import CONNECTED, DECLINED, GONE, Meeting

if TYPE_CHECKING:
    from bot.dialogue import Reply

CHECK = "utter_emergency_check"
"""What questions whether somebody is in danger begin with."""
COLLEAGUE = "colleague"
"""What a question offers that asks whether to put the caller through to an agent."""
OFTEN = ("utter_say_again_1", "utter_silence_1", "utter_hold_on", "utter_silence_2")
"""Fixed sentences that a caller hears soonest."""


_Run: TypeAlias = "list[tuple[Line, Reply]]"
"""Replies that are said in one go."""


class Tell(Protocol):
    """Tells whoever watches the call."""

    def __call__(self, event: str, **data: object) -> None:
        """What happened, with what belongs to it."""


class Speaking:
    """Speaks in one call.

    Args:
        leg: the line.
        speaker: makes sound of text.
        ahead: speaks ahead what may come next.
        sentences: fixed sentences by key.
        config: where a caller is put through to.
        tell: is told what is said.
        may_record: is told whether the call may be recorded from now on.
    """

    def __init__(
        self,
        leg: CallLeg,
        speaker: Speaker,
        ahead: Ahead,
        sentences: Sentences,
        config: SessionConfig,
        tell: Tell,
        may_record: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._leg = leg
        self._ahead = ahead
        self._sentences = sentences
        self._config = config
        self._tell = tell
        self._may_record = may_record
        self.playback = Playback(
            leg,
            speaker,
            started=lambda: tell("reply_audio_start"),
            ended=lambda: tell("reply_audio_end"),
            rendered=self._speak_ahead,
        )
        self.likely: Callable[[], Sequence[str]] = list
        """What the mind may well say soon."""
        self.gone: Callable[[], None] = lambda: None
        """Told that the agent whom the mind counts on is not there any more."""
        self.asked: str | None = None
        """What the last question asked for."""
        self.last: list[Reply] = []
        """What was said last, to be said again."""
        self.emergency = False
        """Whether an emergency is open: the line stays open whatever the silence."""
        self._runs: list[_Run] = []
        self.meeting: Meeting | None = None
        """The agent who is there for the caller."""
        self.wants_person = False
        """Whether a person was asked for, or promised."""
        self._offered = False
        self._told: set[str] = set()
        self._prepared: tuple[float | str, ...] = ()
        self._preparing: asyncio.Task[None] | None = None

    @property
    def must_hear(self) -> bool:
        """Whether every sound counts: an emergency is open, or has been asked about."""
        return self.emergency or any(reply.key.startswith(CHECK) for reply in self.last)

    async def say(self, replies: Sequence[Reply]) -> None:
        """Say replies, and do what belongs to them once they were heard to their end."""
        if not all(reply in self.last for reply in replies):  # else it is said once more
            self.emergency = any(reply.urgent for reply in replies)
            self.asked = next((reply.ask for reply in reversed(replies) if reply.ask), None)
            self.last = list(replies)
        saying: list[tuple[Line, Reply]] = []
        for reply in replies:
            if reply.text:
                line = Line(reply.text, reply.interruptible, asks=reply.ask == "confirm")
                saying.append((line, reply))
                self._tell("reply_text", **_told(reply))
            self._note(reply)
        if not saying or self.playback.closed:
            return
        if any(reply.connect for reply in replies):
            if self._is_here() and self._joins():
                await self._put_through([line for line, _ in saying])
                return
            parting = [line for line, reply in saying if reply.connect]
            whole = await self._said([pair for pair in saying if not pair[1].connect])
            if await self.connect(parting):
                return
        else:
            self._mind_meeting(replies)
            whole = await self._said(saying)
        if self.meeting is not None and self._offered:
            self.meeting.asked = True
        if not whole or self.playback.closed:
            return
        if any(reply.record for reply in replies):
            self._may_record(True)
        if any(reply.ends for reply in replies):
            await self._leg.hangup()
        elif any(reply.handoff for reply in replies):
            await self._transfer()

    async def _said(self, run: _Run) -> bool:
        """Say what belongs together; whether it was heard to its end."""
        if not run:
            return True
        self._runs.append(run)
        whole = await self.playback.say([line for line, _ in run])
        self._runs = [other for other in self._runs if other is not run]
        return whole

    async def say_fixed(self, key: str) -> None:
        """Say a fixed sentence."""
        text = self._sentences(key)
        self._tell("reply_text", text=text, ask=None, key=key)
        await self.playback.say([Line(text)])

    async def welcome_back(self, greeting: Sequence[Reply]) -> None:
        """Say that the agent they were let go to is not there, in place of who we are."""
        self.wants_person = True
        sorry = "utter_colleague_gone"
        if greeting:
            first, *rest = greeting
            await self.say([replace(first, text=self._sentences(sorry), key=sorry), *rest])
        else:
            await self.say_fixed(sorry)

    async def give_way(self) -> list[Reply]:
        """Stop for the caller; what was not heard of our replies, those included that waited."""
        said, line = self.playback.said_so_far(), self.playback.line
        for_words = line is None or line.interruptible
        dropped = [run for run in self._runs if not (for_words and self._is_kept(run))]
        unheard = [reply for run in dropped for line, reply in run if not self.playback.heard(line)]
        self._runs = [run for run in self._runs if run not in dropped]
        await self.playback.stop(for_words=for_words)
        self._tell("barge_in", said=said)
        return unheard

    def _is_kept(self, run: _Run) -> bool:
        """Whether it still waits and holds a safety sentence."""
        sounds = any(line is run[0][0] for line in self.playback.lines)
        return not sounds and not all(line.interruptible for line, _ in run)

    def _mind_meeting(self, replies: Sequence[Reply]) -> None:
        """Whether what is said now means that the agent who is there is not wanted."""
        offers = any(reply.offer == COLLEAGUE for reply in replies)
        stays = not (offers or any(reply.urgent for reply in replies))
        if self.meeting is not None and self._offered and stays:
            self.meeting.settle(DECLINED)
            self.meeting, self._offered = None, False
        self._offered = offers or self._offered

    async def connect(self, parting: list[Line] | None = None) -> bool:
        """Put the caller through to the agent who comes; False where they are told of none."""
        if self.meeting is not None and await self.meeting.arrival() and self._joins():
            lines = parting or [Line(self._sentences("utter_connect_colleague"))]
            await self._put_through(lines)
            return True
        self.meeting = None
        self.gone()
        await self.say_fixed("utter_colleague_gone")
        return False

    def forget(self, meeting: Meeting) -> bool:
        """Count on an agent no more; whether they were still counted on."""
        if self.meeting is not meeting:
            return False
        self.meeting, self._offered = None, False
        return True

    def _is_here(self) -> bool:
        """Whether the agent's sound is here, so that they learn what is settled."""
        return self.meeting is not None and self.meeting.here.is_set()

    def _joins(self) -> bool:
        """Have the agent told that the caller comes; False where they left."""
        self._offered = False
        return self.meeting is not None and self.meeting.settle(CONNECTED)

    async def _put_through(self, lines: list[Line]) -> None:
        """Say so, and leave the line to the agent."""
        meeting = self.meeting
        await self.playback.say(lines)
        if meeting is not None:
            await self._leg.transfer(meeting.agent)

    async def close(self) -> None:
        """The call is over."""
        if self.meeting is not None:
            self.meeting.settle(GONE)
        if self._preparing is not None:
            self._preparing.cancel()
        await self.playback.close()

    async def _transfer(self) -> None:
        """Put the caller through to a person, where the exchange has been told to whom."""
        self.wants_person = True
        if self._leg.info.place:
            await self.say_fixed("utter_place_kept")
            return
        config = self._config
        target = (config.emergency_to if self.emergency else None) or config.transfer_to
        if target:
            await self.say_fixed("utter_transfer")
            await self._leg.transfer(target)

    def _note(self, reply: Reply) -> None:
        """What a reply brings along: an order, an emergency, a manner of speaking."""
        if reply.order:
            self._tell_once("order", reply.order)
        if reply.emergency:
            self._tell_once("emergency", reply.emergency)
        if reply.record is False:
            self._may_record(False)
        if reply.manner:
            self.playback.manner(reply.manner.rate, reply.manner.volume)

    def _tell_once(self, event: str, number: str) -> None:
        if number not in self._told:
            self._told.add(number)
            self._tell(event, number=number)

    def _speak_ahead(self) -> None:
        """While the caller listens: what is known of them, and at their own pace what is usual.

        At everybody's pace the fixed sentences are in the cache already.
        """
        texts, rate = list(self.likely()), self.playback.rate
        if rate != self.playback.usual_rate:
            texts += [reply.text for reply in self.last if reply.text]
            texts += [self._sentences(key) for key in OFTEN]
        if texts and (rate, *texts) != self._prepared:
            self._prepared = (rate, *texts)
            self._preparing = asyncio.create_task(self._ahead.prepare(texts, rate))


def _told(reply: Reply) -> dict[str, object]:
    """What a watcher learns of a reply."""
    return {
        "text": reply.text,
        "ask": reply.ask,
        "key": reply.key,
        "handoff": reply.handoff,
        "citations": [asdict(citation) for citation in reply.citations],
    }
