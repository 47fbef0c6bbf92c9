"""What the mini-program shows: only to whom the elder agreed, and a cry to all who belong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from backend.api import create_app
from backend.client import BackendClient, Elder
from backend.config import BackendConfig
from backend.passes import Passes, conversation_of
from backend.services.accounts import AccountName

from .conftest import NOW
from .houses import rows

pytestmark = pytest.mark.integration

ORDER = {"service": "meals", "date": "2026-03-05", "time": "noon"}


@pytest.fixture
def config(config: BackendConfig) -> BackendConfig:
    return replace(config, pass_secret="pass", templates={"emergency_raised": "tmpl-1"})


class App:
    """Somebody's mini-program."""

    def __init__(self, http: httpx.AsyncClient, address: str) -> None:
        self.address = address
        self._http = http
        self._pass = Passes("pass").issue("web", address)

    async def ask(self, method: str, path: str, status: int = 200, **sent: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._pass}", "Idempotency-Key": sent.pop("key", "k")}
        answer = await self._http.request(method, f"/v1/mini{path}", headers=headers, **sent)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def bind(self, client: BackendClient, elder: Elder, relation: str, name: str = "") -> Any:
        way = "own" if relation == "本人" else "call"
        code = (await client.binding_code(elder.id, way)).code
        body = {"code": code, "relation": relation, "name": name}
        return await self.ask("POST", "/bindings", json=body)


@pytest.fixture
async def stranger(http: httpx.AsyncClient) -> App:
    return App(http, "stranger")


@pytest.fixture
async def daughter(http: httpx.AsyncClient, client: BackendClient, elder: Elder) -> App:
    app = App(http, "daughter")
    assert (await app.bind(client, elder, "女儿", "陈小梅"))["status"] == "bound"
    return app


@pytest.fixture
async def herself(http: httpx.AsyncClient, client: BackendClient, elder: Elder) -> App:
    app = App(http, "herself")
    assert (await app.bind(client, elder, "本人"))["role"] == "elder"
    return app


async def cry(client: BackendClient, elder: Elder, **values: Any) -> str:
    raised = await client.raise_emergency(
        values.pop("key", "c1"),
        channel="web",
        kind="fall",
        certainty="certain",
        text="我摔了",
        elder_id=elder.id,
        now=NOW,
        **values,
    )
    return raised.id


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer forged", "Bearer test-token", "Basic x"])
async def test_without_a_pass_nothing_is_shown(http: httpx.AsyncClient, shown: str):
    answer = await http.get("/v1/mini/me", headers={"Authorization": shown})
    assert answer.status_code == 401
    assert "登录" in answer.json()["detail"]


