"""The built-in receiver of notices: checks the signature, keeps them, gives a receipt.

It stands where a family's phone would: in the demo, in rehearsals and in scenario runs.
"""

from __future__ import annotations

import hmac
import html
import uuid
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse

from backend.domain.signatures import signature

KEPT = 500
"""Notices held; older ones are forgotten."""


def _signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    expected = signature(secret, headers.get("x-anban-timestamp", ""), body)
    return hmac.compare_digest(expected, headers.get("x-anban-signature", ""))


def create_app(secret: str, kept: deque[dict[str, Any]] | None = None) -> FastAPI:
    """The receiver.

    Args:
        secret: the key that notices are signed with.
        kept: where received notices are put; a list of its own where None.

    Returns:
        An app with ``POST /notices``, ``GET /notices`` (JSON) and a page at ``/``.
    """
    app = FastAPI(title="Anban inbox", docs_url=None, redoc_url=None)
    kept = deque(maxlen=KEPT) if kept is None else kept

    @app.post("/notices/{who}")
    @app.post("/notices")
    async def receive(request: Request, who: str = "") -> JSONResponse:
        body = await request.body()
        if not _signed(secret, request.headers, body):
            return JSONResponse({"detail": "signature missing or wrong"}, status_code=401)
        notice = await request.json()
        known = next((old for old in kept if old["id"] == notice.get("id")), None)
        if known is None:
            known = {
                "id": notice.get("id"),
                "who": who,
                "at": datetime.now().isoformat(timespec="seconds"),
                "receipt": f"inbox-{uuid.uuid4().hex[:12]}",
                "notice": notice,
            }
            kept.append(known)
        return JSONResponse({"receipt": known["receipt"]})

    @app.get("/notices")
    async def notices() -> list[dict[str, Any]]:
        return list(kept)

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        rows = "".join(
            f"<tr><td>{found['at']}<td>{html.escape(str(found['notice'].get('recipient', '')))}"
            f"<td>{html.escape(str(found['notice'].get('text', '')))}"
            for found in reversed(kept)
        )
        return (
            "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>家属收到的通知</title>"
            "<meta http-equiv=refresh content=3>"
            "<style>body{font:20px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;margin:2rem}"
            "td{padding:.4rem 1rem;border-bottom:1px solid #999;vertical-align:top}</style>"
            f"<h1>家属收到的通知</h1><table>{rows or '<tr><td>还没有'}</table></html>"
        )

    return app
