import pytest

from anban.errors import Rejected
from backend.client import BackendClient
from backend.config import BackendConfig
from backend.demo import load_demo
from backend.domain.words import SERVICES
from backend.profiles import load_profiles

from .conftest import NOW

pytestmark = pytest.mark.integration

INBOX = "http://127.0.0.1:9/inbox"
SCENARIO = {
    "id": "S1",
    "now": "2026-06-29T16:10",
    "profile": {
        "name": "邓金水",
        "age": 71,
        "phone": "13800001019",
        "address": "某县北大路九号",
        "locality": "某县",
        "low_income": False,
        "disabled": True,
        "disabled_level": "二级",
        "lives_alone": True,
        "family_contact": {"relation": "daughter", "phone": "13800002019"},
    },
    "existing_orders": [
        {"service": "laundry", "date": "2026-07-02", "time": "morning", "status": "confirmed"},
        {"service": "escort", "date": "2026-06-01", "time": None, "status": "finished"},
    ],
}


async def test_the_demo_county_is_loaded_once_and_serves_the_whole_catalogue(
    config: BackendConfig, client: BackendClient
):
    first = await load_demo(config, INBOX)
    again = await load_demo(config, "http://127.0.0.1:10/inbox")
    assert first == again
    assert len(first) >= 12
    assert len(await client.elders(limit=200)) == len(first)
    offered = {
        offer.service
        for provider in await client.providers(locality="福康县")
        for offer in provider.catalogue
    }
    assert offered == set(SERVICES)
    contacts = await client.contacts(elder_id=first[0].id)
    assert {(one.channel, one.enabled) for one in contacts} == {("webhook", True), ("email", False)}
    assert "http://127.0.0.1:10/inbox" in {one.address for one in contacts}


async def test_a_demo_order_has_a_provider_and_a_price(
    config: BackendConfig, client: BackendClient
):
    elder = (await load_demo(config, INBOX))[0]
    order = await client.place_order(
        "k",
        conversation="c1",
        service="cleaning",
        date="2026-03-05",
        time="14:00",
        elder_id=elder.id,
        now=NOW,
    )
    assert (order.provider, order.price) == ("福康县居家养老服务中心", 3500)
    assert len(order.notices) == 1


@pytest.mark.parametrize(
    ("caller", "role", "phone"),
    [
        (None, "elder", "13800001019"),
        ({"role": "family", "relation": "daughter", "bound": True}, "family", "13800002019"),
        ({"role": "family", "relation": "女儿", "bound": True}, "family", "13800002019"),
        ({"role": "family", "relation": "daughter", "bound": False}, "unknown", "13800002019"),
        ({"role": "family", "relation": "son", "bound": True}, "family", "13900001019"),
        ({"role": "family", "relation": "son", "bound": False}, "unknown", "13900001019"),
        ({"role": "unknown"}, "unknown", "13900001019"),
    ],
)
async def test_a_scenarios_caller_is_who_the_scenario_says(
    config: BackendConfig, client: BackendClient, caller: dict | None, role: str, phone: str
):
    loaded = (await load_profiles(config, [{**SCENARIO, "caller": caller}], INBOX))[0]
    assert loaded.caller_phone == phone
    talk = await client.open_conversation("c1", "phone", phone=loaded.caller_phone, now=NOW)
    assert talk.caller.role == role
    assert (talk.elder is None) == (role == "unknown")


async def test_a_scenarios_contact_learns_of_orders_only_where_bound(
    config: BackendConfig, client: BackendClient
):
    loaded = (await load_profiles(config, [SCENARIO], INBOX))[0]
    order = await client.place_order(
        "k",
        conversation="c1",
        service="cleaning",
        date="2026-07-03",
        time="14:00",
        elder_id=loaded.elder_id,
        now=NOW,
    )
    assert order.notices == ()
    cry = await client.raise_emergency(
        "e",
        channel="phone",
        kind="fall",
        certainty="certain",
        text="跌倒了",
        elder_id=loaded.elder_id,
        now=NOW,
    )
    assert "女儿" in {notice.recipient for notice in cry.notices}


async def test_existing_orders_are_in_the_register_as_the_scenario_says(
    config: BackendConfig, client: BackendClient
):
    loaded = (await load_profiles(config, [SCENARIO], INBOX))[0]
    orders = await client.orders(elder_id=loaded.elder_id)
    assert {(one.service, one.date, one.time, one.status) for one in orders} == {
        ("laundry", "2026-07-02", "morning", "confirmed"),
        ("escort", "2026-06-01", None, "finished"),
    }
    elder = await client.elder(loaded.elder_id)
    assert (elder.birth_year, elder.disabled_level) == (1955, "二级")


async def test_a_scenario_without_a_profile_is_refused(config: BackendConfig):
    with pytest.raises(Rejected) as refused:
        await load_profiles(config, [{"id": "S", "now": "2026-06-29T16:10"}], INBOX)
    assert refused.value.field == "profile"


async def test_an_order_of_a_state_that_there_is_not_is_named(config: BackendConfig):
    order = {"service": "cleaning", "date": "2026-01-14", "status": "completed"}
    with pytest.raises(Rejected, match="completed，应是 placed"):
        await load_profiles(config, [{**SCENARIO, "existing_orders": [order]}], INBOX)
