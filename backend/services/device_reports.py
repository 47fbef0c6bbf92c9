"""Taking what devices report: checked, written once, and raised where it is a cry for help."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from anban.errors import NotFound, Unproven
from backend.domain.devices import (
    ALARMS,
    BATTERY_LOW,
    DEVICE_KINDS,
    STATUSES,
    Alarm,
    Report,
    ensure_timely,
    read_report,
)
from backend.domain.emergencies import RaiseEmergency
from backend.domain.signatures import is_signed
from backend.domain.words import LIVE_EMERGENCY_STATUSES
from backend.services import check_ins
from backend.services.emergencies import raise_emergency
from backend.services.escalation import note
from backend.services.work import Work
from backend.store.alarms import Emergency
from backend.store.base import new_id
from backend.store.devices import Device, DeviceEvent
from backend.store.people import Elder

logger = logging.getLogger(__name__)

CHANNEL = "device"
STATUS_KEEPS = timedelta(days=7)
"""how long a report that was no alarm is kept; its timestamp would be refused long before"""


@dataclass(frozen=True)
class SignedReport:
    """A report as it came in, before anything of it is believed."""

    device_id: str
    timestamp: str
    """Unix seconds"""
    signature: str
    """`sha256=` and the HMAC of `<timestamp>.<body>` with the device's secret"""
    body: bytes
    """the report's JSON"""


@dataclass(frozen=True)
class Taken:
    """What became of a report."""

    event: DeviceEvent
    is_new: bool
    """False for a repeat"""
    ignored: tuple[str, ...] = ()
    """fields of an alarm that could not be read and were left out"""


async def take_report(work: Work, sent: SignedReport) -> Taken:
    """Write a report, and raise an emergency in the same transaction where it is an alarm.

    Raises:
        NotFound: no such device is registered.
        Unproven: the signature is missing or wrong.
        Rejected: a field is wrong, or the timestamp is too far from our clock.
    """
    device = await _signing_device(work, sent)
    read = read_report(sent.body)
    late = ensure_timely(read.report.type, sent.timestamp, work.now)
    event, is_new = await _written(work, device, sent, read.report, late)
    if is_new:
        await _forget_old(work, device)
        _note_state(work, device, read.report, late)
        alarm = ALARMS.get(read.report.type)
        if alarm is not None:
            event.emergency_id = await _raise(work, device, event, read.report, alarm)
        elif read.report.type == "cancelled":
            event.emergency_id = await _call_off(work, device)
    return Taken(event, is_new, read.ignored)


async def _signing_device(work: Work, sent: SignedReport) -> Device:
    device = await work.session.get(Device, sent.device_id, with_for_update=True)
    if device is None:
        logger.warning("a device that is not registered reports: %r", sent.device_id[:40])
        raise NotFound("X-Anban-Device：没有登记这台设备，请先在 /v1/devices 登记")
    if not is_signed(device.secret, sent.timestamp, sent.body, sent.signature):
        logger.warning("device %s: wrong signature", device.id)
        raise Unproven(
            "X-Anban-Signature：签名不对，"
            "应为 sha256= 加上用设备密钥对 “时间戳.正文” 算的 HMAC-SHA256"
        )
    return device


async def _written(
    work: Work, device: Device, sent: SignedReport, report: Report, late: bool
) -> tuple[DeviceEvent, bool]:
    """Write the event, or return the one it repeats."""
    digest = hashlib.sha256(sent.body).hexdigest()
    values = {
        "id": new_id(),
        "device_id": device.id,
        "event_id": report.event_id,
        "digest": digest,
        "type": report.type,
        "late": late,
        "readings": report.readings,
        "at": report.at,
        "received_at": work.now,
    }
    written = await work.session.scalar(
        insert(DeviceEvent).values(values).on_conflict_do_nothing().returning(DeviceEvent)
    )
    if written is not None:
        return written, True
    known = select(DeviceEvent).where(
        DeviceEvent.device_id == device.id,
        DeviceEvent.event_id == report.event_id,
        DeviceEvent.digest == digest,
    )
    return (await work.session.scalars(known)).one(), False


async def _forget_old(work: Work, device: Device) -> None:
    await work.session.execute(
        delete(DeviceEvent).where(
            DeviceEvent.device_id == device.id,
            DeviceEvent.type.in_(STATUSES),
            DeviceEvent.received_at < work.now - STATUS_KEEPS,
        )
    )


def _note_state(work: Work, device: Device, report: Report, late: bool) -> None:
    """Keep what the device tells of itself; what is late may be overtaken and is left alone."""
    if report.type == "offline":
        device.online = False
        return
    if late:
        return
    device.online, device.seen_at = True, work.now
    if report.battery is not None:
        device.battery = report.battery
    elif report.type == "battery_low":
        device.battery = min(device.battery or BATTERY_LOW, BATTERY_LOW)
    if report.location is not None and device.location_consent:
        device.location = report.location.model_dump()
        device.located_at = report.at or work.now


async def _raise(
    work: Work,
    device: Device,
    event: DeviceEvent,
    report: Report,
    alarm: Alarm,
) -> str:
    said = f"{DEVICE_KINDS[device.kind]}：{alarm.said}"
    command = RaiseEmergency(
        key=f"device:{event.id}",
        channel=CHANNEL,
        kind=alarm.emergency,
        certainty=alarm.certainty,
        text=said + _measured(report),
        sign=report.type,
        conversation=f"device:{device.id}",
        elder_id=device.elder_id,
        location=await _where(work, device, report),
    )
    emergency, is_new = await raise_emergency(work, command)
    if is_new and alarm.certainty == "possible":
        await check_ins.after_alarm(work, device, emergency.id)
    return emergency.id


def _measured(report: Report) -> str:
    if not report.readings:
        return ""
    return "（" + "，".join(f"{name} {value:g}" for name, value in report.readings.items()) + "）"


async def _where(work: Work, device: Device, report: Report) -> str | None:
    """Return where help should go: the fix the alarm itself carries, else home and the room.

    The fix goes with the emergency, consent or not, so that those who come find the place; it is
    kept nowhere else.
    """
    if report.location is not None:
        return str(report.location)
    elder = await work.session.get(Elder, device.elder_id or "")
    home = elder.address or "" if elder is not None else ""
    return f"{home} {device.place}".strip() or None


async def _call_off(work: Work, device: Device) -> str | None:
    """Note beside the live emergency that the wearer called it off; a person looks all the same."""
    live = await work.session.scalar(
        select(Emergency)
        .join(DeviceEvent, DeviceEvent.emergency_id == Emergency.id)
        .where(
            DeviceEvent.device_id == device.id,
            Emergency.status.in_(LIVE_EMERGENCY_STATUSES),
        )
        .order_by(Emergency.raised_at.desc())
        .limit(1)
    )
    if live is None:
        return None
    await note(work, live, "device_cancelled")
    return live.id
