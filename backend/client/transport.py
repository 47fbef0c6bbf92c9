"""One HTTP call to the backend: retries where a repeat is harmless, problems become errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from anban.errors import BackendError, Conflict, NotFound, Rejected, Unavailable

ATTEMPTS = 3
"""tries of a call that may be repeated"""


class Transport:
    """Sends requests with the token and the clock, and turns answers into JSON or errors."""

    def __init__(
        self,
        base_url: str,
        token: str,
        timeout: float,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._http = http or httpx.AsyncClient(
            base_url=base_url, timeout=httpx.Timeout(timeout, connect=2.0), trust_env=False
        )
        self._token = token

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        now: datetime | None = None,
        key: str | None = None,
        repeatable: bool = True,
    ) -> Any:
        """Make one call.

        Args:
            method: the HTTP method.
            path: the path, beginning with a slash.
            json: the body; members that are None are sent as null.
            params: query parameters; those that are None are left out.
            now: the clock of the conversation, honoured only by a backend with a test clock.
            key: the idempotency key.
            repeatable: whether a repeat can do no harm; only then is a broken connection retried.

        Raises:
            Rejected, NotFound, Conflict: the backend says no.
            Unavailable: it cannot be reached, or its database cannot.
        """
        request = self._http.build_request(
            method,
            path,
            json=json,
            params={k: v for k, v in (params or {}).items() if v is not None},
            headers=self._headers(now, key),
        )
        try:
            response = await self._exchange(request, repeatable)
        except httpx.TimeoutException as error:
            raise Unavailable("后台没有按时回答") from error
        except httpx.TransportError as error:
            raise Unavailable("连不上后台") from error
        return answer_of(response)

    def _headers(self, now: datetime | None, key: str | None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token}"}
        if now is not None:
            headers["X-Anban-Now"] = now.isoformat()
        if key is not None:
            headers["Idempotency-Key"] = key
        return headers

    async def _exchange(self, request: httpx.Request, repeatable: bool) -> httpx.Response:
        if not repeatable:
            return await self._http.send(request)
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(
                (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
            ),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential_jitter(multiplier=0.1, max=1.0),
            reraise=True,
        ):
            with attempt:
                return await self._http.send(request)
        raise AssertionError("unreachable: the last attempt raises")


def answer_of(response: httpx.Response) -> Any:
    """Return the JSON of a good answer, or raise what the problem says."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    if response.is_success:
        return body
    problem = body if isinstance(body, dict) else {}
    detail = str(problem.get("detail") or problem.get("title") or f"HTTP {response.status_code}")
    raise error_of(response.status_code, detail, problem.get("field"))


def error_of(status: int, detail: str, field: str | None) -> BackendError:
    """Choose the error for an HTTP status."""
    if status == 404:
        return NotFound(detail)
    if status == 409:
        return Conflict(detail)
    if status >= 500 and status != 501:
        return Unavailable(detail)
    return Rejected(detail, field)
