"""A document of the operator's own: taken in, found by words, sounds and meaning, and quoted."""

from __future__ import annotations

import httpx
import pytest

from anban.errors import Rejected
from anban.policy import LOCALITIES, policy_desk
from backend.client import BackendClient
from bot.policy.passages import cut

pytestmark = pytest.mark.integration

DOCUMENT = """一、补贴标准
福康县老年食堂给七十周岁以上老人每餐补助3元，每天一餐。
二、办理
申请老年食堂补助要带身份证、户口本复印件，到所在社区办理，五个工作日内答复。
三、开放时间
老年食堂每天上午10点半开到下午1点。
"""
FIGURES = [0.5] + [0.0] * 511


@pytest.fixture(scope="module")
def quoter():
    found = policy_desk(LOCALITIES).quoter
    assert found is not None
    return found


async def take_in(client: BackendClient, quoter, text: str = DOCUMENT, **more):
    pieces = [
        {"section": one.section, "text": one.text, **quoter.tokens(one.text).as_dict()}
        for one in cut(text).passages
    ]
    values = {"locality": "福康县", "title": "福康县老年食堂办法", "year": 2025, **more}
    return await client.take_in_document(passages=pieces, **values)


async def ask(client: BackendClient, quoter, question: str, place: str = "福康县"):
    found = await client.passages([place], **quoter.tokens(question).as_dict())
    return quoter.answer(question, found)


async def test_a_passage_without_text_or_with_a_short_vector_is_refused(client: BackendClient):
    for wrong in ({"text": ""}, {"meaning": [1.0]}):
        piece = {"section": "", "text": "一句话", "words": [], "sounds": [], **wrong}
        with pytest.raises(Rejected):
            await client.take_in_document(locality="甲县", title="办法", passages=[piece])


async def test_what_the_document_does_not_hold_is_not_quoted(client: BackendClient, quoter):
    await take_in(client, quoter)
    for question in ("老年食堂的电话是多少", "装电梯补多少钱", "食堂一个月工资多少钱"):
        assert await ask(client, quoter, question) is None, question


async def test_another_places_document_is_not_searched(client: BackendClient, quoter):
    await take_in(client, quoter)
    assert await ask(client, quoter, "老年食堂每餐补助多少钱", "乙县") is None


async def test_tokens_with_quotes_and_backslashes_are_only_tokens(client: BackendClient, quoter):
    await take_in(client, quoter)
    odd = ["a' | 'b", "\\", "'", "&|!()", ":*"]
    assert await client.passages(["福康县"], odd, odd) == []


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("老年食堂每餐补助多少钱", "每餐补助3元"),
        ("申请食堂补助要带什么材料", "户口本复印件"),
        ("食堂几点开门", "10点半"),
        ("老年石堂每餐补住多少钱", "每餐补助3元"),
    ],
)
async def test_a_question_is_answered_with_the_sentence_and_its_document(
    client: BackendClient, quoter, question: str, told: str
):
    await take_in(client, quoter)
    answer = await ask(client, quoter, question)
    assert answer is not None
    assert told in answer.text
    assert "福康县老年食堂办法" in answer.text
    assert answer.citations[0]["year"] == 2025


async def test_a_document_taken_in_again_replaces_the_old_one(
    client: BackendClient, http: httpx.AsyncClient, quoter
):
    await take_in(client, quoter)
    await take_in(client, quoter, DOCUMENT.replace("3元", "5元"))
    answer = await ask(client, quoter, "老年食堂每餐补助多少钱")
    assert answer is not None
    assert "5元" in answer.text
    listed = (await http.get("/v1/policy-documents")).json()["items"]
    assert [one["title"] for one in listed] == ["福康县老年食堂办法"]


async def test_meaning_alone_finds_a_passage(client: BackendClient):
    piece = {"section": "一", "text": "一句话", "words": [], "sounds": [], "meaning": FIGURES}
    await client.take_in_document(locality="甲县", title="办法", passages=[piece])
    (found,) = await client.passages(["甲县"], [], [], FIGURES)
    assert (found.text, found.document, found.year) == ("一句话", "办法", None)
