"""api.weixin.qq.com, and the way it pushes messages to us."""

from __future__ import annotations

import itertools
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import xmltodict
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

APP_ID = "wx0123456789abcdef"
SECRET = "app-secret"
TOKEN = "push-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
DAUGHTER = "oDaughter0000000000000000001"


@dataclass
class FakeWeChat:
    """Keeps what is sent; answers planned errors first; one access token is valid at a time."""

    plan: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """errcodes to answer next, by path"""
    sent: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    window: set[str] = field(default_factory=lambda: {DAUGHTER})
    """openids that wrote in the last 48 h"""
    credits: dict[str, int] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    """issued, the valid one last"""
    asked: list[str] = field(default_factory=list)
    logins: dict[str, str] = field(default_factory=dict)
    """openids by the codes of `wx.login`; a code works once"""

    def rotate(self) -> str:
        """Somebody else has taken a new token: the old one does not work any more."""
        self.tokens.append(secrets.token_hex(16))
        return self.tokens[-1]

    def app(self) -> FastAPI:
        app = FastAPI()
        app.post("/cgi-bin/stable_token")(self._stable_token)
        app.get("/sns/jscode2session")(self._login)
        app.api_route("/{path:path}", methods=["GET", "POST"])(self._call)
        self._numbers = itertools.count(700_001)
        return app

    async def _stable_token(self, request: Request) -> JSONResponse:
        body = await request.json()
        self.asked.append("/cgi-bin/stable_token")
        if code := self._planned("/cgi-bin/stable_token"):
            return _error(code)
        if body["appid"] != APP_ID or body["secret"] != SECRET:
            return _error(40125)
        if body.get("force_refresh") or not self.tokens:
            self.rotate()
        return JSONResponse({"access_token": self.tokens[-1], "expires_in": 7200})

    async def _login(self, appid: str, secret: str, js_code: str, grant_type: str) -> JSONResponse:
        self.asked.append("/sns/jscode2session")
        if code := self._planned("/sns/jscode2session"):
            return _error(code)
        if (appid, secret, grant_type) != (APP_ID, SECRET, "authorization_code"):
            return _error(40125)
        if js_code not in self.logins:
            return _error(40029)
        return JSONResponse({"openid": self.logins.pop(js_code), "session_key": "c2Vzc2lvbg=="})

    async def _call(self, request: Request, path: str) -> Response:
        path = f"/{path}"
        self.asked.append(path)
        if request.query_params.get("access_token") not in self.tokens[-1:]:
            return _error(40001)
        if code := self._planned(path):
            return _error(code)
        if path == "/cgi-bin/media/get":
            return self._media(request.query_params.get("media_id", ""))
        body = await request.json()
        return self._taken(path, body)

    def _planned(self, path: str) -> int:
        return self.plan[path].pop(0) if self.plan[path] else 0

    def _media(self, media_id: str) -> Response:
        if media_id not in self.media:
            return _error(40007)
        named = {"Content-disposition": f'attachment; filename="{media_id}.amr"'}
        return Response(self.media[media_id], media_type="voice/speex", headers=named)

    def _taken(self, path: str, body: dict[str, Any]) -> JSONResponse:
        if path == "/cgi-bin/message/custom/send" and body["touser"] not in self.window:
            return _error(45015)
        if path.startswith("/cgi-bin/message/subscribe/"):
            template = body["template_id"]
            if self.credits.get(template, 0) < 1:
                return _error(43101)
            self.credits[template] -= 1
        if any(len(one["value"]) > 20 for one in body.get("data", {}).values()):
            return _error(47003)
        self.sent.append({"path": path, **body})
        answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        if path == "/cgi-bin/message/template/send":
            answer["msgid"] = next(self._numbers)
        if path == "/cgi-bin/qrcode/create":
            answer = {"ticket": "gQH4", "expire_seconds": 60, "url": "http://weixin.qq.com/q/x"}
        return JSONResponse(answer)

    def texts(self) -> list[str]:
        """Texts of customer-service messages, in order."""
        return [
            one["text"]["content"] if one["msgtype"] == "text" else one["msgmenu"]["head_content"]
            for one in self.sent
            if one["path"] == "/cgi-bin/message/custom/send"
        ]


def _error(code: int) -> JSONResponse:
    return JSONResponse({"errcode": code, "errmsg": f"planned {code} rid: 0"})


_numbers = itertools.count(23_456_789_012_345_678)


def xml(kind: str, openid: str = DAUGHTER, **fields: str) -> str:
    """A message or event as WeChat writes it."""
    common = {"ToUserName": "gh_anban", "FromUserName": openid}
    number = {} if kind == "event" else {"MsgId": str(next(_numbers))}
    given = {**common, "CreateTime": "1772586600", "MsgType": kind, **number, **fields}
    return "<xml>" + "".join(_element(name, value) for name, value in given.items()) + "</xml>"


def _element(name: str, value: str) -> str:
    if name in ("CreateTime", "MsgId") or value.startswith("<"):
        return f"<{name}>{value}</{name}>"
    return f"<{name}><![CDATA[{value}]]></{name}>"


def signed(body: str, *, encrypted: bool = True, at: float | None = None) -> tuple[str, str]:
    """The query and the body of a push."""
    timestamp, nonce = str(int(at or time.time())), secrets.token_hex(8)
    query = {"timestamp": timestamp, "nonce": nonce, "openid": DAUGHTER}
    query["signature"] = _signature(TOKEN, timestamp, nonce)
    if not encrypted:
        return urlencode(query), body
    sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(body, nonce, timestamp)
    inner = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    query |= {"encrypt_type": "aes", "msg_signature": _signature(TOKEN, timestamp, nonce, inner)}
    outer = f"<ToUserName><![CDATA[gh_anban]]></ToUserName><Encrypt><![CDATA[{inner}]]></Encrypt>"
    return urlencode(query), f"<xml>{outer}</xml>"


def _signature(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return signer.signature


def content(answer: str) -> str:
    """The text of an answer in the clear; "" where there is none."""
    return "" if answer in ("", "success") else xmltodict.parse(answer)["xml"]["Content"]


def opened(answer: str, openid: str = DAUGHTER) -> str:
    """The text of an encrypted answer, checked to be for the one who wrote; "" where none is."""
    if answer in ("", "success"):
        return ""
    sealed = xmltodict.parse(answer)["xml"]
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    plain = crypto.decrypt_message(
        sealed, sealed["MsgSignature"], sealed["TimeStamp"], sealed["Nonce"]
    )
    told = xmltodict.parse(plain)["xml"]
    assert (told["ToUserName"], told["FromUserName"]) == (openid, "gh_anban")
    return told["Content"]
