"""What each kind of data opens, seen from the outside: pages, notices, answers, alarms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import httpx
import pytest
from sqlalchemy import select

from anban.errors import NotFound
from backend.client import BackendClient, Elder
from backend.config import BackendConfig
from backend.domain.devices import DEVICE_KINDS
from backend.passes import Passes
from backend.store.alarms import AuditEntry
from backend.store.database import Database
from backend.store.devices import Device

pytestmark = pytest.mark.integration

NOW = datetime.fromisoformat("2026-03-04T09:10+08:00")
DAUGHTER = ("web", "a-daughters-page")


@pytest.fixture
def config(config: BackendConfig) -> BackendConfig:
    return replace(config, pass_secret="pass")


@pytest.fixture
async def elder(client: BackendClient) -> Elder:
    return await client.create_elder("林秀英", phone="13800001001", address="福康县和平路18号")


async def page(http: httpx.AsyncClient, config: BackendConfig, elder: Elder) -> dict[str, object]:
    shown = Passes(config.pass_secret).issue(*DAUGHTER)
    headers = {"Authorization": f"Bearer {shown}"}
    answer = await http.get(f"/v1/mini/elders/{elder.id}", headers=headers)
    assert answer.status_code == 200
    return dict(answer.json())


async def bound(client: BackendClient, elder: Elder, *kinds: str) -> str:
    code = await client.binding_code(elder.id, consents=kinds)
    done = await client.bind(*DAUGHTER, code.code, name="陈小梅", relation="女儿")
    assert done.family_member_id is not None
    return done.family_member_id


@pytest.mark.parametrize(
    ("kinds", "seen"), [((), set()), (("orders",), {"visits"}), (("state",), {"today"})]
)
async def test_the_page_shows_what_is_agreed_to(
    http: httpx.AsyncClient,
    client: BackendClient,
    config: BackendConfig,
    elder: Elder,
    kinds: tuple[str, ...],
    seen: set[str],
):
    await bound(client, elder, *kinds)
    shown = await page(http, config, elder)
    assert {name for name in ("visits", "today", "last_place") if shown[name] is not None} == seen


async def test_where_a_device_was_last_is_for_who_may_know_the_place(
    http: httpx.AsyncClient, client: BackendClient, config: BackendConfig, elder: Elder
):
    database = Database(config)
    async with database.transaction() as session:
        fix = {"lat": 25.09, "lng": 117.03, "system": "gcj02"}
        told = {"location_consent": True, "location": fix, "located_at": NOW}
        owned = {
            "kind": next(iter(DEVICE_KINDS)),
            "elder_id": elder.id,
            "secret": "s",
            "created_at": NOW,
        }
        session.add(Device(id="d1", **owned, **told))
    await database.close()
    member = await bound(client, elder, "orders", "location")
    place = (await page(http, config, elder))["last_place"]
    assert isinstance(place, dict)
    assert (place["latitude"], place["longitude"]) == (25.09, 117.03)
    await client.change_consents(member, ["orders"], way="wechat", by="本人")
    assert (await page(http, config, elder))["last_place"] is None


async def test_a_cry_is_told_in_full_that_is_written_down_and_then_closes_again(
    http: httpx.AsyncClient, client: BackendClient, config: BackendConfig, elder: Elder
):
    await bound(client, elder, "orders")
    cry = await client.raise_emergency(
        "k1",
        channel="phone",
        kind="fall",
        certainty="certain",
        text="我摔倒了",
        elder_id=elder.id,
        location="纬度25.09，经度117.03",
    )
    (live,) = (await page(http, config, elder))["alarms"]  # type: ignore[misc]
    assert (live["text"], live["latitude"]) == ("我摔倒了", 25.09)
    database = Database(config)
    async with database.transaction() as session:
        noted = await session.scalars(select(AuditEntry).where(AuditEntry.action == "override"))
        assert any(cry.id in entry.object for entry in noted)
    await database.close()
    await client.close_emergency(cry.id, "王站长")
    (over,) = (await page(http, config, elder))["alarms"]  # type: ignore[misc]
    assert (over["text"], over["latitude"], over["address"]) == ("", None, None)


async def test_how_she_is_today_is_answered_to_who_may_know_it(client: BackendClient, elder: Elder):
    member = await bound(client, elder, "orders", "state")
    await client.arrive(*DAUGHTER, "m1", "c-daughter")
    assert (await client.day("c-daughter", elder.id)).spoke_at is None
    await client.change_consents(member, ["orders"], way="wechat", by="本人")
    with pytest.raises(NotFound):
        await client.day("c-daughter", elder.id)
    with pytest.raises(NotFound):
        await client.day("c-nobody", elder.id)


async def test_a_notice_names_no_hospital_to_who_may_not_know_of_health(
    client: BackendClient, elder: Elder
):
    for name, consents in (("陈小梅", ["orders"]), ("陈小军", ["orders", "health"])):
        member = await client.create_family_member(
            elder.id, name=name, relation="家人", consents=consents
        )
        await client.create_contact(
            "webhook", f"https://example.org/{len(consents)}", family_member_id=member.id
        )
    placed = await client.place_order(
        "k1",
        conversation="c",
        service="escort",
        date="2026-03-06",
        time="09:00",
        elder_id=elder.id,
        hospital="县医院",
        now=NOW,
    )
    assert sorted("县医院" in notice.text for notice in placed.notices) == [False, True]


async def test_what_the_register_opens_is_little_and_the_history_tells_who_opened_more(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder
):
    member = await client.create_family_member(elder.id, name="陈小梅", relation="女儿")
    assert member.consents == ("orders",)
    neighbour = await client.create_family_member(elder.id, name="黄阿姨", role="neighbour")
    assert neighbour.consents == ()
    await client.change_consents(member.id, ["health", "orders"], way="phone", by="本人")
    found = await http.get(f"/v1/family-members/{member.id}/consents")
    told = [(one["way"], one["by"], one["consents"]) for one in found.json()["items"]]
    assert told == [("phone", "本人", ["orders", "health"]), ("register", "", ["orders"])]


async def test_an_elder_is_told_who_was_bound_and_what_they_may_know(
    client: BackendClient, elder: Elder
):
    own = await client.binding_code(elder.id, "own")
    await client.bind("web", "her-own-page", own.code, relation="本人")
    await client.create_contact("webhook", "https://example.org/own", elder_id=elder.id)
    await bound(client, elder, "orders", "health")
    told = [one for one in await client.notices(elder_id=elder.id) if one.event == "consents_given"]
    assert ["订的服务和进度、健康情况" in one.text for one in told] == [True]
