"""Passes: how the mini-program and its page show which account they are."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from anban.errors import Unproven
from backend.services.accounts import AccountName

LIFETIME = timedelta(days=400)
"""nobody of eighty is asked to log in again and again; an elder ends a binding, not a pass"""


class Passes:
    """Issues and reads passes.

    Args:
        secret: signs them.
    """

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="mini-pass") if secret else None

    def issue(self, channel: str, address: str) -> str:
        """Return a pass for an account.

        Raises:
            Unproven: there is no secret to sign with.
        """
        if self._signer is None:
            raise Unproven("这里没有开通小程序")
        return str(self._signer.dumps([channel, address]))

    def account(self, shown: str, *, however_old: bool = False) -> AccountName:
        """Return whose pass it is; a cry for help is heard `however_old` it is.

        Raises:
            Unproven: it is none of ours, or too old.
        """
        try:
            if self._signer is None:
                raise BadSignature("no secret")
            age = None if however_old else int(LIFETIME.total_seconds())
            channel, address = self._signer.loads(shown, max_age=age)
        except (BadSignature, TypeError, ValueError):
            raise Unproven("登录已经失效，请重新打开") from None
        return AccountName(str(channel), str(address))


def conversation_of(who: AccountName) -> str:
    """Return the id of an account's conversation, which does not name the account."""
    digest = hashlib.sha256(f"{who.channel}:{who.address}".encode()).hexdigest()[:24]
    return f"{who.channel}-{digest}"
