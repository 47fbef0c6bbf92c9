"""Which of the catalogue's services a line asks for.

The form's extractor, and the second opinion beside the trained classifier: words of
nlu_data/lexicon/services.tsv, as said, in standard words, and by sound, minus what the speaker
says no to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from bot.understanding import lexicon
from bot.understanding.normalise import Normalised, normalise
from bot.understanding.pinyin import distance, fuzzy_class, syllables
from bot.understanding.reasons import ways
from bot.understanding.times.scanner import tokens
from bot.understanding.trie import Trie

SERVICES = (
    "cleaning",
    "bathing",
    "meals",
    "escort",
    "repair",
    "shopping",
    "bills",
    "haircut",
    "laundry",
    "daycare",
    "respite",
    "nursing",
    "companionship",
    "transport",
)
"""The services of the catalogue, by the names that are fixed in the design."""

NAME = 4.0
"""Weight of a service's own name."""
NAMED = 3.0
"""Weight of a word that can mean only that service."""
ENOUGH = 2.0
"""Least weight that makes a find."""
SAME_SOUND = 0.8
"""Score of a service whose word is written with other characters of the very same sound."""
FEW = 5
"""Characters up to which a line may be nothing but the name of a service."""
_SOMETHING = re.compile(
    r"(?<![不没莫毋唔未有])(?:订|预约|约)(?:[一两二三几][样个项件]|点|啲|些|滴)(?:儿)?(?:嘢|东西|服务|项目|么个|事)|"
    r"(?:想|要|欲|爱|来)(?:用|叫|要)?(?:一[个项种]|个|点)?(?:上门|居家|家政)?服务$|"
    r"(?:想|要|欲|爱)(?:找|寻|揾|搵|叫|喊|请)一?个?人(?:来|嚟|上门)+[给帮替共同甲][我俺涯阮咱]"
    r"(?![^，。]{0,3}[讲说话问答解介])"
)
"""Words that order something unnamed."""
_SOFTENED = re.compile(
    r"(?P<verb>[一-鿿])(?P<by>一?(?P=verb)(?:一?(?:下|哈|吓|间|只))?|"
    r"一?(?:下子?|哈子?|吓|间|遍|回|趟|点儿?|些|啲)|一?个)(?=[一-鿿])"
)
"""A verb and what may soften it before its object (拖下地, 拭一下窗, 扫扫地, 执间屋)."""
_SOFTENING = re.compile("一(?:[下哈吓间遍回趟摆轮番点些次]|[洗扫擦刷抹剪剃修收])")
"""What softens the verb before it (洗一下, 扫一扫)."""
_AROUND_SEAM = 12
"""Characters on either side of it in which a service is named."""
_TIDIES = re.compile(r"(?:拾掇|收拾|归拢|归置){1,2}(?:一下)?")
"""Words for tidying that are said of mending, too."""
_BESIDE = 2
"""Characters between a room and what is done in it."""
_WITH_KIN = re.compile(
    r"(?:去|到|上|来|回|转|在|喺|佇)[^，。院]{0,4}(?:亲戚|女|仔|儿子|闺女|囡|囝|妹|姐|哥|弟|舅|姑|姨|叔|伯|朋友|同学|乡下|老家|娘家|[他她佢伊]家)"
    r"[^，。院]{0,3}$"
)
"""Words before a stay that is one with one's own people (去亲戚家住几天)."""
_AROUND = re.compile(r"[啊呀哦嗯呃哎唉，。、,！!？?\s]")
DENIED = re.compile(
    r"(?:不要|不想要|不用|不需要|不是|不|别|甭|莫要|莫|唔要|唔使|唔系|唔爱|毋免|毋爱|毋是|免|取消|退掉|退了|"
    r"除了|没说|没有说|没要|不再|冇话)(?:再|给我|帮我|那个|这个|要|订|约|做|去|人|来|说|叫|派人|的|啊){0,3}$"
)
"""Words right before a service that turn it away."""
_REMINDS = re.compile(
    r"(?:不是|毋是|唔系)(?:说|讲|有|都|已经)?(?:订|定|约|好|叫|派)[^，。？！是系]{1,12}?[吗么嘛咩]"
)
"""Words that ask whether a thing was not ordered, as one does who knows that it was."""
_TOPIC = (
    r"(?:的|嘅|那|嗰|彼|个|個|这|呢|只|张|单|次|趟|摆|顿|餐|服务|啊|就|咧|嘛|"
    r"[两三][个样项件单]|[都拢也])"
)
DENIED_AFTER = re.compile(
    rf"^{_TOPIC}{{0,4}}(?:(?:就|先)?[帮给替同共畀][我俺涯阮咱佢她他](?=取消|退))?"
    r"(?:不要|不用|[唔毋]好要|唔要|唔使|唔爱|毋爱|毋免|莫要|甭要|别要|别送|莫送|免了|算了|取消|退了|退掉|不做|"
    r"[不莫唔毋免]急|先不|下回|下次|以后再|过几[天日]再|过两[天日]再)"
)
"""Words right after a service that turn it away or put it off."""
_SETTLED = re.compile(
    rf"{_TOPIC}{{0,4}}(?:就)?(?:(?:这|那|咁|按呢|恁|照)(?:样|么|呢|办|定|说|订|约|来)|照[旧常]|"
    r"[不唔毋莫][动變变改换郁挪]|[冇没无]变)"
)
"""Words right after a service that leave it as it is (陪诊就这样，饭那个不变)."""
_NAMES_IT = re.compile(rf"(?!啊|就|咧|嘛|[都拢也]){_TOPIC}+")
"""Words right after a service that make it what is spoken of (洗衣那单)."""
ORDERED = re.compile(
    r"(?<![不没莫毋唔未别甭免有])(?:订|预约|[叫派喊请找寻搵揾来](?:个|一个)?人|[叫派喊请找寻搵揾]一?[个位名只](?=$))[^，。,？！?!、]{0,6}$"
)
"""Words before a service that order it: what else is named is told (欠费了，想订明天晌午的饭)."""
_OF_THAT_KIND = re.compile(r"(?:服务|的|个|嘅)?[那这嗰彼呢](?:一)?(?:[种样款]|号(?!楼|院|门))")
"""Words right behind a service that say that it is the kind that is meant."""
_ORDERED_THEN = re.compile(rf"{_TOPIC}{{0,2}}(?:订|定|约|排|安排|改|照|要|爱|欲)")
"""Words right behind a service that order it: 取消 before it is of another (饭取消打扫订礼拜五)."""
_WANTED_THEN = re.compile(
    r"(?:就|还|照|净|先)(?:是|系|样)?[要爱欲得来嚟]|照[旧常样原做送剪剃洗扫]|留[着咧起低倒紧返住到]|[要爱]留"
)
"""Words right behind a service that is wanted beside one that is not (饭唔要洗被套就要)."""
TAKEN_BACK = re.compile(r"不对|唔系|唔啱|毋是|毋着|不是|[讲说]错|错[了咗啦]")
"""Words after which what was ordered first may be ordered no more."""
_SLIP = re.compile(
    r"[讲说话][错差重]|错[了咗啦哩喽]|讲毋着|(?:不是|不对|唔系|唔啱|毋是|毋着){2}|"
    r"(?:哎|哦|啊|诶|不)[，]?(?:不对|不是|唔系|毋着)"
)
"""Words of somebody who has said the wrong thing."""
_TIMES = frozenset(("chu", "day", "dayno", "oclock", "part", "weekday", "weekend"))
"""Kinds of words that tell a day or an hour (bot/understanding/times/scanner.py)."""
_TRADE = re.compile(
    r"(?:以前|从前|年轻|少年|后生|当年|早先|早年|原来|过去|退休前|辈子|半世|一世|[我俺阮涯]们?就?[是系])"
    r"(?:(?![订约想要欲爱请叫喊找揾搵寻帮来])[^，。]){0,12}$"
)
"""Words before what somebody does, or did, for a living (我以前在澡堂子给人搓澡的)."""
_TRADE_THEN = re.compile(r"的|嘅|个|咧|欸|师傅|匠|出身|为生|别人|人家")
"""Words right behind it."""
REPLACES = re.compile(
    r"(?:改成|改为|改做|换成|换做|而是|我要的是|我说的是|应该是|要的是|是要|就要|要)$"
)
"""Words right before a service that put it in the place of the one before."""


