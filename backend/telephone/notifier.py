"""Notices by telephone: an alarm that is spoken, and acknowledged with a key."""

from __future__ import annotations

from datetime import datetime

from anban.errors import Unavailable
from backend.config import BackendConfig
from backend.domain.call_outs import REACHED, UNREACHABLE
from backend.domain.times import CHINA
from backend.notices.ports import Message, NotNow, Receipt, Refused
from backend.services import call_outs, telling
from backend.services.work import Work
from backend.store.database import Database
from backend.telephone.ports import Line, message_call


class VoiceCallNotifier:
    """Calls a contact; delivered is what a person has heard.

    Args:
        config: the backend's; how often a contact is called for one alarm is in `telephone`.
        database: where attempts are written.
        line: places the calls.
    """

    def __init__(self, config: BackendConfig, database: Database, line: Line) -> None:
        self._config = config
        self._database = database
        self._line = line

    async def send(self, message: Message) -> Receipt:
        """Call once; the receipt is the call's id and what came of it.

        Raises:
            Refused: it is no alarm, or nobody answered as often as may be tried.
            NotNow: nobody answered, or there was no line.
        """
        if message.facts.get("emergency_id") is None:
            raise Refused("voice_call: only alarms are telephoned")
        call_id, attempt = await self._begun(message)
        try:
            outcome = await self._line.place(message_call(call_id, message.address), "message")
        except Unavailable as error:
            await self._ended(call_id, UNREACHABLE)
            raise NotNow(f"voice_call: {error}") from None
        outcome = await self._ended(call_id, outcome)
        if outcome in REACHED:
            return Receipt(f"{call_id} {outcome}")
        assert self._config.telephone is not None
        if attempt >= self._config.telephone.rules.attempts:
            raise Refused(f"voice_call: {outcome}, called {attempt} times")
        raise NotNow(f"voice_call: {outcome}")

    async def _begun(self, message: Message) -> tuple[str, int]:
        async with self._database.transaction() as session:
            work = Work(session, datetime.now(CHINA), self._config, actor="worker")
            notice = await telling.notice(work, message.id)
            row = await call_outs.begin_alarm(work, notice, message.address)
            return row.id, row.attempt

    async def _ended(self, call_id: str, outcome: str) -> str:
        async with self._database.transaction() as session:
            work = Work(session, datetime.now(CHINA), self._config, actor="worker")
            return (await call_outs.end(work, call_id, outcome)).outcome
