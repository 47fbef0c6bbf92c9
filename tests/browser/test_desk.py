"""The desk in a real browser: an agent logs in, hears, takes, closes; and what goes wrong."""

from datetime import timedelta

import psycopg
from playwright.sync_api import Browser, BrowserContext, Page, expect

from anban.postgres import EmbeddedPostgres

from .house import House, fresh, needs_browser

pytestmark = needs_browser


def at_work(house: House, context: BrowserContext, login: str = "wang", name: str = "小王") -> Page:
    """Log a new agent in, who then begins the shift."""
    password = house.post("/v1/agents", login=login, name=name)["password"]
    page = context.new_page()
    page.goto(f"{house.url}/desk")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="开始值班").click()
    return page


def beeps(page: Page) -> int:
    return int(page.evaluate("document.body.dataset.beeps || 0"))


def test_a_wrong_password_is_told_and_the_name_stays(house: House, context: BrowserContext):
    page = context.new_page()
    page.goto(f"{house.url}/desk")
    page.get_by_label("登录名").fill("wang")
    page.get_by_label("密码").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("登录名或密码不对")
    expect(page.get_by_label("登录名")).to_have_value("wang")


def test_a_new_emergency_comes_by_itself_sounds_is_taken_and_closed(
    house: House, context: BrowserContext
):
    elder = house.post(
        "/v1/elders",
        name="林秀英",
        phone="13800001001",
        address="和平小区18号楼302",
        hearing="耳背",
    )
    member = house.post(
        "/v1/family-members", elder_id=elder["id"], relation="女儿", name="陈小梅", bound=True
    )
    house.post(
        "/v1/contacts",
        family_member_id=member["id"],
        channel="webhook",
        address="http://127.0.0.1:9/",
    )
    page = at_work(house, context)
    expect(page.locator("#board")).to_contain_text("现在没有紧急情况")
    before = beeps(page)

    raised = house.cry(elder_id=elder["id"])
    card = page.locator(f"#card-{raised}")
    for said in ("摔倒", "林秀英", "耳背", "和平小区18号楼302", "138****1001", "女儿 · 通知接口"):
        expect(card).to_contain_text(said)
    expect(card).not_to_contain_text("13800001001")
    expect(page).to_have_title("（1）紧急 安伴值班台")
    assert beeps(page) == before + 1
    expect(card.locator(".age")).to_have_text("0:02")  # it ticks

    card.get_by_role("button", name="显示本人的号码").click()
    expect(card).to_contain_text("13800001001")
    card.get_by_role("button", name="接手").click()
    expect(card).to_contain_text("我已接手")
    expect(card).to_contain_text("13800001001")  # what was shown stays shown
    assert house.status(raised) == "acknowledged"

    card.get_by_role("button", name="结束…").click()
    page.get_by_label("怎么处理的").fill("女儿已到家")
    page.get_by_role("button", name="确认结束").click()
    expect(page.get_by_role("table")).to_contain_text("女儿已到家")
    expect(page.locator("#summary")).to_have_text("平安")
    assert house.status(raised) == "closed"


def test_the_screen_that_shows_it_is_the_desks_receipt(house: House, context: BrowserContext):
    page = at_work(house, context)
    raised = house.cry()
    expect(page.locator(f"#card-{raised}")).to_be_visible()
    expect(page.locator("[hx-trigger=load]")).to_have_count(0)
    notices = house.api.get(f"/v1/emergencies/{raised}").json()["notices"]
    assert [one["status"] for one in notices if one["channel"] == "desk"] == ["delivered"]


def test_of_two_agents_who_take_the_same_one_the_second_is_told_who_was_first(
    house: House, browser: Browser
):
    with fresh(browser) as one, fresh(browser) as other:
        first = at_work(house, one)
        second = at_work(house, other, "li", "老李")
        raised = house.cry()
        expect(second.locator(f"#take-{raised}")).to_be_visible()
        first.locator(f"#take-{raised}").click()
        expect(first.locator(f"#card-{raised}")).to_contain_text("我已接手")
        second.evaluate(  # a click that was on its way already
            f"htmx.ajax('POST', '/desk/emergencies/{raised}/take',"
            " {source: document.body, target: '#board'})"
        )
        expect(second.locator("#toast")).to_have_text("小王已经接手了")
        expect(second.locator(f"#card-{raised}")).to_contain_text("小王已接手")


def test_a_false_alarm_needs_a_word_that_somebody_made_sure(house: House, context: BrowserContext):
    page = at_work(house, context)
    raised = house.cry()
    page.locator(f"#false-{raised}").click()
    page.get_by_label("怎么处理的").fill("碰到了按钮")
    page.get_by_role("button", name="确认结束").click()
    expect(page.locator("#dialog-said")).to_contain_text("请打勾")
    assert house.status(raised) == "open"
    page.get_by_label("我已经打过电话").check()
    page.get_by_role("button", name="确认结束").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert house.status(raised) == "false_alarm"


