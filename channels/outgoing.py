"""What a broken connection means for something that was being sent."""

from __future__ import annotations

import httpx

from anban.errors import NotNow, Unsure

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""the other side has seen nothing of it"""


def broken(whom: str, error: BaseException) -> NotNow:
    """Return what is to be raised: Unsure where the other side may have taken it.

    Args:
        whom: it was sent to.
        error: what httpx raised.
    """
    kind = NotNow if isinstance(error, _NEVER_LEFT) else Unsure
    return kind(f"{whom}: {type(error).__name__}")
