"""How callers speak on policy: patterns of nlu_data/lexicon/policy_speech.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping

from anban.errors import SettingsError
from bot.understanding import lexicon

_FILE = "policy_speech.toml"


def patterns(part: str) -> Mapping[str, re.Pattern[str]]:
    """The patterns of a part of the file, by name; one of an entry's stretches is enough.

    Raises:
        SettingsError: names the entry that is no pattern.
    """
    found = {}
    for name, stretches in lexicon.toml(_FILE)[part].items():
        try:
            found[name] = re.compile("|".join(stretches))
        except re.error as error:
            raise SettingsError(f"{_FILE}: {part}.{name}: {error}") from None
    return found
