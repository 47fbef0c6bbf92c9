"""The sentences of notices, filled in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from backend.domain.places import position
from backend.domain.times import CHINA, said_day, said_time
from backend.domain.words import EMERGENCIES, SERVICES
from backend.store.alarms import Emergency
from backend.store.people import Elder
from backend.store.services import Order

LONGEST_QUOTE = 80
"""characters of what was said that a notice repeats"""


@dataclass(frozen=True)
class Wording:
    """What a notice says."""

    subject: str
    text: str


@cache
def _sentences() -> dict[str, dict[str, str]]:
    file = Path(__file__).with_name("sentences.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def order_wording(
    event: str, elder: Elder, order: Order, reason: str | None, *, whole: bool = True
) -> Wording:
    """Return what the family is told about an order.

    Without `whole` neither the hospital is named nor why something was changed: both tell of the
    elder's health.
    """
    hospital, reason = (order.hospital, reason) if whole else (None, None)
    return _filled(
        event,
        elder=elder.name or "老人",
        service=SERVICES[order.service],
        when=f"{said_day(order.day)}{said_time(order.time)}" + ("起" if order.recurring else ""),
        address=order.address or "未说明",
        hospital=f"，去{hospital}" if hospital else "",
        number=order.number,
        reason=f"，原因：{reason}" if reason else "",
    )


def visit_wording(event: str, elder: Elder, order: Order, day: date, at: datetime) -> Wording:
    """Return what the family and the elder are told about a visit.

    Args:
        event: visit_begun, visit_reported (nothing shows that somebody is there) or
            visit_finished.
        elder: whose home.
        order: what was ordered.
        day: which visit it is of an order that comes again.
        at: when the button was pressed, in local time.
    """
    return _filled(
        event,
        elder=elder.name or "老人",
        service=SERVICES[order.service],
        day=said_day(day),
        worker=order.worker or "服务人员",
        at=f"{at:%H:%M}",
        number=order.number,
    )


@dataclass(frozen=True)
class Cry:
    """What people are told about an emergency."""

    elder: str
    kind: str
    said: str
    location: str
    phone: str | None
    at: datetime
    """in local time"""


def cry_of(emergency: Emergency, elder: Elder | None, said: str | None = None) -> Cry:
    """Return what people are told about an emergency, whoever's it is.

    Args:
        emergency: the emergency.
        elder: whose it is, where known.
        said: words to quote instead of the first ones.
    """
    address = elder.address if elder else None
    return Cry(
        elder=(elder.name or "老人") if elder else "未登记的来电人",
        kind=EMERGENCIES[emergency.kind],
        said=said or emergency.text,
        location=_place(emergency.location, address),
        phone=emergency.phone or (elder.phone if elder else None),
        at=emergency.raised_at.astimezone(CHINA),
    )


def _place(said: str | None, address: str | None) -> str:
    """Return where somebody is; figures for a map do not take the place of the address."""
    if said and address and position(said):
        return f"{said}，登记住址{address}"
    return said or address or "未说明"


def emergency_wording(event: str, cry: Cry, by: str = "") -> Wording:
    """Return what people are told about an emergency; `by` is who holds or closes it."""
    said = cry.said
    return _filled(
        event,
        elder=cry.elder,
        kind=cry.kind,
        said=said if len(said) <= LONGEST_QUOTE else f"{said[:LONGEST_QUOTE]}……",
        location=cry.location,
        phone=f"（电话{cry.phone}）" if cry.phone else "",
        at=f"{said_day(cry.at.date())}{cry.at:%H:%M}",
        by=by,
    )


def application_wording(elder: Elder, name: str, stands: str, comment: str, number: str) -> Wording:
    """Return what the family is told about an application.

    Args:
        elder: who applies.
        name: what is applied for.
        stands: where it stands, in words.
        comment: why it was sent back or refused; empty where nothing was said.
        number: of the application.
    """
    return _filled(
        "application_moved",
        elder=elder.name or "老人",
        scheme=name,
        stands=stands,
        comment=f"，说明：{comment}" if comment else "",
        number=number,
    )


def assessment_wording(elder: Elder) -> Wording:
    """Return what is told once an assessor has been: that, and no result."""
    return _filled("assessment_done", elder=elder.name or "老人")


def binding_wording(elder: Elder) -> Wording:
    """Return what somebody is told who has been bound to an elder."""
    return _filled("binding_approved", elder=elder.name or "老人")


def consents_wording(elder: Elder, person: str, knows: str) -> Wording:
    """Return what an elder is told of somebody who was bound, and of what they may know."""
    return _filled("consents_given", elder=elder.name or "老人", person=person, knows=knows)


def newcomer_wording(elder: Elder, person: str) -> Wording:
    """Return what the family is told of somebody who has been bound: it may be a swindler."""
    return _filled("binding_made", elder=elder.name or "老人", person=person)


def with_link(text: str, url: str) -> str:
    """Return a notice's text with the link that acknowledges the emergency."""
    return f"{text}\n{_sentences()['acknowledge_link']['text'].format(url=url)}"


def reminder_wording(elder: Elder) -> Wording:
    """Return what an elder is told when it is time for their medicine."""
    return _filled("reminder", elder=elder.name or "您好")


def phrase(group: str, name: str, **values: str) -> str:
    """Return a sentence of a group that is no notice."""
    return _sentences()[group][name].format_map(values)


def _filled(event: str, **values: str) -> Wording:
    sentence = _sentences()[event]
    return Wording(
        sentence["subject"].format_map(values),
        sentence["text"].format_map(values),
    )
