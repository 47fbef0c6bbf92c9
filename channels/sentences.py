"""The sentences that channels say by themselves."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def _sentences() -> dict[str, str]:
    file = Path(__file__).with_name("sentences.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def sentence(key: str, **values: str) -> str:
    """Return a sentence, filled in."""
    return _sentences()[key].format_map(values)
