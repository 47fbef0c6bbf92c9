"""WeChat's API: one access token for all, refreshed when WeChat says so, errors by their code."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from anban.errors import ChannelError, NotNow
from channels.outgoing import broken
from channels.wechat.config import WeChatConfig

TOKEN_CODES = frozenset({40001, 40014, 41001, 42001})
"""the access token is wrong or has expired"""
EARLY = 300
"""seconds before its end a token is renewed; WeChat keeps the old one for five minutes"""
TIMEOUT = httpx.Timeout(8.0, connect=3.0)


class WeChatError(ChannelError):
    """WeChat answered with an error.

    Attributes:
        code: its errcode.
    """

    def __init__(self, code: int, what: str) -> None:
        super().__init__(f"wechat answered {code} to {what}")
        self.code = code


class WeChatApi:
    """Calls the API of one official account.

    The token comes from `stable_token`, which gives every process the same one as long as it is
    valid; so processes share it without telling each other.

    Args:
        config: whose account it is.
        http: a client of one's own, in tests.
        clock: seconds.
    """

    def __init__(
        self,
        config: WeChatConfig,
        http: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)
        self._clock = clock
        self._token, self._ends = "", 0.0
        self._renewing = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        await self._call("POST", "/cgi-bin/message/custom/send", json=body)

    async def send_choices(
        self, openid: str, text: str, choices: Sequence[tuple[str, str]], below: str = ""
    ) -> None:
        """Send a customer-service message with choices: (what comes back, what is shown)."""
        menu = {
            "head_content": text,
            "list": [{"id": id, "content": shown} for id, shown in choices],
            "tail_content": below,
        }
        body = {"touser": openid, "msgtype": "msgmenu", "msgmenu": menu}
        await self._call("POST", "/cgi-bin/message/custom/send", json=body)

    async def send_template(
        self, openid: str, template: str, fields: Mapping[str, str], url: str, id: str
    ) -> str:
        """Send a template message; returns WeChat's number for it."""
        data = {name: {"value": value} for name, value in fields.items()}
        body = {
            "touser": openid,
            "template_id": template,
            "url": url,
            "data": data,
            "client_msg_id": id[:32],
        }
        sent = await self._call("POST", "/cgi-bin/message/template/send", json=body)
        return str(sent.get("msgid", ""))

    async def send_subscribed(
        self,
        openid: str,
        template: str,
        fields: Mapping[str, str],
        url: str,
        path: str = "/cgi-bin/message/subscribe/bizsend",
    ) -> str:
        """Send a subscription message, which uses up one credit of the person's.

        A mini-program has a path of its own for it.

        Returns:
            WeChat's number for it, by which it says later what became of it; "" where it has none.
        """
        data = {name: {"value": value} for name, value in fields.items()}
        body = {"touser": openid, "template_id": template, "page": url, "data": data}
        sent = await self._call("POST", path, json=body)
        return str(sent.get("msgid") or "")

    async def media(self, media_id: str) -> bytes:
        """Return the recording of a voice message.

        Raises:
            ChannelError: WeChat does not have it, or does not answer.
        """
        answer = await self._exchange("GET", "/cgi-bin/media/get", params={"media_id": media_id})
        return answer.content

    async def make_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Set the menu under the conversation."""
        await self._call("POST", "/cgi-bin/menu/create", json={"button": list(buttons)})

    async def scene_qr(self, scene: str, seconds: int = 2_592_000) -> str:
        """Return the address of a picture that leads to us with a scene, for at most 30 days."""
        body = {
            "expire_seconds": seconds,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        sent = await self._call("POST", "/cgi-bin/qrcode/create", json=body)
        if "ticket" not in sent:
            raise NotNow("wechat: no picture came back")
        return f"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={sent['ticket']}"

    # one call

    async def _call(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        return _read(await self._exchange(method, path, **sent))

    async def _exchange(
        self, method: str, path: str, params: Mapping[str, str] | None = None, **sent: Any
    ) -> httpx.Response:
        """Make one call, and once more with a fresh token where the old one is refused."""
        token = await self._access_token()
        answer = await self._request(method, path, {**(params or {}), "access_token": token}, sent)
        if _code(answer) in TOKEN_CODES:
            token = await self._access_token(refused=token)
            fresh = {**(params or {}), "access_token": token}
            answer = await self._request(method, path, fresh, sent)
        if code := _code(answer):
            raise WeChatError(code, path)
        return answer

    async def _request(
        self, method: str, path: str, params: Mapping[str, str], sent: Mapping[str, Any]
    ) -> httpx.Response:
        try:
            answer = await self._http.request(
                method, self._config.api + path, params=params, **sent
            )
        except httpx.HTTPError as error:
            raise broken("wechat", error) from None
        if not answer.is_success:
            raise NotNow(f"wechat: HTTP {answer.status_code}")
        return answer

    async def _access_token(self, refused: str = "") -> str:
        """Return the token that all processes share; `refused` is one that does not work."""
        async with self._renewing:
            if self._token and self._token != refused and self._clock() < self._ends:
                return self._token
            fresh = await self._stable_token(force=False)
            if fresh == refused:
                fresh = await self._stable_token(force=True)
            self._token = fresh
            return fresh

    async def _stable_token(self, *, force: bool) -> str:
        body = {
            "grant_type": "client_credential",
            "appid": self._config.app_id,
            "secret": self._config.secret,
            "force_refresh": force,
        }
        answer = await self._request("POST", "/cgi-bin/stable_token", {}, {"json": body})
        if code := _code(answer):
            raise WeChatError(code, "/cgi-bin/stable_token")
        found = _read(answer)
        try:
            token, seconds = str(found["access_token"]), float(found.get("expires_in", 7200))
        except (KeyError, TypeError, ValueError):
            raise NotNow("wechat: no access token came back") from None
        self._ends = self._clock() + seconds - EARLY
        return token


def _read(answer: httpx.Response) -> dict[str, Any]:
    """Return an answer's JSON object.

    Raises:
        NotNow: it is none, as when a relay in front of WeChat answers with a page of its own.
    """
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NotNow("wechat: an answer without JSON")
    return found


def _code(answer: httpx.Response) -> int:
    """Return the errcode of an answer; 0 where there is none, or it is a recording."""
    try:
        found = answer.json()
        return int(found.get("errcode") or 0) if isinstance(found, dict) else 0
    except (ValueError, TypeError):
        return 0
