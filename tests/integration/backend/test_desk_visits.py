"""Visits on the desk's page: who is let in, giving orders, and looking into what is flagged."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from backend.client import BackendClient, Elder
from backend.config import BackendConfig

from .conftest import NOW
from .test_desk import Page, audit, opened
from .test_desk_applications import entered
from .test_visits import FAR, Phone, ordered

pytestmark = pytest.mark.integration

PATH = "/desk/visits"


@pytest.fixture
def config(config: BackendConfig) -> BackendConfig:
    return replace(config, pass_secret="pass")


async def on_duty(http: httpx.AsyncClient, page: Page) -> dict[str, str]:
    made = await http.post("/v1/agents", json={"login": "wang", "name": "小王"})
    await page.log_in("wang", made.json()["password"])
    return await page.csrf()


async def pressed(page: Page, csrf: dict[str, str], path: str, **form: str) -> str:
    answer = await page.http.post(f"{PATH}{path}", data=form, headers=csrf)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_nobody_looks_without_logging_in_and_no_other_post(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page:
        assert (await page.http.get(PATH)).status_code == 303
        csrf = await entered(http, page, "community")
        assert (await page.http.get(PATH)).status_code == 403
        for door in ("/workers", "/workers/w/code", "/orders/o/worker", "/v/outcome"):
            answer = await page.http.post(f"{PATH}{door}", data={"name": "x"}, headers=csrf)
            assert answer.status_code == 403


async def test_what_is_pressed_elsewhere_or_makes_no_sense_changes_nothing(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page:
        csrf = await on_duty(http, page)
        answer = await page.http.post(f"{PATH}/workers", data={"name": "张秀兰"})
        assert answer.status_code == 403
        assert "电话号码不对" in await pressed(page, csrf, "/workers", name="张秀兰", phone="1")
        assert "没有这位服务人员" in await pressed(page, csrf, "/workers/nobody/code")
        assert "没有这个单号" in await pressed(page, csrf, "/orders/nothing/worker")
        assert "没有这次上门" in await pressed(page, csrf, "/nothing/outcome", outcome="好")
        assert (await page.http.get(f"{PATH}/nothing/photo")).status_code == 404
        assert (await http.get("/v1/workers")).json() == []


async def test_a_shift_from_the_code_to_the_look_at_a_far_check_in(
    config: BackendConfig, http: httpx.AsyncClient, client: BackendClient, elder: Elder
):
    order, number = await ordered(client, elder)
    phone = Phone(http)
    async with opened(config) as page:
        csrf = await on_duty(http, page)
        await pressed(page, csrf, "/workers", name="张秀兰", phone="13900000001", area="福康县")
        (worker,) = (await http.get("/v1/workers")).json()
        said = await pressed(page, csrf, f"/workers/{worker['id']}/code")
        assert "13900000001" not in said
        (code,) = re.findall(r"绑定码：(\d{8})", said)
        assert code not in (await page.http.get(PATH)).text
        await phone.ask("POST", "/binding", json={"code": code})
        await phone.ask("PUT", "/places", json={"agreed": True})
        said = await pressed(page, csrf, f"/orders/{order}/worker", worker_id=worker["id"])
        assert f"单号 {number} 派给张秀兰了" in said

        home = {**FAR, "latitude": 25.0751}
        del home["accuracy"]
        await http.put(f"/v1/elders/{elder.id}/position", json=home)
        page.clock.now = NOW + timedelta(hours=2)
        assert "过了时间还没有人签到" in (await page.http.get(PATH)).text
        await phone.arrive(order, place=FAR)
        shown = (await page.http.get(PATH)).text
        assert "签到的地方离老人家远" in shown
        assert "约 2224 米" in shown
        (visit,) = (await http.get("/v1/visits")).json()
        refused = await pressed(page, csrf, f"/{visit['id']}/outcome", outcome=" ")
        assert "请写一句核实的结果" in refused
        said = await pressed(
            page, csrf, f"/{visit['id']}/outcome", outcome="打过电话，搬到女儿家了", home="true"
        )
        assert "小王：打过电话，搬到女儿家了" in said
        await phone.leave(order, place=FAR)
        (visit,) = (await http.get("/v1/visits")).json()
        assert visit["leaving_metres"] == 0
        await pressed(page, csrf, f"/workers/{worker['id']}/active", active="false")
        await phone.ask("GET", "", 404)
    seen = [(action, item) for actor, action, item in audit(config) if actor == "agent:wang"]
    assert ("look_into", f"visit:{visit['id']}") in seen
    assert ("assign", f"order:{order}") in seen


async def test_what_a_worker_did_not_end_and_where_nobody_came_is_settled_on_the_page(
    config: BackendConfig, http: httpx.AsyncClient, client: BackendClient, elder: Elder
):
    order, _ = await ordered(client, elder)
    missed, _ = await ordered(client, elder, key="second", service="meals")
    phone = Phone(http)
    async with opened(config) as page:
        csrf = await on_duty(http, page)
        await pressed(page, csrf, "/workers", name="张秀兰")
        (worker,) = (await http.get("/v1/workers")).json()
        said = await pressed(page, csrf, f"/workers/{worker['id']}/code")
        (code,) = re.findall(r"绑定码：(\d{8})", said)
        await phone.ask("POST", "/binding", json={"code": code})
        for one in (order, missed):
            await pressed(page, csrf, f"/orders/{one}/worker", worker_id=worker["id"])
        page.clock.now = NOW
        await phone.arrive(order, place=None)
        (visit,) = (await http.get("/v1/visits")).json()
        page.clock.now = NOW + timedelta(days=2)
        anew = await http.post("/v1/agents/wang/password")
        await page.log_in("wang", anew.json()["password"])
        csrf = await page.csrf()
        shown = (await page.http.get(PATH)).text
        assert "到了以后一直没有说做完" in shown
        assert "那天没有人签到" in shown
        end = f"/{visit['id']}/end"
        assert "请写一句处理的结果" in await pressed(page, csrf, end, done="true")
        ended = await pressed(page, csrf, end, done="true", outcome="打电话问过，做完了")
        assert "已经记下做完了" in ended
        assert "小王：打电话问过，做完了" in ended
        assert "已经做完了" in await pressed(page, csrf, end, done="false", outcome="没做")
        (id,) = re.findall(r"/desk/visits/missed/([\w-]+)/outcome", ended)
        path = f"/missed/{id}/outcome"
        assert "请写一句处理的结果" in await pressed(page, csrf, path)
        assert "已经记下" in await pressed(page, csrf, path, outcome="老人改到下周")
        assert "那天没有人签到" not in (await page.http.get(PATH)).text
    assert (await client.order(order)).status == "finished"
