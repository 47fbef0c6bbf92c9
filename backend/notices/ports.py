"""The `Notifier` port: how a notice leaves the house, and what counts as a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from anban.errors import NotNow, Refused, Unsure

__all__ = ["Message", "NotNow", "Notifier", "Receipt", "Refused", "Unsure"]


@dataclass(frozen=True)
class Message:
    """A notice on its way to one contact."""

    id: str
    """the notice's id; senders pass it on, so that a repeat can be recognised"""
    event: str
    address: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    created_at: datetime
    facts: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    """ids and numbers for machines: order_id, order_number, emergency_id, elder_id, and of an
    alarm post, round, loudness and acknowledge_url"""
    urgent: bool = False


@dataclass(frozen=True)
class Receipt:
    """What the receiving server gave back when it took the message over."""

    id: str


class Notifier(Protocol):
    """Sends messages over one channel."""

    async def send(self, message: Message) -> Receipt:
        """Send a message and return the receipt.

        Raises:
            Refused: it will never be taken.
            NotNow: it was not taken now.
            Unsure: whether it was taken is not known.
        """
        ...
