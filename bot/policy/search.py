"""Finds the fact that a question asks for: words of one meaning, pairs of characters, typed cues.

A question is answered only where a fact covers what it is about: a word that the fact lacks
(高龄津贴, a price, another year) counts against it, so a near miss is declined and not guessed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from anban.errors import SettingsError
from bot.policy import cues
from bot.policy.cues import HARD, STRICT, Cues
from bot.policy.facts import EVERYWHERE, Fact
from bot.policy.meanings import Meanings
from bot.policy.places import NATION
from bot.understanding.normalise import simplify
from bot.understanding.trie import Trie

CONCEPT = 2.0
"""Weight of a word of the list against a pair of characters."""
KIND = 0.15
"""What telling the very kind of thing that is asked for adds to a score, or takes from it."""
NATIONAL = 0.1
"""What national law must be better by where a place has a document of its own."""
OFFICE = 0.03
"""What a fact only for offices and providers must be better by, since elders and families call."""
FIGURES = frozenset(("amount", "area", "percent"))
"""Kinds that differ from thing to thing: only a document that speaks of the thing can tell."""
CALLERS = frozenset(("elder", "family"))
GAP_SHARE = 0.5
"""Share of a way of asking for a gap that the question must have."""
SECOND = 0.25
"""Share of a question left open from which a second fact is looked for."""
TELLS = 0.8
"""Share of what is left open that the second fact must cover."""
CONTEXT = 0.5
"""Weight of the words of the question before."""
STORY = 0.3
"""What a fact gains that speaks of what a story around the question is about."""
MEANS = 0.9
"""Weight of meaning the same against sharing words."""
LIKE = 0.45
"""Likeness of meaning (cosine) that two lines on policy have anyway."""
ALIKE = 0.65
"""Likeness of meaning from which a line asks for a gap, whatever its words."""
PLAIN = 0.9
"""Share of a question that a fact must cover to be found by words alone."""
AHEAD = 0.2
"""How far ahead of the next it must be for that."""
LATELY = 64
"""Lines of which the meaning is kept: one line is looked for several times in a turn."""
UNKNOWN = 3.0
"""Greatest weight of a pair of characters that no fact has: people speak in many ways."""
_SINCE = re.compile(r"(20\d\d)年(?:以后|起)")
"""From a year on; a document can tell so only up to its own."""
_HAN = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z0-9.]+")


@dataclass(frozen=True)
class Hit:
    """A fact and how well it fits."""

    fact: Fact
    score: float
    """0 to about 1.5; ranks"""
    covered: float
    """share of the question's weight that the fact covers, 0 to 1"""
    fits: bool
    """whether it can tell the kind of thing that is asked for"""
    missed: Mapping[str, float]
    """what was asked and the fact does not cover, with its weight"""
    holds: frozenset[str]
    """all the fact covers"""
    of_kind: bool = True
    """for a gap: whether one of its ways of asking asks for the kind of thing that is asked for"""
    meant: float = 0.0
    """how alike the question is in meaning to the likest way to ask for the fact, -1 to 1"""


