"""Hears a cry for help in ordinary speech, before any model and without any network.

Signs (nlu_data/lexicon/emergency.tsv) are found as written, by sound and by fuzzy sound, so that a
garbled word still counts. Then the rest of the line is asked what the sign means: long ago, on
television, feared, a question of money, an appointment, over and well again, a test of the button
(nlu_data/lexicon/emergency_guards.tsv). In doubt the answer is "possible", which is asked about,
rather than "no". A small classifier (hunch.py) hears the line as a whole beside the signs: it
raises what has no sign, settles what is doubtful, and lowers a sign to a question at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache

from bot.understanding import standing
from bot.understanding.guards import (
    FLAGRANT,
    GUARDS,
    NOT_TODAY,
    OF_A_BEAST,
    OF_A_THING,
    OVER,
    Level,
    Scene,
)
from bot.understanding.hunch import NUMBER, Hunch, hear
from bot.understanding.hunch import warm as warm_hunch
from bot.understanding.normalise import simplify
from bot.understanding.signs import Found, Hit, Pattern, Sounds, finder, look, negated
from bot.understanding.wear import without_wear

HEARD = 0.35
"""Doubt below which a sign counts as heard."""
PERHAPS = 0.8
"""Doubt below which a sign is asked about; from here on it is not taken."""
UNSURE = 0.5
"""Doubt from which the classifier is told that a word is only like the one meant."""
WINDOW, STEP = 160, 110
"""Length of the stretches a long text is looked at in, and how far apart they begin."""
ASK, ACT = 0.25, 0.92
"""Likelihood from which a line without a sign is asked about, and from which it is acted on."""
UNCLEAR, ASK_UNCLEAR = 0.65, 0.12
"""Confidence of the recogniser below which its words are hardly those that were said, and the
likelihood from which such a line without a sign is asked about."""
ASK_DENIED = 0.65
"""Likelihood from which a line is asked about although it takes its own sign back."""
SETTLED = 0.85
"""Likelihood from which a sign that is only a possible one, or misheard, is taken for certain."""
OVERRULED, DROPPED, LOWERED = 0.12, 0.3, 0.25
"""Likelihood below which a certain sign, a possible one, and one that the rest of the line lowers
are not even asked about."""
OVERRULED_FLAGRANT = 0.06
"""The same of a certain sign that no errand explains: gas that leaks, blood that runs."""
UNLIKELY, VERY_UNLIKELY = 0.85, 0.8
"""Likelihood below which a certain sign (and a flagrant one) is only asked about."""
MOSTLY, MISHEARD = 0.5, 0.3
"""Share of a line from which on its sign is all it says, and what likelihood lowers even that."""
AROUND, CLEARLY = 6, 0.87
"""Characters on either side of a plain sign that are heard by themselves, and their likelihood from
which they count alone."""
FEW = 6
"""Characters below which a line without a sign is asked about at most: it may not be finished."""
ALONE, CHECK = "alone", "check"
"""Strengths: of a sign that only counts where it is all that is said, and of one that is asked
about whatever else is said."""
FILLERS = frozenset("喂哎唉哟呦啊呀哦嗯噢嘛哪呐吧啦了我俺涯阮点些下快好真")
"""What may stand around such a word."""
RAMBLING = 30
"""Characters from which on a line may deny in one breath what it does not mean in another."""
FAVOUR = 1.0
"""How much louder the kind of the sign is heard than the classifier's other kinds."""
DIGITS = frozenset("0123456789零一二三四五六七八九十百幺两〇")
PARTS = frozenset({"wound", "belly"})
"""Concepts whose words are often only a part of a longer word."""
TRIED = "@guard test"
"""Mark of a trial of the button or the line."""
ASKED_BACK = frozenset({TRIED, "@guard resolved"})
"""Marks of a trial, and of what has just passed: such a line is asked about all the same."""
LIVED_WITH = "perhaps lived with for long"
"""How it is put that a weakness is told as an old one."""
LIKE = "but it sounds like one"
"""How it is put that only the classifier hears a cry in a line."""
SEVERAL = "@several"
"""Mark of a line with two certain signs, as 救命啊 and 摔倒 are: the classifier hardly counts."""
ERRANDS = frozenset({"service", "hospital", "menu", "time", "date"})
"""What Anban may have asked so that naming an illness is an answer and not a cry for help."""


