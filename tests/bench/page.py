"""Parts of docs/benchmarks.md that a command of their own measures: they take minutes."""

from __future__ import annotations

from collections.abc import Sequence

from anban.settings import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def put(title: str, lines: Sequence[str]) -> None:
    """Write a part into the page, in place of the one with this title."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(f"{title}\n")
    at = rest.find("\n## ")
    after = rest[at + 1 :] if at >= 0 else ""
    text = "\n".join([before.rstrip(), "", *lines, after]).rstrip()
    PAGE.write_text(text + "\n", encoding="utf-8")
