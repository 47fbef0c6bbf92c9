"""What the page shows, in words: cards of live emergencies and lines of today's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.domain.ladder import FAMILY
from backend.domain.phones import masked
from backend.domain.times import CHINA
from backend.domain.words import EMERGENCIES, POSTS
from backend.services.desk import CALLER, CLOSING, ELDER, Case
from backend.store.alarms import Emergency, Notice
from backend.store.people import Elder

CHANNELS = {
    "phone": "电话",
    "web": "网页",
    "wechat": "微信",
    "telegram": "Telegram",
    "device": "设备",
    "chat": "文字",
    "webhook": "通知接口",
    "email": "邮件",
    "sms": "短信",
    "voice_call": "语音电话",
    "desk": "值班台",
}
STATUSES = {
    "pending": "正在送",
    "delivered": "已送达",
    "failed": "没送到",
    "withdrawn": "已撤回",
}
TOLD_OF = {
    "emergency_raised": "告急",
    "emergency_again": "再次告急",
    "emergency_unheld": "没有人接手",
    "emergency_update": "新情况",
    "emergency_silent": "不出声了",
    "emergency_line_dead": "电话断了",
    "emergency_acknowledged": "有人接手",
    "emergency_closed": "已结束",
    "emergency_false_alarm": "是误报",
}
OUTCOMES = {"closed": "处理完", "false_alarm": "误报"}


@dataclass(frozen=True)
class Person:
    """Somebody to ring; the number is shown on demand."""

    key: str
    """what the number is asked for by"""
    who: str
    masked: str


@dataclass(frozen=True)
class Told:
    """Who was told, by which way, and what came back."""

    who: str
    channel: str
    of: str
    """告急, 新情况 …"""
    status: str
    word: str
    at: str


@dataclass(frozen=True)
class Sign:
    """A further sign, or something else that happened."""

    at: str
    text: str


@dataclass(frozen=True)
class Card:
    """One live emergency as an agent sees it."""

    id: str
    kind: str
    possible: bool
    held: bool
    holder: str
    mine: bool
    since: int
    """Unix seconds, for the ticking age"""
    raised: str
    name: str
    about: str
    address: str
    location: str
    said: str
    channel: str
    people: tuple[Person, ...]
    told: tuple[Told, ...]
    next: str
    """who is told next, and when, unless somebody takes it"""
    signs: tuple[Sign, ...]
    unseen: bool
    """whether the desk's own notice still waits for its receipt"""


@dataclass(frozen=True)
class Line:
    """One emergency of today's history."""

    raised: str
    closed: str
    kind: str
    name: str
    outcome: str
    false_alarm: bool
    by: str
    reason: str
    minutes: int


def card(case: Case, agent: str, today: datetime) -> Card:
    """Return the card of a live emergency, as `agent` sees it."""
    row, elder = case.emergency, case.elder
    address = (elder.address if elder else None) or ""
    return Card(
        id=row.id,
        kind=EMERGENCIES[row.kind],
        possible=row.certainty == "possible",
        held=row.status == "acknowledged",
        holder=row.acknowledged_by or "",
        mine=row.acknowledged_by == agent,
        since=int(row.raised_at.timestamp()),
        raised=_clock(row.raised_at),
        name=(elder.name if elder else "") or "不知道是谁",
        about=_about(elder, today.year),
        address=address,
        location=row.location if row.location and row.location != address else "",
        said=row.text,
        channel=CHANNELS.get(row.channel, row.channel),
        people=tuple(_people(row, case)),
        told=_told(case.notices),
        next=_next(case),
        signs=tuple(_signs(case)),
        unseen=any(one.channel == "desk" and one.status == "pending" for one in case.notices),
    )


def line(case: Case) -> Line:
    """Return the line of an emergency that is over."""
    row = case.emergency
    closed = row.closed_at or row.raised_at
    reasons = [event.detail for event in case.events if event.event == CLOSING]
    return Line(
        raised=_clock(row.raised_at),
        closed=_clock(closed),
        kind=EMERGENCIES[row.kind],
        name=(case.elder.name if case.elder else "") or "不知道是谁",
        outcome=OUTCOMES[row.status],
        false_alarm=row.status == "false_alarm",
        by=row.closed_by or "",
        reason=(reasons[-1] if reasons else None) or "",
        minutes=max(0, round((closed - row.raised_at).total_seconds() / 60)),
    )


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%H:%M}"


def _exact(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%H:%M:%S}"


def _about(elder: Elder | None, year: int) -> str:
    """Return what one should know before ringing: age, dialect, hearing, alone or not."""
    if elder is None:
        return ""
    age = f"{year - elder.birth_year}岁" if elder.birth_year else ""
    dialect = elder.dialect if elder.dialect not in {None, "普通话"} else ""
    hearing = elder.hearing if elder.hearing not in {None, "正常"} else ""
    alone = "独居" if elder.lives_alone else ""
    level = elder.disabled_level or ("残疾" if elder.disabled else "")
    return " · ".join(filter(None, (age, elder.gender, alone, hearing, dialect, level)))


def _people(row: Emergency, case: Case) -> list[Person]:
    found = []
    own = case.elder.phone if case.elder else None
    if own:
        found.append(Person(ELDER, "本人", masked(own)))
    family = {member.phone for member in case.family}
    if row.phone and row.phone != own and row.phone not in family:
        found.append(Person(CALLER, "来电", masked(row.phone)))
    for member in case.family:
        if member.phone:
            called = "来电" if member.phone == row.phone else ""
            who = " ".join(filter(None, (member.relation, member.name, called)))
            found.append(Person(member.id, who, masked(member.phone)))
    return found


def _told(notices: Sequence[Notice]) -> tuple[Told, ...]:
    return tuple(
        Told(
            who=notice.recipient or "联系人",
            channel=CHANNELS.get(notice.channel, notice.channel),
            of=TOLD_OF.get(notice.event, ""),
            status=notice.status,
            word=STATUSES[notice.status],
            at=_exact(notice.deliveries[-1].at if notice.deliveries else notice.created_at),
        )
        for notice in notices
        if notice.channel != "desk"
    )


def _next(case: Case) -> str:
    waiting = [rung for rung in case.rungs if rung.begun_at is None]
    if case.emergency.status != "open" or not waiting:
        return ""
    rung = min(waiting, key=lambda one: one.due_at)
    who = "、".join("家人" if one == FAMILY else POSTS[one] for one in rung.who)
    return f"{_exact(rung.due_at)} 通知{who}"


_HAPPENED = {
    "silent": "呼救的人不出声了",
    "line_dead": "呼救的电话断了",
    "elder_found": "按说的姓名、地址查到了是哪位老人",
    "device_cancelled": "在设备上按了取消",
    "watchdog_unheld": "一直没有人接手",
    "watchdog_sender": "有一条通知发不出去",
}


def _signs(case: Case) -> list[Sign]:
    found: list[Sign] = []
    for event in case.events:
        text = event.detail if event.event == "sign" else _HAPPENED.get(event.event)
        if text and not (found and found[-1].text == text):
            found.append(Sign(_clock(event.at), text))
    return found[-3:]
