"""/healthz, /readyz and /metrics: for machines that watch us; no personal data, no token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy import func, select, text

from anban.errors import AnbanError, Unavailable
from backend import watchdog
from backend.api.hotline_figures import HotlineFigures
from backend.api.surroundings import Around, Check, Surroundings
from backend.store.alarms import Emergency, Notice, WorkerBeat
from backend.store.database import utc_now
from backend.store.outbox import QUEUES
from backend.store.talks import Handoff
from backend.store.upgrade import head

router = APIRouter(tags=["health"])

WORKER_SILENT = timedelta(seconds=10)
"""after this long without a sign of life a worker counts as dead"""
WATCHDOG_SILENT = timedelta(seconds=30)
"""it looks every ten"""
CHECK_SECONDS = 4.0
"""how long one part may take to answer"""


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Say that this process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(around: Around) -> JSONResponse:
    """Say for each part whether it is ready; 503 where one is not."""
    checks: dict[str, Check] = {
        "database": around.database.ping,
        "migrations": lambda: _migrated(around),
        **{f"worker_{queue}": _beats(around, queue, WORKER_SILENT) for queue in QUEUES},
        watchdog.BEAT: _beats(around, watchdog.BEAT, WATCHDOG_SILENT),
        **around.checks,
    }
    states = await asyncio.gather(*(_state(check) for check in checks.values()))
    parts = dict(zip(checks, states, strict=True))
    is_ready = all(state == "ok" for state in states)
    body = {"status": "ok" if is_ready else "not ready", "parts": parts}
    return JSONResponse(body, 200 if is_ready else 503)


async def _state(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except AnbanError as error:
        return str(error) or type(error).__name__
    except (TimeoutError, OSError) as error:
        return f"no answer ({type(error).__name__})"
    return "ok"


async def _migrated(around: Surroundings) -> None:
    async with around.database.transaction() as session:
        name = await session.scalar(text("SELECT to_regclass('alembic_version')"))
        found = None
        if name is not None:
            found = await session.scalar(text("SELECT version_num FROM alembic_version"))
    if found != head():
        raise Unavailable(f"the database is at {found or 'nothing'}, {head()} is needed")


def _beats(around: Surroundings, name: str, silent: timedelta) -> Check:
    async def check() -> None:
        async with around.database.transaction() as session:
            if await session.scalar(text("SELECT to_regclass('worker_beats')")) is None:
                raise Unavailable("not seen yet")
            beat = await session.get(WorkerBeat, name)
        if beat is None:
            raise Unavailable("not seen yet")
        if utc_now() - beat.seen_at > silent:
            raise Unavailable("silent")

    return check


class Metrics:
    """Prometheus figures of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "anban_http_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "anban_http_request_seconds",
            "Seconds until the answer",
            ["method", "route"],
            registry=self.registry,
        )
        self.emergencies = Gauge(
            "anban_emergencies_open",
            "Emergencies that nobody holds",
            registry=self.registry,
        )
        self.oldest = Gauge(
            "anban_emergency_oldest_open_seconds",
            "Seconds that the oldest of them has waited",
            registry=self.registry,
        )
        self.pending = Gauge(
            "anban_notices", "Notices by status", ["status"], registry=self.registry
        )
        self.lacking = Gauge(
            "anban_alarm_ways_lacking",
            "Open cases of relatives whom an alarm reached by one kind of channel, or by no call",
            registry=self.registry,
        )
        self.hotline = HotlineFigures(self.registry)
        self.database = Gauge(
            "anban_database_up", "1 while the database answers", registry=self.registry
        )

    async def measured(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Count a request and its time, by the route's template."""
        start = time.perf_counter()
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "none")
        status = str(response.status_code)
        self.requests.labels(request.method, route, status).inc()
        self.seconds.labels(request.method, route).observe(time.perf_counter() - start)
        return response

    async def read(self, around: Surroundings) -> None:
        """Read the figures that live in the database."""
        is_open = Emergency.status == "open"
        async with around.database.transaction() as session:
            row = (
                await session.execute(
                    select(func.count(), func.min(Emergency.raised_at)).where(is_open)
                )
            ).one()
            by_status = select(Notice.status, func.count()).group_by(Notice.status)
            counts = {status: count async for status, count in await session.stream(by_status)}
            cases = (Handoff.reason == "ways_lacking") & (Handoff.status == "open")
            lacking = await session.scalar(select(func.count()).select_from(Handoff).where(cases))
            await self.hotline.read(session)
        self.emergencies.set(row[0])
        self.lacking.set(lacking or 0)
        self.oldest.set((utc_now() - row[1]).total_seconds() if row[1] else 0)
        for status in ("pending", "delivered", "failed"):
            self.pending.labels(status).set(counts.get(status, 0))


@router.get("/metrics", response_class=Response)
async def metrics(request: Request, around: Around) -> Response:
    """Show the figures in Prometheus' text format."""
    figures: Metrics = request.app.state.metrics
    try:
        await figures.read(around)
        figures.database.set(1)
    except Unavailable:
        figures.database.set(0)
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)
