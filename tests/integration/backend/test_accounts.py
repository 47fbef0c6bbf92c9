"""Accounts of WeChat and Telegram: whose they are, who binds whom, who goes to help."""

import httpx
import psycopg
import pytest

from anban.errors import Conflict, NotFound, Rejected
from backend.client import BackendClient, Elder
from backend.config import BackendConfig
from backend.domain.words import POSTS
from backend.services.binding import WRONG_CODES

from .conftest import NOW
from .houses import rows
from .test_escalation import cry, family

pytestmark = pytest.mark.integration

DAUGHTER = ("wechat", "openid-daughter")
ORDER = {"service": "meals", "date": "2026-03-05", "time": "noon", "now": NOW}


async def bound(client: BackendClient, elder: Elder, who: tuple[str, str] = DAUGHTER) -> str:
    code = await client.binding_code(elder.id)
    done = await client.bind(*who, code.code, name="陈小梅", relation="女儿")
    assert done.status == "bound"
    return done.family_member_id or ""


async def test_a_stranger_is_nobody_and_learns_nothing(client: BackendClient, elder: Elder):
    found = await client.arrive(*DAUGHTER, "m1", "wechat-x")
    assert (found.role, found.elder_ids, found.alarms) == ("unknown", (), ())
    opened = await client.open_conversation("wechat-x", "wechat")
    assert opened.elder is None
    with pytest.raises(NotFound):
        await client.go(*DAUGHTER)


async def test_a_number_binds_once_and_its_bearer_speaks_for_the_elder(
    client: BackendClient, elder: Elder
):
    code = (await client.binding_code(elder.id)).code
    assert set(code) <= set("0234568")
    done = await client.bind(*DAUGHTER, code, name="陈小梅", relation="女儿")
    assert (done.elder, done.role) == ("林秀英", "family")
    assert (await client.bind("wechat", "openid-thief", code)).status == "wrong"
    found = await client.arrive(*DAUGHTER, "m1", "wechat-x")
    assert (found.role, found.elder_ids) == ("family", (elder.id,))
    opened = await client.open_conversation("wechat-x", "wechat")
    assert opened.caller.name == "陈小梅"
    order = await client.place_order("k", conversation="wechat-x", elder_id=elder.id, **ORDER)
    assert order.ordered_by == done.family_member_id


async def test_an_elder_binds_an_account_of_their_own(client: BackendClient, elder: Elder):
    code = (await client.binding_code(elder.id)).code
    done = await client.bind(*DAUGHTER, code, relation="本人")
    assert (done.role, done.family_member_id) == ("elder", None)
    found = await client.arrive(*DAUGHTER, "m1", "wechat-x")
    assert (found.role, found.elder_ids) == ("elder", (elder.id,))