_REFUSES = re.compile(r"不要|不是|不对|错了|改成|改为|换成|换做|而是|唔要|唔系|毋是|莫要")


@dataclass(frozen=True)
class ServiceFound:
    """The service a line asks for."""

    service: str
    """One of SERVICES."""
    score: float
    """0 to 1: how sure the words are."""
    span: tuple[int, int]
    """The deciding word, as offsets in the original text."""
    others: frozenset[str] = frozenset()
    """Other services that are named, too."""
    ordered: bool = False
    """Whether it stands right behind a word that orders, as no other service does."""

    def as_dict(self) -> dict[str, object]:
        """The same as plain data."""
        return {"service": self.service, "score": round(self.score, 3), "span": list(self.span)}


@dataclass(frozen=True)
class Mention:
    """A word for a service."""

    service: str
    """One of SERVICES."""
    weight: float
    """How surely it means that service."""
    start: int
    """Where it stands in the text."""
    end: int
    """One past its last character."""


@cache
def _words() -> Trie[tuple[tuple[str, float], ...]]:
    grouped: dict[str, list[tuple[str, float]]] = {}
    for row in lexicon.rows("services.tsv"):
        for word in lexicon.pieces(row["words"]):
            grouped.setdefault(word, []).append((row["service"], float(row["weight"])))
    return Trie((word, tuple(services)) for word, services in grouped.items())


