import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from backend.api import create_app
from backend.client import BackendClient, Elder
from backend.config import BackendConfig, TelephoneConfig
from backend.domain.signatures import signature
from backend.services.device_reports import SignedReport, take_report
from backend.services.work import Work
from backend.store.database import Database

from .conftest import NOW
from .test_emergencies_api import with_daughter

pytestmark = pytest.mark.integration


class Button:
    """A device on the elder's wall, with its secret."""

    def __init__(self, http: httpx.AsyncClient, device_id: str, secret: str) -> None:
        self.http, self.id, self.secret = http, device_id, secret

    async def send(
        self,
        report: Mapping[str, Any] | bytes,
        at: datetime = NOW,
        **headers: str,
    ) -> httpx.Response:
        body = report if isinstance(report, bytes) else json.dumps(report).encode()
        stamp = str(int(at.timestamp()))
        signs = {
            "X-Anban-Device": self.id,
            "X-Anban-Timestamp": stamp,
            "X-Anban-Signature": signature(self.secret, stamp, body),
            "Authorization": "",
        }
        return await self.http.post(
            "/v1/devices/events", content=body, headers={**signs, **headers}
        )

    async def press(self, event_id: str = "e1", **more: Any) -> httpx.Response:
        return await self.send({"event_id": event_id, "type": "pressed", **more})


async def installed(http: httpx.AsyncClient, elder: Elder | None, **values: Any) -> Button:
    elder_id = elder.id if elder else None
    answer = await http.post(
        "/v1/devices", json={"kind": "one_key", "elder_id": elder_id, **values}
    )
    assert answer.status_code == 201, answer.text
    return Button(http, **{"device_id": answer.json()["id"], "secret": answer.json()["secret"]})


@pytest.fixture
async def button(http: httpx.AsyncClient, elder: Elder) -> Button:
    return await installed(http, elder, id="SOS-0001", place="卧室床头")


def detail(answer: httpx.Response) -> tuple[int, str]:
    assert "application/problem+json" in answer.headers["content-type"]
    return answer.status_code, answer.json()["detail"]


async def test_a_device_nobody_registered_is_told_so(http: httpx.AsyncClient):
    status, said = detail(await Button(http, "SOS-9999", "x").press())
    assert status == 404
    assert "没有登记这台设备" in said


async def test_a_wrong_signature_is_refused_and_leaves_nothing(
    button: Button, client: BackendClient
):
    for wrong in ("sha256=00", "", "sha256=%C3"):
        answer = await button.send(
            {"event_id": "e1", "type": "pressed"}, **{"X-Anban-Signature": wrong}
        )
        assert answer.status_code == 401
        assert "签名不对" in answer.json()["detail"]
    assert await client.emergencies() == []


@pytest.mark.parametrize(
    ("report", "field"),
    [
        ({"event_id": "e1", "type": "boredom"}, "type"),
        ({"type": "pressed"}, "event_id"),
        ({"event_id": "空 格", "type": "pressed"}, "event_id"),
        ({"event_id": "e1", "type": "heartbeat", "battery": 300}, "battery"),
        ({"event_id": "e1", "type": "location", "location": {"lat": 95, "lng": 1}}, "location.lat"),
        (b"\xff\x00", "body"),
        (b"[]", "body"),
    ],
)
async def test_a_wrong_field_is_named(
    button: Button, report: Mapping[str, Any] | bytes, field: str
):
    answer = await button.send(report)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


async def test_a_report_that_is_too_long_is_not_read(button: Button):
    assert (await button.send(b"x" * 20_000)).json()["field"] == "body"


async def test_a_missing_header_is_named(http: httpx.AsyncClient):
    answer = await http.post("/v1/devices/events", json={})
    assert (answer.status_code, answer.json()["field"]) == (422, "x-anban-device")


async def test_a_press_is_an_emergency_at_once_with_the_family_told_in_the_same_commit(
    button: Button, client: BackendClient, elder: Elder
):
    await with_daughter(client, elder)
    answer = await button.press()
    assert answer.status_code == 201
    raised = await client.emergency(answer.json()["emergency_id"])
    assert (raised.kind, raised.certainty, raised.status) == ("unspecified", "certain", "open")
    assert raised.text == "一键呼叫器：按了呼救键"
    assert raised.location == "福康县西城街道和平路18号302 卧室床头"
    assert [notice.event for notice in raised.notices if notice.recipient == "女儿"] == [
        "emergency_raised"
    ]


