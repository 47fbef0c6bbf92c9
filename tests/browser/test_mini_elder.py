"""The elder's page in a real browser: three things, a cry that is never lost, large letters."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from anban.postgres import EmbeddedPostgres

from .house import CHROMIUM, fresh
from .mini import TELEPHONE, MiniHouse, mini_house, needs_page, shoot, violations

pytestmark = needs_page

HERE = {"latitude": 25.0751, "longitude": 117.0174, "accuracy": 20}
FIRST_VIEW_BYTES = 250_000
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A telephone with a microphone that hums."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", *MICROPHONE]
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def house(postgres: EmbeddedPostgres) -> Iterator[MiniHouse]:
    with mini_house(postgres) as own:
        yield own


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    options = {**TELEPHONE, "geolocation": HERE, "permissions": ["geolocation", "microphone"]}
    with fresh(browser, **options) as own:
        yield own


@pytest.fixture
def elder(house: MiniHouse, context: BrowserContext) -> Page:
    """The elder at home, known by a number."""
    own, _ = house.household()
    page = context.new_page()
    house.open_as(page, own, "本人")
    expect(page.get_by_role("heading", name="林秀英")).to_be_visible()
    return page


def emergencies(house: MiniHouse) -> list[dict[str, object]]:
    return house.listed("emergencies")


def cry(page: Page) -> None:
    page.get_by_role("button", name="紧急求助").click()
    page.get_by_role("button", name="马上呼救").click()


def until(page: Page, look: object, seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not look():  # type: ignore[operator]
        assert time.monotonic() < limit
        page.wait_for_timeout(50)


def test_a_press_by_mistake_is_taken_back_before_anybody_is_told(house: MiniHouse, elder: Page):
    elder.get_by_role("button", name="紧急求助").click()
    expect(elder.get_by_role("dialog", name="紧急求助")).to_be_visible()
    shoot(elder, "sos-ask")
    assert violations(elder) == []
    elder.get_by_role("button", name="不用，返回").click()
    expect(elder.get_by_role("button", name="按住说话")).to_be_visible()
    assert emergencies(house) == []


def test_whoever_cannot_answer_the_question_is_helped_all_the_same(house: MiniHouse, elder: Page):
    elder.clock.install()
    elder.get_by_role("button", name="紧急求助").click()
    elder.clock.run_for(11_000)
    expect(elder.get_by_text("呼救已经发出")).to_be_visible()
    assert len(emergencies(house)) == 1


def test_a_cry_is_one_row_with_its_place_and_anban_stays_on_the_line(house: MiniHouse, elder: Page):
    cry(elder)
    expect(elder.get_by_text("呼救已经发出")).to_be_visible()
    expect(elder.get_by_text("正在叫：女儿")).to_be_visible()
    expect(elder.get_by_text("我听到了，我马上叫人来帮您。")).to_be_visible()
    until(elder, lambda: emergencies(house)[0]["location"])
    (row,) = emergencies(house)
    assert "纬度25.07510，经度117.01740（WGS84，误差约20米）" in str(row["location"])
    shoot(elder, "sos-sent")
    assert violations(elder) == []
    expect(elder.get_by_role("link", name="打120")).to_have_attribute("href", "tel:120")


def test_a_stranger_in_danger_is_asked_nothing_first(house: MiniHouse, context: BrowserContext):
    page = context.new_page()
    page.goto(house.url)
    with page.expect_response("**/v1/mini/sos") as sent:
        cry(page)
    expect(page.get_by_text("呼救已经发出")).to_be_visible()
    assert sent.value.json() == {"taken": True, "arrived": True}


def test_a_cry_that_was_a_mistake_is_called_off_after_a_question(house: MiniHouse, elder: Page):
    cry(elder)
    expect(elder.get_by_text("我听到了，我马上叫人来帮您。")).to_be_visible()
    elder.get_by_role("button", name="我没事，按错了").click()
    expect(elder.get_by_text("真的没事吗？要不要还是让人来看看？")).to_be_visible()
    assert emergencies(house)[0]["status"] == "open"
    elder.get_by_role("button", name="没事", exact=True).click()
    expect(elder.get_by_text("这次呼救已经结束")).to_be_visible()
    assert emergencies(house)[0]["status"] == "false_alarm"


def test_without_a_network_it_is_said_at_once_kept_and_sent_when_the_network_is_back(
    house: MiniHouse, context: BrowserContext, elder: Page
):
    context.set_offline(True)
    began = time.monotonic()
    cry(elder)
    expect(elder.get_by_text("正在呼救……")).to_be_visible()
    assert time.monotonic() - began < 2
    expect(elder.get_by_role("link", name="打给女儿陈小梅")).to_be_visible()
    assert emergencies(house) == []
    elder.close()  # the telephone is put away, the page with it

    context.set_offline(False)
    again = context.new_page()
    again.goto(house.url)
    until(again, lambda: len(emergencies(house)) == 1)
    (row,) = emergencies(house)
    assert row["elder_id"]
    again.reload()
    expect(again.get_by_role("button", name="按住说话")).to_be_visible()
    assert len(emergencies(house)) == 1


def test_a_slow_network_shows_an_answer_at_once_and_a_lost_answer_makes_no_second_cry(
    house: MiniHouse, elder: Page
):
    tried: list[str] = []

    def lose(route: Route) -> None:
        tried.append(str(route.request.post_data))
        if len(tried) == 1:
            route.fetch()  # it arrives, and its answer is lost
            route.abort()
        else:
            route.continue_()

    elder.route("**/v1/mini/sos", lose)
    cry(elder)
    expect(elder.get_by_text("呼救已经发出")).to_be_visible()
    assert len(tried) >= 2
    assert len(emergencies(house)) == 1


def test_three_things_large_enough_and_nothing_else(elder: Page):
    shoot(elder, "home")
    controls = elder.get_by_role("button").or_(elder.get_by_role("link"))
    expect(controls).to_have_count(3)
    for control in controls.all():
        box = control.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 60
        expect(control).to_be_in_viewport(ratio=1)
    assert violations(elder) == []


def test_no_letter_is_smaller_than_22_px(elder: Page):
    small = """() => [...document.querySelectorAll('.page *')].filter(one =>
        [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
        && parseFloat(getComputedStyle(one).fontSize) < 22).map(one => one.outerHTML)"""
    assert elder.evaluate(small) == []
    elder.get_by_role("button", name="打电话找人").click()
    expect(elder.get_by_role("link", name="打给女儿陈小梅")).to_have_attribute(
        "href", "tel:13800002001"
    )
    assert elder.evaluate(small) == []
    shoot(elder, "people")
    assert violations(elder) == []


def test_at_200_percent_everything_is_there_and_nothing_is_cut_off(elder: Page):
    elder.set_viewport_size({"width": 195, "height": 422})  # 390 x 844, twice as large
    for name in ("按住说话", "打电话找人", "紧急求助"):
        button = elder.get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport()
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert elder.evaluate(wide)
    shoot(elder, "home-200-percent")
    elder.get_by_role("button", name="紧急求助").click()
    elder.get_by_role("button", name="不用，返回").scroll_into_view_if_needed()
    assert elder.evaluate(wide)


def test_by_keyboard_alone(house: MiniHouse, elder: Page):
    house.voice.hears = "我要订送餐"
    elder.get_by_role("button", name="按住说话").focus()
    elder.keyboard.press("Enter")
    expect(elder.get_by_role("button", name="我在听，说完松手")).to_be_visible()
    expect(elder.get_by_role("log")).to_contain_text("我要订送餐")  # so far
    elder.keyboard.press("Enter")
    expect(elder.get_by_role("log")).to_contain_text("我请同事给您回电话")
    assert len(house.voice.sounds[-1]) > 44 + 32_000  # a second of the microphone


def test_held_sound_becomes_live_text_and_a_spoken_answer(house: MiniHouse, elder: Page):
    house.voice.hears, house.voice.spoken = "我摔倒了起不来", []
    button = elder.get_by_role("button", name="按住说话")
    button.dispatch_event("pointerdown", {"pointerId": 1})
    expect(elder.get_by_role("log")).to_contain_text("我摔倒了起不来")  # while it is held
    shoot(elder, "holding")
    elder.get_by_role("button", name="我在听").dispatch_event("pointerup", {"pointerId": 1})
    expect(elder.get_by_role("log")).to_contain_text("我听到了，我马上叫人来帮您。")
    until(elder, lambda: "我听到了，我马上叫人来帮您。" in house.voice.spoken)
    assert [row["kind"] for row in emergencies(house)] == ["fall"]


def test_the_elder_says_what_each_may_know(house: MiniHouse, elder: Page):
    elder.get_by_role("button", name="打电话找人").click()
    elder.get_by_role("button", name="家人能知道什么").click()
    location = elder.get_by_role("button", name="所在位置")
    state = elder.get_by_role("button", name="每天的平安情况")
    expect(location).to_have_attribute("aria-pressed", "false")
    location.click()
    expect(location).to_have_attribute("aria-pressed", "true")
    state.click()
    expect(state).to_have_attribute("aria-pressed", "false")
    elder.get_by_role("button", name="要一个绑定码").click()
    expect(elder.get_by_text("把这个绑定码告诉您信得过的家人")).to_be_visible()
    shoot(elder, "trust")
    assert violations(elder) == []
    (member,) = house.listed("family-members")
    assert "location" in member["consents"]
    assert "state" not in member["consents"]


def test_the_first_view_is_small_and_nothing_comes_from_elsewhere(
    house: MiniHouse, context: BrowserContext
):
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(house.url)
    expect(page.get_by_role("button", name="我是老人，要办事")).to_be_visible()
    shoot(page, "start")
    assert violations(page) == []
    assert [url for url in asked if not url.startswith((house.url, "data:"))] == []
    assert 20_000 < sum(sizes) < FIRST_VIEW_BYTES


def test_the_row_is_there_when_the_answer_is(house: MiniHouse):
    with httpx.Client(base_url=house.url, timeout=20) as telephone:
        token = telephone.post("/v1/mini/session", json={}).json()["token"]
        telephone.headers["Authorization"] = f"Bearer {token}"
        own = {"code": house.code(house.elder, "own"), "relation": "本人"}
        telephone.post("/v1/mini/bindings", json=own)
        answer = telephone.post("/v1/mini/sos", json={"key": "pressed-0001"})
        assert answer.json() == {"taken": True, "arrived": True}
        assert len(emergencies(house)) == 1
