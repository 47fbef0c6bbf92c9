"""What is said on a call about an emergency, as it stands when it is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backend.domain.words import EMERGENCY_NEWS
from backend.notices.sentences import cry_of, phrase
from backend.services.ways import CALL
from backend.services.work import Work
from backend.store.alarms import Delivery, Emergency, Notice
from backend.store.database import utc_now
from backend.store.hotline import CallOut
from backend.store.people import Elder


@dataclass(frozen=True)
class Script:
    """What is said to somebody who has answered, or has pressed a key."""

    lines: tuple[str, ...]
    keys: str = ""
    """keys that mean something; empty where nothing is asked any more"""


async def message(work: Work, row: CallOut) -> Script:
    """Return what is to be said of an emergency as it stands now.

    What has come up since the message was written is said with it: nobody is called once for
    the cry and once more for each thing that the elder added while the telephone rang.
    """
    emergency = await work.session.get(Emergency, row.emergency_id or "")
    if emergency is None:
        return Script(())
    elder = await work.session.get(Elder, emergency.elder_id) if emergency.elder_id else None
    cry = cry_of(emergency, elder)
    if emergency.status not in ("open", "acknowledged"):
        return Script((phrase("call_emergency", "over", elder=cry.elder),))
    alarm = await work.session.get(Notice, row.notice_id or "")
    news = await _news(work, row, alarm)
    _hand_over(news)
    opening, told = phrase("call_emergency", "opening"), _newest(news)
    if emergency.status == "open":
        said = alarm.text if alarm else ""
        ask = phrase("call_emergency", "ask")
        return Script((opening, said, *(one for one in told if one != said), ask), keys="12")
    by = emergency.acknowledged_by or "别人"
    if alarm is not None and alarm.event in EMERGENCY_NEWS and told:
        return Script((opening, *told, phrase("call_emergency", "goes", by=by)))
    return Script((phrase("call_emergency", "held", elder=cry.elder, by=by),))


async def news_left(work: Work, row: CallOut, *, whole: bool) -> Sequence[str]:
    """Return the news that is still to be said in a call, as said now.

    Args:
        work: the transaction.
        row: the call.
        whole: whether the message was heard to its end, the news that stood in it included.
    """
    alarm = await work.session.get(Notice, row.notice_id or "")
    news = await _news(work, row, alarm)
    if whole:
        news = [one for one in news if one.claimed_at is None]
    _hand_over(news)
    return _newest(news)


async def note_news_heard(work: Work, row: CallOut) -> None:
    """Write down that what was said of news on a call was heard: nobody is called for it again."""
    alarm = await work.session.get(Notice, row.notice_id or "")
    for one in await _news(work, row, alarm):
        if one is alarm or one.status != "pending" or one.claimed_at is None:
            continue
        one.status = "delivered"
        receipt = f"{row.id} {row.outcome}"
        work.session.add(Delivery(notice_id=one.id, at=utc_now(), channel=CALL, receipt=receipt))


async def _news(work: Work, row: CallOut, alarm: Notice | None) -> Sequence[Notice]:
    """What is new for the same person by telephone, in order; the call's own is among it."""
    if alarm is None:
        return ()
    found = await work.session.scalars(
        select(Notice)
        .where(Notice.emergency_id == row.emergency_id, Notice.contact_id == alarm.contact_id)
        .where(Notice.event.in_(EMERGENCY_NEWS), Notice.created_at >= alarm.created_at)
        .order_by(Notice.created_at, Notice.id)
        .with_for_update()
    )
    return found.all()


def _hand_over(news: Iterable[Notice]) -> None:
    for one in news:
        if one.status == "pending":
            one.tried_at = one.tried_at or utc_now()
            one.claimed_at = utc_now()


def _newest(news: Sequence[Notice]) -> tuple[str, ...]:
    """The last text of each kind of news; each says all that is known of its kind."""
    return tuple({one.event: one.text for one in news}.values())
