"""Devices: what they report, which reports are alarms, and which may be late.

One-key callers, positioning terminals and health sensors are what 龙政办〔2016〕267号 asks of a
platform; falls, incontinence and unusual movement are in Harbin's plan for 2015-2017, item 40.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from anban.errors import Rejected
from backend.domain.faults import fault

DEVICE_KINDS: Final[dict[str, str]] = {
    "one_key": "一键呼叫器",
    "fall": "跌倒探测器",
    "movement": "活动探测器",
    "incontinence": "失禁监测垫",
    "gas": "燃气烟雾报警器",
    "health": "健康监测仪",
    "gps": "定位终端",
}


@dataclass(frozen=True)
class Alarm:
    """What a report means where it is a cry for help."""

    emergency: str
    """the emergency's kind"""
    certainty: str
    """`possible` for what is often a false alarm: an agent has a moment to look first"""
    said: str
    """what people are told"""


ALARMS: Final[dict[str, Alarm]] = {
    "pressed": Alarm("unspecified", "certain", "按了呼救键"),
    "fall": Alarm("fall", "certain", "测到摔倒"),
    "gas": Alarm("fire_gas", "certain", "测到燃气泄漏"),
    "smoke": Alarm("fire_gas", "certain", "测到烟雾"),
    "health": Alarm("unwell", "certain", "身体数据异常"),
    "no_movement": Alarm("unspecified", "possible", "长时间没有动静"),
    "left_home": Alarm("lost", "possible", "离开了平时活动的范围"),
    "incontinence": Alarm("unwell", "possible", "测到失禁"),
}

STATUSES: Final[dict[str, str]] = {
    "heartbeat": "still here",
    "location": "where it is now",
    "reading": "a measurement within its limits",
    "battery_low": "the battery has to be changed or charged",
    "online": "connected again",
    "offline": "gone; over MQTT the broker sends it as the device's last will",
    "cancelled": "the wearer called the last alarm off; people look all the same",
    "test": "an installer's trial: written down, nobody is alarmed",
}

REPORT_TYPES: Final = (*ALARMS, *STATUSES)
TROUBLES: Final = ("offline", "silent", "battery_low")

WINDOW: Final = timedelta(minutes=5)
"""how far a report's timestamp may be from our clock"""
SILENT_AFTER: Final = timedelta(hours=24)
"""a device that said nothing for so long may be broken"""
BATTERY_LOW: Final = 20
"""percent"""


class Location(BaseModel):
    """A fix; `gcj02` is what Chinese maps show, `wgs84` what a bare receiver gives."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lng: Annotated[float, Field(ge=-180, le=180)]
    system: Literal["wgs84", "gcj02"] = "wgs84"
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] | None = None

    def __str__(self) -> str:
        around = f"，误差约{self.accuracy_m:.0f}米" if self.accuracy_m else ""
        return f"经度{self.lng:.5f}，纬度{self.lat:.5f}（{self.system.upper()}{around}）"


class Report(BaseModel):
    """One thing a device says. Fields we do not know are left alone."""

    event_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
    """chosen by the device, new for every event, the same for every repeat"""
    type: Literal[
        "pressed",
        "fall",
        "gas",
        "smoke",
        "health",
        "no_movement",
        "left_home",
        "incontinence",
        "heartbeat",
        "location",
        "reading",
        "battery_low",
        "online",
        "offline",
        "cancelled",
        "test",
    ]
    at: AwareDatetime | None = None
    """when it happened, where the device knows the time"""
    battery: Annotated[int, Field(ge=0, le=100)] | None = None
    """percent"""
    location: Location | None = None
    readings: Annotated[dict[str, float], Field(max_length=20)] | None = None
    """measurements with their units in the names, for example {"heart_rate_bpm": 142}"""


@dataclass(frozen=True)
class Read:
    """A report, and the fields of it that could not be read."""

    report: Report
    ignored: tuple[str, ...] = ()


def read_report(body: bytes) -> Read:
    """Read a report's JSON; an alarm is never refused for what stands around it.

    Raises:
        Rejected: names the first field that is wrong.
    """
    try:
        return Read(Report.model_validate_json(body))
    except ValidationError as error:
        faults = error.errors()
    bare = _bare_alarm(body)
    if bare is not None:
        return Read(bare, tuple(sorted({str(one["loc"][0]) for one in faults})))
    field, detail = fault(faults[0], faults[0]["loc"] or ("body",))
    raise Rejected(detail, field)


class _Core(BaseModel):
    event_id: Any
    type: Any


def _bare_alarm(body: bytes) -> Report | None:
    """Return the alarm without the fields that may be left out, or None where it is none."""
    try:
        core = _Core.model_validate_json(body)
        report = Report(event_id=core.event_id, type=core.type)
    except ValidationError:
        return None
    return report if report.type in ALARMS else None


def sent_at(timestamp: str) -> datetime:
    """Return the moment that Unix seconds name.

    Raises:
        Rejected: they are none; names `X-Anban-Timestamp`.
    """
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Rejected(
            "X-Anban-Timestamp：应为 Unix 时间（秒），例如 1772586600", "X-Anban-Timestamp"
        ) from error


def ensure_timely(report: str, timestamp: str, now: datetime) -> bool:
    """Return whether a report is late (or early), which only some may be.

    An alarm is taken whatever the device's clock says, since a clock that starts at 1970 after a
    change of batteries must not cost a life; the last will was signed when the device connected.

    Raises:
        Rejected: it is neither of these; the text says what time it is here.
    """
    if abs(now - sent_at(timestamp)) <= WINDOW:
        return False
    if report in ALARMS or report == "offline":
        return True
    raise Rejected(
        f"X-Anban-Timestamp：与服务器时间相差超过5分钟，现在是 {int(now.timestamp())}",
        "X-Anban-Timestamp",
    )


def troubles(
    online: bool | None, battery: int | None, seen_at: datetime | None, now: datetime
) -> tuple[str, ...]:
    """Return what is wrong with a device, as far as it has told."""
    found = {
        "offline": online is False,
        "silent": seen_at is None or now - seen_at > SILENT_AFTER,
        "battery_low": battery is not None and battery <= BATTERY_LOW,
    }
    return tuple(name for name in TROUBLES if found[name])
