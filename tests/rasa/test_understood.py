"""The trained model on what callers say: one wish among other words, answers, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio

from anban.understand import Understanding

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="module"),
]

NOW = datetime(2026, 3, 4, 9, 10)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def understanding() -> AsyncIterator[Understanding]:
    child = await Understanding.start()
    yield child
    await child.stop()


@pytest.mark.parametrize("text", ["", "……", "🙂", "/restart", "嗯" * 900, "𠮷𠮷"])
async def test_strange_lines_get_an_act(understanding: Understanding, text: str):
    assert (await understanding.of(text, NOW, None))["act"]


@pytest.mark.parametrize(
    ("text", "act", "service"),
    [
        ("喂你好我想找个人来家里打嫂卫生", "book", "cleaning"),
        ("姑娘麻烦你我想给我老伴约个洗澡谢谢啊", "book", "bathing"),
        ("你好听得见吗明天中午给我送份饭行不行", "book", "meals"),
        ("好的谢谢你啊对了那个打扫的给我取消了吧", "cancel_order", None),
        ("师傅辛苦了我那个送饭的怎么还没到啊", "order_status", None),
        ("不要洗澡要打扫", "book", "cleaning"),
        ("那个打扫的往后推推", "reschedule_order", None),
        ("甭来了那个洗澡的", "cancel_order", None),
        ("彼个扫厝的徙拜四", "reschedule_order", None),
        ("我想约个人你别吵我打电话呢来家里擦玻璃", "book", "cleaning"),
        ("你好", "greet", None),
        ("谢谢你啊", "thanks", None),
    ],
)
async def test_the_wish_wins_over_the_words_around_it(
    understanding: Understanding, text: str, act: str, service: str | None
):
    found = await understanding.of(text, NOW, None)
    assert (found["act"], found["service"]) == (act, service)


@pytest.mark.parametrize(
    ("text", "asked", "act"),
    [
        ("……", "confirm", "out_of_scope"),
        ("🙂", "confirm", "out_of_scope"),
        ("八点", "time", "give_time"),
        ("三零二", "address", "give_address"),
        ("对", "confirm", "affirm"),
        ("对，修饰这样", "confirm", "affirm"),
        ("礼拜三不行礼拜四吧", "date", "give_time"),
        ("不消了", "confirm", "deny"),
        ("毋使", "confirm", "deny"),
        ("给我转人工", "date", "talk_to_human"),
        ("我要取消明天的打扫", "time", "cancel_order"),
    ],
)
async def test_a_bare_answer_means_what_was_asked(
    understanding: Understanding, text: str, asked: str, act: str
):
    assert (await understanding.of(text, NOW, asked))["act"] == act
