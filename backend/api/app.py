"""The application: routers, problems, figures, and the database for as long as it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI

from backend.api import health, problems
from backend.api.routers import (
    accounts,
    agents,
    alarms,
    applications,
    assessments,
    catalogue,
    check_ins,
    conversations,
    devices,
    emergencies,
    hotline,
    links,
    mini,
    mini_work,
    orders,
    people,
    policy,
    visits,
    wishes,
    workers,
)
from backend.api.schemas import Problem
from backend.api.surroundings import Check, Surroundings, require_token
from backend.config import BackendConfig
from backend.feed import Feed
from backend.store.database import Database

_STATUSES: tuple[int, ...] = (400, 401, 404, 409, 422, 503)
PROBLEMS: dict[int | str, dict[str, Any]] = {status: {"model": Problem} for status in _STATUSES}

ROUTERS = (
    accounts.router,
    people.router,
    conversations.router,
    orders.router,
    emergencies.router,
    alarms.router,
    devices.router,
    agents.router,
    catalogue.router,
    policy.router,
    policy.papers,
    hotline.router,
    check_ins.router,
    workers.router,
    visits.router,
    applications.router,
    assessments.router,
    wishes.router,
    catalogue.later,
)


def create_app(
    config: BackendConfig,
    *,
    checks: Mapping[str, Check] | None = None,
    extra_routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """Return the service application.

    It starts without a database and answers 503 until there is one; tables are made by
    `backend.store.upgrade`, not here.

    Args:
        config: the backend's configuration.
        checks: further parts of /readyz; each raises an AnbanError while it is not ready.
        extra_routers: what the command mounts beside the service API (web pages, webhooks).
    """
    surroundings = Surroundings(
        config, Database(config), Feed(config.database_url), dict(checks or {})
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await surroundings.feed.close()
        await surroundings.database.close()

    app = FastAPI(
        title="Anban 安伴 service backend",
        version="1",
        description="Orders, notices and emergencies of an elder-care hotline.",
        lifespan=lifespan,
    )
    app.state.surroundings = surroundings
    app.state.metrics = health.Metrics()
    app.middleware("http")(app.state.metrics.measured)
    problems.install(app)
    app.include_router(health.router)
    app.include_router(links.router)
    for router in ROUTERS:
        app.include_router(
            router, prefix="/v1", dependencies=[Depends(require_token)], responses=PROBLEMS
        )
    app.include_router(devices.signed, prefix="/v1", responses=PROBLEMS)
    app.include_router(mini.router, prefix="/v1", responses=PROBLEMS)
    app.include_router(mini_work.router, prefix="/v1", responses=PROBLEMS)
    for router in extra_routers:
        app.include_router(router)
    return app
