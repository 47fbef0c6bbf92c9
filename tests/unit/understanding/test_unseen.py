"""What is measured on was never trained on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.understanding import lexicon
from tests.eval.sets import lines, sets_with

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
OWN = 8
"""Characters from which on two writers do not write the same cry by chance (救命啊)."""


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _trained_on() -> Iterator[str]:
    for file in sorted((ROOT / "nlu_data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text("utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                yield _bare(line.removeprefix("- "))
    for table in ("emergency_lines.tsv", "emergency_callers.tsv"):
        learnt = (_bare(row["text"]) for row in lexicon.rows(table))
        yield from (text for text in learnt if len(text) >= OWN)


@pytest.mark.parametrize(
    ("group", "name"),
    [(group, name) for name in ("acts", "emergencies", "times") for group in sets_with(name)],
)
def test_no_line_of_an_evaluation_set_is_trained_on(group: str, name: str) -> None:
    unseen = {_bare(line["text"]) for line in lines(group, name)}
    both = unseen & set(_trained_on())
    assert len(both) == 0  # a number, not the lines: those who train shall not read them
