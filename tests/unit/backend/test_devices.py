from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anban.errors import Rejected
from backend.domain.devices import (
    ALARMS,
    REPORT_TYPES,
    STATUSES,
    Report,
    ensure_timely,
    read_report,
    troubles,
)
from backend.domain.signatures import is_signed, signature
from backend.domain.words import CERTAINTIES, EMERGENCIES
from backend.mqtt import opened

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 1, 10, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    return str(int(moment.timestamp()))


@pytest.mark.parametrize("wrong", ["", "soon", "1e9", "9" * 30, "NaN"])
def test_a_timestamp_that_is_none_is_refused_by_name(wrong: str):
    with pytest.raises(Rejected) as refused:
        ensure_timely("heartbeat", wrong, NOW)
    assert refused.value.field == "X-Anban-Timestamp"


@pytest.mark.parametrize("report", sorted(STATUSES))
def test_a_status_must_be_timely_unless_it_is_a_last_will(report: str):
    old = stamp(NOW - timedelta(minutes=6))
    if report == "offline":
        assert ensure_timely(report, old, NOW)
    else:
        with pytest.raises(Rejected, match=stamp(NOW)):
            ensure_timely(report, old, NOW)


@pytest.mark.parametrize("report", sorted(ALARMS))
@pytest.mark.parametrize("off", [timedelta(days=-9000), timedelta(days=400)])
def test_an_alarm_is_heard_whatever_the_devices_clock_says(report: str, off: timedelta):
    assert ensure_timely(report, stamp(NOW + off), NOW)


def test_within_five_minutes_nothing_is_late():
    assert not ensure_timely("fall", stamp(NOW - timedelta(minutes=5)), NOW)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_report_are_refused_by_name(body: bytes):
    with pytest.raises(Rejected) as refused:
        read_report(body)
    assert refused.value.field


def test_an_alarm_keeps_what_can_be_read_and_names_the_rest():
    read = read_report(b'{"event_id":"1","type":"gas","battery":-3,"readings":{"ppm":"much"}}')
    assert read.report == Report(event_id="1", type="gas")
    assert read.ignored == ("battery", "readings")


def test_a_status_with_a_wrong_field_is_refused():
    with pytest.raises(Rejected) as refused:
        read_report(b'{"event_id":"1","type":"reading","readings":{"ppm":"much"}}')
    assert refused.value.field == "readings.ppm"


def test_every_type_is_an_alarm_or_a_status_and_every_alarm_an_emergency():
    assert set(REPORT_TYPES) == set(Report.model_json_schema()["properties"]["type"]["enum"])
    for alarm in ALARMS.values():
        assert alarm.emergency in EMERGENCIES
        assert alarm.certainty in CERTAINTIES


def test_a_signature_fits_one_secret_one_time_and_one_body():
    signed = signature("s", "1", b"x")
    assert is_signed("s", "1", b"x", signed)
    for secret, at, body in (("t", "1", b"x"), ("s", "2", b"x"), ("s", "1", b"y")):
        assert not is_signed(secret, at, body, signed)
    assert not is_signed("s", "1", b"x", "sha256=ü")


def test_a_device_that_was_never_heard_is_silent():
    assert troubles(None, None, None, NOW) == ("silent",)
    assert troubles(True, 21, NOW, NOW) == ()
    assert troubles(False, 20, NOW, NOW) == ("offline", "battery_low")


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (b"", "payload"),
        (b"{}", "timestamp"),
        (b'{"timestamp":1,"signature":"s"}', "body"),
        (b'{"timestamp":1,"signature":"s","body":{}}', "body"),
    ],
)
def test_a_message_that_is_no_envelope_is_refused_by_name(payload: bytes, field: str):
    with pytest.raises(Rejected) as refused:
        opened("anban/devices/d1/events", payload)
    assert refused.value.field == field


def test_an_envelopes_body_is_the_text_that_was_signed():
    report = opened(
        "anban/devices/d1/events", '{"timestamp":7,"signature":"s","body":"{ 安 }"}'.encode()
    )
    assert (report.device_id, report.timestamp, report.body) == ("d1", "7", "{ 安 }".encode())
