"""``anban policy`` as an operator calls it."""

import json

import pytest
from typer.testing import CliRunner

from anban.cli import app

pytestmark = pytest.mark.unit


def anban(*words, **environment):
    return CliRunner().invoke(app, ["policy", *words], env=environment)


def test_facts_whose_documents_are_not_here_are_said_to_be_uncompared(tmp_path):
    result = anban("check", ANBAN_SHARED=str(tmp_path))
    assert result.exit_code == 0
    assert "0 claims compared" in result.output
    assert result.output.count("absent, not compared") == 5


def test_a_claim_that_its_document_does_not_bear_out_fails_the_check(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "000_bfa9f76adea3a850.txt").write_text("别的", encoding="utf-8")
    result = anban("check", ANBAN_SHARED=str(tmp_path))
    assert result.exit_code == 1
    assert "another copy than was read" in result.output
    assert "WRONG longyan.online_fee: its sentence has changed; expected: " in result.output


def test_no_reading_is_recorded_of_another_copy_or_of_claims_that_are_not_there(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "000_bfa9f76adea3a850.txt").write_text("别的", encoding="utf-8")
    for words in (("read", "longyan", "--record"), ("read", "longyan", "nothing"), ("read", "x")):
        result = anban(*words, ANBAN_SHARED=str(tmp_path))
        assert result.exit_code == 2


def test_an_imported_document_becomes_passages_and_a_report(tmp_path):
    source = tmp_path / "甲县办法.txt"
    source.write_text("一、标准\n按甲政发〔201412号，每月发30元。\n", encoding="utf-8")
    result = anban(
        *("import", str(source), "--locality", "甲县"),
        ANBAN_DATA=str(tmp_path / "data"),
        ANBAN_BACKEND_PORT="1",
    )
    assert result.exit_code == 1
    assert "line 2: bracket" in result.output
    assert "not searchable yet" in result.output
    kept = (tmp_path / "data" / "policies" / "甲县办法.jsonl").read_text("utf-8").splitlines()
    last = json.loads(kept[-1])
    assert (last["locality"], last["document"], last["section"]) == ("甲县", "甲县办法", "一")
    assert "〔2014〕12号" in last["text"]
