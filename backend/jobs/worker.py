"""The workers: they run jobs, say that they live, and take over from those that died.

Figures for every queue (with Procrastinate's defaults timers came 1-5 s late and the job of a
killed worker was seen after 22 s): polling half a second, heartbeat 1 s, a worker silent for 5 s
is stalled, and every 2 s the jobs of stalled workers are put back. They are the same for all
queues since a worker removes any other that seems stalled by its own measure.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import httpx
import psycopg
import psycopg_pool
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from sqlalchemy.dialects.postgresql import insert

from anban.errors import Unavailable
from backend.config import BackendConfig, TelephoneConfig
from backend.jobs.app import job_app
from backend.notices.ports import Notifier
from backend.notices.smtp import SmtpNotifier
from backend.notices.webhook import TIMEOUT, WebhookNotifier
from backend.store.alarms import WorkerBeat
from backend.store.database import Database, utc_now
from backend.store.outbox import ALARM_CALLS, CALLS, EMERGENCIES, NOTICES
from backend.telephone.direct import DirectLine
from backend.telephone.exchange import Exchange
from backend.telephone.notifier import VoiceCallNotifier
from backend.telephone.ports import Line

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
HEARTBEAT_SECONDS = 1.0
STALLED_SECONDS = 5.0
SWEEP_SECONDS = 2.0
GRACE_SECONDS = 5.0
"""how long a stopping worker waits for its jobs"""
RESTART_SECONDS = 1.0
"""until a worker that lost the database tries again"""
CONCURRENCY = {NOTICES: 4, EMERGENCIES: 16, ALARM_CALLS: 16, CALLS: 8}

LOST = (ConnectorException, psycopg.Error, psycopg_pool.PoolTimeout, Unavailable, OSError)
"""what a worker meets when the database is away"""


async def run_workers(config: BackendConfig) -> None:
    """Run one worker for each queue of alarms and notices until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        group.create_task(run_worker(config, (NOTICES,), stop))
        group.create_task(run_worker(config, (EMERGENCIES,), stop))
        group.create_task(run_worker(config, (ALARM_CALLS,), stop))


async def run_worker(
    config: BackendConfig,
    queues: Sequence[str],
    stop: asyncio.Event,
    senders: Mapping[str, Notifier] | None = None,
) -> None:
    """Work on queues until `stop` is set; a lost database is waited for.

    Args:
        config: the backend's configuration.
        queues: the queues to work on; emergencies belong to a worker of their own.
        stop: ends the worker; running jobs get five seconds.
        senders: those of `BackendConfig.more_channels`, by channel.
    """
    # A delivery holds one connection as its lock while it uses another.
    database = Database(replace(config, pool_size=_concurrency(queues)))
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as http:
        notifiers: dict[str, Notifier] = {"webhook": WebhookNotifier(config.webhook_secret, http)}
        if config.smtp is not None:
            notifiers["email"] = SmtpNotifier(config.smtp)
        line = None
        if config.telephone is not None:
            line = _line(config.telephone, config.service_token, http)
            notifiers["voice_call"] = VoiceCallNotifier(config, database, line)
        notifiers |= senders or {}
        try:
            while not await _worked(config, database, notifiers, line, queues, stop):
                logger.warning("worker %s lost the database, trying again", ",".join(queues))
                await asyncio.sleep(RESTART_SECONDS)
        finally:
            await database.close()


def _line(config: TelephoneConfig, token: str, http: httpx.AsyncClient) -> Line:
    """Return what places calls: the exchange where there is one, else voice."""
    return Exchange(config, token, http) if config.ari_url else DirectLine(config, token, http)


async def _worked(
    config: BackendConfig,
    database: Database,
    notifiers: dict[str, Notifier],
    line: Line | None,
    queues: Sequence[str],
    stop: asyncio.Event,
) -> bool:
    """Run until stopped (True) or until the database is lost (False)."""
    app = job_app(config, database, notifiers, line, periodic=NOTICES in queues)
    try:
        async with app.open_async():
            return await _run_with_sweeper(app, database, queues, stop)
    except LOST as error:
        logger.warning("worker %s: %s", ",".join(queues), type(error).__name__)
        return stop.is_set()


async def _run_with_sweeper(
    app: App,
    database: Database,
    queues: Sequence[str],
    stop: asyncio.Event,
) -> bool:
    worker = asyncio.create_task(
        app.run_worker_async(
            queues=list(queues),
            name="-".join(queues),
            concurrency=_concurrency(queues),
            fetch_job_polling_interval=POLL_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
            install_signal_handlers=False,
            delete_jobs="successful",
        )
    )
    sweeper = asyncio.create_task(_sweep(app, database, queues))
    waiters = {worker, sweeper, asyncio.create_task(_until(stop))}
    try:
        await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiters:
            task.cancel()
        results = await asyncio.gather(*waiters, return_exceptions=True)
    _raise_first(results)
    return stop.is_set()  # Procrastinate's worker also ends, quietly, when its heartbeat fails


def _concurrency(queues: Sequence[str]) -> int:
    return sum(CONCURRENCY.get(queue, 1) for queue in queues)


def _raise_first(results: Sequence[object]) -> None:
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


async def _sweep(app: App, database: Database, queues: Sequence[str]) -> None:
    """Say that the worker lives, and put back the jobs of workers that died."""
    while True:
        await beat(database, queues)
        for queue in queues:
            stalled = await app.job_manager.get_stalled_jobs(
                queue=queue, seconds_since_heartbeat=STALLED_SECONDS
            )
            for job in stalled:
                with suppress(ConnectorException):
                    await app.job_manager.retry_job(job)
        await asyncio.sleep(SWEEP_SECONDS)


async def beat(database: Database, queues: Sequence[str]) -> None:
    """Write down that the workers of these queues are alive now."""
    async with database.transaction() as session:
        for queue in queues:
            values = {"name": queue, "seen_at": utc_now()}
            await session.execute(
                insert(WorkerBeat)
                .values(values)
                .on_conflict_do_update(index_elements=["name"], set_=values)
            )
