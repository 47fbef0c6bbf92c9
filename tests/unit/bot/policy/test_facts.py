"""Facts as data: what the loader refuses, and what the project's facts are."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from anban.errors import SettingsError
from bot.policy.facts import load

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[4]
SOURCE = "一、甲县每月发30元，甲府〔20214号，村里各建两个站。\n2021年5月4日"
HEAD = """
[document]
locality = "甲县"
title = "甲县办法"
number = "甲府〔2021〕4号"
year = 2021
called = "甲县2021年的办法"
source = "a.txt"
sha256 = "{sha}"
"""
FACT = """
[[fact]]
id = "fee"
topic = "money"
kinds = ["amount"]
audience = ["elder"]
says = "每月发30元。"
asks = ["发多少"]
values = [{ kind = "amount", value = 30, unit = "元/月" }]
spans = [[2, 11]]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.txt").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def write(folder: Path, facts: str) -> Path:
    sha = hashlib.sha256(SOURCE.encode()).hexdigest()
    (folder / "jia").mkdir(exist_ok=True)
    (folder / "jia" / "facts.toml").write_text(HEAD.format(sha=sha) + facts, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (FACT.replace('kinds = ["amount"]', 'kinds = ["sum"]'), "kinds are of"),
        (FACT.replace('audience = ["elder"]', 'audience = ["all"]'), "audience is of"),
        (FACT.replace("spans = [[2, 11]]", "spans = [[11, 2]]"), "start < end"),
        (FACT.replace("spans = [[2, 11]]", ""), "spans is missing"),
        (FACT.replace('says = "每月发30元。"', ""), "says is missing"),
        (FACT.replace('asks = ["发多少"]', "asks = []"), "at least one"),
        (FACT.replace('topic = "money"', 'topic = "money"\ncolour = "red"'), "colour"),
        (FACT.replace('kind = "amount", value', 'kind = "sum", value'), "a value has"),
    ],
)
def test_a_broken_fact_is_refused_with_its_line(folder, broken, why):
    with pytest.raises(SettingsError, match=r"facts\.toml:1\d: ") as refused:
        load(write(folder, broken))
    assert why in str(refused.value)


def test_two_facts_of_one_name_are_refused(folder):
    with pytest.raises(SettingsError, match="two facts"):
        load(write(folder, FACT + FACT))


def test_a_file_that_is_no_toml_is_refused(folder):
    with pytest.raises(SettingsError, match="line"):
        load(write(folder, "[[fact]\n"))


def test_the_project_facts_load_and_cite_a_document():
    facts = load(ROOT / "localities")
    assert len(facts) > 300
    assert {fact.locality for fact in facts} >= {"龙岩", "漳州", "呼和浩特玉泉", "辽宁", "哈尔滨"}
    assert all(
        fact.citation()["document"] and fact.citation()["year"] for fact in facts if not fact.gap
    )


def test_no_fact_reads_a_damaged_number_aloud():
    for fact in load(ROOT / "localities"):
        if fact.repaired:
            assert fact.repaired.found not in fact.says


@pytest.mark.shared
def test_no_sentence_of_a_document_is_kept():
    documents = Path(os.environ.get("ANBAN_SHARED", "../shared")) / "policies"
    if not documents.is_dir():
        pytest.skip("ANBAN_SHARED has no policies")
    texts = ["".join(path.read_text("utf-8").split()) for path in documents.glob("*.txt")]
    for fact in load(ROOT / "localities"):
        assert not any(fact.says.rstrip("。") in text for text in texts if len(fact.says) > 30)