@cache
def _names() -> Trie[tuple[str, str]]:
    """By fuzzy sound: names of services, and plain words for them of three syllables or more."""
    names: Trie[tuple[str, str]] = Trie()
    for row in lexicon.rows("services.tsv"):
        weight = float(row["weight"])
        for word in lexicon.pieces(row["words"]):
            if weight >= NAME or (weight >= ENOUGH and len(word) > 2):
                names.add(tuple(map(fuzzy_class, syllables(word))), (word, row["service"]))
    return names


_PLAIN_SOUND = 3
"""Syllables from which what sounds like a name outweighs what only hints at a service."""


@lru_cache(maxsize=2048)
def find_service(text: str) -> ServiceFound | None:
    """The service the line asks for, or None.

    What is turned away does not count (不要洗澡要打扫 is cleaning), a correction counts for what
    comes last (不是理发是洗澡), and of several wishes the first one wins.
    """
    normal = normalise(text)
    mentions = _wanted(normal)
    weights = _weights(normal.original, mentions)
    if not weights or max(weights.values()) < ENOUGH:
        return _by_sound(text)
    ordered = set() if TAKEN_BACK.search(text) else _ordered(normal.original, mentions, weights)
    best = max(ordered if len(ordered) == 1 else weights, key=lambda one: _claim(mentions, one))
    word = max(
        (one for one in mentions if one.service == best),
        key=lambda one: (one.weight, -one.start),
    )
    score, others = min(1.0, weights[best] / NAMED), frozenset(weights) - {best}
    if weights[best] < NAMED and not ordered and (sounded := _by_sound(text)):
        start, end = sounded.span
        misheard = end - start >= _PLAIN_SOUND and not _is_written(text[start:end])
        if misheard and sounded.score > score:
            return sounded  # 塞车，洗生躯会使换日无: a name misheard outweighs a hint
    return ServiceFound(best, score, (word.start, word.end), others, ordered == {best})


