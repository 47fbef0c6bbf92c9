"""Names of people where not everybody is to read them."""

from __future__ import annotations


def hidden(name: str | None) -> str:
    """Return a name with the given name hidden: 林**; empty stays empty."""
    if not name:
        return ""
    return name[0] + "*" * max(len(name) - 1, 1)