@dataclass(frozen=True)
class Emergency:
    """What a line says about danger."""

    level: Level
    """``certain``: people are sent; ``possible``: the caller is asked; ``no``."""
    kind: str | None
    """One of the emergency kinds of the design; None where the level is no."""
    sign: str | None
    """Short name of the sign that decided."""
    span: str | None
    """The words that carried it, as they were said."""
    why: str
    """One line for the agent: the sign, or what took its meaning away."""
    likelihood: float = field(default=1.0, compare=False)
    """How likely the classifier finds a line without a sign to be a cry, 0 to 1; 1 where a sign
    carries it, or the words are hardly those that were said."""

    @property
    def likeness(self) -> bool:
        """Whether no sign carries it, or the line takes its own sign back: it only sounds so."""
        return LIKE in self.why

    @property
    def of_a_thing(self) -> bool:
        """Whether the sign is one of a thing (锅盖绊到地下), as far as the line tells."""
        return OF_A_THING in self.why

    @property
    def told_as_over(self) -> bool:
        """Whether the sign is of what has passed, or was none, as far as the line tells."""
        return any(f"but {reason}" in self.why for reason in (OVER, NOT_TODAY, OF_A_BEAST))

    @property
    def lived_with(self) -> bool:
        """Whether the line tells a weakness that is perhaps an old one."""
        return LIVED_WITH in self.why

    def as_dict(self) -> dict[str, str | None]:
        """The same as plain data."""
        return asdict(self)


NONE = Emergency("no", None, None, None, "no sign of danger")


def assess(text: str, context: str | None = None, confidence: float | None = None) -> Emergency:
    """Whether a line is a cry for help.

    Works on unfinished lines too: more words can only be judged when they are there.

    Args:
        text: what was heard or typed so far; any length, empty allowed.
        context: what Anban had asked for, if anything (an ask word of the design).
        confidence: of the recognition, 0 to 1; None for typed text.
    """
    said = without_wear(simplify(text))  # 牙不行了，要软和的
    unclear = confidence is not None and confidence < UNCLEAR
    found = (_assess(stretch, context in ERRANDS, unclear) for stretch in _stretches(said))
    return _of_old(min(found, key=_rank), said)


def _of_old(emergency: Emergency, text: str) -> Emergency:
    """A weak side is no stroke where the line tells that it is an old one; in doubt it is asked."""
    old = standing.told(text) if emergency.kind == "stroke" else None
    if old is None:
        return emergency
    level: Level = "no" if old == "surely" else "possible"
    kind = None if level == "no" else emergency.kind
    return replace(emergency, level=level, kind=kind, why=f"{emergency.why}, but {LIVED_WITH}")


def _rank(emergency: Emergency) -> int:
    return ("certain", "possible", "no").index(emergency.level)


def _stretches(text: str) -> Iterator[str]:
    for start in range(0, max(1, len(text)), STEP):
        yield text[start : start + WINDOW]
        if start + WINDOW >= len(text):
            return


@lru_cache(maxsize=4096)
def _assess(text: str, errand: bool, unclear: bool) -> Emergency:
    perceived = perceive(text, errand)
    whole = hear(perceived.text, perceived.marks)
    outcome = combine(perceived, whole, unclear=unclear)
    found = perceived.found
    if found is None or found.pattern.strength == CHECK:
        return outcome
    doubted = outcome.level == "possible" and perceived.level == "certain"
    if doubted and " but " not in perceived.why:
        clause = _clause(perceived.text, found)
        return combine(perceived, clause) if clause else outcome
    if outcome.level == "no" and len(perceived.text) >= RAMBLING:
        clause = _clause(perceived.text, found)
        why = f"{perceived.why}, but in another breath"
        if clause:
            sign = found.pattern.sign
            return Emergency("possible", clause.kind(), sign, perceived.said, why)
    return outcome


