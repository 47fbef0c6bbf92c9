"""The word lists are complete, consistent and readable."""

from collections import Counter

import pytest

from bot.understanding import lexicon
from bot.understanding.guards import GUARDS
from bot.understanding.services import SERVICES
from bot.understanding.signs import patterns

pytestmark = pytest.mark.unit

KINDS = [
    "fall",
    "chest_pain",
    "stroke",
    "breathing",
    "bleeding",
    "burn",
    "choking",
    "fire_gas",
    "lost",
    "intruder",
    "poisoning",
    "unwell",
    "self_harm",
    "unspecified",
]
REGIONS = ("minnan", "hakka", "cantonese", "jin", "dongbei", "sichuan")


def test_a_row_with_too_many_cells_names_file_and_line(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "bad.tsv").write_text("# note\nword\tmeaning\n厝\t家\tthird\n", "utf-8")
    monkeypatch.setattr(lexicon, "LEXICON", folder)
    with pytest.raises(ValueError, match=r"bad\.tsv:3"):
        lexicon.rows("bad.tsv")


def test_dialect_words_cover_every_region_once() -> None:
    rows = lexicon.rows("dialect.tsv")
    counts = Counter(row["region"] for row in rows)
    assert len(rows) >= 400
    assert set(counts) == set(REGIONS)
    assert min(counts.values()) >= 100
    assert max(Counter((row["word"], row["region"]) for row in rows).values()) == 1
    assert all(row["word"] != row["meaning"] and row["source"] for row in rows)


def test_every_merger_says_why() -> None:
    for merge in lexicon.toml("merges.toml")["merge"]:
        assert merge["why"]
        assert 0 <= merge["cost"] <= 1
        assert set(merge["regions"]) <= set(REGIONS)


def test_every_service_has_a_name_of_its_own() -> None:
    names = {row["service"] for row in lexicon.rows("services.tsv") if row["weight"] == "4"}
    assert names == set(SERVICES)


def test_every_kind_of_emergency_has_a_certain_sign() -> None:
    certain = {pattern.kind for pattern in patterns() if pattern.strength == "certain"}
    assert certain == set(KINDS)
    assert {pattern.strength for pattern in patterns()} == {"certain", "possible", "check", "alone"}


def test_every_guard_of_the_table_is_asked() -> None:
    known = {guard.__name__.strip("_") for guard in GUARDS}
    silent = {"mask", "compound", "none", "now", "if", "pharmacy", "figure", "other"}
    table = {row["guard"] for row in lexicon.rows("emergency_guards.tsv")}
    assert table - silent <= known


def test_lines_to_learn_from_have_known_kinds_and_no_doubles() -> None:
    rows = lexicon.rows("emergency_lines.tsv")
    assert {row["kind"] for row in rows} == {*KINDS, "none"}
    assert max(Counter(row["text"] for row in rows).values()) == 1