class Words:
    """The list of words of one meaning.

    Args:
        rows: concept and its words; ``-`` for words that tell nothing.
    """

    def __init__(self, rows: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._concepts = {word: concept for concept, words in rows for word in words if word}
        self._trie: Trie[str] = Trie(self._concepts.items())

    @classmethod
    def read(cls, path: Path) -> Words:
        """Reads ``policy_words.tsv``.

        Raises:
            SettingsError: a line is not a concept and its words; names the line.
        """
        rows = []
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.startswith("#") or not line.strip() or line == "concept\twords":
                continue
            concept, tab, words = line.partition("\t")
            if not tab or not words:
                raise SettingsError(f"{path}:{number}: expected a concept, a tab, words with |")
            rows.append((concept, words.split("|")))
        return cls(rows)

    def all(self) -> tuple[str, ...]:
        """Every word of the list."""
        return tuple(self._concepts)

    def features(self, text: str) -> Counter[str]:
        """Concepts (``=自费``) and pairs of characters of what is left beside empty words."""
        found: Counter[str] = Counter()
        for run in _HAN.findall(text):
            at = 0
            rest: list[str] = []
            for start, end, concept in self._trie.longest(run):
                rest.append(run[at:start])
                at = end
                if concept != "-":
                    found[f"={concept}"] += 1
                    rest[-1] += run[start:end]
                    continue
                found.update(_pairs("".join(rest)))
                rest = []
            found.update(_pairs("".join([*rest, run[at:]])))
        return found


def _pairs(text: str) -> list[str]:
    if text.isascii():
        return [text] if text else []
    return ["".join(pair) for pair in pairwise(text)] or ([text] if text else [])


class Index:
    """Facts, ready to be searched.

    Args:
        facts: of all localities.
        words: the list of words of one meaning.
        meanings: vectors of lines; None finds by words alone.
    """

    def __init__(
        self, facts: Sequence[Fact], words: Words, meanings: Meanings | None = None
    ) -> None:
        self.words = words
        self._meanings = meanings
        self._facts: dict[str, list[tuple[Fact, frozenset[str], list[frozenset[str]]]]] = {}
        self._told: dict[str, set[str]] = {}
        self._kinds: dict[frozenset[str], frozenset[str]] = {}
        counts: Counter[str] = Counter()
        for fact in facts:
            asks = [frozenset(words.features(cues.figures(one))) for one in fact.asks]
            self._kinds.update(
                {ask: cues.read(one).kinds for ask, one in zip(asks, fact.asks, strict=True)}
            )
            whole = frozenset(words.features(cues.figures(fact.says))).union(*asks)
            told = fact.kinds.union(*(self._kinds[ask] & HARD for ask in asks if not fact.gap))
            fact = replace(fact, kinds=told)
            self._facts.setdefault(fact.locality, []).append((fact, whole, asks))
            counts.update(whole)
            if not fact.gap:
                self._told.setdefault(fact.locality, set()).update(whole)
        self._weights = {
            token: math.log(1 + (len(facts) - count + 0.5) / (count + 0.5))
            * (CONCEPT if token[0] == "=" else 1.0)
            for token, count in counts.items()
        }
        self._unknown = math.log(1 + 2 * len(facts))
        self._sizes = {
            ask: sum(map(self.weight, ask))
            for rows in self._facts.values()
            for _, _, asks in rows
            for ask in asks
        }
        self._meant = lru_cache(maxsize=LATELY)(self._likeness)
        self._lines = [(fact.id, ask) for fact in facts for ask in fact.asks]
        self._vectors = meanings.kept([ask for _, ask in self._lines]) if meanings else None

    def search(
        self,
        question: str,
        localities: Iterable[str],
        blank: Sequence[str] = (),
        parts: Sequence[str] = (),
        context: str = "",
        heard: str = "",
        story: str = "",
    ) -> list[Hit]:
        """Facts of some places by how well they fit, the best first.

        Args:
            question: as asked.
            localities: places whose facts count.
            blank: words that tell nothing here, such as the place's own name.
            parts: names of districts, whose figures are not those of the whole place.
            context: the question before, where this one follows it.
            heard: the question before misheard characters were put right; what only a certain
                kind of fact can answer is asked for in either.
            story: what was told around the question; it tells facts apart that fit equally.
        """
        text = cues.figures(simplify(question))
        for word in blank:
            text = text.replace(word, "，")
        asked = cues.read(text, parts)
        if heard:
            hard = cues.read(cues.figures(heard)).kinds & HARD
            asked = replace(asked, kinds=asked.kinds | hard)
        if context:
            before = cues.read(cues.figures(context), parts)
            asked = replace(
                asked,
                kinds=asked.kinds or before.kinds,
                years=asked.years or before.years,
                parts=asked.parts or before.parts,
            )
        tokens = {one: self.weight(one) for one in self.words.features(text)}
        around = {one: self.weight(one) for one in self.words.features(cues.figures(story))}
        for one in self.words.features(cues.figures(context)):
            tokens.setdefault(one, CONTEXT * self.weight(one))
        needed = {one for one in self.words.features(asked.counted) if one[0] == "="}
        needed = needed or set(self.words.features(asked.included))
        places = (*localities, EVERYWHERE)
        strange = self._strange(tokens, places if asked.kinds & FIGURES else self._told)
        hits = self._ranked(places, tokens, asked, {}, strange, needed, around)
        # with the question before, what was meant then would win over what is named now
        if self._meanings is None or context or _plain(hits):
            return hits
        meant = self._meant(question)
        return self._ranked(places, tokens, asked, meant, strange, needed, around)

    def _strange(self, tokens: Iterable[str], places: Iterable[str]) -> bool:
        """Whether a thing is named of which no document of some places speaks."""
        told = [self._told.get(place, set()) for place in places]
        things = (one for one in tokens if one[0] == "=")
        return any(all(one not in known for known in told) for one in things)

    def _ranked(
        self,
        places: Iterable[str],
        tokens: Mapping[str, float],
        asked: Cues,
        meant: Mapping[str, float],
        strange: bool,
        needed: Set[str],
        around: Mapping[str, float],
    ) -> list[Hit]:
        """Every fact of some places.

        `strange`: asked for a thing of which no document speaks; `needed`: words of the thing to be
        counted, or that may be included, of which a fact must speak.
        """
        hits = [
            self._hit(fact, whole, asks, tokens, asked, meant.get(fact.id, 0.0))
            for place in places
            for fact, whole, asks in self._facts.get(place, ())
        ]
        if around:
            hits = [replace(hit, score=hit.score + _told(hit, tokens, around)) for hit in hits]
        if needed:
            hits = [replace(hit, fits=hit.fits and bool(needed & hit.holds)) for hit in hits]
        if strange:
            hits = [replace(hit, fits=hit.fits and hit.fact.gap) for hit in hits]
        return sorted(hits, key=lambda hit: (-hit.fits, -hit.score))

    def likely(self, question: str, localities: Iterable[str]) -> float:
        """How well the best fact fits a question by its words alone."""
        text = cues.figures(question)
        tokens = {one: self.weight(one) for one in self.words.features(text)}
        places = (*localities, EVERYWHERE)
        hits = self._ranked(places, tokens, cues.read(text), {}, False, set(), {})
        return max((hit.score for hit in hits if hit.fits), default=0.0)

    def beside(self, best: Hit, hits: Sequence[Hit]) -> Fact | None:
        """A second fact, where two things were asked and the best fact tells one of them."""
        missed = sum(best.missed.values())
        if best.covered > 1 - SECOND:
            return None
        for hit in hits:
            same = hit.fact.document is best.fact.document and hit.fact is not best.fact
            if hit.fits and same and not hit.fact.gap:
                told = sum(weight for one, weight in best.missed.items() if one in hit.holds)
                if told >= TELLS * missed:
                    return hit.fact
        return None

    def told(self, text: str) -> float:
        """How much the words of a text tell that any fact speaks of."""
        words = self.words.features(cues.figures(text))
        return sum(self._weights.get(one, 0.0) for one in words)

    def weight(self, token: str) -> float:
        """How much a word or a pair of characters tells: the rarer, the more."""
        known = self._weights.get(token)
        if known is not None:
            return known
        return self._unknown * CONCEPT if token[0] == "=" else min(UNKNOWN, self._unknown)

    def _hit(
        self,
        fact: Fact,
        whole: frozenset[str],
        asks: Sequence[frozenset[str]],
        tokens: Mapping[str, float],
        asked: Cues,
        meant: float,
    ) -> Hit:
        total = sum(tokens.values())
        hard = [self._kinds[ask] & HARD for ask in asks] if fact.gap else []
        of_kind = not all(hard) or any(kinds & asked.kinds for kinds in hard)
        if fact.gap:  # one way of asking must fit, and most of it: not a little of each
            if meant < ALIKE:
                asks = [ask for ask in asks if self._share(ask, tokens) >= GAP_SHARE]
            whole = max(asks, key=lambda ask: self._alike(tokens, total, ask), default=frozenset())
        shared = sum(weight for token, weight in tokens.items() if token in whole)
        covered = shared / total if total else 0.0
        alike = max((self._alike(tokens, total, ask) for ask in asks), default=0.0)
        fits, kind = _kind(fact, asked) if not fact.gap else (True, self._gap(whole, asked))
        if not fact.gap and not (
            _years(fact, asked) and _numbers(fact, asked) and _part(fact, asked)
        ):
            fits = False
        missed = {token: weight for token, weight in tokens.items() if token not in whole}
        if fact.locality == NATION:
            kind -= NATIONAL
        if not fact.gap and not fact.audience & CALLERS:
            kind -= OFFICE
        score = 0.5 * covered + 0.5 * alike + kind + MEANS * max(0.0, meant - LIKE)
        return Hit(fact, score, covered, fits, missed, whole, of_kind, meant)

    def _likeness(self, text: str) -> Mapping[str, float]:
        """For each fact, how alike in meaning the likest way to ask for it is (cosine)."""
        if self._meanings is None or self._vectors is None or not text.strip():
            return {}
        found: dict[str, float] = {}
        likeness = self._vectors @ self._meanings.of([text])[0]
        for (fact, _), like in zip(self._lines, likeness.tolist(), strict=True):
            if like > found.get(fact, 0.0):
                found[fact] = like
        return found

    def _gap(self, ask: frozenset[str], asked: Cues) -> float:
        """A way of asking for a price or a number is no other question about the same thing."""
        kinds = self._kinds.get(ask)
        return -KIND if kinds and not kinds & asked.kinds else 0.0

    def _share(self, ask: frozenset[str], tokens: Mapping[str, float]) -> float:
        """Share of a way of asking that the question has."""
        whole = self._sizes[ask]
        return sum(self.weight(one) for one in ask if one in tokens) / whole if whole else 0.0

    def _alike(self, tokens: Mapping[str, float], total: float, ask: frozenset[str]) -> float:
        """How alike the question and one way to ask are: shared weight over the weight of both."""
        shared = sum(weight for token, weight in tokens.items() if token in ask)
        whole = total + self._sizes[ask]
        return 2 * shared / whole if whole else 0.0


def _told(hit: Hit, tokens: Mapping[str, float], around: Mapping[str, float]) -> float:
    """What the story adds to a fact that speaks of the same."""
    shared = sum(weight for one, weight in around.items() if one in hit.holds and one not in tokens)
    return STORY * shared / (shared + sum(tokens.values())) if shared else 0.0


def _plain(hits: Sequence[Hit]) -> bool:
    """Whether words alone leave no doubt: all is covered, and the next fact is far behind."""
    best, *rest = [hit for hit in hits if hit.fits] or hits
    following = max((hit.score for hit in rest), default=0.0)
    return best.fits and best.covered >= PLAIN and best.score - following >= AHEAD


def _kind(fact: Fact, asked: Cues) -> tuple[bool, float]:
    """Whether the fact tells what is asked for, and what that adds to its score."""
    if not asked.kinds:
        return True, 0.0
    matched = [kind for kind in asked.kinds if fact.kinds & STRICT[kind]]
    hard = asked.kinds & HARD
    if hard and not any(kind in hard or kind == "when" for kind in matched):
        return False, 0.0
    if not matched:
        return True, -KIND
    exact = sum(kind in fact.kinds for kind in matched)
    return True, KIND * (len(matched) + exact) / (2 * len(asked.kinds))


def _years(fact: Fact, asked: Cues) -> bool:
    if not asked.years:
        return True
    told = {value.value for value in fact.values if value.kind == "year"}
    told |= {fact.document.year} if not told else set()
    since = _SINCE.search(fact.says)
    after = range(int(since[1]), fact.document.year + 1) if since else ()
    return all(year in told or year in after or str(year) in fact.says for year in asked.years)


def _numbers(fact: Fact, asked: Cues) -> bool:
    return all(number in fact.says for number in asked.numbers)


def _part(fact: Fact, asked: Cues) -> bool:
    """Where a district is named, a figure or an address must be that district's.

    A rule holds in every district, unless it names others.
    """
    if not asked.parts or any(part in fact.says for part in asked.parts):
        return True
    if asked.rule:
        return not any(part in fact.says for part in asked.others)
    return not (
        asked.kinds & {"count", "where", "name", "phone", "amount"} or "count" in fact.kinds
    )