def _mended(text: str, found: list[Mention]) -> list[Mention]:
    """The mentions, where a word for tidying mends what is broken (水龙头滴水，来人拾掇一下).

    With rooms right before it (屋子也收拾收拾), it tidies.
    """
    if not any(one.service == "repair" and one.weight >= ENOUGH for one in found):
        return found
    rooms = [one.end for one in found if one.service == "cleaning" and one.weight < ENOUGH]
    return [
        one
        for one in found
        if one.service != "cleaning"
        or not _TIDIES.fullmatch(text[one.start : one.end])
        or any(0 <= one.start - end <= _BESIDE for end in rooms)
    ]


def _weights(text: str, mentions: list[Mention]) -> dict[str, float]:
    """How strongly each service is named; a mere hint counts once (洗…洗一下 is no laundry)."""
    weights: dict[str, float] = {}
    hints: set[tuple[str, str]] = set()
    for one in mentions:
        hint = (one.service, text[one.start : one.end])
        if one.weight < ENOUGH and hint in hints:
            continue
        hints.add(hint)
        weights[one.service] = weights.get(one.service, 0.0) + one.weight
    return weights


def _ordered(text: str, mentions: list[Mention], weights: Mapping[str, float]) -> set[str]:
    """The services that stand right behind a word that orders, or begin with one (订份饭).

    What a line says the kind to be is the one that is ordered (派人来看护一天，喘息服务那种).
    """
    named = (one for one in mentions if one.weight >= NAMED)
    kind = {one.service for one in named if _OF_THAT_KIND.match(text[one.end :])}
    behind = kind or {
        one.service
        for one in mentions
        if any(ORDERED.search(text[:end]) for end in (one.start, one.start + 1))
    }
    return {service for service in behind if weights[service] >= ENOUGH}


def mentions(text: str) -> tuple[Mention, ...]:
    """The words for services that a line does not turn away, from left to right."""
    return tuple(_wanted(normalise(text)))


def names_only_a_service(text: str) -> bool:
    """Whether a line is nothing but words for a service (饭，送饭)."""
    said = _AROUND.sub("", text)
    found = mentions(said) if len(said) <= FEW else ()
    return bool(found) and max(one.weight for one in found) >= ENOUGH and _covers(found, said)


def orders_something(text: str) -> bool:
    """Whether a line orders, and does not say yet what (我想帮阿婆订两样嘢)."""
    return _SOMETHING.search(text) is not None


def _covers(found: tuple[Mention, ...], text: str) -> bool:
    return set(range(len(text))) <= {at for one in found for at in range(one.start, one.end)}


def segments(text: str) -> tuple[tuple[str, str], ...]:
    """The services a line names, wanted or not, each with the words said of it.

    饭取消剃头照旧 is meals 饭取消 and haircut 剃头照旧; a refusal right before a service is of it.
    What stands before the first one is left out.
    """
    normal = normalise(text)
    named = sorted(_named(normal), key=lambda one: (one.start, -one.end))
    begins: list[tuple[int, str]] = []
    for one in named:
        if one.weight >= ENOUGH and not (begins and begins[-1][1] == one.service):
            refusal = DENIED.search(text[: one.start])
            own = refusal is not None and not _of_another(text, one, refusal, named)
            begins.append((refusal.start() if refusal and own else one.start, one.service))
    ends = [*(start for start, _ in begins), len(text)][1:]
    return tuple(
        (service, text[start:end]) for (start, service), end in zip(begins, ends, strict=False)
    )


@lru_cache(maxsize=2048)
def turned_away(text: str, least: float = NAMED) -> frozenset[str]:
    """The services that the line names and does not want (不要洗澡要打扫: bathing).

    Args:
        text: what was said.
        least: weight from which a word names a service.
    """
    normal = normalise(text)
    wanted = {mention.service for mention in _wanted(normal) if mention.weight >= ENOUGH}
    return frozenset(one.service for one in _named(normal) if one.weight >= least) - wanted


