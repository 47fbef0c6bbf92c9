"""``/v1/sources/{id}`` and ``/s/{id}``: the place of a document that an answer rests on, opened."""

from __future__ import annotations

from typing import Protocol

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

PATH = "/s"
"""where messages point to: short, and without characters that break a link"""


class Source(BaseModel):
    """A place of a document, and what is told from it."""

    model_config = ConfigDict(from_attributes=True)

    document: str
    number: str | None = None
    section: str | None = None
    year: int | None = None
    locality: str = Field("", description="where it holds; empty: everywhere")
    says: list[str] = Field([], description="what it says, in our own words")
    passages: list[str] = Field([], description="its own words, where the operator took it in")
    caution: str = Field("", description="what is wrong with the copy, or that it is over")


class Sources(Protocol):
    """Everything answers may rest on."""

    async def of(self, id: str) -> Source | None:
        """Return the place with this id (`bot.dialogue.Citation.id`)."""
        ...


def router(sources: Sources) -> APIRouter:
    """Return the routes.

    Args:
        sources: see ``Sources``.
    """
    routes = APIRouter(tags=["policy"])

    @routes.get("/v1/sources/{id}", response_model=Source)
    async def source(id: str) -> Source | JSONResponse:
        """Show the place of a document that an answer rests on."""
        found = await sources.of(id)
        if found is None:
            body = {"title": "没有找到", "status": 404, "detail": "没有这条出处", "field": "id"}
            return JSONResponse(body, status_code=404, media_type="application/problem+json")
        return found

    @routes.get(f"{PATH}/{{id}}", include_in_schema=False)
    async def opened(id: str) -> Response:
        return RedirectResponse(f"/#/pages/source/source?id={id}" if id.isalnum() else "/", 302)

    return routes
