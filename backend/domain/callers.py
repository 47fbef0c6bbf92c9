"""Who is speaking, and whose unfinished draft they may take up."""

from __future__ import annotations

from datetime import datetime, timedelta

DRAFT_KEEPS = timedelta(days=7)
BROKEN_AFTER = timedelta(minutes=2)
"""a chat that has been still this long counts as broken off"""


def draft_is_free(
    channel: str, same_channel: str, ended: bool, updated_at: datetime, now: datetime
) -> bool:
    """Return whether a draft of another conversation may be offered here.

    It may where that conversation has ended, or was broken off: a second call on the same
    telephone means the first leg is gone; a chat must have been still for two minutes. Nothing
    older than seven days is offered.

    Args:
        channel: the channel of this conversation.
        same_channel: the channel of the conversation the draft is from.
        ended: whether that one has ended.
        updated_at: when it last heard something.
        now: the clock.
    """
    if now - updated_at > DRAFT_KEEPS:
        return False
    redialled = channel == same_channel == "phone"
    return ended or redialled or now - updated_at > BROKEN_AFTER