async def test_the_same_event_sent_many_times_at_once_counts_once(
    button: Button, client: BackendClient
):
    answers = await asyncio.gather(*(button.press("e7") for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert len({answer.json()["emergency_id"] for answer in answers}) == 1
    assert len(await client.emergencies()) == 1


async def test_an_event_replayed_after_the_emergency_is_closed_raises_nothing(
    button: Button, client: BackendClient
):
    first = (await button.press()).json()
    await client.close_emergency(first["emergency_id"], "王站长", now=NOW)
    again = (await button.press()).json()
    assert again == {**first, "duplicate": True}
    assert [one.status for one in await client.emergencies()] == ["closed"]


async def test_a_device_that_counts_from_one_again_is_still_heard(
    button: Button, client: BackendClient
):
    first = (await button.press("1", at="2025-01-01T08:00:00+08:00")).json()
    await client.close_emergency(first["emergency_id"], "王站长", now=NOW)
    again = (await button.press("1", at="2026-03-04T09:10:00+08:00")).json()
    assert not again["duplicate"]
    assert again["emergency_id"] != first["emergency_id"]


async def test_a_second_press_joins_the_live_emergency(button: Button):
    first, second = (await button.press("e1")).json(), (await button.press("e2")).json()
    assert first["emergency_id"] == second["emergency_id"]


async def test_an_old_status_is_refused_with_the_right_time_and_an_old_alarm_is_not(
    button: Button,
):
    long_ago = datetime.fromtimestamp(0, NOW.tzinfo)
    stale = await button.send({"event_id": "e1", "type": "heartbeat"}, at=long_ago)
    assert stale.status_code == 422
    assert stale.json()["field"] == "X-Anban-Timestamp"
    assert str(int(NOW.timestamp())) in stale.json()["detail"]
    assert (await button.send({"event_id": "e2", "type": "fall"}, at=long_ago)).status_code == 201


async def test_an_alarm_is_not_refused_for_what_stands_around_it(button: Button):
    answer = await button.press(battery="full", location={"lat": "?"}, colour="red")
    assert answer.status_code == 201
    assert answer.json()["ignored"] == ["battery", "location"]
    assert answer.json()["emergency_id"]


async def test_a_sensor_without_an_elder_raises_all_the_same(http: httpx.AsyncClient):
    gas = await installed(http, None, kind="gas", place="西城日间照料中心厨房")
    answer = await gas.send({"event_id": "e1", "type": "gas"})
    raised = (await http.get(f"/v1/emergencies/{answer.json()['emergency_id']}")).json()
    assert (raised["kind"], raised["location"]) == ("fire_gas", "西城日间照料中心厨房")


async def test_calling_it_off_at_the_device_closes_nothing(button: Button, client: BackendClient):
    raised = (await button.press()).json()["emergency_id"]
    off = await button.send({"event_id": "e2", "type": "cancelled"})
    assert off.json()["emergency_id"] == raised
    assert (await client.emergency(raised)).status == "open"


async def test_an_installers_trial_alarms_nobody(button: Button, client: BackendClient):
    assert (await button.send({"event_id": "t", "type": "test"})).json()["emergency_id"] is None
    assert await client.emergencies() == []


async def test_troubles_are_listed(button: Button, http: httpx.AsyncClient):
    async def troubles() -> list[str]:
        return (await http.get("/v1/devices/SOS-0001")).json()["troubles"]

    assert await troubles() == ["silent"]
    await button.send({"event_id": "e1", "type": "heartbeat", "battery": 80})
    assert await troubles() == []
    await button.send({"event_id": "e2", "type": "battery_low"})
    long_ago = NOW - timedelta(hours=3)  # a last will is signed when the device connects
    await button.send({"event_id": "e3", "type": "offline"}, at=long_ago)
    assert await troubles() == ["offline", "battery_low"]
    found = await http.get("/v1/devices", params={"status": "offline"})
    assert [one["id"] for one in found.json()["items"]] == ["SOS-0001"]
    assert (await http.get("/v1/devices", params={"status": "silent"})).json()["items"] == []


FIX = {"lat": 25.1, "lng": 117.02, "accuracy_m": 20}


async def test_a_position_is_kept_only_with_consent_and_forgotten_without(
    button: Button, http: httpx.AsyncClient, config: BackendConfig
):
    async def locate() -> httpx.Response:
        return await http.get(
            "/v1/devices/SOS-0001/location",
            params={"reason": "走失"},
            headers={"X-Anban-Actor": "agent:wang"},
        )

    report = {"type": "location", "location": FIX}
    await button.send({"event_id": "e1", **report})
    assert (await locate()).status_code == 409
    await http.patch("/v1/devices/SOS-0001", json={"location_consent": True})
    assert (await locate()).json() == {"location": None, "located_at": None}
    await button.send({"event_id": "e2", **report})
    assert (await locate()).json()["location"]["lat"] == 25.1
    await http.patch("/v1/devices/SOS-0001", json={"location_consent": False})
    await http.patch("/v1/devices/SOS-0001", json={"location_consent": True})
    assert (await locate()).json()["location"] is None
    with psycopg.connect(config.database_url) as connection:
        rows = connection.execute(
            "SELECT actor, object FROM audit WHERE action = 'locate'"
        ).fetchall()
    assert rows.count(("agent:wang", "device:SOS-0001")) == 3
    assert ("agent:wang", "reason:走失") in rows


async def test_a_look_up_without_a_reason_is_refused(button: Button, http: httpx.AsyncClient):
    answer = await http.get("/v1/devices/SOS-0001/location")
    assert (answer.status_code, answer.json()["field"]) == (422, "reason")


async def test_an_alarms_own_position_goes_with_the_emergency(button: Button, http):
    answer = await button.send({"event_id": "e1", "type": "left_home", "location": FIX})
    raised = (await http.get(f"/v1/emergencies/{answer.json()['emergency_id']}")).json()
    assert (raised["kind"], raised["certainty"]) == ("lost", "possible")
    assert raised["location"] == "经度117.02000，纬度25.10000（WGS84，误差约20米）"


async def test_the_next_wearer_is_asked_anew(button: Button, http, client: BackendClient):
    await http.patch("/v1/devices/SOS-0001", json={"location_consent": True})
    other = await client.create_elder("赵福", phone="13800001009")
    moved = await http.patch("/v1/devices/SOS-0001", json={"elder_id": other.id})
    assert moved.json()["location_consent"] is False


async def test_a_renewed_secret_ends_the_old_one(button: Button, http: httpx.AsyncClient):
    renewed = (await http.post("/v1/devices/SOS-0001/secret")).json()
    assert (await button.press()).status_code == 401
    assert (await Button(http, "SOS-0001", renewed["secret"]).press()).status_code == 201


async def test_the_register_refuses_what_cannot_be(button: Button, http: httpx.AsyncClient):
    async def add(**values: Any) -> tuple[int, str | None]:
        answer = await http.post("/v1/devices", json=values)
        return answer.status_code, answer.json().get("field")

    assert await add(kind="kettle") == (422, "kind")
    assert await add(kind="gps", id="SOS-0001") == (409, None)
    assert await add(kind="gps", id="a/b") == (422, "id")
    assert await add(kind="gps", elder_id="nobody") == (404, None)
    assert (await http.get("/v1/devices", headers={"Authorization": ""})).status_code == 401


@pytest.mark.parametrize(
    ("alarm", "certainty", "calls"), [("no_movement", "possible", 1), ("fall", "certain", 0)]
)
async def test_a_doubtful_alarm_has_the_wearer_asked_and_a_certain_one_waits_for_nobody(
    button: Button, config: BackendConfig, client: BackendClient, elder: Elder,
    alarm: str, certainty: str, calls: int,
):  # fmt: skip
    telephone = TelephoneConfig("http://127.0.0.1:1", "anban", "p", "http://127.0.0.1:1")
    body, stamp = json.dumps({"event_id": "e1", "type": alarm}).encode(), str(int(NOW.timestamp()))
    sent = SignedReport(button.id, stamp, signature(button.secret, stamp, body), body)
    database = Database(config)
    async with database.transaction() as session:
        work = Work(session, NOW, replace(config, telephone=telephone))
        taken = await take_report(work, sent)
        emergency_id = taken.event.emergency_id
    await database.close()
    raised = await client.emergency(emergency_id or "")
    assert (raised.status, raised.certainty) == ("open", certainty)
    found = await client.check_ins(elder_id=elder.id, kind="device_check")
    assert [(one.emergency_id, one.due_at) for one in found] == [(raised.id, NOW)] * calls


async def test_a_report_while_the_database_is_away_may_be_sent_again(config: BackendConfig):
    nowhere = BackendConfig(
        "postgresql://127.0.0.1:1/none", "t", config.encryption_keys, "i", connect_timeout=1
    )
    app = create_app(nowhere)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://anban") as http,
    ):
        answer = await Button(http, "SOS-0001", "x").press()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
