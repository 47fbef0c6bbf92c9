"""The register of devices, and where one was last."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from anban.errors import Conflict, NotFound, Rejected
from backend.domain.devices import BATTERY_LOW, DEVICE_KINDS, SILENT_AFTER, TROUBLES
from backend.services.people import elder
from backend.services.work import Filter, Work, audit
from backend.store.base import new_id
from backend.store.devices import Device, DeviceEvent


async def create_device(work: Work, values: Mapping[str, Any]) -> Device:
    """Add a device with a secret of its own.

    Raises:
        Rejected: there is no such kind.
        NotFound: there is no such elder.
        Conflict: the id is taken.
    """
    if values["kind"] not in DEVICE_KINDS:
        raise Rejected(f"没有这种设备，应为：{'、'.join(DEVICE_KINDS)}", "kind")
    if values.get("elder_id"):
        await elder(work, values["elder_id"])
    device_id = values.get("id") or new_id()
    if await work.session.get(Device, device_id) is not None:
        raise Conflict("这个设备编号已经登记过了")
    row = Device(
        **{**values, "id": device_id}, secret=secrets.token_urlsafe(32), created_at=work.now
    )
    work.session.add(row)
    await work.session.flush()
    await audit(work, "create", [f"device:{row.id}"])
    return row


async def device(work: Work, device_id: str, *, for_update: bool = False) -> Device:
    """Return a device.

    Raises:
        NotFound: none is registered under this id.
    """
    row = await work.session.get(Device, device_id, with_for_update=for_update)
    if row is None:
        raise NotFound("没有登记这台设备")
    return row


async def devices(work: Work, wanted: Filter) -> Sequence[Device]:
    """List devices; `status` narrows to a trouble: offline, silent or battery_low."""
    wanted.ensure_status(TROUBLES)
    query = select(Device).order_by(Device.created_at.desc(), Device.id)
    if wanted.elder_id:
        query = query.where(Device.elder_id == wanted.elder_id)
    if wanted.status:
        query = query.where(_has_trouble(work, wanted.status))
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()


def _has_trouble(work: Work, trouble: str) -> ColumnElement[bool]:
    if trouble == "offline":
        return Device.online.is_(False)
    if trouble == "battery_low":
        return Device.battery <= BATTERY_LOW
    return or_(Device.seen_at.is_(None), Device.seen_at < work.now - SILENT_AFTER)


async def update_device(work: Work, device_id: str, values: Mapping[str, Any]) -> Device:
    """Change a device; consent that is withdrawn deletes the position.

    Raises:
        NotFound: there is no such device or elder.
    """
    row = await device(work, device_id, for_update=True)
    if values.get("elder_id"):
        await elder(work, values["elder_id"])
    moved = "elder_id" in values and values["elder_id"] != row.elder_id
    for name, value in values.items():
        setattr(row, name, value)
    if moved and "location_consent" not in values:
        row.location_consent = False  # the next wearer has not been asked
    if moved or not row.location_consent:
        row.location = row.located_at = None
    await audit(work, "change", [f"device:{row.id}"])
    return row


async def renew_secret(work: Work, device_id: str) -> Device:
    """Give a device another secret; what is signed with the old one is refused from now on."""
    row = await device(work, device_id, for_update=True)
    row.secret = secrets.token_urlsafe(32)
    await audit(work, "renew_secret", [f"device:{row.id}"])
    return row


async def located(work: Work, device_id: str, reason: str) -> Device:
    """Look up where a device was last; who looked and why is written down even if it is unknown.

    Raises:
        NotFound: there is no such device.
        Conflict: the elder has not agreed that positions are kept.
    """
    row = await device(work, device_id)
    if not row.location_consent:
        raise Conflict("老人没有同意保存位置，所以没有位置可查")
    await audit(work, "locate", [f"device:{row.id}", f"reason:{reason}"])
    return row


async def device_events(
    work: Work, wanted: Filter, device_id: str | None = None
) -> Sequence[DeviceEvent]:
    """List what devices reported, the latest first."""
    query = select(DeviceEvent).order_by(DeviceEvent.received_at.desc(), DeviceEvent.id)
    if device_id:
        query = query.where(DeviceEvent.device_id == device_id)
    if wanted.elder_id:
        own = select(Device.id).where(Device.elder_id == wanted.elder_id)
        query = query.where(DeviceEvent.device_id.in_(own))
    if wanted.since:
        query = query.where(DeviceEvent.received_at >= wanted.since)
    return (await work.session.scalars(query.limit(wanted.limit).offset(wanted.offset))).all()
