"""Answers from an operator's passages, without a database: what is quoted and what is not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from anban.policy import LOCALITIES, policy_desk

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Piece:
    text: str
    section: str = "一"
    document: str = "甲县助浴办法"
    number: str = "甲政发〔2025〕3号"
    year: int | None = 2025
    locality: str = "甲县"


@pytest.fixture(scope="module")
def quoter():
    found = policy_desk(LOCALITIES).quoter
    assert found is not None
    return found


def test_without_passages_nothing_is_said(quoter):
    assert quoter.answer("助浴多少钱", []) is None


@pytest.mark.parametrize("question", ["", "？", "助浴的电话是多少", "助浴车是什么牌子的"])
def test_a_passage_about_the_same_thing_that_tells_something_else_is_not_quoted(quoter, question):
    assert quoter.answer(question, [Piece("助浴每次政府补贴20元，每月两次。")]) is None


def test_of_two_sentences_the_one_that_tells_it_is_quoted(quoter):
    piece = Piece("助浴由社区安排。助浴每次政府补贴20元，每月两次。")
    answer = quoter.answer("助浴一次政府补贴多少", [piece])
    assert answer.text == "甲县的《甲县助浴办法》（2025年）里写着：助浴每次政府补贴20元，每月两次。"
    assert answer.citations == (
        {
            "document": "甲县助浴办法",
            "number": "甲政发〔2025〕3号",
            "section": "一",
            "year": 2025,
        },
    )


def test_a_long_sentence_is_cut_to_the_clauses_that_tell_it(quoter):
    before = "，".join(["各乡镇要按照统一部署认真组织实施"] * 8)
    answer = quoter.answer("助浴一次补贴多少", [Piece(f"{before}，助浴每次补贴20元。")])
    assert "助浴每次补贴20元" in answer.text
    assert len(answer.text) < 150


def test_a_document_without_a_year_is_quoted_without_one(quoter):
    answer = quoter.answer("助浴一次补贴多少", [Piece("助浴每次补贴20元。", year=None)])
    assert answer.text.startswith("甲县的《甲县助浴办法》里写着")
