"""What one conversation has shown of danger so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from backend.client import CALLER_SILENT, LINE_DEAD, Emergency
from bot.danger import listen, plain_kind
from bot.sentences import Reply
from bot.understanding.emergency import Emergency as Assessed

EVEN = 0.6
"""Likelihood from which what only sounds like a cry is as often one as not."""


@dataclass(frozen=True)
class Sign:
    """One line that is, or may be, a cry for help.

    Attributes:
        kind: of emergency.
        certainty: certain or possible.
        text: what was said.
        sign: name of the sign that was heard, "" where none was.
        span: the words it was heard in.
        ask: what the text answers.
        unread: whether nobody but the emergency desk has heard the text yet.
        open: whether it was asked about in words that leave the choice: an errand, or people?
        repeated: whether the question was said a second time because it was not heard.
        told_as_over: whether it told of what has passed, or was none.
        lived_with: whether it told a weakness that is perhaps an old one.
        likelihood: how likely it is a cry, 0 to 1, where no sign but the mind or the classifier
            took it for one; 1 else.
    """

    kind: str
    certainty: str
    text: str
    sign: str = ""
    span: str = ""
    ask: str | None = None
    unread: bool = False
    open: bool = False
    repeated: bool = False
    told_as_over: bool = False
    lived_with: bool = False
    likelihood: float = 1.0

    @classmethod
    def of(cls, assessed: Assessed, text: str) -> Self:
        """What the recogniser found in a text."""
        kind, sign, span = assessed.kind or "unspecified", assessed.sign or "", assessed.span or ""
        return cls(
            kind,
            assessed.level,
            text,
            sign,
            span,
            told_as_over=assessed.told_as_over,
            lived_with=assessed.lived_with,
            likelihood=assessed.likelihood,
        )

    @property
    def faint(self) -> bool:
        """Whether no word of danger stands in it, and it is hardly likelier a cry than none."""
        return self.open and not (self.sign or self.span) and self.likelihood < EVEN

    @property
    def calmly_told(self) -> bool:
        """Whether it may be a danger that is told calmly: who has lost the way, or wants to die."""
        return self.kind in ("lost", "self_harm")

    def followed_by(self, text: str) -> str:
        """What was said and what was answered to the question about it."""
        return "，".join(part for part in (self.text, text) if part)

    def joined_by(self, answer: Self) -> Self:
        """An answer that is a cry by itself; the two together tell best what is wrong."""
        both = listen(self.followed_by(answer.text))
        kind = both.kind if both.level == "certain" else None
        return replace(answer, kind=kind or answer.kind)

    def believed(self, text: str) -> Self:
        """A doubt that the answer did not take back; the two together may tell what is wrong."""
        said = self.followed_by(text)
        kind = self.kind
        if kind == "unspecified":
            kind = listen(said).kind or kind
        if kind == "unspecified":
            kind = plain_kind(text) or kind
        return replace(self, kind=kind, certainty="certain", text=said)


FURTHER = Sign("unspecified", "certain", "")
"""Something more that is said while an emergency is open."""
TRANSFERRED = Sign("unspecified", "certain", "（电话已转给人）")
LINE_BROKEN = Sign("unspecified", "certain", "（电话断了）", sign=LINE_DEAD)
NO_ANSWER = Sign("unspecified", "certain", "（呼救之后不再出声）", sign=CALLER_SILENT)


@dataclass
class Signs:
    """What one conversation has shown so far.

    Attributes:
        checking: the doubtful sign that is being asked about, or None.
        raised: id of the emergency this conversation last raised or joined, "" where it is not
            recorded yet. A fire after a fall is a second one of its own.
        mistake: how often "is it really nothing?" was asked in a row; 0 while it is not open.
        kinds: what has been named since it was raised.
        steps: first aid that has not been told yet.
        silences: times in a row that nothing was answered.
        holder: who has said that they hold it, once the caller has been told.
        told_on: whether the caller was asked last to tell on; the next words are others.
        stranger: whether nobody knows yet whose emergency it is.
        asked_who: whether the caller was asked who it is about.
        seen: ids of all that this conversation raised or joined.
    """

    checking: Sign | None = None
    raised: str | None = None
    mistake: int = 0
    kinds: set[str] = field(default_factory=set)
    steps: list[Reply] = field(default_factory=list)
    silences: int = 0
    holder: str | None = None
    told_on: bool = False
    stranger: bool = False
    asked_who: bool = False
    seen: set[str] = field(default_factory=set)

    def check(self, kind: str, text: str = "", *, plainly: bool = False) -> None:
        """The next line answers whether this is an emergency, or which of that and an errand."""
        likely = 1.0 if plainly else 0.0
        self.checking = Sign(kind, "possible", text, open=not plainly, likelihood=likely)

    def begin(self) -> None:
        """An emergency is open from here on, recorded or not."""
        self.checking, self.raised, self.mistake, self.silences = None, "", 0, 0
        self.kinds, self.steps, self.holder, self.told_on = set(), [], None, False
        self.stranger = self.asked_who = False

    def belong_to(self, emergency: str) -> None:
        """What is said from here on belongs to this emergency."""
        self.raised = emergency
        self.seen.add(emergency)

    def learns(self, emergency: Emergency | None) -> bool:
        """Whether it is known only now whose emergency it is."""
        found = self.stranger and emergency is not None and emergency.elder_id is not None
        self.stranger = self.stranger and not found
        return found

    def is_strange(self, emergency: Emergency) -> bool:
        """Whether an emergency has nothing to do with those of this conversation so far."""
        return bool(self.seen) and self.seen.isdisjoint({emergency.id, emergency.earlier_id})
