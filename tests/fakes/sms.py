"""The SMS endpoints of Aliyun and Tencent Cloud, which check signatures as the carriers do.

The signatures are worked out from what came over the wire, after the carriers' own pages
(V3 request body and signature, API 3.0 signature v3), with nothing of ours.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


@dataclass
class FakeCarrier:
    """Keeps what is sent; answers planned codes first. Which carrier it is says the request."""

    plan: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    key_id: str = "id"
    secret: str = "secret"
    nonces: set[str] = field(default_factory=set)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.post("/")(self._take)
        self._numbers = itertools.count(900_001)
        return app

    async def _take(self, request: Request) -> JSONResponse:
        body, headers = await request.body(), request.headers
        aliyun = "x-acs-action" in headers
        refused = (
            await self._aliyun_proof(request) if aliyun else await self._tencent_proof(request)
        )
        if refused:
            return self._aliyun(refused) if aliyun else self._tencent(refused)
        code = self.plan.pop(0) if self.plan else ""
        if aliyun:
            self.sent.append({"query": dict(request.query_params), "headers": dict(headers)})
            return self._aliyun(code)
        self.sent.append({**json.loads(body), "headers": dict(headers)})
        return self._tencent(code)

    async def _aliyun_proof(self, request: Request) -> str:
        """The code a request is refused with; "" where it is signed rightly, just now, once."""
        headers, body = request.headers, await request.body()
        form = r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})"
        found = re.fullmatch(form, headers.get("authorization", ""))
        if found is None or found[1] != self.key_id:
            return "InvalidAccessKeyId.NotFound"
        names = found[2].split(";")
        needed = {name for name in headers if name.startswith("x-acs-")} | {"host"}
        query = parse_qsl(request.url.query, keep_blank_values=True)
        encoded = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(query))
        told = [request.method, request.url.path, encoded]
        told += [f"{name}:{headers[name].strip()}" for name in names]
        told += ["", ";".join(names), hashlib.sha256(body).hexdigest()]
        digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
        right = _hmac(self.secret.encode(), f"ACS3-HMAC-SHA256\n{digest}").hex()
        if right != found[3] or needed - set(names) or names != sorted(names):
            return "SignatureDoesNotMatch"
        moment = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(time.time() - moment.timestamp()) > 900:
            return "InvalidTimeStamp.Expired"
        nonce = headers["x-acs-signature-nonce"]
        if nonce in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(nonce)
        return ""

    async def _tencent_proof(self, request: Request) -> str:
        """The same for Tencent."""
        headers, body = request.headers, await request.body()
        form = (
            r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/(\w+)/tc3_request, "
            r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})"
        )
        found = re.fullmatch(form, headers.get("authorization", ""))
        if found is None or found[1] != self.key_id:
            return "AuthFailure.SecretIdNotFound"
        day, service, names = found[2], found[3], found[4].split(";")
        stamp = headers.get("x-tc-timestamp", "0")
        told = [request.method, "/", request.url.query]
        told += [f"{name}:{headers[name].strip().lower()}" for name in names]
        told += ["", ";".join(names), hashlib.sha256(body).hexdigest()]
        digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
        scope = f"{day}/{service}/tc3_request"
        key = f"TC3{self.secret}".encode()
        for part in (day, service, "tc3_request"):
            key = _hmac(key, part)
        right = _hmac(key, f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{digest}").hex()
        if right != found[5] or not {"content-type", "host"} <= set(names) or service != "sms":
            return "AuthFailure.SignatureFailure"
        if (
            abs(time.time() - int(stamp)) > 300
            or day != f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}"
        ):
            return "AuthFailure.SignatureExpire"
        return ""

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


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
