"""The worker's pages: bound by the number of the desk, in with a place, out with a picture."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from anban.postgres import EmbeddedPostgres
from backend.domain.times import CHINA

from .house import fresh
from .mini import TELEPHONE, MiniHouse, mini_house, needs_page, shoot, violations

pytestmark = needs_page

HOME = {"latitude": 25.0751, "longitude": 117.0174}
FAR = {"latitude": 25.0951, "longitude": 117.0174}
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def house(postgres: EmbeddedPostgres) -> Iterator[MiniHouse]:
    with mini_house(postgres) as own:
        yield own


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    place = {**HOME, "accuracy": 20}
    with fresh(browser, **TELEPHONE, geolocation=place, permissions=["geolocation"]) as own:
        yield own


@dataclass(frozen=True)
class Shift:
    """A worker with one visit today, on the page of the day."""

    page: Page
    order: str
    number: str


def ordered(house: MiniHouse, elder: str, **values: Any) -> dict[str, Any]:
    wish = {
        "elder_id": elder,
        "conversation": "c",
        "service": "cleaning",
        "date": datetime.now(CHINA).date().isoformat(),
        "time": "23:59",
        "note": "钥匙在门卫那里",
    }
    answer = house.api.post(
        "/v1/orders", json={**wish, **values}, headers={"Idempotency-Key": elder}
    )
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
def shift(house: MiniHouse, context: BrowserContext) -> Shift:
    elder, _ = house.household()
    place = {**HOME, "system": "wgs84"}
    house.api.put(f"/v1/elders/{elder}/position", json=place).raise_for_status()
    house.api.patch(f"/v1/elders/{elder}", json={"hearing": "听不清"}).raise_for_status()
    order = ordered(house, elder)
    worker = house.post("/v1/workers", name="张秀兰", area="福康县")["id"]
    house.api.put(f"/v1/orders/{order['id']}/worker", json={"worker_id": worker})
    code = house.post(f"/v1/workers/{worker}/codes")["code"]
    page = context.new_page()
    page.goto(f"{house.url}/#/pages/start/start?as=服务人员")
    expect(page.get_by_role("heading", name="上门服务人员")).to_be_visible()
    page.get_by_label("绑定码").fill("22222222")
    page.get_by_role("button", name="绑定", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("绑定码不对，或者过期了。请值班台再给一个。")
    page.get_by_label("绑定码").fill(code)
    page.get_by_role("button", name="绑定", exact=True).click()
    expect(page.get_by_role("heading", name="今天上门")).to_be_visible()
    return Shift(page, order["id"], order["number"])


def visits(house: MiniHouse, order: str) -> list[dict[str, Any]]:
    return [one for one in house.api.get("/v1/visits").json() if one["order_id"] == order]


def photograph(page: Page) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="拍一张照片").click()
    chooser.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": DOT})
    expect(page.get_by_text("照片拍好了。")).to_be_visible()


def assert_large(page: Page) -> None:
    """Letters are 22 px and more, controls 60 px and more, and nothing is cut off."""
    small = """() => [...document.querySelectorAll('.page *')].filter(one =>
        [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
        && parseFloat(getComputedStyle(one).fontSize) < 22).map(one => one.outerHTML)"""
    assert page.evaluate(small) == []
    controls = page.locator("button, a, input")
    for box in [one.bounding_box() for one in controls.all() if one.is_visible()]:
        assert box
        assert min(box["width"], box["height"]) >= 60
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_visit_with_place_and_picture(house: MiniHouse, shift: Shift):
    page = shift.page
    expect(page.get_by_role("heading", name="签到时记下位置，可以吗？")).to_be_visible()
    assert violations(page) == []
    shoot(page, "work-asked")
    page.get_by_role("button", name="可以", exact=True).click()
    expect(page.get_by_role("heading", name="签到时记下位置，可以吗？")).to_have_count(0)
    expect(page.get_by_text("福康县西城街道和平小区18号楼302")).to_be_visible()
    shoot(page, "work")
    assert_large(page)
    assert violations(page) == []
    page.get_by_role("button", name="林秀英，打扫卫生，看详情").click()
    expect(page.get_by_text("交代：钥匙在门卫那里")).to_be_visible()
    expect(page.get_by_text("听力：听不清")).to_be_visible()
    expect(page.get_by_role("link", name="看地图")).to_be_visible()
    expect(page.get_by_role("link", name="打120")).to_have_attribute("href", "tel:120")
    shoot(page, "visit")
    assert violations(page) == []
    page.get_by_role("button", name="到了，签到").click()
    expect(page.get_by_text("签到了。")).to_be_visible()
    page.get_by_label("做了什么（可以不写）").fill("擦了窗户")
    photograph(page)
    expect(page.get_by_role("img", name="刚才拍的照片")).to_be_visible()
    shoot(page, "visit-under-way")
    assert_large(page)
    page.set_viewport_size({"width": 195, "height": 422})  # at 200 %
    assert_large(page)
    page.set_viewport_size(TELEPHONE["viewport"])
    assert violations(page) == []
    page.get_by_role("button", name="做完了").click()
    page.get_by_role("button", name="再按一下，真的做完了").click()
    expect(page.get_by_text("这一家做完了，辛苦了。")).to_be_visible()
    expect(page.get_by_text("福康县西城街道和平小区18号楼302")).to_have_count(0)
    shoot(page, "visit-finished")
    assert violations(page) == []
    (visit,) = visits(house, shift.order)
    assert (visit["status"], visit["note"], visit["photo"]) == ("finished", "擦了窗户", True)
    assert visit["arrival_metres"] == 0
    assert house.api.get(f"/v1/orders/{shift.order}").json()["status"] == "finished"


def test_what_is_pressed_without_a_network_is_sent_when_it_is_back(
    house: MiniHouse, context: BrowserContext, shift: Shift
):
    page = shift.page
    page.get_by_role("button", name="可以", exact=True).click()
    page.get_by_role("button", name="林秀英，打扫卫生，看详情").click()
    expect(page.get_by_role("button", name="到了，签到")).to_be_visible()
    context.set_geolocation({**FAR, "accuracy": 20})
    context.set_offline(True)
    page.get_by_role("button", name="到了，签到").click()
    kept = page.get_by_text("签到记在手机里了。网络好了会自己发。")
    expect(kept).to_be_visible()
    shoot(page, "visit-offline")
    assert violations(page) == []
    assert visits(house, shift.order) == []
    context.set_offline(False)
    expect(page.get_by_text("签到的地方离老人家有点远，值班台会看到。您照常做。")).to_be_visible()
    expect(kept).to_have_count(0)
    (visit,) = visits(house, shift.order)
    assert "too_far" in visit["flags"]
    page.reload()  # what is under way stays so
    expect(page.get_by_role("button", name="做完了")).to_be_visible()
    page.route("**/v1/mini/**", lambda route: route.abort())
    page.goto(f"{house.url}/#/pages/home/home")
    page.reload()  # the program is opened where there is no network
    expect(page.get_by_role("heading", name="今天上门")).to_be_visible()
    expect(page.get_by_text("福康县西城街道和平小区18号楼302")).to_be_visible()


def test_whoever_does_not_agree_works_all_the_same(house: MiniHouse, shift: Shift):
    page = shift.page
    page.get_by_role("button", name="不要记", exact=True).click()
    expect(page.get_by_role("button", name="签到不记位置，改一下")).to_be_visible()
    page.get_by_role("button", name="林秀英，打扫卫生，看详情").click()
    page.get_by_role("button", name="到了，签到").click()
    expect(page.get_by_text("签到了。")).to_be_visible()
    expect(page.get_by_text("签到记在手机里了")).to_have_count(0)
    (visit,) = visits(house, shift.order)
    assert (visit["arrival_metres"], "no_place" in visit["flags"]) == (None, True)


def test_a_day_without_a_network_a_refusal_and_a_broken_server_lose_nothing(
    house: MiniHouse, context: BrowserContext, shift: Shift
):
    page = shift.page
    page.get_by_role("button", name="可以", exact=True).click()
    page.get_by_role("button", name="林秀英，打扫卫生，看详情").click()
    expect(page.get_by_role("button", name="到了，签到")).to_be_visible()
    context.set_offline(True)
    page.get_by_role("button", name="到了，签到").click()
    page.get_by_label("做了什么（可以不写）").fill("擦了窗户")
    photograph(page)
    page.get_by_role("button", name="返回").click()  # written and photographed: kept
    page.get_by_role("button", name="林秀英，打扫卫生，看详情").click()
    expect(page.get_by_label("做了什么（可以不写）")).to_have_value("擦了窗户")
    expect(page.get_by_role("img", name="刚才拍的照片")).to_be_visible()
    page.get_by_role("button", name="做完了").click()
    page.get_by_role("button", name="再按一下，真的做完了").click()
    expect(page.get_by_text("做完记在手机里了。网络好了会自己发。")).to_be_visible()
    answers = [(500, "出错了"), (422, "照片不对，应为 JPEG")]

    def planned(route: Route) -> None:
        if not answers:
            return route.continue_()
        status, detail = answers.pop(0)
        return route.fulfill(status=status, json={"detail": detail})

    page.route("**/leaving", planned)
    context.set_offline(False)
    refused = page.get_by_role("alert").filter(has_text="没有记上：照片不对，应为 JPEG")
    expect(refused).to_be_visible(timeout=20_000)
    expect(page.get_by_label("做了什么（可以不写）")).to_have_value("擦了窗户")
    shoot(page, "visit-refused")
    assert_large(page)
    assert violations(page) == []
    page.get_by_role("button", name="再发一次").click()
    expect(page.get_by_text(re.compile("到，.+走。"))).to_be_visible()
    expect(refused).to_have_count(0)
    (visit,) = visits(house, shift.order)
    assert (visit["status"], visit["note"], visit["photo"]) == ("finished", "擦了窗户", True)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('photo'))") == []


def test_a_telephone_whose_clock_is_fast_checks_in_at_the_right_time(
    house: MiniHouse, shift: Shift
):
    page = shift.page
    page.get_by_role("button", name="不要记", exact=True).click()
    page.clock.set_fixed_time(datetime.now(CHINA) + timedelta(minutes=12))
    page.get_by_role("button", name="林秀英，打扫卫生，看详情").click()
    page.get_by_role("button", name="到了，签到").click()
    expect(page.get_by_text("签到了。")).to_be_visible()
    expect(page.get_by_text("签到记在手机里了")).to_have_count(0)
    (visit,) = visits(house, shift.order)
    arrived = datetime.fromisoformat(visit["arrived_at"])
    assert abs(datetime.now(CHINA) - arrived) < timedelta(minutes=2)
