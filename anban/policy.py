"""The wiring of policy: documents' facts, rules and words made into one desk."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

from anban.errors import SettingsError
from anban.processes import MODELS
from anban.settings import ROOT
from backend.domain.eligibility import Result, Scheme, evaluate, schemes
from bot.policy import classifier
from bot.policy.answers import PolicyDesk
from bot.policy.choice import Choice
from bot.policy.classifier import NOTHING, Asked, FactClassifier
from bot.policy.cues import standard
from bot.policy.facts import EVERYWHERE, Fact, load
from bot.policy.meanings import Meanings, installed_meanings
from bot.policy.person import Vocabulary
from bot.policy.places import NATION, Places
from bot.policy.quoting import Quoter
from bot.policy.search import Index, Words
from bot.understanding.mishearing import Restorer
from bot.understanding.normalise import normalise

LOCALITIES = ROOT / "localities"
QUESTIONS = ROOT / "nlu_data" / "policy"
"""What callers ask for, by place."""
LEARNT = MODELS / "policy"
"""Where is kept what was learnt of them, and the meanings of facts."""


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


def served_desk() -> PolicyDesk:
    """The desk that serves callers: of all places, with the sentence encoder where it is there."""
    return policy_desk(LOCALITIES, installed_meanings(LEARNT))


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
    classifiers = fact_classifiers(folder, meanings)
    choice = Choice.read()
    return PolicyDesk(
        facts, index, places, vocabulary, rules, classifiers, choice, restorer, quoter
    )


@lru_cache(maxsize=2)
def fact_classifiers(
    folder: Path, meanings: Meanings | None = None
) -> Mapping[str, FactClassifier]:
    """For each place with facts, what tells which of them a question asks for.

    Args:
        folder: of the localities.
        meanings: vectors of lines; None compares characters and sounds alone.

    Raises:
        SettingsError: a question asks for a fact that is not there.
    """
    places = Places.read(folder)
    return classifiers_of(load(folder), classifier.read(QUESTIONS), places, meanings)


def classifiers_of(
    facts: Sequence[Fact],
    asked: Mapping[str, Sequence[Asked]],
    places: Places,
    meanings: Meanings | None,
) -> dict[str, FactClassifier]:
    """The same for some facts and questions, by the folder of their place."""
    known = {fact.id for fact in facts} | {NOTHING}
    for one in chain.from_iterable(asked.values()):
        if not one.facts <= known:
            raise SettingsError(f"{QUESTIONS}: {one.text}: no fact {min(one.facts - known)}")
    found: dict[str, FactClassifier] = {}
    for fact in facts:
        place = fact.locality
        if place in found or place in (NATION, EVERYWHERE):
            continue
        lines = [
            Asked(_plainly(text), frozenset((one.id,)))
            for one in facts
            if one.locality in (place, NATION, EVERYWHERE)
            for text in (*one.asks, *(() if one.gap else (one.says,)))
        ]
        lines += [
            Asked(_plainly(one.text), one.facts) for one in asked.get(fact.id.partition(".")[0], ())
        ]
        names = places.words(place)
        blank = [name + kind for name in names for kind in ("省", "市", "区")]
        found[place] = FactClassifier(lines, meanings, (*blank, *names))
    return found


def _plainly(question: str) -> str:
    """A question as the desk hears it."""
    return standard(normalise(question).text)
