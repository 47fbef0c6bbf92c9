"""Applications on the desk's page: each post sees and decides what waits for it, in plain form."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest

from anban.policy import LOCALITIES
from anban.wiring import routes
from backend.client import BackendClient
from backend.config import BackendConfig

from .conftest import NOW, api
from .test_desk import Page, opened

pytestmark = pytest.mark.integration


@pytest.fixture
def config(config: BackendConfig) -> BackendConfig:
    return replace(config, routes=routes(LOCALITIES))


async def filed(client: BackendClient) -> str:
    elder = await client.create_elder("那顺", phone="13800001001", locality="呼和浩特玉泉")
    made = await client.file_application(elder.id, "yuquan.visit", facts=["alone"], now=NOW)
    return made.id


async def entered(http: httpx.AsyncClient, page: Page, post: str) -> dict[str, str]:
    """Logs a new colleague in; returns what changes have to carry."""
    body = {"login": f"{post}1", "name": f"{post}的小王", "post": post}
    password = (await http.post("/v1/agents", json=body)).json()["password"]
    assert (await page.log_in(f"{post}1", password)).status_code == 303
    return await page.csrf()


PATH = "/desk/applications"


async def decide(page: Page, id: str, csrf: dict[str, str], **form: str) -> str:
    path = f"/desk/applications/{id}/decision"
    shown = re.search(r'name="stage" value="([^"]+)"', (await page.http.get(PATH)).text)
    stage = shown[1] if shown else "community"
    data = {"decision": "pass", "stage": stage, **form}
    answer = await page.http.post(path, data=data, headers=csrf)
    assert answer.status_code == 200
    return answer.text


async def test_nobody_looks_or_decides_without_logging_in(config: BackendConfig):
    async with opened(config) as page:
        assert (await page.http.get("/desk/applications")).status_code == 303
        path = "/desk/applications/a/decision"
        assert (await page.http.post(path, data={"decision": "pass"})).status_code in (303, 403)


async def test_the_desk_sees_but_does_not_decide(config: BackendConfig, http: httpx.AsyncClient):
    async with opened(config) as page, api(config) as client:
        id = await filed(client)
        csrf = await entered(http, page, "desk")
        assert "那顺" in (await page.http.get("/desk/applications")).text
        assert "值班员不审批申请" in await decide(page, id, csrf)


async def test_a_request_from_another_page_changes_nothing(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id = await filed(client)
        await entered(http, page, "community")
        path = f"/desk/applications/{id}/decision"
        assert (await page.http.post(path, data={"decision": "pass"})).status_code == 403


async def test_the_three_posts_decide_one_after_the_other(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with api(config) as client:
        id = await filed(client)
        for post in ("community", "street", "county"):
            async with opened(config) as page:
                csrf = await entered(http, page, post)
                assert "那顺" in (await page.http.get("/desk/applications")).text
                said = await decide(page, id, csrf, decision="return")
                assert "退回或不批准要写明原因" in said
                assert "请看清楚" in await decide(page, id, csrf, stage="elsewhere")
                assert "已经记下" in await decide(page, id, csrf)
                assert "没有等您办的申请" in (await page.http.get("/desk/applications")).text
        (done,) = await client.applications()
        assert done.status == "approved"


async def test_the_form_is_printed_three_times_with_the_commitment(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id = await filed(client)
        await entered(http, page, "community")
        sheet = (await page.http.get(f"/desk/applications/{id}/print")).text
        assert sheet.count("呼和浩特市政府购买居家养老服务申请表") == 3
        assert sheet.count("本人那顺") == 3
        assert "第3份" in sheet