def settled(text: str) -> frozenset[str]:
    """The services that a line only leaves as they are (电费就这么定，再帮我买点菜: bills)."""
    found = _mentions(text)
    return frozenset(one.service for one in found if _SETTLED.match(text[one.end :]))


def _claim(mentions: list[Mention], service: str) -> tuple[float, float, int]:
    """How strong a service's claim is: its best word, all its words, and the earlier the better."""
    own = [one for one in mentions if one.service == service]
    strongest = max(one.weight for one in own)
    first = min(one.start for one in own if one.weight == strongest)
    return strongest, min(NAMED, sum(one.weight for one in own)), -first


def _wanted(normal: Normalised) -> list[Mention]:
    """The services mentioned and not turned away, in the order said, placed in the original.

    What is turned away is so wherever it was named before (送饭和剃头，剃头不急).
    """
    found = sorted(_named(normal), key=lambda one: (one.start, -one.weight, one.end))
    text = normal.original
    kept: list[Mention] = []
    for mention in found:
        before = text[: mention.start]
        if _denied_before(text, mention, found) or _denied_after(text, mention, found):
            kept = [one for one in kept if one.service != mention.service]
            continue
        if mention.weight >= ENOUGH and _replaces(before, kept, mention):
            kept = []
        kept.append(mention)
    wanted = [one for one in kept if not _is_trade(text, one)]
    if all(one.weight < ENOUGH for one in wanted):
        wanted = kept
    return _mended(text, wanted)


def _is_trade(text: str, mention: Mention) -> bool:
    """Whether it is somebody's trade; what else the line names is what is wanted."""
    behind = _TRADE_THEN.match(text[mention.end :])
    return behind is not None and _TRADE.search(text[: mention.start]) is not None


def _denied_before(text: str, mention: Mention, found: list[Mention]) -> bool:
    """Whether a refusal stands before it that is of no other one (洗衣那单不要，打扫要).

    不是订打扫吗 denies nothing: it reminds of what was ordered.
    """
    refusal = DENIED.search(text[: mention.start])
    if refusal is not None and _REMINDS.match(text, refusal.start()):
        return False
    return refusal is not None and not _of_another(text, mention, refusal, found)


def _of_another(text: str, mention: Mention, refusal: re.Match[str], found: list[Mention]) -> bool:
    """Whether a refusal before a service is of the one before it (洗衣那单不要，饭取消)."""
    at, calls_off = refusal.start(), refusal.group().startswith(("取消", "退"))
    if calls_off and _ORDERED_THEN.match(text[mention.end :]):
        return any(other.service != mention.service and other.end <= at for other in found)
    wanted = _WANTED_THEN.match(text[mention.end :]) is not None
    return any(
        other.service != mention.service
        and (
            _NAMES_IT.fullmatch(text[other.end : at]) is not None
            if other.end < at
            else (calls_off or wanted) and other.end == at
        )
        for other in found
    )


def _denied_after(text: str, mention: Mention, found: list[Mention]) -> bool:
    """Whether a refusal follows that is not one of the next service (要洗澡不要打扫)."""
    refusal = DENIED_AFTER.match(text[mention.end :])
    if refusal is None:
        return False
    if _NAMES_IT.match(text[mention.end :]):
        return True
    behind = mention.end + refusal.end()
    return all(
        other.start != behind or _WANTED_THEN.match(text[other.end :]) is not None
        for other in found
    )


def _replaces(before: str, kept: list[Mention], mention: Mention) -> bool:
    """Whether a service stands in the place of those before it (送饭，说错了，是理发)."""
    said = [one.end for one in kept if one.end <= mention.start and one.service != mention.service]
    between = before[max(said) :] if said else ""
    slip = _SLIP.search(between)
    if slip is None:
        return REPLACES.search(before) is not None and _refused(before)
    return not _of_the_time(between, slip)