def test_what_one_writes_outlives_a_new_emergency(house: House, context: BrowserContext):
    page = at_work(house, context)
    raised = house.cry()
    page.locator(f"#close-{raised}").click()
    page.get_by_label("怎么处理的").fill("正在写")
    other = house.cry(kind="stroke")
    expect(page.locator(f"#card-{other}")).to_be_visible()
    expect(page.get_by_label("怎么处理的")).to_have_value("正在写")


def test_three_open_ones_fit_on_a_small_screen(house: House, browser: Browser):
    with fresh(browser, viewport={"width": 1366, "height": 768}) as context:
        page = at_work(house, context)
        for number in range(3):
            elder = house.post(
                "/v1/elders", name="林秀英", phone=f"1380000200{number}", address="地" * 26
            )
            for relation in ("女儿", "儿子"):
                member = house.post(
                    "/v1/family-members",
                    elder_id=elder["id"],
                    relation=relation,
                    phone="13900001001",
                )
                house.post(
                    "/v1/contacts",
                    family_member_id=member["id"],
                    channel="webhook",
                    address="http://127.0.0.1:9/",
                )
            raised = house.cry(elder_id=elder["id"], text="我在卫生间摔了，腿动不了，你们快来人")
            card = page.locator(f"#card-{raised}")
            expect(card.locator(".told li")).to_have_count(2)
            for part in ("h2", ".place", "blockquote", ".next"):
                expect(card.locator(part)).to_be_in_viewport(ratio=1)
            for button in card.locator(".do button").all():
                expect(button).to_be_in_viewport(ratio=1)


def test_it_works_by_keyboard_alone(house: House, context: BrowserContext):
    page = at_work(house, context)
    first, second = house.cry(), house.cry(kind="stroke")
    expect(page.locator(f"#card-{second}")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#card-{first}")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")
    expect(page.locator(f"#card-{second}")).to_contain_text("我已接手")
    assert house.status(first) == "open"
    page.locator(f"#card-{second}").focus()
    page.keyboard.press("c")
    expect(page.get_by_label("怎么处理的")).to_be_focused()
    page.keyboard.type("送医院了")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table")).to_contain_text("送医院了")


def test_a_button_works_from_the_moment_it_shows(house: House, context: BrowserContext):
    page = at_work(house, context)
    expect(page.locator("#board")).to_contain_text("现在没有紧急情况")
    page.evaluate(
        "new MutationObserver(() => board.querySelector('[id^=take]')?.click())"
        ".observe(board, {childList: true})"
    )
    raised = house.cry()
    expect(page.locator(f"#card-{raised}")).to_contain_text("我已接手")


def test_an_expired_session_leads_back_to_the_log_in(house: House, context: BrowserContext):
    page = at_work(house, context)
    house.later = timedelta(hours=13)
    expect(page.get_by_role("alert")).to_have_text("登录已经过期，请重新登录")


def test_a_lost_connection_shows_and_what_happened_meanwhile_comes_afterwards(
    house: House, context: BrowserContext
):
    page = at_work(house, context)
    expect(page.locator("#board")).to_contain_text("现在没有紧急情况")
    expect(page.locator("#lost")).to_be_hidden()
    house.stop()
    expect(page.locator("#lost")).to_contain_text("连接断了")
    house.start()
    raised = house.cry()
    expect(page.locator(f"#card-{raised}")).to_be_visible()
    expect(page.locator("#lost")).to_be_hidden()


def test_a_database_that_is_away_shows_and_nothing_is_said_to_be_done(
    own_postgres: EmbeddedPostgres, context: BrowserContext
):
    house = House(own_postgres.url())
    house.start()
    page = at_work(house, context)
    raised = house.cry()
    expect(page.locator(f"#take-{raised}")).to_be_visible()
    own_postgres.stop()
    expect(page.locator("#lost")).to_contain_text("数据库暂时连不上")
    page.locator(f"#take-{raised}").click()
    expect(page.locator("#toast")).to_contain_text("没有成功")
    own_postgres.start()
    expect(page.locator("#lost")).to_be_hidden()
    page.locator(f"#take-{raised}").click()
    expect(page.locator(f"#card-{raised}")).to_contain_text("我已接手")
    house.stop()


def test_what_callers_say_is_text_and_never_markup(house: House, context: BrowserContext):
    page = at_work(house, context)
    raised = house.cry(text="<img src=x onerror=\"document.title='改了'\"><b>救命</b>")
    expect(page.locator(f"#card-{raised} blockquote")).to_have_text(
        "<img src=x onerror=\"document.title='改了'\"><b>救命</b>"
    )
    expect(page).to_have_title("（1）紧急 安伴值班台")


def test_each_look_is_written_down_once_a_page(house: House, context: BrowserContext):
    page = at_work(house, context)
    raised = house.cry()
    expect(page.locator(f"#card-{raised}")).to_be_visible()
    house.cry(kind="stroke")
    expect(page.locator(".card")).to_have_count(2)
    with psycopg.connect(house.config.database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM audit WHERE actor = 'agent:wang' AND action = 'read'"
            " AND object = %s",
            (f"emergency:{raised}",),
        ).fetchone()
    assert row
    assert row[0] <= 2  # the page's, and that of its receipt
