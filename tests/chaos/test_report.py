"""The page that `make chaos` writes: only between its marks, and with what was found."""

from collections import Counter
from pathlib import Path

import pytest

from backend.profiles import LoadedProfile
from tests.bench.figures import Samples
from tests.chaos import report
from tests.chaos.callers import Cry, Families
from tests.chaos.judge import Verdict
from tests.chaos.trouble import Trouble

pytestmark = pytest.mark.unit


def verdict(**values: int) -> Verdict:
    counts = (name for name in Verdict.__dataclass_fields__ if name != "to_alarm")
    return Verdict(**{**dict.fromkeys(counts, 0), **values}, to_alarm=Samples([0.1, 7.0]))


def test_only_what_stands_between_the_marks_is_written_anew(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write(page, "new\n")
    report.write(page, "newer\n")
    assert page.read_text() == f"before\n{report.BEGIN}\n\nnewer\n\n{report.END}\nafter\n"


def test_what_was_lost_is_on_the_page():
    cry = Cry(1, LoadedProfile("p", "e", "13800009001", ()), "chat", tries=2, answered_after=3.0)
    trouble = Trouble([], None, Counter(backend=20), [31.0])  # type: ignore[arg-type]
    families = Families(None, 0.5)  # type: ignore[arg-type]
    text = report.section(
        "make chaos", "abc", 600, [cry], trouble, families, verdict(lost=1, acknowledged=4)
    )
    assert "| lost | 1 |" in text
    assert "| acknowledged by a person | 4 |" in text
    assert "| backend | 20 |" in text
    assert "| PostgreSQL stopped, seconds | 31 |" in text


@pytest.mark.parametrize("bad", ["lost", "twice", "told_twice", "unsettled", "untold"])
def test_one_of_these_is_one_too_many(bad: str):
    assert verdict(acknowledged=5).good
    assert not verdict(**{bad: 1}).good
