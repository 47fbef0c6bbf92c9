"""Answers from an operator's own documents: the passage is looked for, its sentence is quoted.

A fact that somebody checked comes first; a passage is quoted only where no fact answers. It is told
with its document, so that nobody takes it for more than what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from bot.policy import cues
from bot.policy.answer import Answer, Topic
from bot.policy.cues import HARD
from bot.policy.meanings import Meanings
from bot.policy.search import Words
from bot.understanding.normalise import simplify
from bot.understanding.pinyin import fuzzy_class, syllables

COVERS = 0.45
"""Least share of what was asked that a sentence must hold, by words or by sounds."""
HEARD = 0.9
"""What a sound is worth against a word."""
NEAR = 0.55
"""Likeness of meaning (cosine) of a passage that makes up for half of the words."""
LONGEST = 90
"""Characters that are quoted."""
TOKENS = 400
"""Tokens of a question that are looked for."""

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SENTENCE = re.compile(r"[^。！？；\n]+")
_FIGURE = r"\d|[一二两三四五六七八九十百千万]"
_TELLS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(pattern)
    for kind, pattern in (
        ("amount", rf"(?:{_FIGURE})[^，。；]{{0,3}}元"),
        ("price", rf"(?:{_FIGURE})[^，。；]{{0,3}}元"),
        ("free", r"元|免费|无偿|收费|自费|不收"),
        ("phone", r"\d{5,}|\d{3,4}-\d{7,8}"),
        ("docno", r"〔|第?\d+号"),
        ("when", rf"(?:{_FIGURE})[^，。；]{{0,2}}(?:年|月|日|天|小时|周)"),
        ("age", rf"(?:{_FIGURE})[^，。；]{{0,3}}岁"),
        ("count", rf"(?:{_FIGURE})"),
        ("times", rf"(?:{_FIGURE})[^，。；]{{0,2}}[次回]"),
        ("area", r"平方米|平米|㎡"),
        ("percent", r"%|％|百分之|比例|成"),
        ("where", r"[路街巷号村楼]|社区|中心|大厅"),
        ("clock", r"\d[:：点时]"),
        ("wait", r"[日天月]"),
        ("papers", r"材料|证|表|复印件|照片"),
        ("speed", r"分钟|小时"),
        ("name", r"公司|企业|中心|医院|机构"),
        ("status", r"."),
        ("apply", r"申请|办理|报名|提交|领取"),
    )
}
"""For a kind of thing asked for that nothing else answers, what a sentence must hold."""


class Passage(Protocol):
    """A piece of a document as the backend finds it."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def section(self) -> str:
        """Its headings."""

    @property
    def document(self) -> str:
        """Title of its document."""

    @property
    def number(self) -> str:
        """Number of its document; empty where it has none."""

    @property
    def year(self) -> int | None:
        """Year of its document."""

    @property
    def locality(self) -> str:
        """The place its document holds for."""


@dataclass(frozen=True)
class Tokens:
    """What a line is found by."""

    words: tuple[str, ...]
    sounds: tuple[str, ...]
    meaning: tuple[float, ...] | None

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for the backend."""
        return {"words": self.words, "sounds": self.sounds, "meaning": self.meaning}


class Quoter:
    """Makes tokens of lines, and answers of passages.

    Args:
        words: the list of words of one meaning.
        weight: how much a word tells.
        meanings: vectors of lines; None leaves them out.
    """

    def __init__(
        self, words: Words, weight: Callable[[str], float], meanings: Meanings | None = None
    ) -> None:
        self._words, self._weight, self._meanings = words, weight, meanings

    def tokens(self, text: str) -> Tokens:
        """What a question or a passage is found by."""
        plain = cues.figures(simplify(text))
        words = tuple(dict.fromkeys(one[:64] for one in self._words.features(plain)))
        meaning = None
        if self._meanings is not None and plain.strip():
            meaning = tuple(float(one) for one in self._meanings.of([plain])[0])
        return Tokens(words[:TOKENS], _sounds(plain)[:TOKENS], meaning)

    def answer(self, question: str, passages: Sequence[Passage]) -> Answer | None:
        """The sentence that answers, told with its document; None where none does."""
        plain = cues.figures(simplify(question))
        hard = cues.read(plain).kinds & HARD
        about = cues.without(plain, hard)
        asked = {one: self._weight(one) for one in self._words.features(about)}
        heard = frozenset(_sounds(about))
        near = self._nearness(plain, passages)
        found: list[tuple[float, str, Passage]] = []
        for passage, like in zip(passages, near, strict=True):
            for sentence in _SENTENCE.findall(passage.text):
                if not all(_TELLS[kind].search(sentence) for kind in hard):
                    continue
                held = self._held(sentence, asked, heard)
                if held >= COVERS or (like >= NEAR and held >= COVERS / 2):
                    found.append((held + like, sentence.strip(), passage))
        if not found:
            return None
        _, sentence, passage = max(found, key=lambda one: one[0])
        return _told(question, _shortened(sentence, self._words, asked), passage)

    def _held(self, sentence: str, asked: Mapping[str, float], heard: frozenset[str]) -> float:
        """Share of what was asked that a sentence holds, by words or, misheard, by sounds."""
        plain = cues.figures(simplify(sentence))
        words = frozenset(self._words.features(plain))
        total = sum(asked.values())
        by_words = sum(weight for one, weight in asked.items() if one in words)
        by_sound = len(heard & frozenset(_sounds(plain))) / len(heard) if heard else 0.0
        return max(by_words / total if total else 0.0, HEARD * by_sound)

    def _nearness(self, question: str, passages: Sequence[Passage]) -> list[float]:
        if self._meanings is None or not passages or not question.strip():
            return [0.0] * len(passages)
        vectors = self._meanings.of([question, *(one.text for one in passages)])
        return [float(one) for one in vectors[1:] @ vectors[0]]


def _sounds(text: str) -> tuple[str, ...]:
    """Pairs of syllables, those that accents confuse taken for one."""
    pairs = (
        f"{fuzzy_class(a)}+{fuzzy_class(b)}"
        for run in _HAN.findall(text)
        for a, b in pairwise(syllables(run))
    )
    return tuple(dict.fromkeys(pairs))


def _shortened(sentence: str, words: Words, asked: Mapping[str, float]) -> str:
    """A sentence that can be listened to: the clauses around what was asked."""
    if len(sentence) <= LONGEST:
        return sentence
    clauses = sentence.split("，")
    held = [sum(asked.get(one, 0.0) for one in words.features(clause)) for clause in clauses]
    first = last = held.index(max(held))
    while True:
        if last + 1 < len(clauses) and len("，".join(clauses[first : last + 2])) <= LONGEST:
            last += 1
        elif first and len("，".join(clauses[first - 1 : last + 1])) <= LONGEST:
            first -= 1
        else:
            return "，".join(clauses[first : last + 1])


def _told(question: str, sentence: str, passage: Passage) -> Answer:
    title = passage.document.strip("《》")
    year = f"（{passage.year}年）" if passage.year else ""
    citation = {
        "document": title,
        "number": passage.number,
        "section": passage.section,
        "year": passage.year,
    }
    return Answer(
        f"{passage.locality}的《{title}》{year}里写着：{sentence}。",
        "answered",
        (citation,),
        (),
        Topic(question, passage.locality),
    )
