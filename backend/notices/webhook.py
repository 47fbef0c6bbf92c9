"""Notices to another program: signed JSON by HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx

from backend.domain.signatures import signature
from backend.notices.ports import Message, NotNow, Receipt, Refused

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
LONGEST_RECEIPT = 500
"""characters kept of a receipt"""
_LATER = frozenset({408, 425, 429})
"""4xx answers that mean 'later', not 'never'"""


class WebhookNotifier:
    """POSTs a message; the receipt is `receipt` of the JSON answer, or its Location header.

    The receiver checks `X-Anban-Signature` against `X-Anban-Timestamp` (Unix seconds) and the
    body, and recognises a repeat by `Idempotency-Key`, the notice's id.
    """

    def __init__(
        self,
        secret: str,
        http: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._secret = secret
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)
        self._clock = clock

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, message: Message) -> Receipt:
        """POST one message.

        Raises:
            Refused: the receiver answers 4xx, or 2xx without a receipt it could be held to.
            NotNow: it cannot be reached or answers 5xx.
        """
        body = json.dumps(_payload(message), ensure_ascii=False).encode()
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "X-Anban-Timestamp": timestamp,
            "X-Anban-Signature": signature(self._secret, timestamp, body),
            "Idempotency-Key": message.id,
        }
        try:
            answer = await self._http.post(message.address, content=body, headers=headers)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise Refused("webhook: the address is no web address") from None
        except httpx.HTTPError as error:
            raise NotNow(f"webhook: {type(error).__name__}") from None
        return _receipt(answer)


def _payload(message: Message) -> dict[str, str | None]:
    return {
        "id": message.id,
        "event": message.event,
        "subject": message.subject,
        "text": message.text,
        "created_at": message.created_at.isoformat(),
        **message.facts,
    }


def _receipt(answer: httpx.Response) -> Receipt:
    if answer.status_code >= 500 or answer.status_code in _LATER:
        raise NotNow(f"webhook answered {answer.status_code}")
    if not answer.is_success:
        raise Refused(f"webhook answered {answer.status_code}")
    try:
        found = answer.json()
    except ValueError:
        found = None
    receipt = found.get("receipt") if isinstance(found, dict) else None
    receipt = receipt or answer.headers.get("Location")
    if not receipt:
        raise Refused(f"webhook answered {answer.status_code} without a receipt")
    return Receipt(str(receipt)[:LONGEST_RECEIPT])
