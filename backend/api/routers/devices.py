"""/v1/devices: the register for those with the token, and the door for the devices themselves."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from anban.errors import Rejected
from backend.api.device_schemas import (
    DeviceChange,
    DeviceEventOut,
    DeviceLocation,
    DeviceNew,
    DeviceOut,
    DeviceSecret,
    ReportTaken,
)
from backend.api.schemas import Page
from backend.api.surroundings import Around, Now, Unit, Wanted
from backend.domain.devices import Report, troubles
from backend.services import devices
from backend.services.device_reports import SignedReport, take_report
from backend.services.work import Work
from backend.store.devices import Device

router = APIRouter(tags=["devices"])
signed = APIRouter(tags=["devices"])

LARGEST_REPORT = 16_384
"""bytes"""

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": Report.model_json_schema()}},
    }
}


@signed.post("/devices/events", status_code=201, openapi_extra=_BODY)
async def report(
    request: Request,
    response: Response,
    around: Around,
    now: Now,
    x_anban_device: Annotated[str, Header(max_length=40)],
    x_anban_timestamp: Annotated[str, Header(max_length=20, description="Unix seconds")],
    x_anban_signature: Annotated[
        str, Header(max_length=100, description="sha256=HMAC of `<timestamp>.<body>`")
    ],
) -> ReportTaken:
    """Take what a device reports (no token: the device signs); 200 for a repeat."""
    sent = SignedReport(
        x_anban_device, x_anban_timestamp, x_anban_signature, await _short_body(request)
    )
    async with around.work(now, f"device:{x_anban_device}") as work:
        taken = await take_report(work, sent)
    if not taken.is_new:
        response.status_code = 200
    return ReportTaken(
        id=taken.event.id,
        event_id=taken.event.event_id,
        duplicate=not taken.is_new,
        emergency_id=taken.event.emergency_id,
        ignored=list(taken.ignored),
    )


async def _short_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_REPORT:
            raise Rejected(f"内容太多，应在{LARGEST_REPORT}字节以内", "body")
    return body


@router.post("/devices", status_code=201)
async def create_device(work: Unit, body: DeviceNew) -> DeviceSecret:
    """Add a device; the answer shows its secret, which is shown nowhere else."""
    row = await devices.create_device(work, body.model_dump())
    return DeviceSecret(id=row.id, secret=row.secret)


@router.get("/devices")
async def list_devices(work: Unit, wanted: Wanted) -> Page[DeviceOut]:
    """List devices; `status` is a trouble: offline, silent or battery_low."""
    items = [_shown(work, row) for row in await devices.devices(work, wanted)]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/devices/events")
async def list_device_events(
    work: Unit, wanted: Wanted, device_id: Annotated[str | None, Query(max_length=40)] = None
) -> Page[DeviceEventOut]:
    """List what devices reported, the latest first."""
    rows = await devices.device_events(work, wanted, device_id)
    items = [DeviceEventOut.model_validate(row) for row in rows]
    return Page(items=items, limit=wanted.limit, offset=wanted.offset)


@router.get("/devices/{device_id}")
async def show_device(work: Unit, device_id: str) -> DeviceOut:
    """Show one device."""
    return _shown(work, await devices.device(work, device_id))


@router.patch("/devices/{device_id}")
async def change_device(work: Unit, device_id: str, body: DeviceChange) -> DeviceOut:
    """Change the fields that are sent; consent withdrawn deletes the position."""
    values = body.model_dump(exclude_unset=True)
    return _shown(work, await devices.update_device(work, device_id, values))


@router.post("/devices/{device_id}/secret")
async def renew_secret(work: Unit, device_id: str) -> DeviceSecret:
    """Give a device another secret; the old one is refused from now on."""
    row = await devices.renew_secret(work, device_id)
    return DeviceSecret(id=row.id, secret=row.secret)


@router.get("/devices/{device_id}/location")
async def locate_device(
    work: Unit, device_id: str, reason: Annotated[str, Query(min_length=1, max_length=100)]
) -> DeviceLocation:
    """Look up where a device was last; who asked and why is kept. 409 without consent."""
    row = await devices.located(work, device_id, reason)
    return DeviceLocation(location=row.location, located_at=row.located_at)


def _shown(work: Work, row: Device) -> DeviceOut:
    shown = DeviceOut.model_validate(row)
    shown.troubles = list(troubles(row.online, row.battery, row.seen_at, work.now))
    return shown
