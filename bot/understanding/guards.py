"""What the rest of a line makes of a sign of danger: long ago, on television, feared, a wish.

Each guard looks for words of nlu_data/lexicon/emergency_guards.tsv around the sign and says what it
means beside them, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.understanding.services import find_service
from bot.understanding.signs import Found, Hit

Level = Literal["certain", "possible", "no"]

NEWS_REACH, PAST_REACH, FEAR_REACH = 24, 24, 8
"""How many characters before a sign such a word still speaks of it."""
AFRAID = frozenset({"怕", "害怕", "惊"})
"""Words that tell of fear now as well as of what might be."""
FLAGRANT = frozenset({"fire_gas", "choking", "bleeding", "breathing", "self_harm", "intruder"})
"""Kinds whose certain signs no appointment explains."""
OF_A_THING = "a thing, not a person"
"""Why a sign means nothing where a thing fell or broke."""
_ILL = frozenset({"unwell", "stroke"})
"""Kinds that tell of an illness somebody may have had for years."""


@dataclass(frozen=True)
class Scene:
    """One stretch of speech with all that was found in it."""

    text: str
    hits: Mapping[str, Sequence[Hit]]
    guards: Mapping[str, Sequence[Hit]]
    errand: bool

    def before(self, guard: str, at: int, reach: int) -> Hit | None:
        """The last word of a guard that ends at or before `at`, at most `reach` away."""
        near = [hit for hit in self.guards.get(guard, ()) if at - reach <= hit.end <= at]
        return near[-1] if near else None

    def after(self, guard: str, at: int) -> Hit | None:
        """The first word of a guard from `at` on."""
        return next((hit for hit in self.guards.get(guard, ()) if hit.start >= at), None)

    def any(self, guard: str) -> Hit | None:
        """Any word of a guard."""
        return next(iter(self.guards.get(guard, ())), None)

    def since(self, at: int, *concepts: str) -> bool:
        """Whether one of the concepts is heard, as written, from `at` on."""
        return any(
            hit.start >= at and not hit.doubt
            for concept in concepts
            for hit in self.hits.get(concept, ())
        )


Verdict = tuple[Level, str] | None
"""What a guard makes of a sign, and why; None where it has nothing to say."""


def _lower(level: Level) -> Level:
    return "possible" if level == "certain" else "no"


def _acute(scene: Scene, at: int = 0) -> bool:
    """Whether someone needs help this minute, by words from `at` on."""
    return scene.since(at, "cry", "unconscious", "cannot_move")


def _news(found: Found, scene: Scene, level: Level) -> Verdict:
    told = scene.before("news", found.start, NEWS_REACH)
    if told is None:
        return None
    own = scene.before("now", found.start, FEAR_REACH)
    if own is not None and own.start >= told.end and "我" in scene.text[told.end : found.end]:
        return "possible", f"told after {told.word}"
    return "no", f"told or seen: {told.word}"


def _drill(found: Found, scene: Scene, level: Level) -> Verdict:
    drill = scene.any("drill")
    return ("no", f"a drill or a course: {drill.word}") if drill else None


def _test(found: Found, scene: Scene, level: Level) -> Verdict:
    test = scene.any("test")
    if test is None or scene.since(0, "unconscious", "cannot_move"):
        return None
    return "possible", f"perhaps a test: {test.word}"


def _past(found: Found, scene: Scene, level: Level) -> Verdict:
    past = scene.before("past", found.end, PAST_REACH) or scene.after("past", found.start)
    if past is None or past.start > found.end + FEAR_REACH:
        return None
    later = any(
        past.end <= now.start and now.end < found.end for now in scene.guards.get("now", ())
    )
    if later or scene.since(past.end, "cry"):
        return None
    return "no", f"long ago: {past.word}"


def _once(found: Found, scene: Scene, level: Level) -> Verdict:
    rest = scene.text[found.end : found.end + 2]
    if rest[:1] != "过" or rest[1:] in ("来", "去", "不", "得", "切"):
        return None
    return None if scene.before("now", found.start, PAST_REACH) else ("no", "it happened once")


def _ill_since(found: Found, scene: Scene, level: Level) -> Verdict:
    """中风了后袂洗身躯 tells how somebody lives since; 中风了 alone is now."""
    since = _SINCE.match(scene.text[found.end :]) if found.pattern.sign == "stroke named" else None
    just_now = scene.any("now") or _JUST.search(scene.text)
    if since is None or just_now or scene.since(0, "cry", "unconscious"):
        return None
    return "no", f"how somebody lives since: {since.group()}"


_JUST = re.compile(r"[刚啱拄适]|[将才头][将先刚]|今[天日仔朝晡儿早晚]")
"""Words of what happened a moment ago, or today."""
_SINCE = re.compile(r"了?(?:以后|之后|过后|了后|后)(?![悔脑背腰])")
"""Words behind an illness that make it the beginning of a long time."""


def _hard_of_hearing(found: Found, scene: Scene, level: Level) -> Verdict:
    """我听不清你讲什么 complains of the line, and of nobody's speech."""
    if found.pattern.sign != "speech lost":
        return None
    unheard = _UNHEARD.search(scene.text)
    if unheard is None or not (unheard.start() < found.end and found.start < unheard.end()):
        return None
    return "no", f"it is not heard: {unheard.group()}"


