"""The built page of the mini-program, served from memory: small, packed, and cached by name."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

PAGE = Path(__file__).with_name("page.html")
"""the typed chat, which needs no build"""
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "media-src 'self' blob: data:; connect-src 'self' ws: wss:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), geolocation=(self)",
}
FOREVER, NEVER = "public, max-age=31536000, immutable", "no-cache"


@dataclass(frozen=True)
class _File:
    data: bytes
    packed: bytes
    kind: str
    tag: str


def router(built: Path) -> APIRouter:
    """The page at ``/`` and its parts; until it is built, the typed chat is served there.

    Args:
        built: the folder that the build has left.

    Returns:
        Routes ``/``, ``/chat``, ``/assets/…`` and ``/static/…``.
    """
    routes = APIRouter(include_in_schema=False)
    files = {str(path.relative_to(built)): _read(path) for path in sorted(built.rglob("*.*"))}

    @routes.get("/chat")
    async def chat() -> FileResponse:
        return FileResponse(PAGE, media_type="text/html; charset=utf-8")

    @routes.get("/")
    async def page(request: Request) -> Response:
        found = files.get("index.html")
        return await chat() if found is None else _answer(request, found, NEVER)

    async def part(request: Request, path: str) -> Response:
        name = request.url.path.lstrip("/")
        found = files.get(name)
        if found is None:
            return Response(status_code=404)
        return _answer(request, found, FOREVER if name.startswith("assets/") else NEVER)

    for folder in ("assets", "static"):
        routes.get(f"/{folder}/{{path:path}}")(part)
    return routes


def _read(path: Path) -> _File:
    data = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    tag = hashlib.sha256(data).hexdigest()[:16]
    return _File(data, gzip.compress(data, 9, mtime=0), kind, f'"{tag}"')


def _answer(request: Request, found: _File, cache: str) -> Response:
    headers = {**HEADERS, "ETag": found.tag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == found.tag:
        return Response(status_code=304, headers=headers)
    packs = "gzip" in request.headers.get("accept-encoding", "")
    if packs and len(found.packed) < len(found.data):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, headers=headers, media_type=found.kind)
    return Response(found.data, headers=headers, media_type=found.kind)
