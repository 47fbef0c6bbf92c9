"""The hotline's figures of the last 24 hours for Prometheus."""

from __future__ import annotations

from math import nan

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.domain.call_outs import OUTCOMES, PURPOSES, TRANSFERS
from backend.services import inbound
from backend.store.database import utc_now
from backend.store.hotline import CallOut, Transfer
from backend.store.talks import Handoff


class HotlineFigures:
    """Calls that came in, were handed over, were placed, or are promised.

    Args:
        registry: where they are shown.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.transfers = Gauge(
            "anban_hotline_transfers",
            "Callers offered to an agent in the last 24 hours, by what came of it",
            ["outcome"],
            registry=registry,
        )
        self.call_outs = Gauge(
            "anban_hotline_call_outs",
            "Attempts to call somebody in the last 24 hours, by purpose and what came of it",
            ["purpose", "outcome"],
            registry=registry,
        )
        self.promised = Gauge(
            "anban_hotline_promised_calls",
            "Calls that are promised and not made yet: in time, or overdue",
            ["due"],
            registry=registry,
        )
        self.inbound = Gauge(
            "anban_hotline_inbound_calls",
            "Calls to the hotline in the last 24 hours, by what became of them",
            ["what"],
            registry=registry,
        )
        self.waiting = Gauge(
            "anban_hotline_waiting", "Callers nobody has answered yet", registry=registry
        )
        self.shares = Gauge(
            "anban_hotline_share",
            "Shares of the last 24 hours (GB/T 33358-2016): answered_in_15s and connected of all "
            "that were answered or given up, overflow of all, transferred of those who were to be, "
            "transferred_in_3s of those who were",
            ["of"],
            registry=registry,
        )
        self.transfer_seconds = Gauge(
            "anban_hotline_transfer_seconds",
            "From being let go by Anban to being joined with an agent: the median of 24 hours",
            registry=registry,
        )

    async def read(self, session: AsyncSession) -> None:
        """Read the figures of the hotline's calls."""
        now = utc_now()
        since = now - inbound.DAY
        handed = select(Transfer.outcome, func.count()).where(Transfer.offered_at > since)
        rows = await session.execute(handed.group_by(Transfer.outcome))
        found = {row[0]: row[1] for row in rows}
        for outcome in TRANSFERS:
            self.transfers.labels(outcome).set(found.get(outcome, 0))
        kinds = (CallOut.purpose, CallOut.outcome)
        placed = select(*kinds, func.count()).where(CallOut.placed_at > since).group_by(*kinds)
        attempts = {kind[:2]: kind[2] for kind in await session.execute(placed)}
        for purpose in PURPOSES:
            for outcome in OUTCOMES:
                self.call_outs.labels(purpose, outcome).set(attempts.get((purpose, outcome), 0))
        self._show(await inbound.figures(session, now))
        late = Handoff.promised_at < now
        open_ones = select(late, func.count()).where(Handoff.status == "open").group_by(late)
        due = {row[0]: row[1] for row in await session.execute(open_ones)}
        self.promised.labels("in_time").set(due.get(False, 0))
        self.promised.labels("overdue").set(due.get(True, 0))

    def _show(self, found: inbound.Figures) -> None:
        """Show the calls that came in; a share of nothing is not a number."""
        for what in ("calls", "answered", "prompt", "overflow", "by_anban", "abandoned"):
            self.inbound.labels(what).set(getattr(found, what))
        self.waiting.set(found.waiting)
        shares = {
            "answered_in_15s": found.prompt_share,
            "connected": found.connect_rate,
            "overflow": found.overflow_share,
            "transferred": found.transfer_success,
            "transferred_in_3s": found.quick_share,
        }
        for name, share in shares.items():
            self.shares.labels(name).set(nan if share is None else share)
        took = found.transfer_seconds
        self.transfer_seconds.set(nan if took is None else took)
