"""What is said of a service that was carried out: praise, stars, or what was wrong with it.

It is kept with the order it is about, and said back. Who is content is asked for the stars, who is
not, for the reason: either once, and nobody waits on the line for what is made of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from anban.errors import BackendError
from backend.client import BackendClient, Order
from bot.errands import wishes
from bot.sentences import Reply, Sentences
from bot.understanding.normalise import simplify
from bot.understanding.praise import may_judge, praises, stars_in, wants_to_rate, wrong
from bot.understanding.services import find_service
from bot.understanding.times import parse_when
from bot.words import service_name

if TYPE_CHECKING:
    from bot.state import State

logger = logging.getLogger(__name__)

BEGIN = "utter_rating_begin"
"""what the mind says where a service is rated"""
STARS, WHY = "rating", "rating_why"
"""offers: what the open question asks for"""
SECONDS = 2.0
"""so long the backend may take"""
LATELY = timedelta(days=30)
"""an order that is longer ago is not the one that is spoken of"""
BAD = 2
"""stars up to which the reason is asked for"""
_SHORT = 14
"""characters of a bad rating that gives no reason yet"""


class RatingDesk:
    """Keeps what is said of services.

    Args:
        backend: where it is kept.
        say: the sentences.
    """

    def __init__(self, backend: BackendClient, say: Sentences) -> None:
        self._backend = backend
        self._say = say

    async def begun(
        self,
        conversation: str,
        state: State,
        replies: list[Reply],
        text: str,
        now: datetime,
    ) -> list[Reply]:
        """What to say where the mind has understood that a service is rated."""
        if not any(reply.key == BEGIN for reply in replies):
            return replies
        before = [reply for reply in replies if reply.key != BEGIN and not reply.ask]
        found = await self._about(state, simplify(text), now)
        if found is None and not may_judge(text):
            return [*before, self._say.reply("utter_not_understood_1")]
        if found is None:
            return [*before, *(await self._passed_on(conversation, state, text, now))]
        return [*before, *(await self._rated(conversation, state, found, text, now))]

    async def answered(
        self, conversation: str, state: State, text: str, now: datetime
    ) -> list[Reply]:
        """What to say to praise, or to an answer about it; nothing where it is neither."""
        plain = simplify(text)
        if state.offer in (STARS, WHY) and state.rated is not None:
            return await self._answer(conversation, state, state.rated, plain, now)
        if state.ask not in (None, "menu", "other"):
            return []
        stars = stars_in(plain)
        if state.rated is not None and stars is not None and not wishes(plain, now):
            return await self._kept(
                conversation, state.rated, text, now, stars=stars, bad=stars <= BAD
            )  # 五粒星啦，后摆犹原叫伊来
        if not (praises(plain, now) or wants_to_rate(plain)):
            return []
        found = await self._about(state, plain, now)
        return await self._rated(conversation, state, found, text, now) if found else []

    async def _answer(
        self, conversation: str, state: State, order: Order, text: str, now: datetime
    ) -> list[Reply]:
        if state.offer == WHY:
            return await self._kept(conversation, order, text, now, bad=True)
        stars = stars_in(text, asked=True)
        if stars is None and wishes(text, now):
            return []  # 后拜二早起九点阁叫伊来
        if stars is None and not (praises(text, now) or len(text) <= _SHORT):
            return []
        if stars is not None and stars <= BAD:
            return await self._rated(conversation, state, order, text, now)
        return await self._kept(conversation, order, text, now, stars=stars)

    async def _rated(
        self, conversation: str, state: State, order: Order, text: str, now: datetime
    ) -> list[Reply]:
        """Keep it at once, and ask the one thing that is lacking."""
        state.rated = order
        stars = stars_in(simplify(text))
        bad = wrong(simplify(text)) if stars is None else stars <= BAD
        if stars is not None and not bad:
            return await self._kept(conversation, order, text, now, stars=stars)
        if bad and len(text) > _SHORT:
            return await self._kept(conversation, order, text, now, stars=stars, bad=True)
        kept = await self._write(conversation, order, text, now, stars=stars, bad=bad)
        if not kept:
            return [self._say.reply("utter_rating_not_kept"), self._else()]
        if bad:
            return [self._say.reply("utter_rating_why")]
        return [self._say.reply("utter_rating_stars", **_order(order, now.date()))]

    async def _kept(
        self,
        conversation: str,
        order: Order,
        text: str,
        now: datetime,
        *,
        stars: int | None = None,
        bad: bool = False,
    ) -> list[Reply]:
        if not await self._write(conversation, order, text, now, stars=stars, bad=bad):
            return [self._say.reply("utter_rating_not_kept"), self._else()]
        told = _order(order, now.date())
        if bad:
            return [self._say.reply("utter_rating_followed_up", **told), self._else()]
        if stars is not None:
            done = self._say.reply("utter_rating_kept_stars", stars=str(stars), **told)
            return [done, self._else()]
        return [self._say.reply("utter_rating_kept", **told), self._else()]

    async def _write(
        self,
        conversation: str,
        order: Order,
        text: str,
        now: datetime,
        *,
        stars: int | None,
        bad: bool,
    ) -> bool:
        try:
            async with asyncio.timeout(SECONDS):
                await self._backend.rate(
                    order.number,
                    conversation=conversation,
                    stars=stars,
                    said=text,
                    bad=bad,
                    now=now,
                )
        except (BackendError, TimeoutError) as error:
            logger.warning("a rating was not kept: %s", type(error).__name__)
            return False
        return True

    async def _about(self, state: State, text: str, now: datetime) -> Order | None:
        """The order a rating is about: by its worker, service or day, else the last one."""
        if state.elder is None:
            return None
        try:
            async with asyncio.timeout(SECONDS):
                orders = await self._backend.orders(elder_id=state.elder.id, status="finished")
        except (BackendError, TimeoutError) as error:
            logger.warning("rated orders: %s", type(error).__name__)
            return None
        since = (now.date() - LATELY).isoformat()
        lately = [one for one in orders if since <= one.date <= now.date().isoformat()]
        return _meant(sorted(lately, key=lambda one: one.date, reverse=True), text, now)

    async def _passed_on(
        self, conversation: str, state: State, text: str, now: datetime
    ) -> list[Reply]:
        """No order is known that it could be about: people hear of it."""
        try:
            async with asyncio.timeout(SECONDS):
                await self._backend.create_handoff(
                    conversation=conversation,
                    reason="rating",
                    summary=text,
                    elder_id=state.elder.id if state.elder else None,
                    phone=state.phone,
                    now=now,
                )
        except (BackendError, TimeoutError):
            return [self._say.reply("utter_rating_not_kept"), self._else()]
        return [self._say.reply("utter_rating_heard"), self._else()]

    def _else(self) -> Reply:
        return self._say.reply("utter_anything_else")


def _meant(orders: Sequence[Order], text: str, now: datetime) -> Order | None:
    service, day = find_service(text), parse_when(text, now.replace(tzinfo=None))
    named = day.date.isoformat() if day is not None and day.date else None
    by = (
        [one for one in orders if one.worker and _called(one.worker, text)],
        [one for one in orders if service is not None and one.service == service.service],
        [one for one in orders if one.date == named],
        orders,
    )
    return next((found[0] for found in by if found), None)


def _called(worker: str, text: str) -> bool:
    """Whether a worker is named: 卢阿珍 is also 阿珍."""
    return worker in text or (len(worker) > 2 and worker[1:] in text)


def _order(order: Order, today: date) -> dict[str, str]:
    day = date.fromisoformat(order.date)
    near = {0: "今天", 1: "昨天", 2: "前天"}.get((today - day).days, f"{day.month}月{day.day}日")
    return {"when": near, "service": service_name(order.service)}
