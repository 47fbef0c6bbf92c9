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
OVER, NOT_TODAY, OF_A_BEAST = "over: ", "not today: ", "of a beast: "
"""Why a sign is only asked about: it has passed, or was of yesterday, or of a beast's blood."""
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


def _calls(scene: Scene, at: int = 0) -> bool:
    """Whether, from `at` on, something happens now, or somebody shall come."""
    called = scene.since(at, "cry_weak", "urgent") or scene.after("now", at)
    return _acute(scene, at) or bool(called)


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


def _at_an_age(found: Found, scene: Scene, level: Level) -> Verdict:
    """我十岁那年屋里着火 tells a life; the age somebody has now stands alone."""
    told = [one for one in _AT_AN_AGE.finditer(scene.text) if one.end() <= found.start]
    if not told or scene.before("now", found.end, found.end - told[-1].end()) is not None:
        return None
    return None if _acute(scene, found.end) else ("no", f"long ago: {told[-1].group()}")


_AT_AN_AGE = re.compile(
    r"[0-9一二两三四五六七八九十几]岁(?:[多来])?(?:那|彼|嗰|个|咯|的|上|头|时|嘅)(?:一?年|阵|时|时候|时节|辰光|工|上|头)"
)
"""Words for a year of somebody's life that is over (十岁那年)."""


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
    return "possible", f"{NOT_TODAY}{recent.word}"


def _feared(found: Found, scene: Scene, level: Level) -> Verdict:
    feared = scene.before("if", found.end, FEAR_REACH + found.end - found.start)
    if feared is None:
        return None
    if feared.word in _NARROWLY and feared.end == found.start:
        return "no", f"it came to nothing: {feared.word}"  # 差点儿出人命
    if scene.since(feared.end, "cry"):
        return None
    if scene.since(found.end, "unconscious") or (
        feared.word in AFRAID and found.pattern.kind in FLAGRANT
    ):
        return "possible", f"feared: {feared.word}"
    return "no", f"feared or imagined: {feared.word}"


_NARROWLY = frozenset({"差点", "差一点", "差点儿", "险些"})
"""Words of what all but happened, right before it."""


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
    return _lower(level), f"{OVER}{over.word}"


def _saved(found: Found, scene: Scene, level: Level) -> Verdict:
    """卡着了，得亏我嫂子给拍出来了 is over; 摔了，幸亏手机在身上 is not."""
    stuck = found.pattern.kind == "choking"
    saved = _SAVED.search(scene.text, found.start)
    saved = saved or (_OUT.search(scene.text, found.start) if stuck else None)
    if saved is None or found.pattern.kind == "poisoning":
        return None
    if scene.after("resolved", found.end - 1) or _calls(scene, saved.end()):
        return None
    return _lower(level), f"{OVER}{saved.group()}"


_SAVED = re.compile(
    r"(?:得亏|幸亏|亏得|多亏|幸好|好在|好彩|佳哉|好得|还好)[^，。]{0,12}?(?<![没不未冇无唔毋吂])"
    r"(?:[拍吐抠咳弄取挖捶勒抱拽拖跑逃放][了咗]?(?:出|返|转|落)?[来嚟去]|[拍吐抠咳捶勒]出|救[起回过活返转]|"
    r"[拉扯抓接托扶]住|[扑浇灭淋泼盖]熄|[扑浇]灭|灭[了咗哩]|"
    r"[没冇无未毋](?:有)?(?:[摔跌跋伤烧炸撞砸碰磕烫][到着倒亲坏]?|出事|大碍|大事|事|代志|[啥什么乜脉个]+事))"
)
"""Luck, and what it brought about: somebody was saved, or nothing came of it."""
_OUT = re.compile(r"(?<![没不未冇无唔毋吂])[勒拍抠咳吐捶][了咗]?出[来嚟][了咗哩]")
"""What stuck came out; of poison that says nothing."""


def _taken_for(found: Found, scene: Scene, level: Level) -> Verdict:
    """听见有人拧门把手，我当是小偷呢 tells what somebody was wrong about."""
    wrong = _TAKEN_FOR.search(scene.text)
    if found.pattern.kind not in ("intruder", "fire_gas") or wrong is None:
        return None
    if _calls(scene, wrong.end()):
        return None
    return _lower(level), f"{OVER}{wrong.group()}"


_TAKEN_FOR = re.compile(
    r"(?:[我俺阮涯](?:还|仲|阁|犹)?(?:当|以为|寻思|掠做|掠准|叫)|还以为|仲以为|当成|叫准|掠准)"
    r"(?:[是系着]|进来|来|有|屋|家|里|头|了|咗|个|他|佢|伊){0,4}"
    r"(?:小偷|贼|坏人|强盗|歹人|劫匪|火烛|着火|失火|起火|漏气|漏煤气|煤气漏)"
    r"(?:[佬仔娃]|[了咗哩])*(?:[呢咧嘞哩啊呀哪喃咯]|(?=结果|原来|其实|后来|谁知|边知))"
)
"""What was taken for the danger, as people say it who know better now (我当是小偷呢)."""


def _slaughtered(found: Found, scene: Scene, level: Level) -> Verdict:
    """今儿卧羊哩，一地血 tells whose blood it is, where nobody cut themselves."""
    hurt = scene.since(0, "wound", "cry", "unconscious") or _CUT.search(scene.text)
    if found.pattern.sign not in ("blood", "much blood") or hurt:
        return None
    killed = _SLAUGHTER.search(scene.text)
    return (_lower(level), f"{OF_A_BEAST}{killed.group()}") if killed else None


_CUT = re.compile(r"[割切斩剁划戳砍剪锯刮咬啄][^，。]{0,4}(?:手|指|脚|腿|筋|肉)")
"""Words of somebody who was cut while at it."""
_SLAUGHTER = re.compile(
    r"[杀宰卧㓥汤刣治剖割放](?:了|咗|哩|着|紧|咧)?(?:[一两二三四几\d]?[只头口个条匹]|年|过年)?"
    r"(?:[母公老小大]|羯)?(?:猪|羊|鸡|鸭|鹅|牛|鱼|兔|狗|牲口)(?!圈|窝)|"
    r"(?:猪|羊|鸡|鸭|鹅|牛|鱼|兔)血"
)
"""Words of a beast that is killed, or of its blood."""


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
    _at_an_age,
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
    _saved,
    _taken_for,
    _slaughtered,
    _joke,
    _mood,
    _object,
    _awaited,
    _test,
    _errand,
)
"""What may take a sign's meaning away, asked in this order until one says no."""
