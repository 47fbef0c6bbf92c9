"""Orders: what may be ordered, what may become of an order, and what happened to it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from anban.errors import Conflict, Rejected
from backend.domain.times import ensure_ahead, recurrence, service_date, service_time
from backend.domain.words import OPEN_ORDER_STATUSES, SERVICES

LONGEST_ADDRESS = 200
"""characters"""


@dataclass(frozen=True)
class PlaceOrder:
    """The wish for a service, as it arrived; `checked` turns it into `Booking`."""

    service: str
    date: str
    time: str
    conversation: str
    elder_id: str | None = None
    phone: str | None = None
    name: str | None = None
    ordered_by: str | None = None
    recurring: str | None = None
    address: str | None = None
    person: str | None = None
    hospital: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Booking:
    """A wish that keeps all rules."""

    service: str
    day: date
    time: str
    recurring: str | None
    address: str | None
    person: str | None
    hospital: str | None
    note: str | None


@dataclass(frozen=True)
class ChangeOrder:
    """What is to become of an order; members that are None stay as they are."""

    status: str | None = None
    date: str | None = None
    time: str | None = None
    address: str | None = None
    reason: str | None = None
    conversation: str | None = None


@dataclass(frozen=True)
class Standing:
    """What an order is now, as far as the rules need to know."""

    status: str
    day: date
    time: str | None
    address: str | None


@dataclass(frozen=True)
class OrderBooked:
    """An order was written."""

    event: str = "order_booked"


@dataclass(frozen=True)
class OrderMoved:
    """An order has a new day, time or place."""

    event: str = "order_moved"


@dataclass(frozen=True)
class OrderCancelled:
    """An order will not be carried out."""

    event: str = "order_cancelled"


@dataclass(frozen=True)
class OrderFinished:
    """An order was carried out."""

    event: str = "order_finished"


OrderEvent = OrderBooked | OrderMoved | OrderCancelled | OrderFinished


def fingerprint(command: PlaceOrder | ChangeOrder, subject: str = "") -> str:
    """Return a digest of a command's content: the same content has the same digest."""
    content = json.dumps([subject, asdict(command)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def service_address(text: str) -> str:
    """Return the address, trimmed.

    Raises:
        Rejected: it is empty or longer than 200 characters.
    """
    address = text.strip()
    if not address:
        raise Rejected("还缺地址，应写到门牌号", "address")
    if len(address) > LONGEST_ADDRESS:
        raise Rejected("地址太长，应在200个字以内", "address")
    return address


def checked(command: PlaceOrder, now: datetime) -> Booking:
    """Return the booking a command asks for.

    Raises:
        Rejected: names the first field that is wrong.
    """
    if command.service not in SERVICES:
        raise Rejected(f"没有这项服务，应为：{'、'.join(SERVICES)}", "service")
    day, at = service_date(command.date), service_time(command.time)
    ensure_ahead(day, at, now)
    return Booking(
        service=command.service,
        day=day,
        time=at,
        recurring=recurrence(command.recurring) if command.recurring else None,
        address=service_address(command.address) if command.address is not None else None,
        person=command.person,
        hospital=command.hospital,
        note=command.note,
    )


def changed(
    standing: Standing, command: ChangeOrder, now: datetime
) -> tuple[Standing, OrderEvent | None]:
    """Return what the order becomes and what happened, None where nothing changes.

    Raises:
        Conflict: it is over already.
        Rejected: names the field that is wrong.
    """
    moves = any(value is not None for value in (command.date, command.time, command.address))
    if command.status in {"cancelled", "finished"}:
        if moves:
            raise Rejected("取消或完成时不能同时改时间地点，应分开做", "status")
        return _ended(standing, command.status)
    if command.status not in {None, "confirmed"}:
        raise Rejected("状态不对，应为 confirmed、cancelled 或 finished", "status")
    if standing.status not in OPEN_ORDER_STATUSES:
        raise Conflict(f"这个单子{_ENDS[standing.status]}，不能再改")
    moved = Standing(
        status="confirmed",
        day=service_date(command.date) if command.date is not None else standing.day,
        time=service_time(command.time) if command.time is not None else standing.time,
        address=(
            service_address(command.address) if command.address is not None else standing.address
        ),
    )
    if moved == standing:
        return standing, None
    if (moved.day, moved.time) != (standing.day, standing.time):
        ensure_ahead(moved.day, moved.time or "evening", now)
    return moved, OrderMoved()


_ENDS = {"cancelled": "已经取消", "finished": "已经完成"}


def _ended(standing: Standing, status: str) -> tuple[Standing, OrderEvent | None]:
    if standing.status == status:
        return standing, None
    if standing.status not in OPEN_ORDER_STATUSES:
        raise Conflict(f"这个单子{_ENDS[standing.status]}，不能再改")
    ended = Standing(status, standing.day, standing.time, standing.address)
    return ended, OrderCancelled() if status == "cancelled" else OrderFinished()