def _of_the_time(words: str, slip: re.Match[str]) -> bool:
    """Whether a slip was one of the day or the hour (礼拜二，不对不对，礼拜二我要去银行)."""
    sides = words[: slip.start()], words[slip.end() :]
    return all(any(one.kind in _TIMES for one in tokens(side)) for side in sides)


def _refused(before: str) -> bool:
    return bool(_REFUSES.search(before))


def _named(normal: Normalised) -> set[Mention]:
    """The services mentioned, wanted or not, placed in the original.

    Where another one is named, one's own way on a day that does not suit is none of them.
    """
    text = normal.original
    found = {*_mentions(text), *_in_original(normal), *_softened(text)}
    reasons = ways(text)
    times = tuple(_times_told(text))
    found = {
        one
        for one in found
        if not any(_runs_into(one, *time) for time in times)
        and not (one.service == "respite" and _WITH_KIN.search(text[: one.start]))
    }
    meant = {
        one
        for one in found
        if not any(one.start < end and start < one.end for start, end in reasons)
    }
    return meant if any(one.weight >= ENOUGH for one in meant) else found


def _times_told(text: str) -> Iterator[tuple[int, int]]:
    """Where a line tells days and hours, each with what stands before it (下 of 下周二)."""
    found = tokens(text)
    for before, token in pairwise([*found[:1], *found]):
        if token.kind in _TIMES:
            counted = before.kind == "mod" and token.kind != "day"  # 来坐下后日 is no 下后日
            yield before.start if counted else token.start, token.end


def _runs_into(one: Mention, start: int, end: int) -> bool:
    """Whether the end of a word is the beginning of a day or an hour (能行下周二 is no 行下)."""
    return one.start < start < one.end < end


def _softened(text: str) -> Iterator[Mention]:
    """Mentions whose verb is softened before its object: 拖下地 is 拖地."""
    for soft in _SOFTENED.finditer(text):
        seam, onward = soft.span("by")
        begin = max(0, seam - _AROUND_SEAM)
        for one in _mentions(text[begin:seam] + text[onward : onward + _AROUND_SEAM]):
            if begin + one.start < seam < begin + one.end and one.weight >= NAMED:
                end = begin + one.end + onward - seam
                yield Mention(one.service, one.weight, begin + one.start, end)


def _mentions(text: str) -> Iterator[Mention]:
    for start, end, services in _words().longest(text):
        for service, weight in services:
            yield Mention(service, weight, start, end)


def _in_original(normal: Normalised) -> Iterator[Mention]:
    """Mentions in the standard words, placed in what was said; only where the two differ."""
    if not normal.spans:
        return
    for mention in _mentions(normal.text):
        if any(span.start < mention.end and mention.start < span.end for span in normal.spans):
            start, end = normal.original_span(mention.start, mention.end)
            yield Mention(mention.service, mention.weight, start, end)


def _is_written(words: str) -> bool:
    """Whether words are such as name a service, as they stand (收拾收拾)."""
    return any((one.start, one.end) == (0, len(words)) for one in _mentions(words))


def _by_sound(text: str) -> ServiceFound | None:
    """A service whose name the line sounds like, for names written with the wrong characters."""
    classes = tuple(map(fuzzy_class, syllables(text)))
    best: ServiceFound | None = None
    for start, end, (name, service) in _names().all(classes):
        if DENIED.search(text[:start]) or DENIED_AFTER.match(text[end:]):
            continue
        if text[end - 1] == "一" and _SOFTENING.match(text, end - 1):
            continue  # 洗一下 is no 洗衣
        if service == "respite" and _WITH_KIN.search(text[:start]):
            continue
        score = SAME_SOUND * (1.0 - distance(name, text[start:end]))
        if best is None or (score, end - start) > (best.score, best.span[1] - best.span[0]):
            best = ServiceFound(service, score, (start, end))
    return best
