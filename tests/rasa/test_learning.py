"""Learning the classifier of emergencies, which needs the libraries of Rasa's environment."""

from __future__ import annotations

import os
import subprocess

import pytest

from anban.processes import RASA_ENVIRONMENT, RASA_PYTHON
from anban.settings import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.rasa]

LEARN = """
from bot.understanding.learn_hunch import Line, Voices, table, take_apart

said = [("救命我摔倒了", "fall"), ("我摔倒了快来", "fall"), ("明天来打扫", "none")] * 2
lines = [Line(text, kind, "book", "jin", str(at)) for at, (text, kind) in enumerate(said)]
matrix, names, _ = take_apart(lines)
voices = Voices(["danger", "fall", "talk:book"]).learn(matrix, [line.voice for line in lines])
print("\\n".join(table(voices, names, [0])))
"""


def learnt() -> list[str]:
    """The table that is learnt from a few lines."""
    done = subprocess.run(
        [str(RASA_PYTHON), "-c", LEARN],
        cwd=ROOT,
        env={**os.environ, **RASA_ENVIRONMENT},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_learning_is_repeatable_and_writes_a_readable_table() -> None:
    first = learnt()
    assert first == learnt()
    assert first[2] == "feature\tweights"
