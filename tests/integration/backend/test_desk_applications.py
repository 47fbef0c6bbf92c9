"""Applications on the desk's page: each post sees and decides what waits for it, in plain form."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx
import psycopg
import pytest
from pypdf import PdfReader

from anban.policy import LOCALITIES
from anban.wiring import routes
from backend.client import BackendClient
from backend.config import BackendConfig
from tests.fakes.font import square_font

from .conftest import NOW, api
from .test_desk import Page, audit, opened

pytestmark = pytest.mark.integration


@pytest.fixture
def config(config: BackendConfig) -> BackendConfig:
    return replace(config, routes=routes(LOCALITIES))


async def filed(client: BackendClient) -> str:
    elder = await client.create_elder(
        "那顺",
        phone="13800001001",
        locality="呼和浩特玉泉",
        address="呼和浩特市玉泉区小黑河镇西二道河村8号",
    )
    made = await client.file_application(
        elder.id, "yuquan.visit", facts=["alone"], filed_by="前台小李", now=NOW
    )
    return made.id


PATH = "/desk/applications"
PLACES = {
    "community": "呼和浩特玉泉西二道河村",
    "street": "呼和浩特玉泉小黑河镇",
    "county": "呼和浩特玉泉",
}


async def entered(
    http: httpx.AsyncClient, page: Page, post: str, area: str | None = None
) -> dict[str, str]:
    """Logs a new colleague in; returns what changes have to carry."""
    area = PLACES.get(post, "") if area is None else area
    body = {"login": f"{post}1", "name": f"{post}的小王", "post": post, "area": area}
    password = (await http.post("/v1/agents", json=body)).json()["password"]
    assert (await page.log_in(f"{post}1", password)).status_code == 303
    found = re.search(r'"X-Anban-Csrf": "(\w+)"', (await page.http.get(PATH)).text)
    assert found
    return {"X-Anban-Csrf": found[1]}


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


async def test_a_community_without_its_place_is_no_post(http: httpx.AsyncClient):
    body = {"login": "wang", "name": "小王", "post": "community"}
    answer = await http.post("/v1/agents", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, "area")


async def test_another_village_sees_decides_corrects_and_prints_nothing(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id = await filed(client)
        csrf = await entered(http, page, "community", "呼和浩特玉泉东二道河村")
        assert "那顺" not in (await page.http.get(PATH)).text
        assert "不归您那里" in await decide(page, id, csrf)
        for door in ("correction", "phone"):
            answer = await page.http.post(f"{PATH}/{id}/{door}", headers=csrf)
            assert "不归您那里" in answer.text
        assert "不归您那里" in (await page.http.get(f"{PATH}/{id}/print")).text
        (row,) = await client.applications()
        assert (row.status, row.stage) == ("open", "community")


@pytest.mark.parametrize("post", ["community", "county", "assessor"])
async def test_other_posts_see_no_emergencies_and_take_none(
    config: BackendConfig, http: httpx.AsyncClient, post: str
):
    async with opened(config) as page:
        csrf = await entered(http, page, post)
        assert (await page.http.get("/desk")).status_code == 303
        assert "expired" in (await page.http.get("/desk/feed")).text
        for door in ("seen", "take", "close", "phone/elder"):
            answer = await page.http.post(f"/desk/emergencies/e/{door}", headers=csrf)
            assert answer.status_code == 403


async def test_a_number_is_shown_whole_only_when_asked_for_and_that_is_written_down(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id = await filed(client)
        csrf = await entered(http, page, "community")
        assert "13800001001" not in (await page.http.get(PATH)).text
        shown = await page.http.post(f"{PATH}/{id}/phone", headers=csrf)
        assert "13800001001" in shown.text
    assert ("agent:community1", "reveal_phone", f"application:{id}") in audit(config)
    assert ("agent:community1", "read", f"application:{id}") in audit(config)


async def test_sent_back_it_is_corrected_on_the_page_and_begins_again(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id = await filed(client)
        csrf = await entered(http, page, "community")
        await decide(page, id, csrf, decision="return", comment="缺承诺书")
        assert "补正后再交" in (await page.http.get(PATH)).text
        form = {"field 住址": "玉泉区石羊桥东路3号", "field 没有的": "1", "paper": "老人写的承诺书"}
        answer = await page.http.post(f"{PATH}/{id}/correction", data=form, headers=csrf)
        assert "再交上去了" in answer.text
        again = await page.http.post(f"{PATH}/{id}/correction", data=form, headers=csrf)
        assert "没有被退回" in again.text
        (row,) = await client.applications()
        assert (row.status, row.stage) == ("open", "community")
        assert (row.fields["住址"], "没有的" in row.fields) == ("玉泉区石羊桥东路3号", False)
        assert row.missing_papers == ("社区开的独居或空巢证明",)


async def test_one_whose_way_is_gone_does_not_break_the_page(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id = await filed(client)
        with psycopg.connect(config.database_url) as connection:
            connection.execute("UPDATE applications SET scheme = 'yuquan.gone'")
        await entered(http, page, "desk")
        assert "yuquan.gone" in (await page.http.get(PATH)).text
        assert (await page.http.get(f"{PATH}/{id}/print")).status_code == 200


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


async def test_the_forms_are_a_pdf_of_three_copies_and_only_ones_own_place_has_them(
    config: BackendConfig, http: httpx.AsyncClient, tmp_path: Path
):
    font = square_font(tmp_path / "a.ttf")
    async with opened(replace(config, form_font=font)) as page, api(config) as client:
        id = await filed(client)
        csrf = await entered(http, page, "community")
        await decide(page, id, csrf, comment="情况属实")
        answer = await page.http.get(f"{PATH}/{id}/forms.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        assert len(PdfReader(BytesIO(answer.content)).pages) == 9
        await entered(http, page, "street", "呼和浩特玉泉石东路")
        refused = await page.http.get(f"{PATH}/{id}/forms.pdf")
        assert refused.headers["content-type"].startswith("text/html")
        assert "不归您那里" in refused.text


async def test_without_a_font_the_page_says_what_to_print_instead(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id = await filed(client)
        await entered(http, page, "community")
        assert "没有中文字体" in (await page.http.get(f"{PATH}/{id}/forms.pdf")).text
