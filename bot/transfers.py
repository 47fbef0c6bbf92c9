"""An agent who is free for a caller: offered, put through, or sent away."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from anban.errors import BackendError
from backend.client import BackendClient
from bot.sentences import Reply, Sentences
from bot.understanding.answers import yes_no

if TYPE_CHECKING:
    from bot.state import State

logger = logging.getLogger(__name__)

COLLEAGUE = "colleague"
"""What a question offers that asks whether to put the caller through."""
OFFER_SECONDS = 1.5
"""So long the backend may take to say what the agent should know; they are put through anyway."""
PUT_THROUGH = "transferred"
"""The reason a call ends with where its caller was put through."""


@dataclass(frozen=True)
class Arrival:
    """What is said now that an agent is there."""

    replies: list[Reply]
    """To the caller."""
    summary: str
    """To the agent; empty where nothing is known."""


@dataclass(frozen=True)
class Transfer:
    """An agent who is there for a caller."""

    id: str | None
    """the backend's; None where it could not be written down"""
    summary: str
    question: Reply | None
    """what the caller was being asked, and will be asked again if they stay with us"""


class TransferDesk:
    """Offers agents to callers, and writes down what came of it.

    Args:
        backend: where it is written; it also says what the agent should know.
        sentences: the sentences of domain.yml.
    """

    def __init__(self, backend: BackendClient, sentences: Sentences) -> None:
        self._backend = backend
        self._say = sentences

    async def arrive(self, conversation: str, state: State, agent: str, now: datetime) -> Arrival:
        """Ask whether to connect them; who asked for a person, or is in danger, is not asked."""
        state.transfer = await self._offered(conversation, agent, state.question, now)
        sure = state.wants_person or state.signs.raised is not None
        key = "utter_connect_colleague" if sure else "utter_colleague_free"
        replies = state.remember([self._say.reply(key)], now)
        return Arrival(replies, state.transfer.summary)

    async def answered(self, state: State, text: str) -> list[Reply]:
        """What to say to an answer; nothing where it is none, and the caller goes on with us."""
        if state.transfer is None or state.offer != COLLEAGUE:
            return []
        answer = yes_no(text, state.ask)
        if answer == "yes":
            return [self._say.reply("utter_connect_colleague")]
        question = await self._declined(state)
        if answer != "no":
            return []
        return [
            self._say.reply("utter_colleague_declined"),
            question or self._say.reply("utter_what_do_you_need"),
        ]

    async def _offered(
        self, conversation: str, agent: str, question: Reply | None, now: datetime
    ) -> Transfer:
        """Write down that an agent is there; without the backend they know nothing of the call."""
        try:
            async with asyncio.timeout(OFFER_SECONDS):
                found = await self._backend.offer_transfer(conversation, agent, now=now)
        except (BackendError, TimeoutError) as error:
            logger.error("transfer not written down: %s", type(error).__name__)
            return Transfer(None, "", question)
        return Transfer(found.id, found.summary, question)

    async def _declined(self, state: State) -> Reply | None:
        """The caller stays with us; the question that was open is open again."""
        transfer, state.transfer = state.transfer, None
        question = _reopened(state, transfer)
        await self._settle(transfer, "declined")
        return question

    async def left(self, state: State) -> list[Reply]:
        """The agent is gone; nobody is promised any more, and what helps now is not interrupted.

        Returns:
            The question that was open before the agent was there, to be asked again.
        """
        transfer, state.transfer = state.transfer, None
        if transfer is None:
            return []
        question = _reopened(state, transfer) if state.signs.raised is None else None
        await self._settle(transfer, "gone")
        return [question] if question else []

    async def over(self, transfer: Transfer | None, reason: str) -> None:
        """The call is over: the caller was let go to the agent, or has gone.

        Whether the two were joined says the exchange.
        """
        await self._settle(transfer, "joining" if reason == PUT_THROUGH else "gone")

    async def _settle(self, transfer: Transfer | None, outcome: str) -> None:
        if transfer is None or transfer.id is None:
            return
        try:
            await self._backend.settle_transfer(transfer.id, outcome)
        except BackendError as error:
            logger.warning("transfer not settled: %s", type(error).__name__)


def _reopened(state: State, transfer: Transfer | None) -> Reply | None:
    """Open the question again that was open before the agent was there; returns it."""
    question = transfer.question if transfer else None
    state.asked = question
    state.ask = question.ask if question else None
    state.offer = question.offer if question else None
    return question
