"""Families on the desk's page: masked, of one's own place, changed on the elder's word."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from backend.client import BackendClient
from backend.config import BackendConfig

from .conftest import api
from .test_desk import Page, audit, opened
from .test_desk_applications import entered

pytestmark = pytest.mark.integration

PATH = "/desk/families"
HERE, ELSEWHERE = "福康县西城街道", "福康县东城街道"


async def requests(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await http.get("/v1/binding-requests")).json()["items"]
    return items


async def asked(client: BackendClient, http: httpx.AsyncClient) -> tuple[str, str]:
    """Somebody says she is the daughter; gives the request's and the elder's id."""
    elder = await client.create_elder(
        "林秀英", phone="13800001001", locality="福康县", address="福康县西城街道和平小区18号楼"
    )
    await client.request_binding(
        "wechat", "openid-1", elder_phone="13800001001", name="陈小梅", relation="女儿"
    )
    return (await requests(http))[0]["id"], elder.id


async def post(page: Page, csrf: dict[str, str], path: str, **form: object) -> str:
    answer = await page.http.post(f"{PATH}/{path}", data=form, headers=csrf)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_nobody_else_comes_in(config: BackendConfig, http: httpx.AsyncClient):
    async with opened(config) as page:
        assert (await page.http.get(PATH)).status_code == 303
        csrf = await entered(http, page, "county", "福康县")
        assert (await page.http.get(PATH)).status_code == 403
        for door in ("search", "requests/r/decision", "requests/r/names", "members/m/consents"):
            answer = await page.http.post(f"{PATH}/{door}", data={}, headers=csrf)
            assert answer.status_code == 403


async def test_another_community_neither_sees_nor_decides(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id, elder = await asked(client, http)
        member = await client.create_family_member(elder, name="陈大伟", relation="儿子")
        csrf = await entered(http, page, "community", ELSEWHERE)
        assert "没有等核对的申请" in (await page.http.get(PATH)).text
        for text in (
            await post(page, csrf, f"requests/{id}/decision", decision="approve", checked="true"),
            await post(page, csrf, f"requests/{id}/names"),
            await post(page, csrf, f"members/{member.id}/names"),
            await post(page, csrf, f"members/{member.id}/consents", checked="true"),
            await post(page, csrf, f"members/{member.id}/revocation", checked="true"),
        ):
            assert "不归您那里管" in text
            assert "陈小梅" not in text
        found = await post(page, csrf, "search", phone="13800001001")
        assert "您这里没有登记这个号码的老人" in found
        assert (await requests(http))[0]["status"] == "waiting"


async def test_names_are_masked_until_asked_for_and_that_is_written_down(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id, _ = await asked(client, http)
        csrf = await entered(http, page, "community", HERE)
        shown = (await page.http.get(PATH)).text
        assert "陈** 说是 林** 的女儿" in shown
        for secret in ("陈小梅", "林秀英", "13800001001"):
            assert secret not in shown
        names = await post(page, csrf, f"requests/{id}/names")
        assert "陈小梅" in names
        assert "林秀英，13800001001" in names
    assert ("agent:community1", "reveal_names", f"binding_request:{id}") in audit(config)


async def test_a_yes_needs_the_elders_word_and_opens_what_was_ticked(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        id, elder = await asked(client, http)
        csrf = await entered(http, page, "community", HERE)
        decision = f"requests/{id}/decision"
        form = {"decision": "approve", "role": "family", "consents": ["orders", "state"]}
        assert "先问过老人本人" in await post(page, csrf, decision, **form)
        assert "已经绑定" in await post(page, csrf, decision, **form, checked="true")
        (member,) = await client.family_members(elder_id=elder)
        assert (member.name, member.bound) == ("陈小梅", True)
        kept = (await http.get("/v1/family-members", params={"elder_id": elder})).json()["items"]
        assert kept[0]["consents"] == ["orders", "state"]
        shown = (await page.http.get(PATH)).text
        assert "三十天里定下的" in shown
        assert "福康县西城街道社区 community的小王" in shown
        assert "已经有结果" in await post(page, csrf, decision, decision="refuse")


async def test_whom_nobody_knows_is_refused_by_the_desk_only(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        await client.request_binding(
            "wechat", "openid-1", elder_phone="13800007777", name="骗子", relation="侄子"
        )
        id = (await requests(http))[0]["id"]
        csrf = await entered(http, page, "community", HERE)
        assert "没有等核对的申请" in (await page.http.get(PATH)).text
        text = await post(page, csrf, f"requests/{id}/decision", decision="refuse")
        assert "由值班台处理" in text
        csrf = await entered(http, page, "desk")
        assert "登记里没有这个号码的老人" in (await page.http.get(PATH)).text
        approve = {"decision": "approve", "checked": "true"}
        assert "先登记老人" in await post(page, csrf, f"requests/{id}/decision", **approve)
        assert "不同意" in await post(page, csrf, f"requests/{id}/decision", decision="refuse")
        assert (await requests(http))[0]["status"] == "refused"


async def test_consents_are_changed_and_a_binding_ended_on_the_elders_word_with_their_history(
    config: BackendConfig, http: httpx.AsyncClient
):
    async with opened(config) as page, api(config) as client:
        _, elder = await asked(client, http)
        member = await client.create_family_member(elder, name="陈大伟", relation="儿子")
        csrf = await entered(http, page, "desk")
        found = await post(page, csrf, "search", phone="138 0000 1001")
        assert "儿子 陈**" in found
        path = f"members/{member.id}"
        refused = await post(page, csrf, f"{path}/consents", consents=["location"])
        assert "问过老人，再打勾" in refused
        form = {"consents": ["orders", "location"], "checked": "true"}
        changed = await post(page, csrf, f"{path}/consents", **form)
        assert "已经改好" in changed
        assert "订的服务和进度、所在位置" in changed
        assert "值班台，值班员 desk的小王" in changed
        assert "问过老人，再打勾" in await post(page, csrf, f"{path}/revocation")
        over = await post(page, csrf, f"{path}/revocation", checked="true")
        assert "已经解除" in over
        assert "只有呼救" in over
        assert "解除绑定，值班员 desk的小王" in over
        assert "或者已经解除了" in await post(page, csrf, f"{path}/consents", **form)
