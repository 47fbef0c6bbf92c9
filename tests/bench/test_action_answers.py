"""bot/components/action_answers.py refuses what Rasa itself refuses, in Rasa's own environment."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from anban.processes import RASA_ENVIRONMENT, RASA_PYTHON
from anban.settings import ROOT

pytestmark = pytest.mark.rasa

_PROGRAM = """
import json, sys
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from bot.components.action_answers import check_schema_once

answers = json.load(sys.stdin)
action = RemoteAction("any", None)

def said(answer):
    try:
        return action._validate_action_result(answer)
    except ValidationError as error:
        return [error.message, list(error.path)]

before = [said(answer) for answer in answers]
check_schema_once()
print("answers:" + json.dumps([before, [said(answer) for answer in answers]]))
"""

_ANSWERS = [
    [],
    {"events": 3},
    {"responses": ["words"]},
    {"events": [{"event": "nonsense"}]},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "slot", "name": "date", "value": "2026-03-04", "timestamp": None}]},
    {"events": [], "responses": [{"response": "utter_greet"}]},
]


@pytest.mark.skipif(not RASA_PYTHON.exists(), reason="Rasa's environment is not there: make setup")
def test_answers_are_judged_as_rasa_judges_them():
    ran = subprocess.run(
        [str(RASA_PYTHON), "-c", _PROGRAM],
        cwd=ROOT,
        env={**os.environ, **RASA_ENVIRONMENT},
        input=json.dumps(_ANSWERS),
        capture_output=True,
        text=True,
        check=True,
    )
    line = next(line for line in ran.stdout.splitlines() if line.startswith("answers:"))
    before, after = json.loads(line.removeprefix("answers:"))
    assert after == before
    assert [answer is True for answer in after] == [False] * 5 + [True] * 2
