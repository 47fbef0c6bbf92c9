"""Signed bodies: what our webhooks send, and what devices send us."""

from __future__ import annotations

import hashlib
import hmac


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the value of X-Anban-Signature: `sha256=` and the HMAC of `<timestamp>.<body>`."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def is_signed(secret: str, timestamp: str, body: bytes, given: str) -> bool:
    """Return whether `given` is the signature (compared in constant time)."""
    return hmac.compare_digest(signature(secret, timestamp, body).encode(), given.encode())
