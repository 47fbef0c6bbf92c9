"""The desk's doors: who gets in, and what is written down of what they look at."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import psycopg
import pytest

from backend import desk
from backend.api import create_app
from backend.client import BackendClient, Elder
from backend.config import BackendConfig, DeskConfig
from backend.demo import AGENT, demo_agent

from .conftest import NOW
from .test_emergencies_api import cry

pytestmark = pytest.mark.integration


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Page:
    """One browser, logged in or not."""

    http: httpx.AsyncClient
    clock: Clock

    async def log_in(self, login: str, password: str, **headers: str) -> httpx.Response:
        form = {"login": login, "password": password}
        return await self.http.post("/desk/login", data=form, headers=headers)

    async def csrf(self) -> dict[str, str]:
        found = re.search(r'"X-Anban-Csrf": "(\w+)"', (await self.http.get("/desk")).text)
        assert found
        return {"X-Anban-Csrf": found[1]}


@asynccontextmanager
async def opened(config: BackendConfig) -> AsyncIterator[Page]:
    app, clock = create_app(config), Clock()
    desk.install(app, DeskConfig("secret", secure_cookie=True), clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://anban") as http,
    ):
        yield Page(http, clock)


@pytest.fixture
async def page(config: BackendConfig) -> AsyncIterator[Page]:
    async with opened(config) as found:
        yield found


@pytest.fixture
async def password(http: httpx.AsyncClient) -> str:
    """The password of the agent `wang`."""
    answer = await http.post("/v1/agents", json={"login": "wang", "name": "小王"})
    assert answer.status_code == 201
    return answer.json()["password"]


def audit(config: BackendConfig) -> list[tuple[str, str, str]]:
    with psycopg.connect(config.database_url) as connection:
        return connection.execute("SELECT actor, action, object FROM audit ORDER BY id").fetchall()


async def test_nobody_sees_the_desk_without_logging_in(page: Page):
    for path in ("/desk", "/desk/emergencies/x/close"):
        answer = await page.http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/login")
    answer = await page.http.post("/desk/emergencies/x/take", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/desk/login?expired=1"
    assert "event: expired" in (await page.http.get("/desk/feed")).text


async def test_a_wrong_password_and_an_unknown_login_are_told_alike(page: Page, password: str):
    wrong, unknown = await page.log_in("wang", "x"), await page.log_in("nobody", "x")
    assert wrong.status_code == unknown.status_code == 401
    assert "登录名或密码不对" in wrong.text
    assert "登录名或密码不对" in unknown.text


async def test_after_five_wrong_passwords_one_waits_and_the_right_one_does_not_help(
    page: Page, password: str
):
    for _ in range(5):
        assert (await page.log_in("wang", "x")).status_code == 401
    assert (await page.log_in("wang", password)).status_code == 429


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(page: Page, password: str):
    answer = await page.log_in("wang", password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    cookie = answer.headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "secure", "path=/desk"} <= set(cookie.split("; "))
    shown = await page.http.get("/desk")
    assert shown.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]


async def test_a_form_of_another_site_logs_nobody_in(page: Page, password: str):
    answer = await page.log_in("wang", password, origin="https://elsewhere")
    assert answer.status_code == 403
    assert (await page.log_in("wang", password, origin="https://anban")).status_code == 303


async def test_a_forged_or_expired_cookie_lets_nobody_in(page: Page, password: str):
    forged = await page.http.get("/desk", headers={"Cookie": "anban_desk=forged"})
    assert forged.headers["location"] == "/desk/login?expired=1"
    await page.log_in("wang", password)
    page.clock.now += timedelta(hours=12)
    assert (await page.http.get("/desk")).status_code == 303


async def test_another_password_or_being_let_out_ends_the_session_at_once(
    page: Page, password: str, http: httpx.AsyncClient
):
    await page.log_in("wang", password)
    renewed = (await http.post("/v1/agents/wang/password")).json()["password"]
    assert (await page.http.get("/desk")).status_code == 303
    await page.log_in("wang", renewed)
    assert (await page.http.get("/desk")).status_code == 200
    await http.patch("/v1/agents/wang", json={"active": False})
    assert (await page.http.get("/desk")).status_code == 303
    assert (await page.log_in("wang", renewed)).status_code == 401


async def test_nothing_is_changed_by_a_request_that_our_page_did_not_send(
    page: Page, password: str, client: BackendClient
):
    raised = await cry(client, "e1")
    await page.log_in("wang", password)
    for path in ("take", "seen", "close", "phone/caller"):
        answer = await page.http.post(
            f"/desk/emergencies/{raised.id}/{path}", data={"outcome": "closed", "reason": "x"}
        )
        assert answer.status_code == 403, path
    assert (await client.emergency(raised.id)).status == "open"


async def test_who_looked_and_at_whose_number_is_written_down(
    page: Page, password: str, client: BackendClient, config: BackendConfig, elder: Elder
):
    raised = await cry(client, "e1", elder_id=elder.id)
    await page.log_in("wang", password)
    taken = await page.http.post(f"/desk/emergencies/{raised.id}/take", headers=await page.csrf())
    assert "138****1001" in taken.text
    assert "13800001001" not in taken.text
    shown = await page.http.post(
        f"/desk/emergencies/{raised.id}/phone/elder", headers=await page.csrf()
    )
    assert "tel:13800001001" in shown.text
    rows = audit(config)
    assert ("agent:wang", "read", f"emergency:{raised.id}") in rows
    assert ("agent:wang", "reveal_phone", f"emergency:{raised.id}") in rows
    assert ("agent:wang", "reveal_phone", "phone_of:elder") in rows


async def test_a_number_that_does_not_belong_to_the_emergency_is_not_shown(
    page: Page, password: str, client: BackendClient, elder: Elder
):
    other = await client.create_elder("赵福", phone="13800001009")
    stranger = await client.create_family_member(other.id, relation="儿子", phone="13800002009")
    raised = await cry(client, "e1", elder_id=elder.id)
    await page.log_in("wang", password)
    for whose in (stranger.id, "caller", "nobody"):
        answer = await page.http.post(
            f"/desk/emergencies/{raised.id}/phone/{whose}", headers=await page.csrf()
        )
        assert "没有这个号码" in answer.text
        assert "13800002009" not in answer.text


async def test_closing_needs_a_reason_and_a_false_alarm_a_check(
    page: Page, password: str, client: BackendClient
):
    raised = await cry(client, "e1")
    await page.log_in("wang", password)
    headers, path = await page.csrf(), f"/desk/emergencies/{raised.id}/close"

    async def close(**form: str) -> str:
        return (await page.http.post(path, data=form, headers=headers)).text

    assert "请写一句是怎么处理的" in await close(outcome="closed", reason=" ")
    assert "请打勾" in await close(outcome="false_alarm", reason="按错了")
    assert (await client.emergency(raised.id)).status == "open"
    board = await close(outcome="false_alarm", reason="按错了", checked="true")
    assert "按错了" in board
    assert (await client.emergency(raised.id)).status == "false_alarm"
    assert "已经结束了" in await close(outcome="closed", reason="又一次")


async def test_what_is_said_of_an_agent_needs_the_token_and_keeps_no_password(
    http: httpx.AsyncClient, password: str, config: BackendConfig
):
    assert (await http.get("/v1/agents", headers={"Authorization": ""})).status_code == 401
    again = await http.post("/v1/agents", json={"login": "wang", "name": "小王"})
    assert again.status_code == 409
    assert (await http.post("/v1/agents/nobody/password")).status_code == 404
    listed = (await http.get("/v1/agents")).json()
    assert listed == [{"login": "wang", "name": "小王", "post": "desk", "area": "", "active": True}]
    with psycopg.connect(config.database_url) as connection:
        row = connection.execute("SELECT password_hash FROM desk_agents").fetchone()
    assert row
    assert row[0].startswith("$argon2id$")
    assert password not in str(audit(config))


async def test_each_start_of_the_demo_makes_its_agent_a_new_password(
    page: Page, config: BackendConfig
):
    first, second = await demo_agent(config), await demo_agent(config)
    assert first != second
    assert (await page.log_in(AGENT, first)).status_code == 401
    assert (await page.log_in(AGENT, second)).status_code == 303


async def test_the_hotlines_figures_stand_on_the_first_page(
    client: BackendClient, page: Page, password: str
):
    raised = await cry(client, "e1")
    await page.log_in("wang", password)
    for number, words in enumerate((("arrived", "answered"), ("arrived", "ended"))):
        for word in words:
            await client.inbound_told(f"6b1f0d3a-0000-4000-8000-00000000000{number}", word)
    board = await page.http.post(f"/desk/emergencies/{raised.id}/take", headers=await page.csrf())
    shown = " ".join(board.text.split())
    assert "<dt>接通率</dt><dd>50%</dd>" in shown
    assert "<dt>没等到就挂</dt><dd>1</dd>" in shown


async def test_who_is_handed_over_and_who_was_promised_a_call_is_on_the_page(
    config: BackendConfig, client: BackendClient, elder: Elder, page: Page, password: str
):
    await client.open_conversation("c", "phone", phone=elder.phone)
    await client.create_handoff(
        conversation="c", reason="asked", summary="我想问问助餐", elder_id=elder.id,
        phone=elder.phone, now=NOW,
    )  # fmt: skip
    await client.offer_transfer("c", "agent1", now=NOW)
    raised = await cry(client, "e1")
    await page.log_in("wang", password)
    board = await page.http.post(f"/desk/emergencies/{raised.id}/take", headers=await page.csrf())
    assert "正在转给 agent1" in board.text
    assert "我想问问助餐" in board.text
    assert elder.phone not in board.text
    assert ("agent:wang", "read") in {row[:2] for row in audit(config) if "transfer:" in row[2]}