def _clause(text: str, found: Found) -> Hunch | None:
    """The hunch for the words right around a sign, where they clearly sound like a cry.

    "My name is so, my number so, I have fallen" is meant, though most of it is no cry; and what
    was said of last year before it, in a long line, need not speak of the fall.
    """
    near = text[max(0, found.start - AROUND) : found.end + AROUND]
    clause = perceive(NUMBER.sub("", near))
    if clause.level != "certain":
        return None
    hunch = hear(clause.text, clause.marks)
    return hunch if hunch.likelihood >= CLEARLY else None


@dataclass(frozen=True)
class Perceived:
    """What the signs alone make of a line."""

    text: str
    """The line in simplified characters, as long as it was."""
    level: Level
    found: Found | None
    """The sign that counts most, be it denied by the rest of the line."""
    said: str
    """The sign's words, as they were said."""
    why: str
    marks: frozenset[str]
    """All this for the classifier: words, guards, and what came of them."""
    tried: Found | None = None
    """A sign that is asked about whatever else is said: the button was pressed or tried out."""

    @property
    def misheard(self) -> bool:
        """Whether the sign is perhaps only something that sounds like it."""
        return self.found is not None and self.found.doubt >= HEARD


def perceive(text: str, errand: bool = False) -> Perceived:
    """Looks for signs and asks the rest of the line what they mean.

    Args:
        text: at most some hundred characters.
        errand: whether Anban had asked something to which an illness is an answer.
    """
    scene = _scene(text, errand)
    signs = (found for found in look(scene.text, scene.hits) if _counts(found, scene))
    judged = [(*_judge(found, scene), found) for found in signs]
    if not judged:
        return Perceived(scene.text, "no", None, "", NONE.why, _marks(scene) | {"@no sign"})
    level, why, found = min(judged, key=lambda one: _order(one[0], one[2]))
    sign = found.pattern
    surely = "heard" if found.doubt < HEARD else "perhaps"
    marks = {f"@{level}", f"@{sign.strength} {surely}", f"@kind {sign.kind}"}
    if _several([one for level, _, one in judged if level == "certain"]):
        marks.add(SEVERAL)
    said = text[found.start : found.end]
    tried = (one for level, _, one in judged if one.pattern.strength == CHECK and level != "no")
    return Perceived(scene.text, level, found, said, why, _marks(scene) | marks, next(tried, None))


def _counts(found: Found, scene: Scene) -> bool:
    """Whether a word that only counts alone is all that is said, and no answer (疼啊, 来人来人)."""
    if found.pattern.strength != ALONE:
        return True
    rest = set(scene.text) - set(scene.text[found.start : found.end])
    return not scene.errand and all(one in FILLERS or not one.isalnum() for one in rest)


def _several(signs: Sequence[Found]) -> bool:
    """Whether two signs stand apart from one another, as in 救命啊我摔倒了."""
    return bool(signs) and min(one.end for one in signs) <= max(one.start for one in signs)


def _marks(scene: Scene) -> frozenset[str]:
    guards = {f"@guard {name}" for name in scene.guards if name != "compound"}
    words = {
        f"@word {name}" if min(hit.doubt for hit in hits) < UNSURE else f"@like {name}"
        for name, hits in scene.hits.items()
        if hits and name[0] != "="
    }
    return frozenset(guards | words)


