"""Reads the word lists in nlu_data/lexicon: TSV with a header line, `#` comments, and TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LEXICON = Path(__file__).resolve().parents[2] / "nlu_data" / "lexicon"
"""Folder of the word lists."""


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Rows of the table `name` (a file name such as ``services.tsv``).

    Lines that are empty or begin with ``#`` are skipped; the first other line names the columns.
    A row shorter than the header has empty strings for what is missing.

    Raises:
        ValueError: a row has more cells than the header; the text names file and line.
    """
    header: list[str] = []
    table: list[Mapping[str, str]] = []
    for number, line in enumerate((LEXICON / name).read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = cells
            continue
        if len(cells) > len(header):
            raise ValueError(f"{name}:{number}: {len(cells)} cells, {len(header)} columns")
        table.append(dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True)))
    return tuple(table)


@cache
def toml(name: str) -> Mapping[str, Any]:
    """The TOML file `name` as plain data."""
    return tomllib.loads((LEXICON / name).read_text("utf-8"))


def pieces(cell: str, separator: str = "|") -> tuple[str, ...]:
    """The non-empty pieces of a cell that holds several values."""
    return tuple(piece for piece in (part.strip() for part in cell.split(separator)) if piece)
