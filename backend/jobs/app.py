"""The Procrastinate application: the tasks and how often they are tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy

from backend.config import BackendConfig
from backend.domain.times import CHINA
from backend.jobs.delivery import deliver
from backend.notices.ports import Notifier
from backend.services import emergencies
from backend.services.work import Work
from backend.store.database import Database, libpq_url
from backend.store.outbox import ALARM_FAMILY, DELIVER_ALARM, DELIVER_NOTICE, EMERGENCIES, NOTICES


def job_app(config: BackendConfig, database: Database, notifiers: Mapping[str, Notifier]) -> App:
    """Return the application with its tasks bound to a database and to senders."""
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

    @app.task(name=DELIVER_NOTICE, queue=NOTICES, retry=ordinary, pass_context=True)
    async def deliver_notice(context: JobContext, notice_id: str) -> None:
        last = _is_last(context, config.delivery_attempts)
        await deliver(database, notifiers, notice_id, last_try=last)

    @app.task(name=DELIVER_ALARM, queue=EMERGENCIES, retry=urgent, pass_context=True)
    async def deliver_alarm(context: JobContext, notice_id: str) -> None:
        last = _is_last(context, config.alarm_attempts)
        await deliver(database, notifiers, notice_id, last_try=last)

    @app.task(name=ALARM_FAMILY, queue=EMERGENCIES, retry=urgent)
    async def alarm_family(emergency_id: str) -> None:
        async with database.transaction() as session:
            now = datetime.now(CHINA)
            work = Work(session, now, config, actor="worker")
            await emergencies.alarm_family(work, emergency_id)

    return app


def _is_last(context: JobContext, most: int) -> bool:
    return context.job.attempts >= most