def combine(perceived: Perceived, hunch: Hunch, *, unclear: bool = False) -> Emergency:
    """The outcome of signs and classifier together.

    Args:
        perceived: what the signs make of the line.
        hunch: what the classifier makes of it.
        unclear: whether the words are hardly those that were said.
    """
    found, level, why = perceived.found, perceived.level, perceived.why
    if found is None or level == "no":
        outcome = _without_sign(perceived, hunch, ASK_UNCLEAR if unclear else ASK)
        return replace(outcome, likelihood=1.0) if unclear else outcome
    sign = found.pattern
    if sign.strength not in (CHECK, ALONE):
        level, why = _second_opinion(perceived, sign, hunch.likelihood)
        if level == "no" and perceived.tried is not None:
            level, sign, why = "possible", perceived.tried.pattern, f"{why}, but asked about"
    kind = hunch.kind(sign.kind, FAVOUR) if level != "no" else None
    return Emergency(level, kind, sign.sign, perceived.said, why)


def _without_sign(perceived: Perceived, hunch: Hunch, ask: float) -> Emergency:
    """A line without a sign, or whose sign means something else, may sound like a cry all over."""
    sign = perceived.found.pattern.sign if perceived.found else None
    said = perceived.said or None
    if hunch.likelihood < (ASK_DENIED if sign else ask):
        return Emergency("no", None, sign, said, perceived.why, hunch.likelihood)
    surely = hunch.likelihood >= ACT and sign is None and len(perceived.text) >= FEW
    level: Level = "certain" if surely else "possible"
    why = f"{perceived.why if sign else 'no sign'}, {LIKE} ({hunch.likelihood:.2f})"
    kind = "poisoning" if _TASTED.search(perceived.text) else hunch.kind()
    return Emergency(level, kind, sign or "sounds like one", said, why, hunch.likelihood)


_TASTED = re.compile(
    r"[喝吃食饮啉尝咽](?:着|起来|到|落去|下去|了|咗|[一两几]口)*(?:觉得|觉着|有|是|系)*"
    r"一?(?:股子?|阵|点|啲)?(?:怪|异|邪|臭)[味气]"
)
"""What tastes wrong was swallowed (喝着一股怪味): nobody is sent out of the house for it."""


def _second_opinion(perceived: Perceived, sign: Pattern, sounds: float) -> tuple[Level, str]:
    """What the classifier makes of a sign; little of one that is most of what the line says."""
    level, why = perceived.level, perceived.why
    mostly = len(perceived.said) >= MOSTLY * len(perceived.text)
    lowered = level == "possible" and sign.strength == "certain" and not perceived.misheard
    if not mostly and sounds < _silent(perceived, sign, lowered):
        return "no", f"{why}, but it does not sound like one at all ({sounds:.2f})"
    if level == "certain" and sounds < _least(perceived, sign.kind in FLAGRANT, mostly):
        return "possible", f"{why}, but it does not sound like one ({sounds:.2f})"
    tried = TRIED in perceived.marks
    if level == "possible" and not (mostly or lowered or tried) and sounds >= SETTLED:
        return "certain", f"{why}, and it sounds like one ({sounds:.2f})"
    return level, why


def _silent(perceived: Perceived, sign: Pattern, lowered: bool) -> float:
    """Likelihood below which a sign is not even asked about."""
    if perceived.level == "certain" and sign.kind in FLAGRANT:
        return OVERRULED_FLAGRANT
    if lowered:
        return 0.0 if perceived.marks & ASKED_BACK else LOWERED
    return OVERRULED if perceived.level == "certain" else DROPPED


def _least(perceived: Perceived, flagrant: bool, mostly: bool) -> float:
    """Likelihood from which a certain sign stays certain."""
    if SEVERAL in perceived.marks:
        return OVERRULED
    if mostly:
        return MISHEARD
    return VERY_UNLIKELY if flagrant else UNLIKELY


def warm() -> None:
    """Load every table, so that the first caller does not wait for them."""
    finder()
    warm_hunch()
    assess("喂")


