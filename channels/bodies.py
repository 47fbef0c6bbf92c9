"""Reading what is pushed, up to a limit."""

from __future__ import annotations

from fastapi import Request


async def read_body(request: Request, most: int) -> bytes | None:
    """Return the body of a request; None where it is longer than `most` bytes."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            return None
    return bytes(data)
