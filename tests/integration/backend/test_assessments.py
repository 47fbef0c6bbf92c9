"""An assessment told in two talks, and confirmed by an assessor of the place."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import psycopg
import pytest

from anban.errors import Conflict, NotFound, Rejected
from anban.policy import LOCALITIES
from anban.wiring import questionnaire
from backend.client import BackendClient, Elder
from backend.config import BackendConfig

from .conftest import NOW, api
from .test_desk import Page, audit, opened

pytestmark = pytest.mark.integration

ITEMS = questionnaire(LOCALITIES).items
BEST = {one.id: one.levels[0].points for one in ITEMS}
PATH = "/desk/assessments"


@pytest.fixture
def config(config: BackendConfig) -> BackendConfig:
    return replace(config, questionnaire=questionnaire(LOCALITIES))


@pytest.fixture
async def client(config: BackendConfig) -> AsyncIterator[BackendClient]:
    async with api(config) as made:
        yield made


async def told(client: BackendClient, elder: Elder, answers=BEST, *, done=True):
    return await client.tell_assessment(elder.id, answers, done=done, told_by="小王", now=NOW)


async def entered(http: httpx.AsyncClient, page: Page, post: str, area: str) -> dict[str, str]:
    body = {"login": "gu", "name": "顾评估", "post": post, "area": area}
    password = (await http.post("/v1/agents", json=body)).json()["password"]
    await page.log_in("gu", password)
    found = re.search(r'"X-Anban-Csrf": "(\w+)"', (await page.http.get(PATH)).text)
    assert found
    return {"X-Anban-Csrf": found[1]}


async def test_nothing_is_told_of_an_elder_one_does_not_speak_for(client, elder):
    await client.open_conversation("c1", "phone", phone="13800009999", now=NOW)
    with pytest.raises(Rejected):
        await client.tell_assessment(elder.id, {"eating": 10}, conversation="c1", now=NOW)
    with pytest.raises(Rejected):
        await client.tell_assessment(elder.id, {"eating": 10}, now=NOW)
    with pytest.raises(NotFound):
        await client.tell_assessment("nobody", told_by="小王", now=NOW)
    assert await client.assessments() == []


async def test_what_is_no_answer_is_refused_and_an_empty_talk_is_no_assessment(client, elder):
    with pytest.raises(Rejected):
        await told(client, elder, {"eating": 7})
    with pytest.raises(Rejected):
        await told(client, elder, {"eating": None})


async def test_left_and_taken_up_in_another_talk_it_is_the_same(client, elder):
    await client.open_conversation("c1", "phone", phone=elder.phone, now=NOW)
    await client.open_conversation("c2", "web", phone=elder.phone, now=NOW)
    first = await client.tell_assessment(elder.id, {"eating": 10}, conversation="c1", now=NOW)
    rest = {id: points for id, points in BEST.items() if id != "eating"}
    rest["bathing"] = None
    done = await client.tell_assessment(elder.id, rest, done=True, conversation="c2", now=NOW)
    assert (first.new, done.new, done.id) == (True, False, first.id)
    assert (done.status, done.points, done.unanswered) == ("waiting", 95, ("洗澡",))
    with pytest.raises(Conflict):
        await client.tell_assessment(elder.id, {"eating": 0}, conversation="c1", now=NOW)


async def test_an_assessor_answers_all_once_and_only_who_may_know_of_health_is_told(
    http, client, elder
):
    for phone, consents in (("13800002001", ["orders", "health"]), ("13800002002", ["orders"])):
        one = await client.create_family_member(
            elder.id, name="小梅", relation="女儿", role="family", phone=phone
        )
        await http.put(f"/v1/family-members/{one.id}/consents", json={"consents": consents})
        await client.create_contact("webhook", "http://127.0.0.1:9/inbox", family_member_id=one.id)
    begun = await told(client, elder, done=False)
    with pytest.raises(Conflict):
        await client.assess(begun.id, BEST, by="顾评估", now=NOW)
    await told(client, elder, {})
    with pytest.raises(Rejected):
        await client.assess(begun.id, {"eating": 10}, by="顾评估", now=NOW)
    found = await client.assess(begun.id, {**BEST, "stairs": 5}, by="顾评估", now=NOW)
    assert (found.status, found.band) == ("changed", "轻度受损")
    with pytest.raises(Conflict):
        await client.assess(begun.id, BEST, by="顾评估", now=NOW)
    (notice,) = await client.notices(elder_id=elder.id)
    assert "核实" in notice.text
    assert "受损" not in notice.text


async def test_what_was_told_is_sealed_in_the_table(client, elder, database_url: str):
    await told(client, elder)
    with psycopg.connect(database_url) as connection:
        ((kept,),) = connection.execute("SELECT answers FROM assessments").fetchall()
    assert "eating" not in kept


async def test_another_place_and_another_post_assess_nothing(config, http, client, elder):
    row = await told(client, elder)
    for post, area, why in (("assessor", "平安县", "不归您那里"), ("desk", "", "由评估员")):
        async with opened(config) as page:
            csrf = await entered(http, page, post, area)
            assert ("林秀英" in (await page.http.get(PATH)).text) == (post == "desk")
            answer = await page.http.post(f"{PATH}/{row.id}/finding", data=BEST, headers=csrf)
            assert why in answer.text
        with psycopg.connect(config.database_url) as connection:
            connection.execute("DELETE FROM desk_agents")
    ((status),) = [one.status for one in await client.assessments()]
    assert status == "waiting"


async def test_the_assessor_of_the_place_confirms_on_the_page(config, http, client, elder):
    row = await told(client, elder)
    async with opened(config) as page:
        csrf = await entered(http, page, "assessor", "福康县")
        shown = (await page.http.get(PATH)).text
        assert "林秀英" in shown
        assert "自述" in shown
        door = f"{PATH}/{row.id}/finding"
        assert (await page.http.post(door, data=BEST)).status_code == 403
        short = await page.http.post(door, data={"eating": "10"}, headers=csrf)
        assert "还有没评的" in short.text
        assert "已经记下" in (await page.http.post(door, data=BEST, headers=csrf)).text
    (found,) = await client.assessments(elder_id=elder.id)
    assert found.status == "confirmed"
    assert ("agent:gu", "read", f"assessment:{row.id}") in audit(config)