_NOT_HEARD = r"听[不唔毋袂没冇][得]?(?:太|大|怎么)?[清青轻亲见到着明真懂出]"
_UNHEARD = re.compile(
    rf"[你您恁][们这那边头]{{0,2}}(?:在|是|都|又|咧)?[讲说话]\S{{0,4}}?[我俺阮涯]?(?:都|也|又|就)?{_NOT_HEARD}|"
    rf"{_NOT_HEARD}[楚处醒白]?[啊呀哦]?[你您恁]"
)
"""Words of somebody who does not hear us well."""


def _recent(found: Found, scene: Scene, level: Level) -> Verdict:
    recent = scene.before("recent", found.start, PAST_REACH)
    if recent is None or scene.any("now") or _acute(scene, recent.end):
        return None
    return "possible", f"not today: {recent.word}"


def _feared(found: Found, scene: Scene, level: Level) -> Verdict:
    feared = scene.before("if", found.end, FEAR_REACH + found.end - found.start)
    if feared is None:
        return None
    if scene.since(feared.end, "cry"):
        return None
    if scene.since(found.end, "unconscious") or (
        feared.word in AFRAID and found.pattern.kind in FLAGRANT
    ):
        return "possible", f"feared: {feared.word}"
    return "no", f"feared or imagined: {feared.word}"


def _figure(found: Found, scene: Scene, level: Level) -> Verdict:
    figure = scene.before("figure", found.start + 1, 4)
    if figure is None or scene.since(0, "cry", "unconscious"):
        return None
    return _lower(level), f"perhaps a way of speaking: {figure.word}"


def _policy(found: Found, scene: Scene, level: Level) -> Verdict:
    question = scene.any("policy")
    if question is None:
        return None
    if scene.any("now") or _acute(scene):
        return "possible", f"asked with it: {question.word}"
    return "no", f"a question of rules: {question.word}"


def _booking(found: Found, scene: Scene, level: Level) -> Verdict:
    booking = scene.any("booking") or scene.any("pharmacy")
    if booking is None or scene.since(0, "cry", "unconscious"):
        return None
    if level == "certain" and found.pattern.kind in FLAGRANT:
        return None
    return _lower(level), f"an errand: {booking.word}"


def _ordered(found: Found, scene: Scene, level: Level) -> Verdict:
    """我寻思订口饭，这腰犯了站不住 orders a meal, and says why."""
    if level != "certain" or found.pattern.kind not in _ILL:
        return None
    worse = () if found.pattern.kind == "unwell" else ("cannot_move",)
    if scene.since(0, "cry", "unconscious", *worse):
        return None
    service = find_service(scene.text)
    if service is None or not service.ordered:
        return None
    return "possible", f"ordered with it: {scene.text[slice(*service.span)]}"


def _errand(found: Found, scene: Scene, level: Level) -> Verdict:
    if level == "certain":
        return None
    if scene.errand:
        return "no", "an answer to what was asked"
    errand = scene.any("errand")
    return ("no", f"an errand: {errand.word}") if errand else None


