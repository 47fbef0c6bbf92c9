"""An answer that travels by itself: sent again while the other side cannot take it now."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from enum import Enum

from tenacity import (
    AsyncRetrying,
    before_sleep_log,
    retry_if_exception_type,
    stop_after_attempt,
    wait_incrementing,
)

from anban.errors import ChannelError, NotNow

logger = logging.getLogger(__name__)

ATTEMPTS = 3


class Sent(Enum):
    """What became of an answer."""

    TAKEN = "taken"
    REFUSED = "refused"
    """it will never be taken"""
    NOT_NOW = "not now"


async def sent(send: Callable[[], Awaitable[object]]) -> Sent:
    """Send one answer, again where the other side cannot take it now.

    Args:
        send: sends it once; raises NotNow where a repeat may help, and another ChannelError
            where none will.

    Returns:
        Whether the other side took it; if not, the log says why.
    """
    again = AsyncRetrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_incrementing(start=0, increment=1),
        retry=retry_if_exception_type(NotNow),
        before_sleep=before_sleep_log(logger, logging.WARNING),
        reraise=True,
    )

    async def once() -> None:  # tenacity awaits only what is a coroutine function
        await send()

    try:
        await again(once)
    except ChannelError as error:
        logger.error("an answer did not reach its reader: %s", error)
        return Sent.NOT_NOW if isinstance(error, NotNow) else Sent.REFUSED
    return Sent.TAKEN
