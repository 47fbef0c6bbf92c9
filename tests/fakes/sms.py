"""The SMS endpoints of Aliyun and Tencent Cloud."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


@dataclass
class FakeCarrier:
    """Keeps what is sent; answers planned codes first. Which carrier it is says the request."""

    plan: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200

    def app(self) -> FastAPI:
        app = FastAPI()
        app.post("/")(self._take)
        self._numbers = itertools.count(900_001)
        return app

    async def _take(self, request: Request) -> JSONResponse:
        body, headers = await request.body(), request.headers
        code = self.plan.pop(0) if self.plan else ""
        if "x-acs-action" in headers:
            self.sent.append({"query": dict(request.query_params), "headers": dict(headers)})
            return self._aliyun(code)
        self.sent.append({**json.loads(body), "headers": dict(headers)})
        return self._tencent(code)

    def _aliyun(self, code: str) -> JSONResponse:
        if code:
            return JSONResponse({"Code": code, "Message": "planned", "RequestId": "r"}, 200)
        biz = f"{next(self._numbers)}^0"
        answer = {"Code": "OK", "Message": "OK", "BizId": biz, "RequestId": "r"}
        return JSONResponse(answer, self.status)

    def _tencent(self, code: str) -> JSONResponse:
        if code.startswith(("AuthFailure", "InternalError", "RequestLimitExceeded")):
            error = {"Code": code, "Message": "planned"}
            return JSONResponse({"Response": {"Error": error, "RequestId": "r"}})
        status = {
            "SerialNo": "" if code else f"2640:{next(self._numbers)}",
            "PhoneNumber": "+8613900002002",
            "Fee": 1,
            "Code": code or "Ok",
            "Message": "send success",
        }
        return JSONResponse({"Response": {"SendStatusSet": [status], "RequestId": "r"}})
