"""The Procrastinate application: the tasks and how often they are tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy

from backend.config import BackendConfig
from backend.domain.times import CHINA
from backend.jobs.delivery import deliver
from backend.notices.ports import Notifier
from backend.services import escalation, finding, reach, reminders, unfinished, visits
from backend.services.work import Work
from backend.store.database import Database, libpq_url
from backend.store.outbox import (
    CALL_BACK,
    CALLS,
    CHECK_IN,
    CLIMB,
    DELIVER_ALARM,
    DELIVER_NOTICE,
    EMERGENCIES,
    FIND_ELDER,
    FORGET_VISIT,
    LOOK_AFTER_VISITS,
    NOTE_WAYS,
    NOTICES,
    REMIND,
)
from backend.telephone import check_ins
from backend.telephone.call_backs import keep_promise
from backend.telephone.ports import Line

EVERY_TEN_MINUTES = "*/10 * * * *"


def job_app(
    config: BackendConfig,
    database: Database,
    notifiers: Mapping[str, Notifier],
    line: Line | None = None,
    *,
    periodic: bool = False,
) -> App:
    """Return the application with its tasks bound to a database, to senders and to a telephone.

    With `periodic` it also writes the jobs that come again and again: one queue's workers do.
    """
    connector = PsycopgConnector(
        conninfo=libpq_url(config.database_url),
        kwargs={"connect_timeout": config.connect_timeout},
        timeout=config.connect_timeout * 2,
        min_size=1,
        max_size=8,
    )
    app = App(connector=connector)
    ordinary = RetryStrategy(
        max_attempts=config.delivery_attempts, exponential_wait=config.delivery_backoff
    )
    urgent = RetryStrategy(max_attempts=config.alarm_attempts, wait=config.alarm_wait)

    climbing = RetryStrategy(wait=1)

    @app.task(name=DELIVER_NOTICE, queue=NOTICES, retry=ordinary, pass_context=True)
    async def deliver_notice(context: JobContext, notice_id: str) -> None:
        last = _is_last(context, config.delivery_attempts)
        await deliver(database, notifiers, notice_id, config=config, last_try=last)

    @app.task(name=DELIVER_ALARM, queue=EMERGENCIES, retry=urgent, pass_context=True)
    async def deliver_alarm(context: JobContext, notice_id: str) -> None:
        last = _is_last(context, config.alarm_attempts)
        await deliver(database, notifiers, notice_id, config=config, last_try=last)

    @app.task(name=CLIMB, queue=EMERGENCIES, retry=climbing)
    async def climb(rung_id: str) -> None:
        async with database.transaction() as session:
            work = Work(session, datetime.now(CHINA), config, actor="worker")
            await escalation.climb(work, rung_id)

    @app.task(name=CALL_BACK, queue=CALLS, retry=climbing)
    async def call_back(handoff_id: str) -> None:
        if line is not None:
            await keep_promise(config, database, line, handoff_id)

    @app.task(name=CHECK_IN, queue=CALLS, retry=climbing)
    async def check_in(check_in_id: str, due: str) -> None:
        if line is not None:
            await check_ins.place(config, database, line, check_in_id, due)

    @app.task(name=FORGET_VISIT, queue=NOTICES, retry=climbing)
    async def forget_visit(visit_id: str) -> None:
        async with database.transaction() as session:
            work = Work(session, datetime.now(CHINA), config, actor="worker")
            await visits.forget(work, visit_id)

    @app.task(name=NOTE_WAYS, queue=NOTICES, retry=climbing)
    async def note_ways(emergency_id: str) -> None:
        async with database.transaction() as session:
            work = Work(session, datetime.now(CHINA), config, actor="worker")
            await reach.note_lacking(work, emergency_id)

    @app.task(name=REMIND, queue=NOTICES, retry=climbing)
    async def remind(reminder_id: str, due: str) -> None:
        async with database.transaction() as session:
            work = Work(session, datetime.now(CHINA), config, actor="worker")
            await reminders.ring(work, reminder_id, due)

    @app.task(name=FIND_ELDER, queue=NOTICES, retry=climbing)
    async def find_elder(emergency_id: str) -> None:
        async with database.transaction() as session:
            work = Work(session, datetime.now(CHINA), config, actor="worker")
            await finding.find_elder(work, emergency_id)

    @app.task(name=LOOK_AFTER_VISITS, queue=NOTICES, queueing_lock=LOOK_AFTER_VISITS)
    async def look_after_visits(timestamp: int) -> None:
        async with database.transaction() as session:
            work = Work(session, datetime.now(CHINA), config, actor="worker")
            await unfinished.look_after(work)

    if periodic:
        app.periodic(cron=EVERY_TEN_MINUTES)(look_after_visits)
    return app


def _is_last(context: JobContext, most: int) -> bool:
    return context.job.attempts >= most
