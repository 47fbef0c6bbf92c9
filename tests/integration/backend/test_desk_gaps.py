"""What no document answers, on a page for the county."""

from __future__ import annotations

import httpx
import pytest

from backend.client import BackendClient
from backend.config import BackendConfig

from .conftest import NOW, api
from .test_desk import Page, opened

pytestmark = pytest.mark.integration


async def entered(http: httpx.AsyncClient, page: Page, post: str) -> None:
    body = {"login": post, "name": "小王", "post": post, "area": "龙岩"}
    password = (await http.post("/v1/agents", json=body)).json()["password"]
    await page.log_in(post, password)


async def gap(client: BackendClient, about: str, locality: str) -> None:
    await client.report_gap(
        conversation="c1", question="林秀英问", about=about, locality=locality, now=NOW
    )


async def test_who_is_not_of_the_county_sees_no_counts(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page:
        assert (await page.http.get("/desk/gaps")).status_code == 303
        await entered(http, page, "community")
        assert (await page.http.get("/desk/gaps")).status_code == 403


async def test_the_county_sees_how_often_what_was_asked_where_and_nothing_of_who(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        await entered(http, page, "county")
        assert "还没有答不了的问题" in (await page.http.get("/desk/gaps")).text
        for about, locality in (("高龄津贴", "龙岩"), ("高龄津贴", "龙岩"), ("<电话>", "漳州")):
            await gap(client, about, locality)
        shown = (await page.http.get("/desk/gaps")).text
        assert "2026-03 <small>一共 3 次" in shown
        assert "<td>高龄津贴</td><td>龙岩</td><td>2</td>" in shown
        assert "&lt;电话&gt;" in shown
        assert "林秀英" not in shown
        only = (await page.http.get("/desk/gaps", params={"place": "漳州"})).text
        assert "高龄津贴" not in only
        assert "文件里没有的" in (await page.http.get("/desk/applications")).text
