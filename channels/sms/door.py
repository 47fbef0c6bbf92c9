"""``/sms/…``: where carriers report whether a text message was delivered.

They sign nothing, so the address itself is the secret.
"""

from __future__ import annotations

import hmac
import json
import logging
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from anban.errors import BackendError
from channels.bodies import read_body
from channels.ports import Household

logger = logging.getLogger(__name__)

CHANNEL = "sms"
MAX_BODY = 1_000_000
"""bytes; carriers report many messages at once"""


class Door:
    """Takes reports.

    Args:
        secret: the last part of the address.
        household: where they are written down.
    """

    def __init__(self, secret: str, household: Household) -> None:
        self._secret = secret
        self._household = household

    def routes(self) -> APIRouter:
        """Return the route the carrier knows."""
        routes = APIRouter(include_in_schema=False)
        routes.post("/sms/{secret}")(self.take)
        return routes

    async def close(self) -> None:
        """Nothing to close."""

    async def take(self, request: Request, secret: str) -> Response:
        """Take reports; where they cannot be written down the carrier is asked to come again."""
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            return PlainTextResponse("forbidden", 403)
        body = await read_body(request, MAX_BODY)
        if body is None:
            return PlainTextResponse("too large", 413)
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return PlainTextResponse("not JSON", 400)
        try:
            for item in found if isinstance(found, list) else [found]:
                await self._take(item)
        except BackendError as error:
            logger.warning("reports are to come again: %s", type(error).__name__)
            return PlainTextResponse("try again", 503)
        return JSONResponse({"code": 0, "msg": "成功", "result": 0, "errmsg": "OK"})

    async def _take(self, item: Any) -> None:
        if not isinstance(item, dict):
            return
        if item.get("biz_id"):
            receipt, reached = f"aliyun {item['biz_id']}", item.get("success") is True
            detail = str(item.get("err_code") or "")
        elif item.get("sid"):
            receipt, reached = f"tencent {item['sid']}", item.get("report_status") == "SUCCESS"
            detail = str(item.get("errmsg") or "")
        else:
            return
        await self._household.report(CHANNEL, receipt[:200], reached=reached, detail=detail[:100])