def _joke(found: Found, scene: Scene, level: Level) -> Verdict:
    laughed = scene.any("joke")
    if laughed is None or scene.since(0, "unconscious", "cannot_move"):
        return None
    return _lower(level), f"said laughing: {laughed.word}"


def _mood(found: Found, scene: Scene, level: Level) -> Verdict:
    mood = scene.before("mood", found.start, 2)
    if level != "certain" or found.pattern.sign != "very unwell" or mood is None:
        return None
    return "possible", f"perhaps the mood: {mood.word}"


def _resolved(found: Found, scene: Scene, level: Level) -> Verdict:
    over = scene.after("resolved", found.end - 1)
    if over is None or scene.after("now", over.end):
        return None
    if scene.before("other", found.end, NEWS_REACH) and not _acute(scene, over.end):
        return "no", f"of somebody else, and over: {over.word}"
    return _lower(level), f"over: {over.word}"


def _object(found: Found, scene: Scene, level: Level) -> Verdict:
    kind = found.pattern.kind
    gone = found.pattern.sign == "someone is missing"
    if kind not in ("fall", "unwell", "stroke") and not gone:
        return None
    close = gone or kind == "stroke"
    thing = scene.before("object", found.start, 0 if close else 4)
    if thing is None and not close:  # what a weak hand drops is no reason to doubt it
        thing = scene.after("object", found.end)
    if gone and thing is None:
        thing = _thing_gone(found, scene)
    if thing is None or thing.start > found.end + 1 or scene.since(0, "cannot_move", "cry"):
        return None
    if thing.end <= found.start + 1 and _HELD.search(scene.text[: thing.start]):
        return None
    return "no", f"{OF_A_THING}: {thing.word}"


def _thing_gone(found: Found, scene: Scene) -> Hit | None:
    """What is missing, where it is named right before the word for it (他说洗衣机还没影儿)."""
    inside = (hit for hit in scene.guards.get("object", ()) if found.start <= hit.start)
    named = (hit for hit in inside if hit.end < found.end)
    return next((hit for hit in named if _STILL.fullmatch(scene.text[hit.end : found.end])), None)


def _awaited(found: Found, scene: Scene, level: Level) -> Verdict:
    """说好派人来陪我妈看病，到现在没见着人: who is missed was ordered, and is not of the house."""
    if level != "certain" or found.pattern.kind != "lost":
        return None
    awaited = _ORDERED_HERE.search(scene.text[: found.end]) or _SEES_NOBODY.search(scene.text)
    return ("possible", f"who was ordered is missed: {awaited.group()}") if awaited else None


_ORDERED_HERE = re.compile(
    r"(?:派[^，。]{0,2}人|师傅|阿姨|保洁|护工|护理员?|家政|打扫[的嘅个]?|送[饭餐][的嘅个]?|[说讲约话订定]好)"
    r"[^，。]{0,8}[来嚟]"
)
"""Words for somebody who was to come and do a service."""
_SEES_NOBODY = re.compile(r"[说讲话港][她他佢伊渠]?[没冇无唔毋]有?(?:看|见|睇)[到着见倒]人")
"""What somebody says who is at home, and waits."""


_HELD = re.compile(
    r"(?<![没不未冇无])[端提拿抱捧搬扛背拎挎攞揸挈举踩绊踢](?:着|到|住|咗|哩|起|倒|中)[一个只把盆条份]*$"
)
"""Words before a thing that somebody holds, or stumbles over, who falls (端着碗摔了一跤)."""
_STILL = re.compile(r"(?:[还都也又就老]|一直|到现在|犹|仲|阁)*[没不未冇无唔].{1,3}")


GUARDS: tuple[Callable[[Found, Scene, Level], Verdict], ...] = (
    _news,
    _drill,
    _past,
    _once,
    _ill_since,
    _hard_of_hearing,
    _feared,
    _figure,
    _policy,
    _recent,
    _booking,
    _ordered,
    _resolved,
    _joke,
    _mood,
    _object,
    _awaited,
    _test,
    _errand,
)
"""What may take a sign's meaning away, asked in this order until one says no."""
