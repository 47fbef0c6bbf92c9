"""The Bot API, and the way it pushes updates to us."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "push-secret"
DAUGHTER = 70001
_updates = itertools.count(10_000)

ERRORS = {
    400: "Bad Request: chat not found",
    403: "Forbidden: bot was blocked by the user",
    429: "Too Many Requests: retry after 1",
    502: "Bad Gateway",
}


@dataclass
class FakeTelegram:
    """Keeps what is sent; answers planned errors first."""

    plan: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """HTTP statuses to answer next, by method"""
    sent: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.get("/file/bot{token}/{path:path}")(self._file)
        app.post("/bot{token}/{method}")(self._call)
        self._numbers = itertools.count(500)
        return app

    async def _file(self, token: str, path: str) -> Response:
        known = token == TOKEN and path in self.files
        return Response(self.files[path] if known else b"", 200 if known else 404)

    async def _call(self, request: Request, token: str, method: str) -> JSONResponse:
        if token != TOKEN:
            return _error(401)
        if self.plan[method]:
            return _error(self.plan[method].pop(0))
        body = {name: _read(str(value)) for name, value in (await request.form()).items()}
        self.sent.append({"method": method, **body})
        return JSONResponse({"ok": True, "result": self._result(method, body)})

    def _result(self, method: str, body: dict[str, Any]) -> Any:
        if method == "getFile":
            file_id = str(body["file_id"])
            return {"file_id": file_id, "file_unique_id": "u", "file_path": file_id}
        if method in ("sendMessage", "editMessageReplyMarkup"):
            chat = {"id": int(body["chat_id"]), "type": "private", "first_name": "小梅"}
            number = next(self._numbers)
            text = body.get("text", "x")
            return {"message_id": number, "date": 1772586600, "chat": chat, "text": text}
        return True

    def texts(self) -> list[str]:
        """Texts that were sent, in order."""
        return [one["text"] for one in self.sent if one["method"] == "sendMessage"]


def _read(value: str) -> Any:
    try:
        return json.loads(value) if value[:1] in "{[" else value
    except ValueError:
        return value


def _error(status: int) -> JSONResponse:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": status,
        "description": ERRORS.get(status, "Unauthorized"),
    }
    if status == 429:
        body["parameters"] = {"retry_after": 1}
    return JSONResponse(body, status)


def _person() -> dict[str, Any]:
    return {"id": DAUGHTER, "is_bot": False, "first_name": "小梅", "language_code": "zh-hans"}


def message(**content: Any) -> dict[str, Any]:
    """An update with a message in a private chat."""
    chat = {"id": DAUGHTER, "type": "private", "first_name": "小梅"}
    told = {"message_id": 1, "date": 1772586600, "chat": chat, "from": _person(), **content}
    return {"update_id": next(_updates), "message": told}


def pressed(data: str) -> dict[str, Any]:
    """An update that says which button was pressed."""
    under = message(text="紧急")["message"]
    query = {"id": "77", "from": _person(), "chat_instance": "c", "data": data, "message": under}
    return {"update_id": next(_updates), "callback_query": query}


def blocked() -> dict[str, Any]:
    """An update that says that the person blocked the bot."""
    chat = {"id": DAUGHTER, "type": "private", "first_name": "小梅"}
    bot = {"id": 1, "is_bot": True, "first_name": "安伴"}
    change = {
        "chat": chat,
        "from": _person(),
        "date": 1772586600,
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
    }
    return {"update_id": next(_updates), "my_chat_member": change}