async def test_numbers_are_kept_as_hashes_and_end(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    code = (await client.binding_code(elder.id, "letter")).code
    ((kept,),) = await rows(config, "SELECT code_index FROM binding_codes")
    assert code not in kept
    with psycopg.connect(config.database_url) as connection:
        connection.execute("UPDATE binding_codes SET expires_at = now()")
    assert (await client.bind(*DAUGHTER, code)).status == "wrong"


async def test_numbers_cannot_be_guessed(client: BackendClient, elder: Elder):
    code = (await client.binding_code(elder.id)).code
    for _ in range(WRONG_CODES):
        assert (await client.bind(*DAUGHTER, "111111")).status == "wrong"
    assert (await client.bind(*DAUGHTER, code)).status == "too_many"


async def test_a_registered_relative_of_the_same_name_is_taken_up(
    client: BackendClient, elder: Elder
):
    known = await client.create_family_member(
        elder.id, name="陈小梅", relation="女儿", phone="13900002002", bound=False
    )
    assert await bound(client, elder) == known.id
    (member,) = await client.family_members(elder_id=elder.id)
    assert (member.bound, member.relation) == (True, "女儿")


async def test_the_family_learns_of_who_is_bound_besides(client: BackendClient, elder: Elder):
    await family(client, elder, "http://127.0.0.1:9/")
    await bound(client, elder)
    (told,) = await client.notices(elder_id=elder.id)
    assert (told.event, told.channel) == ("binding_made", "webhook")
    assert "女儿陈小梅刚和林秀英绑定" in told.text


async def test_the_family_learns_of_an_account_that_says_it_is_the_elders_own(
    client: BackendClient, elder: Elder
):
    await family(client, elder, "http://127.0.0.1:9/")
    code = (await client.binding_code(elder.id)).code
    await client.bind("telegram", "7", code, relation="本人")
    (told,) = await client.notices(elder_id=elder.id)
    assert (told.event, told.channel) == ("binding_made", "webhook")
    assert "自称是老人本人" in told.text


async def test_who_is_named_by_a_stranger_is_warned_and_keeps_role_and_consents(
    client: BackendClient, elder: Elder
):
    real = await client.create_family_member(
        elder.id, name="陈小梅", relation="女儿", role="guardian", phone="13900002002"
    )
    await client.create_contact("webhook", "http://127.0.0.1:9/", family_member_id=real.id)
    assert await bound(client, elder) == real.id
    (told,) = await client.notices(elder_id=elder.id)
    assert (told.event, told.channel) == ("binding_made", "webhook")
    (member,) = await client.family_members(elder_id=elder.id)
    assert (member.role, member.consents) == ("guardian", real.consents)


async def test_the_communitys_word_leaves_a_guardian_a_guardian(
    client: BackendClient, elder: Elder, http: httpx.AsyncClient
):
    await client.create_family_member(elder.id, name="陈小梅", relation="女儿", role="guardian")
    await client.request_binding(*DAUGHTER, elder_phone="13800001001", name="陈小梅")
    (waiting,) = (await http.get("/v1/binding-requests")).json()["items"]
    path = f"/v1/binding-requests/{waiting['id']}/decision"
    assert (await http.post(path, json={"approve": True, "by": "王"})).status_code == 200
    (member,) = await client.family_members(elder_id=elder.id)
    assert member.role == "guardian"


async def test_the_community_binds_who_has_no_number(
    client: BackendClient, elder: Elder, http: httpx.AsyncClient
):
    wish = {"elder_phone": "138 0000 1001", "name": "陈小梅", "relation": "女儿"}
    for _ in range(2):
        await client.request_binding(*DAUGHTER, **wish)
    with pytest.raises(Rejected, match="电话"):
        await client.request_binding(*DAUGHTER, elder_phone="12")
    (waiting,) = (await http.get("/v1/binding-requests?status=waiting")).json()["items"]
    assert (waiting["elder_id"], waiting["name"]) == (elder.id, "陈小梅")
    path = f"/v1/binding-requests/{waiting['id']}/decision"
    done = await http.post(path, json={"approve": True, "by": "王站长", "role": "guardian"})
    assert done.json()["status"] == "approved"
    assert (await http.post(path, json={"approve": False, "by": "王站长"})).status_code == 409
    assert (await client.arrive(*DAUGHTER, "m", "c")).role == "family"
    (member,) = await client.family_members(elder_id=elder.id)
    assert (member.role, member.consents) == ("guardian", ("orders", "state"))
    (told,) = await client.notices(elder_id=elder.id)
    assert (told.event, told.channel) == ("binding_approved", "wechat")


async def test_who_names_an_unknown_elder_learns_nothing_and_is_bound_to_nobody(
    client: BackendClient, elder: Elder, http: httpx.AsyncClient
):
    await client.request_binding(*DAUGHTER, elder_phone="13800009999", name="陈小梅")
    (waiting,) = (await http.get("/v1/binding-requests")).json()["items"]
    assert waiting["elder_id"] is None
    path = f"/v1/binding-requests/{waiting['id']}/decision"
    assert (await http.post(path, json={"approve": True, "by": "王"})).status_code == 409
    meant = await client.create_elder("陈大爷", phone="13800009999")
    done = (await http.post(path, json={"approve": True, "by": "王"})).json()
    assert (done["status"], done["elder_id"]) == ("approved", meant.id)


async def test_after_revocation_nothing_is_seen_or_told(client: BackendClient, elder: Elder):
    member = await bound(client, elder)
    assert (await client.arrive(*DAUGHTER, "m1", "wechat-x")).role == "family"
    await client.revoke(member)
    assert (await client.arrive(*DAUGHTER, "m2", "wechat-x")).role == "unknown"
    opened = await client.open_conversation("wechat-x", "wechat")
    assert (opened.elder, opened.open_orders) == (None, ())
    order = await client.place_order("k", conversation="c", elder_id=elder.id, **ORDER)
    assert order.notices == ()
    raised = await cry(client)
    assert [one.channel for one in raised.notices if not one.post] == []


async def test_who_unbinds_keeps_the_telephone_that_the_elder_registered(
    client: BackendClient, elder: Elder
):
    member = await bound(client, elder)
    await client.create_contact("sms", "13900002002", family_member_id=member)
    assert await client.unbind(*DAUGHTER) == ["林秀英"]
    assert (await client.arrive(*DAUGHTER, "m", "c")).role == "unknown"
    raised = await cry(client)
    assert [one.channel for one in raised.notices if not one.post] == ["sms"]


async def test_without_consent_to_orders_only_emergencies_are_told(
    client: BackendClient, elder: Elder, http: httpx.AsyncClient
):
    member = await bound(client, elder)
    wrong = await http.put(f"/v1/family-members/{member}/consents", json={"consents": ["money"]})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "consents")
    await http.put(f"/v1/family-members/{member}/consents", json={"consents": ["state"]})
    assert (await client.arrive(*DAUGHTER, "m", "c")).elder_ids == ()
    order = await client.place_order("k", conversation="c2", elder_id=elder.id, **ORDER)
    assert order.notices == ()
    raised = await cry(client)
    assert [one.channel for one in raised.notices if not one.post] == ["wechat"]


