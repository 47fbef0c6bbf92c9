"""/v1/providers, and what is announced but not there yet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from anban.errors import Rejected
from backend.api.problems import problem
from backend.api.schemas import Page, Problem, ProviderOut
from backend.api.surroundings import Unit
from backend.domain.words import SERVICES
from backend.services import catalogue

router = APIRouter(tags=["catalogue"])
later = APIRouter(tags=["not yet available"])

COMING = {
    "/vouchers": "养老服务券的查询和核销还没有开通，以后会在这里",
}


@router.get("/providers")
async def list_providers(
    work: Unit,
    locality: Annotated[str | None, Query(max_length=64)] = None,
    service: Annotated[str | None, Query(max_length=32)] = None,
) -> Page[ProviderOut]:
    """List who serves a locality (its city and province included), with prices in fen."""
    if service and service not in SERVICES:
        raise Rejected(f"没有这项服务，应为：{'、'.join(SERVICES)}", "service")
    rows = await catalogue.providers(work, locality, service)
    items = [ProviderOut.model_validate(row) for row in rows]
    return Page(items=items, limit=max(len(items), 1), offset=0)


def _announce(path: str, detail: str) -> None:
    async def not_yet() -> JSONResponse:
        return problem(501, detail)

    not_yet.__doc__ = f"Not yet available: {detail}。"
    for method in ("GET", "POST"):
        later.add_api_route(
            path,
            not_yet,
            methods=[method],
            status_code=501,
            responses={501: {"model": Problem}},
            response_class=JSONResponse,
            name="not_yet",
        )


for _path, _detail in COMING.items():
    _announce(_path, _detail)
