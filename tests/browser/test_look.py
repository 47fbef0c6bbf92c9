"""Every page at every size, for old eyes, thick fingers, keyboards and screen readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from anban.postgres import EmbeddedPostgres
from backend.domain.times import CHINA
from bot.dialogue import Citation, Reply
from channels.web.chat import reply_body

from .house import House, fresh
from .mini import MiniHouse, looked_over, mini_house, needs_page

pytestmark = needs_page

SMALL: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "geolocation": {"latitude": 25.0751, "longitude": 117.0174, "accuracy": 20},
    "permissions": ["geolocation"],
}


DENSE: dict[str, Any] = {"letters": 16, "controls": 24, "twice": (640, 400)}


@pytest.fixture(scope="module")
def house(postgres: EmbeddedPostgres) -> Iterator[MiniHouse]:
    with mini_house(postgres) as own:
        yield own


@pytest.fixture
def desk(database_url: str) -> Iterator[House]:
    own = House(database_url)
    own.start()
    yield own
    own.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with fresh(browser, **SMALL) as own:
        yield own


def go(page: Page, house: MiniHouse, path: str) -> None:
    page.goto("about:blank")
    page.goto(f"{house.url}/#/pages/{path}")


def order(house: House, elder: str, service: str, days: int, key: str) -> dict[str, Any]:
    day = (datetime.now(CHINA) + timedelta(days=days)).date().isoformat()
    body = {"elder_id": elder, "conversation": "c", "service": service, "date": day}
    made = house.api.post(
        "/v1/orders",
        json={**body, "time": "morning" if days else "23:59", "note": "钥匙在门卫那里"},
        headers={"Idempotency-Key": key},
    )
    assert made.is_success, made.text
    found: dict[str, Any] = made.json()
    return found


def test_the_first_page_and_binding(house: MiniHouse, context: BrowserContext):
    page = context.new_page()
    page.goto(house.url)
    expect(page.get_by_role("heading", name="安伴")).to_be_visible()
    looked_over(page, "start")
    page.get_by_role("button", name="我是家人，关心老人").click()
    looked_over(page, "start-family")
    page.get_by_role("button", name="没有绑定码，请社区核对").click()
    looked_over(page, "start-ask")
    go(page, house, "start/start?as=服务人员")
    expect(page.get_by_role("heading", name="上门服务人员")).to_be_visible()
    looked_over(page, "start-work")


def test_the_elders_pages(house: MiniHouse, context: BrowserContext):
    elder, _ = house.household()
    page = context.new_page()
    house.open_as(page, elder, "本人")
    expect(page.get_by_role("heading", name="林秀英")).to_be_visible()
    looked_over(page, "home")
    page.get_by_role("button", name="打电话找人").click()
    expect(page.get_by_role("link", name="打给女儿陈小梅")).to_be_visible()
    looked_over(page, "people")
    page.get_by_role("button", name="家人能知道什么，由我定").click()
    expect(page.get_by_text("女儿 陈小梅")).to_be_visible()
    page.get_by_role("button", name="要一个绑定码").click()
    expect(page.get_by_text("以前有效")).to_be_visible()
    looked_over(page, "trust")
    go(page, house, "home/home")
    page.get_by_role("button", name="紧急求助").click()
    expect(page.get_by_role("button", name="马上呼救")).to_be_visible()
    page.clock.install()
    looked_over(page, "sos-confirm")
    page.get_by_role("button", name="马上呼救").click()
    page.clock.resume()
    expect(page.get_by_text("呼救已经发出")).to_be_visible()
    expect(page.get_by_text("我听到了，我马上叫人来帮您。")).to_be_visible()
    looked_over(page, "sos-running")


def test_the_familys_pages(house: MiniHouse, context: BrowserContext):
    elder, _ = house.household()
    for days, service in enumerate(("cleaning", "meals", "escort")):
        order(house, elder, service, days + 1, f"{elder}{service}")
    page = context.new_page()
    house.open_as(page, elder, "女儿", "陈小梅")
    expect(page.get_by_role("heading", name="我的家人")).to_be_visible()
    expect(page.get_by_text("下一次上门")).to_be_visible()
    looked_over(page, "family")
    go(page, house, f"elder/elder?id={elder}")
    expect(page.get_by_role("heading", name="订的服务")).to_be_visible()
    looked_over(page, "elder")
    go(page, house, f"book/book?id={elder}")
    page.get_by_role("button", name="送餐").click()
    page.get_by_role("button", name="后天").click()
    page.get_by_role("button", name="中午").click()
    looked_over(page, "book")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("button", name="对，订")).to_be_visible()
    looked_over(page, "book-asked")
    page.get_by_role("button", name="对，订").click()
    expect(page.get_by_text("订好了")).to_be_visible()
    looked_over(page, "book-done")
    cited = Citation(
        "龙岩市“互联网+养老”信息服务平台建设实施方案（2016~2020年）", None, "四（二）", 2016
    )
    reply = Reply("按龙岩2016年的文件，先找社区居委会，由社区组织申报。", citations=(cited,))
    answer = {"replies": [reply_body(reply).model_dump()]}
    page.route("**/v1/mini/say", lambda route: route.fulfill(json=answer))
    go(page, house, "policy/policy")
    expect(page.get_by_role("heading", name="问政策")).to_be_visible()
    looked_over(page, "policy")
    page.get_by_role("button", name="居家养老服务补贴怎么申请").click()
    expect(page.get_by_role("button", name="出处")).to_be_visible()
    looked_over(page, "policy-answer")
    page.get_by_role("button", name="出处").click()
    expect(page.get_by_role("heading", name="出处", exact=True)).to_be_visible()
    expect(page.get_by_text("文号 龙政办〔2016〕267号")).to_be_visible()
    looked_over(page, "source")
    go(page, house, "me/me")
    expect(page.get_by_text("我是女儿")).to_be_visible()
    looked_over(page, "me")
    raised = house.cry(elder_id=elder, conversation=None)
    go(page, house, f"alarm/alarm?id={raised}")
    expect(page.get_by_role("button", name="我去")).to_be_visible()
    looked_over(page, "alarm")
    page.get_by_role("button", name="我去").click()
    expect(page.get_by_text("您说了去")).to_be_visible()
    looked_over(page, "alarm-mine")


def test_the_workers_pages(house: MiniHouse, context: BrowserContext):
    elder, _ = house.household()
    house.api.patch(f"/v1/elders/{elder}", json={"hearing": "听不清"}).raise_for_status()
    worker = house.post("/v1/workers", name="张秀兰", area="福康县")["id"]
    made = order(house, elder, "cleaning", 0, f"{elder}w")
    house.api.put(f"/v1/orders/{made['id']}/worker", json={"worker_id": worker})
    code = house.post(f"/v1/workers/{worker}/codes")["code"]
    page = context.new_page()
    page.goto(f"{house.url}/#/pages/start/start?as=服务人员&code={code}")
    page.get_by_role("button", name="绑定", exact=True).click()
    expect(page.get_by_role("button", name="可以", exact=True)).to_be_visible()
    looked_over(page, "work-asked")
    page.get_by_role("button", name="可以", exact=True).click()
    page.get_by_role("button", name="看详情").wait_for()
    looked_over(page, "work")
    page.get_by_role("button", name="看详情").click()
    looked_over(page, "visit")
    page.get_by_role("button", name="到了，签到").click()
    expect(page.get_by_label("做了什么（可以不写）")).to_be_visible()
    looked_over(page, "visit-under-way")


def test_the_desks_pages(desk: House, browser: Browser):
    """Agents are no elders: their pages are dense, 16 px and WCAG's 24 px, else as everywhere."""
    elder = desk.post(
        "/v1/elders",
        name="林秀英",
        phone="13800001001",
        address="福康县西城街道和平小区18号楼302",
        locality="福康县",
    )["id"]
    for name, relation in (("陈小梅", "女儿"), ("陈大伟", "儿子")):
        body = {"elder_id": elder, "relation": relation, "name": name, "phone": "13800002001"}
        desk.post("/v1/family-members", **body)
    desk.post(
        "/v1/binding-requests",
        channel="wechat",
        address="openid-1",
        elder_phone="13800001001",
        name="周丽",
        relation="儿媳",
    )
    worker = desk.post("/v1/workers", name="张秀兰", area="福康县")["id"]
    made = order(desk, elder, "cleaning", 0, "o1")
    desk.api.put(f"/v1/orders/{made['id']}/worker", json={"worker_id": worker})
    order(desk, elder, "meals", 1, "o2")
    desk.cry(elder_id=elder)
    password = desk.post("/v1/agents", login="wang", name="小王")["password"]
    with fresh(browser, viewport={"width": 1280, "height": 800}, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{desk.url}/desk")
        expect(page.get_by_label("登录名")).to_be_visible()
        looked_over(page, "desk-login", **DENSE)
        page.get_by_label("登录名").fill("wang")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("button", name="开始值班").click()
        expect(page.get_by_role("button", name="接手")).to_be_visible()
        looked_over(page, "desk", **DENSE)
        page.goto(f"{desk.url}/desk/visits")
        expect(page.get_by_role("heading", name="派单")).to_be_visible()
        looked_over(page, "desk-visits", **DENSE)
        page.goto(f"{desk.url}/desk/families")
        expect(page.get_by_text("周* 说是 林** 的儿媳")).to_be_visible()
        looked_over(page, "desk-families", **DENSE)
        page.get_by_role("button", name="看周*的全名和电话").click()
        expect(page.get_by_text("周丽；老人 林秀英，13800001001")).to_be_visible()
        page.get_by_label("我问过老人本人").check()
        page.get_by_role("button", name="同意绑定").click()
        expect(page.get_by_text("已经绑定，会告诉申请的人")).to_be_visible()
        page.get_by_label("老人的电话").fill("13800001001")
        page.get_by_role("button", name="查", exact=True).click()
        expect(page.get_by_role("heading", name="女儿 陈**")).to_be_visible()
        page.get_by_text("以前怎么改的").first.click()
        looked_over(page, "desk-families-found", **DENSE)
        for name in ("applications", "assessments", "gaps"):
            page.goto(f"{desk.url}/desk/{name}")
            expect(page.get_by_role("navigation", name="各页")).to_be_visible()
            looked_over(page, f"desk-{name}", **DENSE)
