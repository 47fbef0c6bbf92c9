"""The wiring of policy: documents' facts, rules and words made into one desk."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from anban.errors import SettingsError
from anban.settings import ROOT
from backend.domain.eligibility import Result, Scheme, evaluate, schemes
from bot.policy.answers import PolicyDesk
from bot.policy.facts import load
from bot.policy.meanings import Meanings
from bot.policy.person import Vocabulary
from bot.policy.places import Places
from bot.policy.quoting import Quoter
from bot.policy.search import Index, Words
from bot.understanding.mishearing import Restorer

LOCALITIES = ROOT / "localities"


class Rulebook:
    """The rules of entitlement of all places.

    Args:
        folder: of the localities; each may hold a ``rules.toml``.

    Raises:
        SettingsError: names the file and what is wrong.
    """

    def __init__(self, folder: Path) -> None:
        self._schemes: dict[str, Scheme] = {}
        for path in sorted(folder.glob("*/rules.toml")):
            try:
                data = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise SettingsError(f"{path}: {error}") from None
            self._schemes |= {one.id: one for one in schemes(data, str(path))}

    def of(self, locality: str) -> Sequence[Scheme]:
        """The schemes of a place."""
        return [one for one in self._schemes.values() if one.source.locality == locality]

    def all(self) -> Sequence[Scheme]:
        """The schemes of all places."""
        return list(self._schemes.values())

    def judge(
        self, scheme: str, person: Mapping[str, bool | int], unknowable: Sequence[str]
    ) -> Result:
        """Whether a person is entitled to a scheme."""
        return evaluate(self._schemes[scheme], person, unknowable)


def policy_desk(folder: Path, meanings: Meanings | None = None) -> PolicyDesk:
    """The desk that answers from a localities folder.

    Args:
        folder: of the localities.
        meanings: vectors of lines; None searches by words and sounds alone.

    Raises:
        SettingsError: names the file, the line and what is wrong.
    """
    facts = load(folder)
    vocabulary = Vocabulary.read(folder / "eligibility.toml")
    rules = Rulebook(folder)
    for fact in {
        fact for one in facts for scheme in rules.of(one.locality) for fact in scheme.facts()
    }:
        if fact not in vocabulary:
            raise SettingsError(f"{folder / 'eligibility.toml'}: {fact} of a rule is not there")
    words = Words.read(folder / "policy_words.tsv")
    places = Places.read(folder)
    said = [text for fact in facts for text in (fact.says, *fact.asks)]
    restorer = Restorer([*said, *said, *words.all(), *places.all(), *places.all()])
    index = Index(facts, words, meanings)
    quoter = Quoter(words, index.weight, meanings)
    return PolicyDesk(facts, index, places, vocabulary, rules, restorer, quoter)