def _order(level: Level, found: Found) -> tuple[int, bool, int, int]:
    """Surest first, then as heard, then causes before effects, then the earliest."""
    return (
        ("certain", "possible", "no").index(level),
        found.doubt >= HEARD,
        found.pattern.order,
        found.start,
    )


def _scene(text: str, errand: bool) -> Scene:
    plain = simplify(text)
    found = finder().find(Sounds(plain))
    guards = _longest({name[6:]: hits for name, hits in found.items() if name[:6] == "guard:"})
    masks, compounds = guards.get("mask", []), guards.get("compound", [])
    inner = _inner(found)
    hits = {
        name: [
            hit
            for hit in of
            if not (name in PARTS and (hit.start, hit.end) in inner)
            and not _masked(hit, masks)
            and not _in_compound(hit, compounds)
            and not negated(plain, hit, name)
            and not _in_figure(plain, hit)
        ]
        for name, of in found.items()
        if name[:6] != "guard:"
    }
    return Scene(plain, hits, guards, errand)


def _inner(found: Mapping[str, Sequence[Hit]]) -> frozenset[tuple[int, int]]:
    """Places of words that only are a part of a longer word of another concept (口子, 心口子)."""
    whole = {
        (hit.start, hit.end)
        for name, hits in found.items()
        if name[0] != "=" and name[:6] != "guard:"
        for hit in hits
        if not hit.doubt and len(hit.word) > 2
    }
    return frozenset(
        (hit.start, hit.end)
        for name, hits in found.items()
        if name in PARTS
        for hit in hits
        if any(
            start <= hit.start and hit.end <= end and (start, end) != (hit.start, hit.end)
            for start, end in whole
        )
    )


def _longest(guards: Mapping[str, Sequence[Hit]]) -> dict[str, list[Hit]]:
    """Guard words without those that lie inside a longer guard word, of whatever guard."""
    everywhere = [(hit, name) for name, hits in guards.items() for hit in hits]
    kept: dict[str, list[Hit]] = {}
    for hit, name in sorted(everywhere, key=lambda one: one[0].start):
        if not any(
            other.start <= hit.start
            and hit.end <= other.end
            and other.end - other.start > hit.end - hit.start
            for other, _ in everywhere
        ):
            kept.setdefault(name, []).append(hit)
    return kept


def _masked(hit: Hit, masks: Sequence[Hit]) -> bool:
    """Whether a hit overlaps an idiom, other than by containing it."""
    return any(
        hit.start < mask.end
        and mask.start < hit.end
        and (hit.start > mask.start or hit.end < mask.end or len(hit.word) == len(mask.word))
        for mask in masks
    )


def _in_compound(hit: Hit, compounds: Sequence[Hit]) -> bool:
    """Whether a single character is only part of an everyday word, as 手 is of 手机."""
    return hit.end - hit.start == 1 and any(
        word.start <= hit.start and hit.end <= word.end for word in compounds
    )


def _in_figure(text: str, hit: Hit) -> bool:
    """Whether a hit such as 一二零 is part of a longer number."""
    if not set(hit.word) <= DIGITS:
        return False
    around = text[max(0, hit.start - 1) : hit.start] + text[hit.end : hit.end + 1]
    return any(one in DIGITS or one in "号室栋楼块元" for one in around)


def _judge(found: Found, scene: Scene) -> tuple[Level, str]:
    """Level of one sign after everything else in the line was heard."""
    sign = found.pattern.sign
    if found.doubt >= PERHAPS:
        return "no", f"{sign}: sounds like it only from afar"
    if found.pattern.strength == CHECK:
        return "possible", sign
    level: Level = "certain" if found.pattern.strength == "certain" else "possible"
    why = sign
    if level == "certain" and found.doubt >= HEARD:
        level, why = "possible", f"{sign}, but perhaps misheard"
    for guard in GUARDS:
        verdict = guard(found, scene, level)
        if verdict is not None:
            level, why = verdict[0], f"{why}, but {verdict[1]}"
            if level == "no":
                break
    return level, why
