"""Who opens the mini-program: WeChat says so (`jscode2session`)."""

from __future__ import annotations

import httpx

from anban.errors import NotNow, Refused
from channels.mini.config import MiniConfig

BUSY = frozenset({-1, 45011})
TIMEOUT = httpx.Timeout(5.0, connect=3.0)


class Login:
    """Asks WeChat who has opened the mini-program.

    Args:
        config: whose mini-program it is.
        http: a client of one's own, in tests.
    """

    def __init__(self, config: MiniConfig, http: httpx.AsyncClient | None = None) -> None:
        self._config = config
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def openid(self, code: str) -> str:
        """Return the openid of whoever got this code from `wx.login`; the session key is let go.

        Raises:
            Refused: it is no code, or was used already.
            NotNow: WeChat cannot say now.
        """
        query = {
            "appid": self._config.app_id,
            "secret": self._config.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = await self._http.get(f"{self._config.api}/sns/jscode2session", params=query)
            found = answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError) as error:
            raise NotNow(f"wechat: {type(error).__name__}") from None
        if not isinstance(found, dict):
            raise NotNow(f"wechat: HTTP {answer.status_code}")
        if openid := found.get("openid"):
            return str(openid)
        number = int(found.get("errcode") or 0)
        if number in BUSY:
            raise NotNow(f"wechat answered {number} to jscode2session")
        raise Refused(f"wechat answered {number} to jscode2session")
