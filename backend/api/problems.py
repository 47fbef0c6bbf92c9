"""Errors as RFC 9457 problems: what is wrong, in which field, and what would be right."""

from __future__ import annotations

import logging
from typing import Any

import sqlalchemy.exc
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from anban.errors import AnbanError, Conflict, NotFound, Rejected, Unavailable, Unproven
from backend.api.surroundings import NoToken
from backend.domain.faults import fault

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

_TITLES = {
    400: "bad request",
    401: "no valid token or signature",
    404: "not found",
    405: "method not allowed",
    409: "conflict",
    422: "a field is wrong",
    500: "internal error",
    501: "not yet available",
    503: "unavailable",
}


def problem(
    status: int,
    detail: str,
    field: str | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return a problem; `detail` is for people, `field` names the one field that is wrong."""
    title = _TITLES.get(status, "error")
    body: dict[str, Any] = {
        "type": f"urn:anban:problem:{title.replace(' ', '-')}",
        "title": title,
        "status": status,
        "detail": _encodable(detail),
    }
    if field is not None:
        body["field"] = _encodable(field)
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def _encodable(text: str) -> str:
    """Return a text that UTF-8 has bytes for: a sender's own words may hold half a character."""
    return text.encode("utf-8", "replace").decode()


def install(app: FastAPI) -> None:
    """Let every error of an application become a problem."""
    app.add_exception_handler(AnbanError, _ours)
    app.add_exception_handler(NoToken, _no_token)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(sqlalchemy.exc.DataError, _bad_data)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Rejected):
        status = 400 if error.field == "Idempotency-Key" else 422
        return problem(status, str(error), error.field)
    if isinstance(error, NotFound):
        return problem(404, str(error))
    if isinstance(error, Unproven):
        return problem(401, str(error))
    if isinstance(error, Conflict):
        return problem(409, str(error))
    if isinstance(error, Unavailable):
        return problem(503, str(error), headers={"Retry-After": "2"})
    return await _unexpected(request, error)


async def _no_token(request: Request, error: Exception) -> JSONResponse:
    detail = "没有令牌或令牌不对，应在 Authorization 里带上 Bearer 服务令牌"
    return problem(401, detail, headers={"WWW-Authenticate": "Bearer"})


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field, detail = fault(first, first["loc"][1:] or first["loc"])
    return problem(422, detail, field)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    details = {404: "没有这个地址", 405: "这个地址不接受这种方法", 400: "请求读不懂，应为 JSON"}
    detail = details.get(error.status_code, str(jsonable_encoder(error.detail)))
    return problem(error.status_code, detail, headers=dict(error.headers or {}))


async def _bad_data(request: Request, error: Exception) -> JSONResponse:
    return problem(422, "内容里有数据库不能保存的字符或数值，应去掉后再试")


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error(
        "unexpected %s in %s %s",
        type(error).__name__,
        request.method,
        request.scope.get("route") and request.scope["route"].path,
    )
    return problem(500, "后台出错了，已经记下，请稍后再试")
