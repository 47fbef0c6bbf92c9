"""What the mind sees of the rules of entitlement, and how a verdict is put into words.

The rules themselves are the backend's (`backend/domain/eligibility.py`); the command hands them in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

Known = Mapping[str, bool | int]
"""What is known of somebody; what is not known is absent."""


class Source(Protocol):
    """The document that rules rest on."""

    @property
    def locality(self) -> str:
        """The place it holds for."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def number(self) -> str:
        """Its number; empty where it has none."""

    @property
    def year(self) -> int:
        """Its year."""

    @property
    def called(self) -> str:
        """How it is spoken of."""


class Condition(Protocol):
    """A rule in words."""

    @property
    def says(self) -> str:
        """The rule, as part of a sentence."""

    @property
    def source(self) -> Source:
        """The document it rests on."""

    @property
    def section(self) -> str:
        """Where it stands in its document."""

    @property
    def note(self) -> str:
        """What to say where it does not hold."""

    def holds(self, person: Mapping[str, bool | int | None]) -> bool | None:
        """Whether it is so; None where that is not known."""


class Scheme(Protocol):
    """Something one may be entitled to."""

    @property
    def id(self) -> str:
        """Unique name."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def source(self) -> Source:
        """The document it rests on."""

    @property
    def section(self) -> str:
        """Where it stands there."""

    @property
    def gives(self) -> str:
        """What one gets."""

    @property
    def words(self) -> tuple[str, ...]:
        """Words a question names it by."""

    @property
    def must(self) -> Sequence[Condition]:
        """All of these must hold."""

    @property
    def any(self) -> Sequence[Condition]:
        """One of these must hold, where there are any."""

    @property
    def none(self) -> Sequence[Condition]:
        """None of these may hold."""

    @property
    def several(self) -> str:
        """The rule for somebody who meets several of `any`."""

    @property
    def note(self) -> str:
        """What is often mistaken about it."""


class Verdict(Protocol):
    """Whether somebody is entitled."""

    @property
    def scheme(self) -> Scheme:
        """To what."""

    @property
    def outcome(self) -> str:
        """eligible, not or check."""

    @property
    def reasons(self) -> Sequence[Condition]:
        """What holds, what fails, or what is open."""

    @property
    def question(self) -> str | None:
        """The fact to ask about next."""

    @property
    def several(self) -> bool:
        """Whether more than one of `any` holds."""


class Entitlements(Protocol):
    """The rules of entitlement of all places."""

    def of(self, locality: str) -> Sequence[Scheme]:
        """The schemes of a place."""

    def judge(self, scheme: str, person: Known, unknowable: Sequence[str]) -> Verdict:
        """Whether a person is entitled to a scheme; `unknowable` facts are not asked about."""


def sentence(verdict: Verdict, person: Known) -> str:
    """A verdict in words, with its reasons."""
    scheme = verdict.scheme
    if verdict.outcome == "eligible":
        met = "、".join(one.says for one in verdict.reasons)
        several = f"{scheme.several}。" if verdict.several and scheme.several else ""
        return f"{scheme.name}可以申请，因为符合{met}。{scheme.gives}。{several}"
    note = f"{scheme.note}。" if scheme.note else ""
    if verdict.outcome == "not":
        return f"{scheme.name}不在对象里：{_failure(verdict)}。{note}"
    return f"{scheme.name}：{_standing(scheme, person)}。{note}"


def _failure(verdict: Verdict) -> str:
    scheme = verdict.scheme
    says = "、".join(one.says for one in verdict.reasons)
    if any(one in scheme.none for one in verdict.reasons):
        return says
    if all(one in scheme.any for one in verdict.reasons):
        return f"要属于{says}之一"
    notes = "".join(f"。{one.note}" for one in verdict.reasons if one.note)
    return f"文件要求{says}{notes}"


def _standing(scheme: Scheme, person: Known) -> str:
    """What is met and what is still to be known."""
    met = [one.says for one in (*scheme.must, *scheme.any) if one.holds(person)]
    still = [one.says for one in scheme.must if one.holds(person) is None]
    kinds = [one.says for one in scheme.any if one.holds(person) is not False]
    parts = [f"已经符合{'、'.join(met)}"] if met else []
    if still:
        parts.append(f"还要{'、'.join(still)}")
    if scheme.any and not any(one.holds(person) for one in scheme.any):
        parts.append(f"{'并且' if still else '还要'}是{'、'.join(kinds)}之一")
    barring = [one.says for one in scheme.none if one.holds(person) is None]
    if barring and not still and len(parts) == 1:
        parts.append(f"但是{'；'.join(barring)}")
    return "，".join(parts)


def citations(verdicts: Iterable[Verdict], person: Known) -> Iterable[dict[str, Any]]:
    """Where each condition stands that the verdicts rest on, each place once.

    Of one that is open these are what is met and what is still to be known.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for verdict in verdicts:
        scheme = verdict.scheme
        conditions = list(verdict.reasons)
        if verdict.outcome == "check":
            conditions += [one for one in (*scheme.must, *scheme.any) if one.holds(person)]
        places = [(one.source, one.section) for one in conditions]
        for source, section in places or [(scheme.source, scheme.section)]:
            found.setdefault((source.title, section), _citation(source, section))
    return found.values()


def _citation(source: Source, section: str) -> dict[str, Any]:
    return {
        "document": source.title,
        "number": source.number,
        "section": section,
        "year": source.year,
    }