async def test_where_there_is_no_secret_no_pass_is_good(config: BackendConfig):
    app = create_app(replace(config, pass_secret=""))
    transport = httpx.ASGITransport(app=app)
    forged = Passes("x").issue("web", "a")
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://anban") as http,
    ):
        answer = await http.get("/v1/mini/me", headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401


async def test_a_stranger_learns_nothing_of_anybody(
    client: BackendClient, elder: Elder, stranger: App
):
    raised = await cry(client, elder)
    assert (await stranger.ask("GET", "/me"))["role"] == "unknown"
    assert (await stranger.ask("GET", "/emergencies"))["items"] == []
    await stranger.ask("GET", f"/elders/{elder.id}", 404)
    await stranger.ask("GET", f"/elders/{elder.id}/catalogue", 404)
    await stranger.ask("POST", f"/emergencies/{raised}/going", 404)
    await stranger.ask("POST", "/orders", 404, json={**ORDER, "elder_id": elder.id})
    await stranger.ask("GET", "/family", 404)
    await stranger.ask("POST", "/codes", 404)


async def test_a_daughter_sees_what_was_agreed_to(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder, daughter: App
):
    placed = await daughter.ask("POST", "/orders", 201, json={**ORDER, "elder_id": elder.id})
    again = await daughter.ask("POST", "/orders", 200, json={**ORDER, "elder_id": elder.id})
    assert again["number"] == placed["number"]
    page = await daughter.ask("GET", f"/elders/{elder.id}")
    assert [visit["number"] for visit in page["visits"]] == [placed["number"]]
    assert page["visits"][0]["when"] == "3月5日星期四中午"
    assert page["today"] == {"spoke_at": None, "device_at": None}
    (member,) = await client.family_members(elder_id=elder.id)
    assert (await client.order(placed["number"])).ordered_by == member.id

    await http.put(f"/v1/family-members/{member.id}/consents", json={"consents": []})
    page = await daughter.ask("GET", f"/elders/{elder.id}")
    assert (page["today"], page["visits"]) == (None, None)
    await daughter.ask("POST", "/orders", 404, key="other", json={**ORDER, "elder_id": elder.id})
    await daughter.ask("POST", f"/orders/{placed['id']}/cancel", 404, key="no")


async def test_two_families_keys_are_no_ones_but_their_own(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder, daughter: App
):
    son = App(http, "son")
    await son.bind(client, elder, "儿子", "陈大明")
    one = await daughter.ask("POST", "/orders", 201, json={**ORDER, "elder_id": elder.id})
    other = await son.ask("POST", "/orders", 201, json={**ORDER, "elder_id": elder.id})
    assert one["number"] != other["number"]


async def test_an_order_is_cancelled_however_often_it_is_asked(
    client: BackendClient, elder: Elder, daughter: App
):
    placed = await daughter.ask("POST", "/orders", 201, json={**ORDER, "elder_id": elder.id})
    done = await daughter.ask("POST", f"/orders/{placed['number']}/cancel", key="c")
    assert done["status"] == "cancelled"
    again = await daughter.ask("POST", f"/orders/{placed['number']}/cancel", key="d")
    assert again["status"] == "cancelled"


async def test_a_cry_is_shown_to_all_who_belong_and_held_by_the_first(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder, daughter: App
):
    neighbour = App(http, "neighbour")
    wanted = {"elder_id": elder.id, "role": "neighbour"}
    code = (await http.post("/v1/binding-codes", json=wanted)).json()
    body = {"code": code["code"], "relation": "邻居", "name": "刘婶"}
    await neighbour.ask("POST", "/bindings", json=body)
    raised = await cry(client, elder, location="纬度25.07510，经度117.01740（WGS84）")
    (alarm,) = (await neighbour.ask("GET", "/emergencies"))["items"]
    assert (alarm["kind"], alarm["latitude"], alarm["system"]) == ("摔倒", 25.0751, "wgs84")
    assert "117.017400%2C25.075100" in alarm["map_url"]
    assert not alarm["mine"]
    assert (await neighbour.ask("GET", f"/elders/{elder.id}"))["visits"] is None

    held = await neighbour.ask("POST", f"/emergencies/{raised}/going")
    assert (held["held_by"], held["mine"]) == ("邻居刘婶", True)
    await daughter.ask("POST", f"/emergencies/{raised}/going", 409)
    (seen,) = (await daughter.ask("GET", "/emergencies"))["items"]
    assert (seen["held_by"], seen["mine"]) == ("邻居刘婶", False)


async def test_whose_binding_was_ended_sees_nothing_any_more(
    client: BackendClient, elder: Elder, daughter: App, herself: App
):
    await cry(client, elder)
    (member,) = (await herself.ask("GET", "/family"))["items"]
    await herself.ask("DELETE", f"/family/{member['id']}", 204)
    assert (await daughter.ask("GET", "/me"))["role"] == "unknown"
    assert (await daughter.ask("GET", "/emergencies"))["items"] == []
    assert (await herself.ask("GET", "/family"))["items"] == []


async def test_the_elder_alone_says_what_each_may_know(
    client: BackendClient, elder: Elder, daughter: App, herself: App
):
    (member,) = (await herself.ask("GET", "/family"))["items"]
    path, asked = f"/family/{member['id']}/consents", {"consents": ["state", "health"]}
    await daughter.ask("PUT", path, 404, json=asked)
    changed = await herself.ask("PUT", path, json=asked)
    assert changed["consents"] == ["state", "health"]
    await herself.ask("PUT", path, 422, json={"consents": ["diary"]})
    other = await client.create_elder("王德福", phone="13800001999")
    theirs = await client.create_family_member(other.id, name="王建军", relation="儿子")
    await herself.ask("PUT", f"/family/{theirs.id}/consents", 404, json=asked)
    await herself.ask("DELETE", f"/family/{theirs.id}", 404)


async def test_the_elder_gives_a_number_away_and_rings_the_family(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder, herself: App
):
    await client.create_family_member(elder.id, name="陈小梅", relation="女儿", phone="13800002001")
    me = await herself.ask("GET", "/me")
    assert (me["role"], me["name"], me["hotline"]) == ("elder", "林秀英", "12349")
    assert me["people"] == [{"name": "陈小梅", "relation": "女儿", "phone": "13800002001"}]
    code = (await herself.ask("POST", "/codes", 201))["code"]
    son = App(http, "son")
    done = await son.ask("POST", "/bindings", json={"code": code, "relation": "儿子"})
    assert (done["status"], done["elder"]) == ("bound", "林秀英")
    await son.ask("DELETE", "/bindings", 204)
    assert (await son.ask("GET", "/me"))["elders"] == []


async def test_without_a_number_the_community_decides(
    client: BackendClient, elder: Elder, stranger: App
):
    asked = {"elder_phone": elder.phone, "name": "陈大明", "relation": "儿子"}
    await stranger.ask("POST", "/binding-requests", 202, json=asked)
    await stranger.ask("POST", "/binding-requests", 422, json={**asked, "elder_phone": "1"})
    assert (await stranger.ask("GET", "/me"))["role"] == "unknown"


async def test_a_number_opens_what_the_elder_says_with_it(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder
):
    herself = App(http, "herself")
    own = await client.binding_code(elder.id, "own")
    await client.bind("web", herself.address, own.code, relation="本人")
    for body, opened in (({"consents": ["location"]}, ("location",)), (None, ("orders", "state"))):
        code = await herself.ask("POST", "/codes", 201, json=body) if body else None
        code = code or await herself.ask("POST", "/codes", 201)
        done = await client.bind("web", f"of-{len(opened)}", code["code"], relation="女儿")
        assert done.consents == opened
    await herself.ask("POST", "/codes", 422, json={"consents": ["everything"]})


async def test_an_elder_who_cares_for_another_has_both(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder
):
    spouse = await client.create_elder("陈大福", phone="13800001002", address="和平路18号")
    both = App(http, "herself-and-his-wife")
    own = await client.binding_code(elder.id, "own")
    await client.bind("web", both.address, own.code, relation="本人")
    his = await client.binding_code(spouse.id)
    await client.bind("web", both.address, his.code, name="林秀英", relation="老伴")
    me = await both.ask("GET", "/me")
    assert (me["role"], me["name"]) == ("elder", elder.name)
    assert [one["elder_id"] for one in me["elders"]] == [spouse.id]
    assert (await both.ask("GET", f"/elders/{spouse.id}"))["card"]["relation"] == "老伴"
    arrival = await client.arrive("web", both.address, "m1", "c-both")
    assert (arrival.role, set(arrival.elder_ids)) == ("elder", {elder.id, spouse.id})
    cry = {"key": "k1", "channel": "web", "kind": "fall", "certainty": "certain", "text": "救命"}
    assert (await client.raise_emergency(**cry, conversation="c-both")).elder_id == elder.id


async def test_allowed_messages_are_counted(daughter: App):
    assert (await daughter.ask("GET", "/me"))["credits"] == {"emergency_raised": 0}
    me = await daughter.ask("POST", "/credits", json={"event": "emergency_raised"})
    assert me["credits"] == {"emergency_raised": 1}
    me = await daughter.ask("POST", "/credits", json={"event": "nothing"})
    assert me["credits"] == {"emergency_raised": 1}


async def test_whoever_cried_learns_who_is_told_and_who_comes(
    client: BackendClient, elder: Elder, herself: App, daughter: App
):
    who = Passes("pass").account(Passes("pass").issue("web", "herself"))
    assert (await herself.ask("GET", "/sos/press-0001"))["arrived"] is False
    member = await client.create_family_member(elder.id, relation="儿子", name="陈大明")
    await client.create_contact("webhook", "http://127.0.0.1:9/", family_member_id=member.id)
    raised = await cry(client, elder, key=f"{conversation_of(who)}:press-0001")
    held = await herself.ask("GET", "/sos/press-0001")
    assert (held["status"], held["told"][0]) == ("open", "儿子")
    await daughter.ask("POST", f"/emergencies/{raised}/going")
    assert (await herself.ask("GET", "/sos/press-0001"))["held_by"] == "女儿陈小梅"
    assert (await daughter.ask("GET", "/sos/press-0001"))["arrived"] is False


async def test_a_position_does_not_take_the_place_of_the_address(
    client: BackendClient, elder: Elder
):
    member = await client.create_family_member(elder.id, relation="女儿", name="陈小梅")
    await client.create_contact("webhook", "http://127.0.0.1:9/", family_member_id=member.id)
    raised = await cry(client, elder, location="纬度25.07510，经度117.01740（WGS84）")
    told = [one.text for one in (await client.emergency(raised)).notices if one.post is None]
    assert all("纬度25.07510" in text and elder.address in text for text in told)
    assert told


async def test_the_audit_names_the_account_whatever_a_header_says(
    http: httpx.AsyncClient, config: BackendConfig, elder: Elder, daughter: App
):
    http.headers["X-Anban-Actor"] = "agent:wang"
    await daughter.ask("GET", f"/elders/{elder.id}")
    who = conversation_of(AccountName("web", "daughter"))
    found = await rows(
        config, f"SELECT DISTINCT actor FROM audit WHERE object = 'elder:{elder.id}'"
    )
    assert (who,) in found
    assert ("agent:wang",) not in found


async def test_a_late_position_joins_its_cry_and_never_raises_another(
    client: BackendClient, elder: Elder, herself: App
):
    where = {"place": "纬度25.07510，经度117.01740（WGS84）"}
    await herself.ask("POST", "/sos/press-0001/where", 404, json=where)
    key = f"{conversation_of(AccountName('web', 'herself'))}:press-0001"
    raised = await cry(client, elder, key=key)
    for _ in range(2):
        await herself.ask("POST", "/sos/press-0001/where", 204, json=where)
    assert (await client.emergency(raised)).location == where["place"]
    await client.close_emergency(raised, by="caller", outcome="false_alarm", checked=True)
    late = {"place": "纬度26.00000，经度118.00000（WGS84）"}
    await herself.ask("POST", "/sos/press-0001/where", 204, json=late)
    assert len(await client.emergencies(elder_id=elder.id)) == 1


async def test_a_number_for_the_family_makes_nobody_the_elder(
    client: BackendClient, elder: Elder, stranger: App
):
    for way, relation in (("call", "本人"), ("letter", "本人"), ("own", "女儿")):
        code = (await client.binding_code(elder.id, way)).code
        body = {"code": code, "relation": relation}
        assert (await stranger.ask("POST", "/bindings", json=body))["status"] == "wrong"


async def test_numbers_cannot_be_tried_with_one_free_account_after_another(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder
):
    wrong = {"code": "999999", "relation": "女儿"}
    said = [
        (await App(http, f"thief-{n}").ask("POST", "/bindings", json=wrong))["status"]
        for n in range(12)
    ]
    assert said == ["wrong"] * 10 + ["too_many"] * 2


async def test_the_elder_sees_and_ends_accounts_that_pass_for_the_elder(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder, herself: App
):
    other = App(http, "other")
    await other.bind(client, elder, "本人")
    own = (await herself.ask("GET", "/family"))["own"]
    (theirs,) = (one for one in own if not one["here"])
    await herself.ask("DELETE", f"/family/accounts/{theirs['id']}", 204)
    assert (await other.ask("GET", "/me"))["role"] == "unknown"


async def test_families_are_told_what_reaches_them(
    http: httpx.AsyncClient, client: BackendClient, elder: Elder
):
    son = App(http, "son")
    await son.bind(client, elder, "儿子", "陈大明")
    assert (await son.ask("GET", "/me"))["reached_by"] == []
    (member,) = await client.family_members(elder_id=elder.id)
    await client.create_contact("webhook", "http://127.0.0.1:9/", family_member_id=member.id)
    assert (await son.ask("GET", "/me"))["reached_by"] == ["通知接口"]
    code = (await client.binding_code(elder.id)).code
    body = {"code": code, "relation": "女儿", "name": "陈小梅", "phone": "139 0000 2001"}
    await App(http, "new").ask("POST", "/bindings", json=body)
    phones = [one.phone for one in await client.family_members(elder_id=elder.id)]
    assert "13900002001" in phones


async def test_a_cry_that_is_over_keeps_its_words_and_place_to_itself(
    client: BackendClient, elder: Elder, daughter: App
):
    raised = await cry(client, elder, location="纬度25.07510，经度117.01740（WGS84）")
    await client.close_emergency(raised, by="周站长", outcome="closed")
    (alarm,) = (await daughter.ask("GET", "/emergencies"))["items"]
    hidden = ("text", "location", "latitude", "address", "map_url")
    assert not any(alarm[name] for name in hidden)


async def test_a_pass_is_renewed_with_use(daughter: App):
    token = (await daughter.ask("GET", "/me"))["token"]
    assert Passes("pass").account(token) == AccountName("web", "daughter")
