"""Checks the action server's answers against Rasa's schema without checking the schema each time.

Rasa 3.6 calls ``jsonschema.validate`` for every answer, which first validates the schema itself
against the schema of schemas: half of the processor time of a turn, for a constant. Here the schema
is checked once, when the channel is made; every answer is checked as before.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL


def check_schema_once() -> None:
    """Lets Rasa's remote actions use the prepared validator from now on."""
    _validator()
    RemoteAction._validate_action_result = _validate  # type: ignore[method-assign]


@cache
def _validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate(action: RemoteAction, result: dict[str, Any]) -> bool:
    """What Rasa's own method does: True, or jsonschema's error that fits best."""
    error = best_match(_validator().iter_errors(result))
    if error is None:
        return True
    error.message += (
        ". Failed to validate Action server response from API, make sure your response from the "
        "Action endpoint is valid. For more information about the format visit "
        f"{DOCS_BASE_URL}/custom-actions"
    )
    raise error
