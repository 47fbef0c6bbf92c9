"""Facts as data: what the loader refuses, and how sources bear facts out."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from anban.errors import SettingsError
from bot.policy.facts import load
from bot.policy.sources import check

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


def findings(folder: Path, facts: str) -> list[str]:
    checked = check(load(write(folder, facts)), folder / "documents")
    return [found.why for found in checked.findings]


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


def test_a_fact_that_its_source_bears_out_has_no_finding(folder):
    assert findings(folder, FACT) == []


def test_a_figure_that_is_not_in_the_source_is_found(folder):
    assert findings(folder, FACT.replace("30元", "50元")) == [
        "figures that are not in its span: 50"
    ]


def test_a_value_that_is_not_in_the_source_is_found(folder):
    assert findings(folder, FACT.replace("value = 30", "value = 3")) == [
        "amount 3 is not in its span"
    ]


def test_a_numeral_in_words_bears_a_count_out(folder):
    counted = 'values = [{ kind = "count", value = 2 }]\nspans = [[12, 36]]'
    fact = FACT.split("values")[0].replace("30元", "两个站") + counted
    assert findings(folder, fact) == []


def test_a_repaired_number_is_read_and_its_damage_must_be_there(folder):
    fact = FACT.split("values")[0].replace("每月发30元", "文号是甲府〔2021〕4号")
    fixed = 'repaired = {{ found = "{}", read = "甲府〔2021〕4号" }}\nspans = [[0, 36]]'
    assert findings(folder, fact + fixed.format("甲府〔20214号")) == []
    assert findings(folder, fact + fixed.format("甲府〔20219号")) == [
        "the damaged 甲府〔20219号 is not in its span"
    ]


def test_another_file_in_the_documents_place_is_found(folder):
    write(folder, FACT)
    (folder / "documents" / "a.txt").write_text(SOURCE + "。", encoding="utf-8")
    checked = check(load(folder), folder / "documents")
    assert "sha256" in checked.findings[0].why
    assert checked.facts == 0


def test_an_absent_document_is_said_not_failed(folder):
    write(folder, FACT)
    checked = check(load(folder), folder / "nowhere")
    assert (checked.absent, checked.findings) == (("a.txt",), ())


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
def test_every_project_fact_is_borne_out_by_its_document():
    documents = Path(os.environ.get("ANBAN_SHARED", "../shared")) / "policies"
    if not documents.is_dir():
        pytest.skip("ANBAN_SHARED has no policies")
    checked = check(load(ROOT / "localities"), documents)
    assert checked.findings == ()
    assert checked.facts > 300


@pytest.mark.shared
def test_no_sentence_of_a_document_is_kept():
    documents = Path(os.environ.get("ANBAN_SHARED", "../shared")) / "policies"
    if not documents.is_dir():
        pytest.skip("ANBAN_SHARED has no policies")
    texts = ["".join(path.read_text("utf-8").split()) for path in documents.glob("*.txt")]
    for fact in load(ROOT / "localities"):
        assert not any(fact.says.rstrip("。") in text for text in texts if len(fact.says) > 30)
