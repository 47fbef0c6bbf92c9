"""Answers that could not go back with WeChat's own request: owed on disk until they are sent.

WeChat pushes nothing again once it was told ``success``. So what it pushed lies sealed on disk
before it is told so, then in its place the answer, as soon as there is one, and nothing any more
once that is sent. What a process that died has left is taken up by the next one: a push is
answered as if it came now (which changes nothing a second time), an answer is sent. After an hour
nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from anban.errors import NotNow
from channels.answering import Sent, sent
from channels.ports import Kept, Shelf
from channels.wechat.api import TOKEN_CODES, WeChatApi, WeChatError
from channels.wechat.sender import LATER

logger = logging.getLogger(__name__)

KEPT_SECONDS = 3600
"""older ones are not answered any more: who asked has long asked again, or telephoned"""


@dataclass(frozen=True)
class Owed:
    """What somebody is owed: the answer to a push, or, once there is one, to be sent it."""

    openid: str
    at: float
    """when it was pushed, in seconds since 1970"""
    xml: str = ""
    """the push; "" once there is an answer"""
    texts: tuple[str, ...] = ()
    """pages of the answer that are still to be sent, the choices written out"""
    head: str = ""
    """the answer without its choices, where these can be buttons under it"""
    choices: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """As it is stored, not yet encrypted."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Owed:
        """The opposite.

        Raises:
            ValueError, TypeError, KeyError: these bytes are none.
        """
        values = json.loads(data)
        texts, choices = tuple(values.pop("texts")), tuple(values.pop("choices"))
        return cls(**values, texts=texts, choices=choices)


class Unkept:
    """What the disk did not take: it is lost with this process."""

    def done(self) -> None:
        """There is nothing to remove."""

    def let_go(self) -> None:
        """There is nothing to leave."""


class Debts:
    """What is owed.

    Args:
        api: sends answers.
        shelf: where they lie.
        clock: seconds since 1970.
    """

    def __init__(
        self, api: WeChatApi, shelf: Shelf, clock: Callable[[], float] = time.time
    ) -> None:
        self._api = api
        self._shelf = shelf
        self._clock = clock

    async def put(self, key: str, owed: Owed) -> Kept:
        """Seal what is owed.

        Raises:
            OSError: the disk does not take it.
        """
        name = hashlib.sha256(key.encode()).hexdigest()[:40]
        return await asyncio.to_thread(self._shelf.put, name, owed.to_bytes())

    async def pay(self, key: str, owed: Owed, kept: Kept) -> None:
        """Send an answer; what WeChat cannot take now stays owed."""
        outcome = await self._with_buttons(owed)
        texts = owed.texts if outcome is Sent.REFUSED else ()
        while texts and outcome is not Sent.NOT_NOW:
            outcome = await sent(partial(self._write, owed.openid, texts[0]))
            texts = texts if outcome is Sent.NOT_NOW else texts[1:]
        if outcome is Sent.NOT_NOW and texts in ((), owed.texts):
            kept.let_go()
            return
        if texts:
            (await self.put(key, replace(owed, texts=texts, choices=()))).let_go()
        await asyncio.to_thread(kept.done)

    async def left(self) -> list[tuple[Owed, Kept]]:
        """Take up what others have left; what is too old is thrown away."""
        return await asyncio.to_thread(self._left)

    def _left(self) -> list[tuple[Owed, Kept]]:
        latest = {path.name.partition("-")[2]: path for path in self._shelf.waiting()}
        for path in self._shelf.waiting():  # who died between the answer and its push left both
            newer = latest.get(path.name.partition("-")[2], path) != path
            if newer and (kept := self._shelf.take(path)):
                kept.done()
        return [found for path in latest.values() if (found := self._taken(path))]

    def _taken(self, path: Path) -> tuple[Owed, Kept] | None:
        kept = self._shelf.take(path)
        if kept is None:
            return None
        try:
            owed = Owed.from_bytes(self._shelf.read(path))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            logger.error("what is owed cannot be read: %s", type(error).__name__)
            self._shelf.set_aside(path)
            kept.let_go()
            return None
        if self._clock() - owed.at > KEPT_SECONDS:
            logger.error("an answer came too late to be sent")
            kept.done()
            return None
        return owed, kept

    async def _with_buttons(self, owed: Owed) -> Sent:
        """Send it with its choices as buttons; refused where there are none, or no room."""
        if not owed.choices or not owed.head:
            return Sent.REFUSED
        choices = [(choice, choice) for choice in owed.choices]
        return await sent(partial(self._offer, owed.openid, owed.head, choices))

    async def _write(self, openid: str, text: str) -> None:
        with _later():
            await self._api.send_text(openid, text)

    async def _offer(self, openid: str, text: str, choices: Sequence[tuple[str, str]]) -> None:
        with _later():
            await self._api.send_choices(openid, text, choices)


@contextmanager
def _later() -> Iterator[None]:
    """What WeChat cannot do just now is NotNow; its other errors stay what they are."""
    try:
        yield
    except WeChatError as error:
        if error.code in LATER | TOKEN_CODES:
            raise NotNow(str(error)) from None
        raise
