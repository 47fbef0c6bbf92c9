"""Rasa over HTTP: one message in, replies out, within a budget."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from anban.errors import DialogueError
from bot.sentences import Reply


@dataclass(frozen=True)
class Answer:
    """What Rasa makes of one message."""

    replies: list[Reply]
    """What to say, in order."""
    later: tuple[str, ...] = ()
    """Words of the message that want something else, which is not served yet."""


class RasaClient:
    """The dialogue engine behind bot.components.channel.

    Args:
        base_url: for example ``http://127.0.0.1:5005``.
        token: the bearer token of credentials.yml.
        budget: seconds a message may take.
        http: a client of one's own, for tests.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        budget: float = 4.0,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._http = http or httpx.AsyncClient(base_url=base_url, timeout=budget)
        self._budget = budget
        self._headers = {"Authorization": f"Bearer {token}"}

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def say(self, sender: str, text: str, metadata: dict[str, Any]) -> Answer:
        """Sends one message.

        Args:
            sender: Rasa's sender id; a new one for each call.
            text: what was said. A leading slash would be a command to Rasa: the caller removes it.
            metadata: the facts of the turn (``actions.turn.Turn``).

        Returns:
            At least one reply, and what else was wanted in the same breath.

        Raises:
            DialogueError: Rasa cannot be reached, failed, took too long, or had nothing to say.
        """
        body = {"sender": sender, "message": text, "metadata": metadata}
        try:
            async with asyncio.timeout(self._budget):
                answer = await self._http.post(
                    "/webhooks/anban/webhook", json=body, headers=self._headers
                )
            answer.raise_for_status()
            told = answer.json()
            replies = [Reply.of(found) for found in told["replies"]]
            later = tuple(str(words) for words in told.get("later") or ())
        except (httpx.HTTPError, TimeoutError, ValueError, LookupError, TypeError) as error:
            raise DialogueError(f"Rasa did not answer: {type(error).__name__}") from error
        if not replies:
            raise DialogueError("Rasa answered nothing")
        return Answer(replies, later)
