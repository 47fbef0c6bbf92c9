"""The family's pages: the daughter goes, orders, and sees what the elder agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from anban.postgres import EmbeddedPostgres
from bot.dialogue import Citation, Reply
from channels.web.chat import reply_body

from .house import fresh
from .mini import TELEPHONE, MiniHouse, mini_house, needs_page, shoot, violations

pytestmark = needs_page


@pytest.fixture(scope="module")
def house(postgres: EmbeddedPostgres) -> Iterator[MiniHouse]:
    with mini_house(postgres) as own:
        yield own


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with fresh(browser, **TELEPHONE) as own:
        yield own


@dataclass(frozen=True)
class Daughter:
    """At home on her page."""

    page: Page
    elder: str
    member: str


@pytest.fixture
def daughter(house: MiniHouse, context: BrowserContext) -> Daughter:
    elder, member = house.household()
    page = context.new_page()
    house.open_as(page, elder, "女儿", "陈小梅")
    expect(page.get_by_role("heading", name="我的家人")).to_be_visible()
    return Daughter(page, elder, member)


def test_a_wrong_number_binds_nobody_and_a_used_one_neither(
    house: MiniHouse, context: BrowserContext
):
    elder, _ = house.household()
    page = context.new_page()
    page.goto(f"{house.url}/#/pages/start/start?code=999999&as=女儿")
    button = page.get_by_role("button", name="绑定", exact=True)
    button.click()
    expect(page.get_by_role("alert")).to_have_text("请写您的姓名，老人和值班员要知道是谁。")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    page.get_by_label("您的姓名").fill("小偷")
    button.click()
    expect(page.get_by_role("alert")).to_have_text("绑定码不对，或者过期了。请再要一个。")
    shoot(page, "bind")
    assert violations(page) == []
    page.goto(f"{house.url}/#/pages/elder/elder?id={elder}")
    page.reload()
    expect(page.get_by_role("alert")).to_have_text("您还没有绑定这位老人")
    expect(page.locator("body")).not_to_contain_text("林秀英")


def test_the_elder_cries_and_the_daughter_goes(
    house: MiniHouse, browser: Browser, daughter: Daughter
):
    here = {"latitude": 25.0751, "longitude": 117.0174, "accuracy": 20}
    with fresh(browser, **TELEPHONE, geolocation=here, permissions=["geolocation"]) as at_home:
        elder = at_home.new_page()
        house.open_as(elder, daughter.elder, "本人")
        elder.get_by_role("button", name="紧急求助").click()
        elder.get_by_role("button", name="马上呼救").click()

        page = daughter.page
        expect(page.get_by_text("林秀英：呼救")).to_be_visible()
        expect(page.get_by_text("还没有人接手", exact=True)).to_be_visible()
        expect(page.get_by_text("福康县西城街道和平小区18号楼302")).to_be_visible()
        expect(page.get_by_role("link", name="看地图")).to_have_attribute(
            "href",
            "https://uri.amap.com/marker?position=117.017400%2C25.075100"
            "&coordinate=wgs84&name=%E5%91%BC%E6%95%91%E7%9A%84%E5%9C%B0%E6%96%B9",
        )
        shoot(page, "alarm")
        assert violations(page) == []
        page.get_by_role("button", name="我去").click()
        expect(page.get_by_text("您说了去")).to_be_visible()
        expect(elder.get_by_text("女儿陈小梅 已经接手了，请等一等。")).to_be_visible()
        shoot(elder, "sos-held")
        assert violations(elder) == []
    (row,) = house.listed("emergencies")
    assert (row["status"], row["acknowledged_by"]) == ("acknowledged", "女儿陈小梅")
    assert row["acknowledged_channel"] == "web"


def test_who_comes_second_reads_who_was_first(house: MiniHouse, daughter: Daughter):
    raised = house.cry(elder_id=daughter.elder, conversation=None)
    page = daughter.page
    page.goto(f"{house.url}/#/pages/alarm/alarm?id={raised}")
    button = page.get_by_role("button", name="我去")
    expect(button).to_be_visible()
    page.route("**/v1/mini/emergencies", lambda route: route.abort())  # the page is stale
    house.post(f"/v1/emergencies/{raised}/acknowledge", by="周站长")
    button.click()
    expect(page.get_by_text("周站长已经接手了")).to_be_visible()


def test_an_order_is_read_back_written_once_and_cancelled(house: MiniHouse, daughter: Daughter):
    page = daughter.page
    page.get_by_role("button", name="订服务").click()
    expect(page.get_by_role("heading", name="要什么服务")).to_be_visible()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("alert")).to_have_text("还没有选服务。")
    page.get_by_role("button", name="送餐").click()
    page.get_by_role("button", name="后天").click()
    page.get_by_role("button", name="中午").click()
    shoot(page, "book")
    assert violations(page) == []
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("给林秀英订后天中午的送餐，对吗？")).to_be_visible()
    page.get_by_role("button", name="对，订").dblclick()
    expect(page.get_by_text("订好了")).to_be_visible()
    (order,) = house.listed("orders")
    assert (order["service"], order["ordered_by"]) == ("meals", daughter.member)
    page.get_by_role("button", name="看订的服务").click()
    expect(page.get_by_text(f"单号 {order['number']}")).to_be_visible()
    shoot(page, "elder")
    assert violations(page) == []
    page.get_by_role("button", name="取消送餐").click()
    page.get_by_role("button", name="取消送餐").click()
    expect(page.get_by_text("已取消")).to_be_visible()


def test_what_the_elder_does_not_agree_to_is_not_shown(house: MiniHouse, daughter: Daughter):
    house.api.put(f"/v1/family-members/{daughter.member}/consents", json={"consents": []})
    page = daughter.page
    page.goto(f"{house.url}/#/pages/elder/elder?id={daughter.elder}")
    page.reload()
    expect(page.get_by_text("老人没有同意让您看每天的情况。")).to_be_visible()
    expect(page.get_by_text("这里只有老人同意的家人能看")).to_be_visible()
    expect(page.get_by_role("button", name="订服务")).to_have_count(0)


def test_what_an_answer_rests_on_can_be_opened(house: MiniHouse, daughter: Daughter):
    """The mind is away here, so its answer is a given one; the page behind it is real."""
    cited = Citation(
        "龙岩市“互联网+养老”信息服务平台建设实施方案（2016~2020年）",
        "龙政办〔2016〕267号",
        "四（二）",
        2016,
    )
    reply = Reply("按龙岩2016年的文件，先找社区居委会，由社区组织申报。", citations=(cited,))
    answer = {"replies": [reply_body(reply).model_dump()]}
    page = daughter.page
    page.route("**/v1/mini/say", lambda route: route.fulfill(json=answer))
    page.get_by_role("button", name="问政策").click()
    page.get_by_role("button", name="居家养老服务补贴怎么申请").click()
    source = page.get_by_role("button", name="出处：龙岩市")
    expect(source).to_be_visible()
    shoot(page, "policy-answer")
    assert violations(page) == []
    source.click()
    expect(page.get_by_role("heading", name="出处", exact=True)).to_be_visible()
    expect(page.get_by_text("文号 龙政办〔2016〕267号")).to_be_visible()
    expect(page.get_by_text("2016年，龙岩")).to_be_visible()
    shoot(page, "source")
    assert violations(page) == []
    page.get_by_role("button", name="还有").click()
    expect(page.get_by_text("“一键通”手机或手环的发放和更换")).to_be_visible()
    page.goto(f"{house.url}/s/{cited.id}")  # the link of a message
    expect(page.get_by_text("文号 龙政办〔2016〕267号")).to_be_visible()


def test_a_question_on_policy_and_ones_own_page(house: MiniHouse, daughter: Daughter):
    page = daughter.page
    page.get_by_role("button", name="问政策").click()
    page.get_by_label("您想问什么").fill("线上服务政府每月给多少钱")
    page.get_by_role("button", name="问", exact=True).click()
    expect(page.get_by_text("您问：线上服务政府每月给多少钱")).to_be_visible()
    expect(page.get_by_text("我请同事给您回电话")).to_be_visible()  # the mind is away here
    shoot(page, "policy")
    assert violations(page) == []
    page.goto(f"{house.url}/#/pages/me/me")
    expect(page.get_by_text("我是女儿")).to_be_visible()
    shoot(page, "me")
    assert violations(page) == []
    part = page.get_by_role("button", name="解除绑定")
    part.click()
    page.get_by_role("button", name="再点一下，解除全部绑定").click()
    expect(page.get_by_role("heading", name="安伴")).to_be_visible()
