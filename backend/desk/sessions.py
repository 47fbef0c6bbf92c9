"""Who is logged in: a signed cookie, checked against the account at every request."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from backend.config import DeskConfig
from backend.store.desk import DeskAgent

COOKIE = "anban_desk"

Clock = Callable[[], datetime]
"""gives the time, aware"""


class Sessions:
    """Makes and reads the session cookie.

    It holds the login, until when it counts, and a mark of the password, so that another password
    ends every session.
    """

    def __init__(self, config: DeskConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._signer = URLSafeSerializer(config.session_secret, salt="desk")

    def cookie(self, agent: DeskAgent) -> str:
        """Return the cookie of an agent who has just logged in."""
        until = self._clock() + self._config.session_lifetime
        return str(
            self._signer.dumps([agent.login, int(until.timestamp()), _mark(agent.password_hash)])
        )

    def login(self, cookie: str | None) -> str | None:
        """Return whose cookie it is, or None for a forged or expired one."""
        claims = self._claims(cookie)
        return claims[0] if claims and claims[1] > self._clock().timestamp() else None

    def holds(self, cookie: str, agent: DeskAgent) -> bool:
        """Return whether the account still lets this cookie in."""
        claims = self._claims(cookie)
        return bool(claims) and agent.active and claims[2] == _mark(agent.password_hash)

    def csrf(self, cookie: str) -> str:
        """Return what the pages of a session send along with whatever changes something."""
        key = f"csrf:{self._config.session_secret}".encode()
        return hmac.new(key, cookie.encode(), hashlib.sha256).hexdigest()

    def is_own(self, cookie: str, token: str | None) -> bool:
        """Return whether a request comes from a page of this session."""
        return hmac.compare_digest(self.csrf(cookie).encode(), (token or "").encode())

    def _claims(self, cookie: str | None) -> Any:
        try:
            return self._signer.loads(cookie) if cookie else None
        except BadSignature:
            return None


def _mark(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]
