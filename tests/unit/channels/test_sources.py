"""What an answer rests on can be opened: by its id, from a message, and on our page."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from anban.errors import Unavailable
from anban.policy import LOCALITIES
from anban.sources import Sources
from backend.client.policy import Passage
from bot.dialogue import Citation, Reply
from channels.messaging import Incoming, Messenger
from channels.web.chat import reply_body
from channels.web.sources import router
from tests.fakes.house import FakeEars, FakeHousehold, FakeMind

pytestmark = pytest.mark.unit

FEE = Citation("龙岩市“互联网+养老”信息服务平台建设实施方案（2016~2020年）", None, "四（二）", 2016)
OWN = Citation("福康县养老服务办法", "福民〔2025〕3号", "第三条", 2025)


class FakeBackend:
    """Knows the operator's own documents, or is away."""

    def __init__(self, *passages: Passage, away: bool = False) -> None:
        self.passages, self.away = passages, away

    async def passages_of(self, citation: str) -> list[Passage]:
        if self.away:
            raise Unavailable("away")
        known = {Citation(one.document, None, one.section).id: one for one in self.passages}
        return [known[citation]] if citation in known else []

    async def close(self) -> None:
        return


def opened(backend: FakeBackend) -> TestClient:
    app = FastAPI()
    app.include_router(router(Sources(LOCALITIES, backend)))  # type: ignore[arg-type]
    return TestClient(app, follow_redirects=False)


def test_what_there_is_none_of_is_said_so():
    with opened(FakeBackend()) as http:
        answer = http.get("/v1/sources/000000000000")
    assert (answer.status_code, answer.json()["detail"]) == (404, "没有这条出处")


def test_a_place_of_a_document_shows_it_and_our_words_also_while_the_database_is_away():
    with opened(FakeBackend(away=True)) as http:
        shown = http.get(f"/v1/sources/{FEE.id}").json()
    assert (shown["document"], shown["section"], shown["year"]) == (
        FEE.document,
        FEE.section,
        FEE.year,
    )
    assert (shown["number"], shown["locality"]) == ("龙政办〔2016〕267号", "龙岩")
    assert any("社区居委会" in one for one in shown["says"])
    assert shown["passages"] == []
    assert "2020年" in shown["caution"]


def test_the_operators_own_document_shows_its_own_words():
    text = "满八十周岁的老人每月补贴五十元。"
    own = Passage(text, "第三条", OWN.document, OWN.number or "", 2025, "福康县", 0.0)
    with opened(FakeBackend(own)) as http:
        shown = http.get(f"/v1/sources/{OWN.id}").json()
    assert (shown["document"], shown["number"], shown["locality"]) == (
        OWN.document,
        OWN.number,
        "福康县",
    )
    assert (shown["says"], shown["passages"]) == ([], [text])


@pytest.mark.parametrize(
    ("id", "where"),
    [
        ("ab12cd34ef56", "/#/pages/source/source?id=ab12cd34ef56"),
        ("..%2f%2fevil", "/"),
        ("a%0d%0ab", "/"),
    ],
)
def test_a_link_in_a_message_leads_to_our_page_and_nowhere_else(id: str, where: str):
    with opened(FakeBackend()) as http:
        answer = http.get(f"/s/{id}")
    assert answer.status_code in (302, 404)
    assert answer.headers.get("location", where) == where


async def test_an_answer_by_message_says_where_it_can_be_read_once():
    mind = FakeMind(replies=[Reply("按龙岩2016年的文件，先找社区居委会。", citations=(FEE, FEE))])
    messenger = Messenger(mind, FakeHousehold(), FakeEars(), "app", "https://anban.example/")  # type: ignore[arg-type]
    answer = await messenger.hear(Incoming("wechat", "o1", "k1", text="怎么申请"))
    assert answer is not None
    assert answer[0].text == (
        f"按龙岩2016年的文件，先找社区居委会。\n出处：https://anban.example/s/{FEE.id}"
    )


async def test_first_aid_carries_no_links():
    step = Reply("让他平躺。", interruptible=False, citations=(FEE,))
    mind = FakeMind(replies=[step])
    messenger = Messenger(mind, FakeHousehold(), FakeEars(), "app", "https://anban.example")  # type: ignore[arg-type]
    answer = await messenger.hear(Incoming("wechat", "o1", "k1", text="他晕倒了"))
    assert answer is not None
    assert answer[0].text == "让他平躺。"
    assert [cited.id for cited in reply_body(step).citations] == [""]
