"""The page behind the link in a message, on a relative's telephone; scripts are switched off."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from anban.postgres import EmbeddedPostgres
from backend.notices.links import links_of

from .house import House, fresh, needs_browser

pytestmark = needs_browser

TELEPHONE = {"viewport": {"width": 360, "height": 640}, "java_script_enabled": False}
TAKE = "我来处理"


@dataclass(frozen=True)
class Alarm:
    """An emergency and the links in its two messages."""

    id: str
    daughter: str
    son: str


def alarm(house: House) -> Alarm:
    elder = house.post(
        "/v1/elders",
        name="林秀英",
        phone="13800001001",
        address="福康县西城街道和平小区十八号楼二单元三零二室",
    )
    for relation in ("女儿", "儿子"):
        member = house.post("/v1/family-members", elder_id=elder["id"], relation=relation)
        house.post(
            "/v1/contacts",
            family_member_id=member["id"],
            channel="webhook",
            address="http://127.0.0.1:9/",
        )
    raised = house.cry(elder_id=elder["id"], text="我在卫生间摔了，腿动不了" + "，快来人" * 20)
    notices = house.api.get(f"/v1/emergencies/{raised}").json()["notices"]
    links = replace(links_of(house.config), public_url=house.url)
    urls = {one["recipient"]: links.url(one["id"]) for one in notices}
    return Alarm(raised, urls["女儿"], urls["儿子"])


@pytest.fixture
def telephone(browser: Browser) -> Iterator[Page]:
    with fresh(browser, **TELEPHONE) as context:
        yield context.new_page()


def holder(house: House, emergency: str) -> str | None:
    found: str | None = house.api.get(f"/v1/emergencies/{emergency}").json()["acknowledged_by"]
    return found


def refused(page: Page, why: str) -> None:
    """Nothing can be pressed, and what to do instead is told."""
    expect(page.get_by_role("heading")).to_have_text(why)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("link", name="120")).to_have_attribute("href", "tel:120")


def test_an_expired_link_takes_nothing_and_says_what_to_do(database_url: str, telephone: Page):
    house = House(database_url, link_lifetime=timedelta(seconds=-1))
    house.start()
    raised = alarm(house)
    telephone.goto(raised.daughter)
    refused(telephone, "这个链接已经过期了")
    expect(telephone.locator("body")).not_to_contain_text("林秀英")
    assert house.status(raised.id) == "open"
    house.stop()


def test_a_tampered_link_takes_nothing_and_shows_nothing(house: House, telephone: Page):
    raised = alarm(house)
    head, _, tail = raised.daughter.rpartition(".")
    other = ("A" if tail[0] != "A" else "B") + tail[1:]
    telephone.goto(f"{head}.{other}")
    refused(telephone, "这个链接不对")
    expect(telephone.locator("body")).not_to_contain_text("林秀英")
    assert house.status(raised.id) == "open"


def test_scanners_and_previews_that_open_every_link_take_nothing(house: House, telephone: Page):
    raised = alarm(house)
    for method in ("GET", "HEAD", "OPTIONS"):
        httpx.request(method, raised.daughter, headers={"Sec-Purpose": "prefetch"})
    telephone.goto(raised.daughter)
    telephone.reload()
    expect(telephone.get_by_role("button", name=TAKE)).to_be_visible()
    assert house.status(raised.id) == "open"


def test_taken_by_another_before_it_was_opened(house: House, telephone: Page):
    raised = alarm(house)
    house.post(f"/v1/emergencies/{raised.id}/acknowledge", by="王站长")
    telephone.goto(raised.daughter)
    expect(telephone.get_by_role("status")).to_have_text("王站长已经接手了。")
    expect(telephone.get_by_role("button")).to_have_count(0)


def test_taken_by_another_while_it_was_being_read(house: House, browser: Browser, telephone: Page):
    raised = alarm(house)
    telephone.goto(raised.daughter)
    with fresh(browser, **TELEPHONE) as context:
        brother = context.new_page()
        brother.goto(raised.son)
        brother.get_by_role("button", name=TAKE).click()
        expect(brother.get_by_role("status")).to_contain_text("由您来处理")
    telephone.get_by_role("button", name=TAKE).click()
    expect(telephone.get_by_role("status")).to_have_text("儿子已经接手了。")
    assert holder(house, raised.id) == "儿子"


@pytest.mark.parametrize(
    ("outcome", "said"), [("false_alarm", "已经核实，是误报。"), ("closed", "已经处理完了。")]
)
def test_what_is_over_is_said_to_be_over_and_not_taken_again(
    house: House, telephone: Page, outcome: str, said: str
):
    raised = alarm(house)
    telephone.goto(raised.daughter)
    house.post(f"/v1/emergencies/{raised.id}/close", by="小王", outcome=outcome, checked=True)
    telephone.get_by_role("button", name=TAKE).click()
    expect(telephone.get_by_role("status")).to_have_text(said)
    expect(telephone.get_by_role("button")).to_have_count(0)
    assert house.status(raised.id) == outcome


def test_a_database_that_is_away_is_told_in_words_and_nothing_is_said_to_be_done(
    own_postgres: EmbeddedPostgres, telephone: Page
):
    house = House(own_postgres.url())
    house.start()
    raised = alarm(house)
    telephone.goto(raised.daughter)
    own_postgres.stop()
    telephone.get_by_role("button", name=TAKE).click()
    refused(telephone, "现在连不上")
    own_postgres.start()
    telephone.goto(raised.daughter)
    telephone.get_by_role("button", name=TAKE).click()
    expect(telephone.get_by_role("status")).to_contain_text("由您来处理")
    house.stop()


def test_one_press_takes_it_and_a_second_changes_nothing(house: House, telephone: Page):
    raised = alarm(house)
    telephone.goto(raised.daughter)
    expect(telephone.get_by_role("heading")).to_have_text("林秀英呼救：摔倒")
    expect(telephone.get_by_role("button", name=TAKE)).to_be_in_viewport(ratio=1)
    expect(telephone.get_by_role("link", name="打电话")).to_have_attribute(
        "href", "tel:13800001001"
    )
    telephone.get_by_role("button", name=TAKE).dblclick()
    expect(telephone.get_by_role("status")).to_contain_text("由您来处理")
    telephone.reload()
    expect(telephone.get_by_role("status")).to_contain_text("由您来处理")
    assert holder(house, raised.id) == "女儿"
