"""What the project claims of documents, and who has read each claim against its sentence.

A claim is a fact, a condition of a rule, or a form, stage or paper of an application. The second
reader's record (``readings.toml`` in a locality's folder) keeps for each the digest of what was
claimed and the pins of where it stands, so that a claim changed after it was read is found too.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from anban.errors import SettingsError
from bot.policy.copies import Copy, Pin, digest
from bot.policy.facts import Document, Fact, Span, load

RECORD = "readings.toml"
_HEAD = """\
# Each claim on the document, and the sentence it rests on: letters before it, its length, digest,
# and what it speaks of. Written by `anban policy read` once a second reader has compared them.
"""


@dataclass(frozen=True)
class Claim:
    """Something a document is said to hold."""

    id: str
    folder: str
    """of the locality"""
    document: Document
    section: str
    text: str
    """all that a reader compares: the sentence, its values and tests"""
    spans: tuple[Span, ...]
    fact: Fact | None = None


@dataclass(frozen=True)
class Read:
    """A claim that was read."""

    claim: str
    """digest of what was claimed"""
    pins: tuple[Pin, ...]


@dataclass(frozen=True)
class Reading:
    """The record of one locality's second reader."""

    by: str
    day: date
    compared: str
    claims: Mapping[str, Read] = field(default_factory=dict)


def claims(localities: Path) -> tuple[Claim, ...]:
    """Every claim that rests on a document kept as a file, in the order of the files.

    Raises:
        SettingsError: names the file and what is wrong.
    """
    facts = [one for one in load(localities) if one.document.source and not one.gap]
    documents = {one.id.partition(".")[0]: one.document for one in facts}
    found = [_of_fact(one) for one in facts]
    for folder, document in documents.items():
        found += _of_rules(localities / folder / "rules.toml", folder, document)
        found += _of_routes(localities / folder / "applications.toml", folder, document)
    return tuple(found)


def _of_fact(fact: Fact) -> Claim:
    values = [f"{one.kind}={one.value}{one.unit}{one.at_least or ''}" for one in fact.values]
    text = "\n".join((fact.says, *values))
    folder = fact.id.partition(".")[0]
    return Claim(fact.id, folder, fact.document, fact.section, text, fact.spans, fact)


def _of_rules(path: Path, folder: str, document: Document) -> Iterator[Claim]:
    for scheme in _rows(path, "scheme"):
        where = scheme["section"]
        told = "\n".join(str(scheme.get(one, "")) for one in ("name", "gives", "several", "note"))
        yield Claim(f"rule.{scheme['id']}", folder, document, where, told, _spans(path, scheme))
        for part in ("must", "any", "none"):
            for row in scheme.get(part, ()):
                if "source" in row:  # rests on a law that is no file here
                    continue
                id = f"rule.{scheme['id']}.{part}.{'+'.join(row['tests'])}"
                text = "\n".join((row["says"], *row["tests"]))
                at = row.get("section", where)
                yield Claim(id, folder, document, at, text, _spans(path, row))


def _of_routes(path: Path, folder: str, document: Document) -> Iterator[Claim]:
    for route in _rows(path, "route"):
        id, where = f"route.{route['scheme']}", route["section"]
        forms = "\n".join(
            (
                route["name"],
                *route.get("forms", ()),
                str(route.get("copies", 1)),
                *route.get("keepers", ()),
            )
        )
        yield Claim(id, folder, document, where, forms, _spans(path, route))
        for row in (*route["stages"], *route.get("papers", ())):
            name = row.get("id") or row["says"]
            told = (row.get("name") or row["says"], row.get("post", ""), *row.get("facts", ()))
            text = "\n".join(told)
            at = row.get("section", where)
            yield Claim(f"{id}.{name}", folder, document, at, text, _spans(path, row))


def _rows(path: Path, name: str) -> Sequence[Mapping[str, Any]]:
    if not path.is_file():
        return ()
    rows: Sequence[Mapping[str, Any]] = tomllib.loads(path.read_text("utf-8")).get(name, ())
    return rows


def _spans(path: Path, row: Mapping[str, Any]) -> tuple[Span, ...]:
    match row.get("spans"):
        case [*given] if given and all(len(one) == 2 and 0 <= one[0] < one[1] for one in given):
            return tuple((one[0], one[1]) for one in given)
    named = row.get("says") or row.get("name")
    raise SettingsError(f"{path}: {named}: spans is missing: [[start, end], …] in the source")


def readings(localities: Path) -> dict[str, Reading]:
    """The second readers' records, by folder.

    Raises:
        SettingsError: a record is none; names it.
    """
    found = {}
    for path in sorted(localities.glob(f"*/{RECORD}")):
        try:
            data = tomllib.loads(path.read_text("utf-8"))
            found[path.parent.name] = Reading(
                data["by"],
                data["date"],
                data["compared"],
                {id: _read(row) for id, row in data["claims"].items()},
            )
        except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
            raise SettingsError(f"{path}: {error}") from None
    return found


def _read(row: Mapping[str, Any]) -> Read:
    pins = tuple(Pin(at, length, name, tuple(terms)) for at, length, name, terms in row["at"])
    return Read(row["claim"], pins)


def read(claim: Claim, copy: Copy) -> Read:
    """A claim as it is read now beside a copy of its document."""
    says, *_ = claim.text.split("\n")
    pins = (copy.pin(start, end, says) for start, end in claim.spans)
    return Read(digest(claim.text), tuple(dict.fromkeys(pins)))


def write(path: Path, reading: Reading) -> None:
    """Writes a record."""
    lines = [
        f"{_HEAD}by = {_quoted(reading.by)}",
        f"date = {reading.day}",
        f"compared = {_quoted(reading.compared)}",
        "\n[claims]",
        *(_line(id, one) for id, one in reading.claims.items()),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(id: str, one: Read) -> str:
    at = [[pin.at, pin.length, pin.digest, list(pin.terms)] for pin in one.pins]
    return f"{_quoted(id)} = {{ claim = {_quoted(one.claim)}, at = {_quoted(at)} }}"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def by_folder(found: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Claims by the folder of their locality."""
    folders: dict[str, list[Claim]] = {}
    for claim in found:
        folders.setdefault(claim.folder, []).append(claim)
    return folders
