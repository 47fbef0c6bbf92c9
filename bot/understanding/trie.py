"""A dictionary of sequences that can be looked for in a longer sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

Value = TypeVar("Value")


class _Node(Generic[Value]):
    __slots__ = ("children", "value")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Value]] = {}
        self.value: Value | None = None


class Trie(Generic[Value]):
    """Words (strings, or tuples of syllables) with a value each."""

    def __init__(self, words: Iterable[tuple[Sequence[str], Value]] = ()) -> None:
        self._root: _Node[Value] = _Node()
        for word, value in words:
            self.add(word, value)

    def add(self, word: Sequence[str], value: Value) -> None:
        """Put a word in; an earlier value of the same word is replaced."""
        node = self._root
        for symbol in word:
            node = node.children.setdefault(symbol, _Node())
        node.value = value

    def get(self, word: Sequence[str]) -> Value | None:
        """The value of exactly this word."""
        node: _Node[Value] | None = self._root
        for symbol in word:
            node = node.children.get(symbol) if node else None
        return node.value if node else None

    def all(self, text: Sequence[str]) -> Iterator[tuple[int, int, Value]]:
        """Every word in the text, overlapping ones too: start, end, value."""
        for start in range(len(text)):
            yield from self._at(text, start)

    def longest(self, text: Sequence[str]) -> Iterator[tuple[int, int, Value]]:
        """Words from left to right, the longest at each place, none overlapping."""
        start = 0
        while start < len(text):
            words = list(self._at(text, start))
            if not words:
                start += 1
                continue
            yield words[-1]
            start = words[-1][1]

    def _at(self, text: Sequence[str], start: int) -> Iterator[tuple[int, int, Value]]:
        node = self._root
        for at in range(start, len(text)):
            following = node.children.get(text[at])
            if following is None:
                return
            node = following
            if node.value is not None:
                yield start, at + 1, node.value