async def test_who_was_told_goes_and_everybody_learns_of_it(
    client: BackendClient, config: BackendConfig, elder: Elder
):
    await bound(client, elder)
    await family(client, elder, "http://127.0.0.1:9/")
    raised = await cry(client)
    with psycopg.connect(config.database_url) as connection:
        connection.execute("UPDATE notices SET status = 'delivered', tried_at = now()")
    assert (await client.arrive(*DAUGHTER, "m", "c")).alarms == (raised.id,)
    held = await client.go(*DAUGHTER)
    assert (held.acknowledged_by, held.acknowledged_channel) == ("女儿陈小梅", "wechat")
    told = {(one.event, one.channel) for one in held.notices}
    assert ("emergency_acknowledged", "webhook") in told
    assert (await client.go(*DAUGHTER, raised.id)).status == "acknowledged"


async def test_who_comes_second_hears_who_came_first(client: BackendClient, elder: Elder):
    await bound(client, elder)
    raised = await cry(client)
    await client.acknowledge(raised.id, "王站长")
    with pytest.raises(Conflict, match="王站长"):
        await client.go(*DAUGHTER)


async def test_an_emergency_is_held_in_the_name_it_was_told_to(client: BackendClient, elder: Elder):
    other = await client.create_elder("陈大爷", phone="13800001009")
    await bound(client, other)
    await client.create_contact(*DAUGHTER, post="desk")
    await cry(client)
    assert (await client.go(*DAUGHTER)).acknowledged_by == POSTS["desk"]


async def test_a_channel_without_receipts_is_for_posts_alone(client: BackendClient, elder: Elder):
    with pytest.raises(Rejected, match="岗位"):
        await client.create_contact("staff", "bark://phone", elder_id=elder.id)
    await client.create_contact("staff", "bark://phone", post="desk")


async def test_nobody_holds_an_emergency_they_were_not_told_of(client: BackendClient, elder: Elder):
    other = await client.create_elder("陈大爷", phone="13800001009")
    await bound(client, other)
    raised = await cry(client)
    with pytest.raises(NotFound):
        await client.go(*DAUGHTER, raised.id)
    assert (await client.emergency(raised.id)).status == "open"


async def test_an_answered_message_is_a_repeat(client: BackendClient, config: BackendConfig):
    assert not (await client.arrive(*DAUGHTER, "m1", "c")).repeated
    for _ in range(2):
        await client.answered("m1")
    assert (await client.arrive(*DAUGHTER, "m1", "c")).repeated
    ((kept,),) = await rows(config, "SELECT address FROM accounts")
    assert "openid" not in kept


async def test_subscription_messages_are_counted(client: BackendClient):
    assert await client.top_up(*DAUGHTER, "t1") == 1
    assert await client.top_up(*DAUGHTER, "t1", 2) == 3
    assert await client.top_up(*DAUGHTER, "t2") == 1


async def test_a_cry_of_who_may_know_nothing_else_is_the_elders(
    client: BackendClient, elder: Elder, http: httpx.AsyncClient
):
    member = await bound(client, elder)
    await http.put(f"/v1/family-members/{member}/consents", json={"consents": []})
    await client.arrive(*DAUGHTER, "m", "wechat-x")
    raised = await client.raise_emergency(
        "k",
        channel="wechat",
        kind="fall",
        certainty="certain",
        text="她摔了",
        conversation="wechat-x",
    )
    assert raised.elder_id == elder.id
