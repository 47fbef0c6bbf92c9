"""Facts of policy documents as data: what is said, the figures in it, and where it stands.

One folder a locality; each ``facts*.toml`` in it is one document: ``[document]``, ``[[fact]]``,
``[[table]]`` (one sentence for every row and year) and ``[[gap]]`` (what people ask and the
document leaves open).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anban.errors import SettingsError

AUDIENCES = frozenset(("elder", "family", "provider", "official"))
KINDS = frozenset(
    [
        "amount",
        "price",
        "free",
        "age",
        "count",
        "when",
        "docno",
        "body",
        "where",
        "how",
        "who",
        "what",
        "yesno",
        "area",
        "percent",
        "duty",
        "phone",
        "status",
        "apply",
        "clock",
        "times",
        "permille",
        "wait",
        "papers",
    ]
)
"""What a fact tells: a question that asks for another kind of thing is not answered by it."""
VALUES = frozenset(
    [
        "amount",
        "age",
        "count",
        "date",
        "year",
        "years",
        "month",
        "hours",
        "minutes",
        "percent",
        "permille",
        "ratio",
        "area",
        "body",
        "number",
        "phone",
    ]
)
_TOLD_BY = {
    "amount": "amount",
    "age": "age",
    "count": "count",
    "date": "when",
    "year": "when",
    "month": "when",
    "percent": "percent",
    "permille": "percent",
    "ratio": "percent",
    "area": "area",
    "body": "body",
    "number": "docno",
    "phone": "phone",
}
"""The kind of thing that a value tells, beside those the fact names."""
_FACT = frozenset(
    [
        "id",
        "section",
        "topic",
        "kinds",
        "audience",
        "says",
        "asks",
        "values",
        "beside",
        "repaired",
        "spans",
    ]
)
_TABLE = frozenset(
    [
        "id",
        "section",
        "topic",
        "kinds",
        "audience",
        "says",
        "together",
        "asks",
        "unit",
        "years",
        "rows",
    ]
)
_GAP = frozenset(["id", "topic", "says", "asks"])
_DOCUMENT = frozenset(
    [
        "locality",
        "title",
        "number",
        "year",
        "date",
        "called",
        "damage",
        "source",
        "sha256",
        "sections",
        "url",
    ]
)

Span = tuple[int, int]
"""First character and one past the last, in the source file."""


@dataclass(frozen=True)
class Document:
    """A source that facts rest on."""

    locality: str
    """the place it holds for: 龙岩 …, or 全国"""
    title: str
    number: str
    """as it should read; empty where it has none"""
    year: int
    called: str
    """how it is spoken of: 龙岩2016年的文件"""
    damage: str = ""
    """what is wrong with the copy, in words"""
    day: date | None = None
    source: str = ""
    """file name among the documents; empty where no file is kept"""
    sha256: str = ""
    url: str = ""
    sections: tuple[tuple[str, str], ...] = ()
    """names of its sections and the words each opens with"""


EVERYWHERE = "*"
"""Locality of gaps that every place has."""
NOWHERE = Document(EVERYWHERE, "", "", 0, "")
"""Document of what no document answers."""


@dataclass(frozen=True)
class Value:
    """One checkable value of a fact."""

    kind: str
    """one of `VALUES`"""
    value: float | int | str | date
    unit: str = ""
    at_least: bool = False


@dataclass(frozen=True)
class Repair:
    """A number that the copy shows damaged."""

    found: str
    read: str


@dataclass(frozen=True)
class Fact:
    """One thing a document says, or, where `gap` is set, leaves open."""

    id: str
    """unique: folder.name, for example longyan.online_fee"""
    document: Document
    section: str
    topic: str
    kinds: frozenset[str]
    audience: frozenset[str]
    says: str
    asks: tuple[str, ...]
    """ways to ask for it"""
    values: tuple[Value, ...] = ()
    spans: tuple[Span, ...] = ()
    beside: tuple[float, ...] = ()
    """figures of `says` that the source does not hold, such as an age it leaves out"""
    repaired: Repair | None = None
    gap: bool = False
    line: int = 0
    """where it stands in its file"""

    @property
    def locality(self) -> str:
        """The place it holds for."""
        return self.document.locality

    def citation(self) -> dict[str, Any]:
        """The document, number, section and year it rests on."""
        known = self.document
        return {
            "document": known.title,
            "number": known.number,
            "section": self.section,
            "year": known.year,
        }


def load(folder: Path) -> tuple[Fact, ...]:
    """Facts of every locality below `folder`, in the order of the files.

    Raises:
        SettingsError: names file and line, and what would be right.
    """
    found: list[Fact] = []
    for path in (*sorted(folder.glob("*/facts*.toml")), *folder.glob("gaps.toml")):
        found += read(path)
    seen: dict[str, Fact] = {}
    for fact in found:
        if fact.id in seen:
            raise SettingsError(f"{fact.id}: two facts have this id")
        seen[fact.id] = fact
    return tuple(found)


def read(path: Path) -> list[Fact]:
    """Facts of one file.

    Raises:
        SettingsError: as for `load`.
    """
    text = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from None
    return list(_File(path, text, data).facts())


@dataclass(frozen=True)
class _File:
    path: Path
    text: str
    data: Mapping[str, Any]

    def facts(self) -> Iterator[Fact]:
        document = NOWHERE if self.path.name == "gaps.toml" else self._document()
        for row, line in self._rows("fact", _FACT):
            yield self._fact(document, row, line)
        for row, line in self._rows("table", _TABLE):
            yield from self._table(document, row, line)
        for row, line in self._rows("gap", _GAP):
            yield self._gap(document, row, line)

    def _rows(self, name: str, known: frozenset[str]) -> Iterator[tuple[Mapping[str, Any], int]]:
        heads = re.finditer(rf"^\[\[{name}\]\]", self.text, re.MULTILINE)
        lines = [self.text.count("\n", 0, head.start()) + 1 for head in heads]
        for row, line in zip(self.data.get(name, ()), lines, strict=True):
            if unknown := set(row) - known:
                self._wrong(line, f"{', '.join(sorted(unknown))} is not known here")
            yield row, line

    def _wrong(self, line: int, why: str) -> None:
        raise SettingsError(f"{self.path}:{line}: {why}")

    def _document(self) -> Document:
        given = self.data.get("document")
        if not isinstance(given, dict):
            raise SettingsError(f"{self.path}:1: [document] is missing")
        if unknown := set(given) - _DOCUMENT:
            self._wrong(1, f"[document]: {', '.join(sorted(unknown))} is not known")
        for name in ("locality", "title", "year", "called"):
            if not given.get(name):
                self._wrong(1, f"[document]: {name} is missing")
        return Document(
            given["locality"],
            given["title"],
            given.get("number", ""),
            given["year"],
            given["called"],
            given.get("damage", ""),
            given.get("date"),
            given.get("source", ""),
            given.get("sha256", ""),
            given.get("url", ""),
            tuple((name, opens) for name, opens in given.get("sections", ())),
        )

    def _common(self, row: Mapping[str, Any], line: int) -> dict[str, Any]:
        for name in ("id", "topic", "says"):
            if not isinstance(row.get(name), str) or not row[name]:
                self._wrong(line, f"{name} is missing; it is a text")
        kinds, audience = frozenset(row.get("kinds", ())), frozenset(row.get("audience", ()))
        if not kinds <= KINDS:
            self._wrong(line, f"kinds are of: {', '.join(sorted(KINDS))}")
        if not audience <= AUDIENCES:
            self._wrong(line, f"audience is of: {', '.join(sorted(AUDIENCES))}")
        asks = row.get("asks", ())
        if not asks or not all(isinstance(one, str) and one for one in asks):
            self._wrong(line, "asks is a list of ways to ask for it, at least one")
        return {
            "section": row.get("section", ""),
            "topic": row["topic"],
            "kinds": kinds,
            "audience": audience,
            "line": line,
        }

    def _id(self, row: Mapping[str, Any]) -> str:
        return f"{self.path.parent.name}.{row['id']}"

    def _fact(self, document: Document, row: Mapping[str, Any], line: int) -> Fact:
        common = self._common(row, line)
        spans = tuple(self._span(given, line) for given in row.get("spans", ()))
        if document.source and not spans:
            self._wrong(line, "spans is missing: [[start, end], …] in the source")
        fixed = row.get("repaired")
        values = tuple(self._value(given, line) for given in row.get("values", ()))
        told = {_TOLD_BY[value.kind] for value in values if value.kind in _TOLD_BY}
        common["kinds"] |= told
        return Fact(
            id=self._id(row),
            document=document,
            says=row["says"],
            asks=tuple(row["asks"]),
            values=values,
            spans=spans,
            beside=tuple(row.get("beside", ())),
            repaired=Repair(fixed["found"], fixed["read"]) if fixed else None,
            **common,
        )

    def _span(self, given: Any, line: int) -> Span:
        match given:
            case [int(start), int(end)] if 0 <= start < end:
                return start, end
        raise SettingsError(f"{self.path}:{line}: a span is [start, end] with start < end")

    def _value(self, given: Mapping[str, Any], line: int) -> Value:
        if given.get("kind") not in VALUES or "value" not in given:
            self._wrong(line, f"a value has `value` and a kind of: {', '.join(sorted(VALUES))}")
        return Value(
            given["kind"], given["value"], given.get("unit", ""), given.get("at_least", False)
        )

    def _table(self, document: Document, row: Mapping[str, Any], line: int) -> Iterator[Fact]:
        common = self._common(row, line)
        for name, *cells in row.get("rows", ()):
            if len(cells) != len(row["years"]):
                self._wrong(line, f"row {name}: one [figure, start, end] for each year")
            for year, (figure, start, end) in zip(row["years"], cells, strict=True):
                filled = {"row": name, "year": year, "value": figure}
                yield Fact(
                    id=f"{self._id(row)}.{name}.{year}",
                    document=document,
                    says=row["says"].format_map(filled),
                    asks=tuple(one.format_map(filled) for one in row["asks"]),
                    values=(Value("count", figure, row["unit"]), Value("year", year, "年")),
                    spans=(self._span([start, end], line),),
                    beside=(float(year),),
                    **common,
                )
            if "together" in row:
                yield self._together(document, row, name, cells, common, line)

    def _together(
        self,
        document: Document,
        row: Mapping[str, Any],
        name: str,
        cells: list[Any],
        common: Mapping[str, Any],
        line: int,
    ) -> Fact:
        """All years of a row in one sentence, for who names no year."""
        told = "，".join(
            f"{year}年{figure}{row['unit']}"
            for year, (figure, _, _) in zip(row["years"], cells, strict=True)
        )
        asks = (re.sub(r"\{year\}年?", "", one).format(row=name) for one in row["asks"])
        figures = (Value("count", figure, row["unit"]) for figure, _, _ in cells)
        years = (Value("year", year, "年") for year in row["years"])
        return Fact(
            id=f"{self._id(row)}.{name}",
            document=document,
            says=row["together"].format(row=name, cells=told),
            asks=tuple(dict.fromkeys([*asks, f"{name}三年床位各多少", f"{name}有多少养老床位"])),
            values=(*figures, *years),
            spans=tuple(self._span([start, end], line) for _, start, end in cells),
            beside=tuple(map(float, row["years"])),
            **common,
        )

    def _gap(self, document: Document, row: Mapping[str, Any], line: int) -> Fact:
        return Fact(
            id=self._id(row),
            document=document,
            says=row["says"],
            asks=(*row["asks"], row["says"]),
            gap=True,
            **self._common(row, line),
        )
