"""Waiting for what happens beside a test, for as long as a busy machine needs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, TypeVar

Found = TypeVar("Found")
GENEROUS_S = 60.0


async def until(
    what: str,
    look: Callable[[], Found | Awaitable[Found]],
    seen: Callable[[], Any] | None = None,
    seconds: float = GENEROUS_S,
) -> Found:
    """Wait until a look finds something, and return it.

    Args:
        what: what is waited for, in words.
        look: looks; may be a coroutine function.
        seen: what there is instead; said where what is waited for does not come.
        seconds: how long at most.
    """
    limit = time.monotonic() + seconds
    while True:
        found = look()
        if isawaitable(found):
            found = await found
        if found:
            return found
        if time.monotonic() > limit:
            instead = seen() if seen is not None else found
            if isawaitable(instead):
                instead = await instead
            raise AssertionError(f"not within {seconds:g} s: {what}; there was {instead}")
        await asyncio.sleep(0.05)
