"""What else was wanted in a line, to be served once the first wish is done."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.components.acts import STANDING, WISH_MIN
from bot.understanding.negation import NO_PERSON, OF_THAT_DAY
from bot.understanding.services import find_service, segments, turned_away
from bot.understanding.several import ADDS, ALSO, adds_another

LATER_MIN = 0.75
"""Probability from which a second wish in a line is served after the first."""
LATER_PLAIN = 0.5
"""The same for another order that is called off in so many words."""
LATER_TOLD = 0.9
"""The same for a wish that people are told of."""
_TOLD = frozenset(("complain", "rate_service", "talk_to_human"))
_OF_ORDERS = frozenset(("cancel_order", "order_status", "reschedule_order"))
_SAYS = {
    "bind_elder": re.compile(r"绑|关联|微信|登记|账号|解"),
    "ask_policy": re.compile(
        r"补|贴|津|政策|低保|特困|五保|高龄|残疾|失能|优待|免费|收费|价|钱|箍|券|评估|申请|规定|文件|条件|份|证"
    ),
    "cancel_order": re.compile(r"退(?!休|伍|烧|役)|撤|取消|[不莫毋唔甭别免]|算[了啦哩咧]|冇"),
    "medication_reminder": re.compile(r"药"),
    "order_status": re.compile(r"订|约|单|几点|几时|何时|什么时|啥时|[来到][了没]|[吗么无冇没]$"),
    "reschedule_order": re.compile(
        r"(?:改|换|挪|徙|推|提前|延|调).*(?:点|[天日号]|期|拜|周|[上下]|单|订|约)"
    ),
    "talk_to_human": re.compile(
        r"人工|真人|活人|客服|同事|接线|值班|领导|主任|经理|负责|转[人接]|机器|"
        r"[找揾搵寻跟同和][^，。]{0,4}人|人[来]?[说讲听接]|有人[吗么没无冇]"
    ),
}
"""Words without which a clause in a story is no wish of its own, however sure the classifier is."""
_ALIKE = {"apply_subsidy": "ask_policy", "check_eligibility": "ask_policy"}
_ANSWERS = frozenset(("affirm", "deny", "give_address", "give_name", "give_phone", "give_time"))
"""Acts that answer a question; behind them may stand what is wanted besides."""
_QUESTIONS = frozenset(("ask_policy", "apply_subsidy", "check_eligibility"))
_ORDERS = re.compile(
    r"(?<![不没莫毋唔未冇有])(?:订|约(?!莫)|派|安排|[叫喊请寻揾搵找来][个一]?[人师仁])"
)
"""Words that order somebody, and do not only ask."""
_CHANGED = re.compile(
    r"退|撤|取消|[不莫毋唔甭别][要用来送爱使]|免|照旧|照常|改|挪|徙|[往推]后|提前|延"
)
"""Words about an order that stands."""
_STAYS = re.compile(r"照[旧常样原来]|[猶犹]原")
"""Words for an order that stays as it is."""
_OFF = re.compile(
    r"取消|[退撤](?:[了掉咯啦咧哩]|$)|[不莫毋唔甭别免](?:[要用来送使爱]?[了啦咧咯哩啊]|"
    r"(?:要|用|使|爱|免)?(?:再)?[送来嚟煮做](?!太|恁|伤|[这那]么|[早晚迟]))"
)
"""Words that call an order off."""
_WANTS = re.compile(r"(?:想|(?<![不没莫毋唔冇])要)(?![去切上到又])|帮|给我")
"""Words that want something done: beside an order that stands, a mere service is of that one.

Where somebody will go (我又要去医院，剃头那个改到三点) is a reason.
"""
_SENT_FOR = re.compile(
    r"[叫喊请寻揾搵找派][个一]?[人师]|(?<![不没莫毋唔冇])[要爱欲]人(?![工讲说听接])"
)
"""Words that send for somebody."""
_ADDED = re.compile(
    r"(?:再|还|另外|顺便|顺带|犹|阁|仲).{0,3}(?:订|约(?!莫)|叫|派|喊|安排)(?![不没过])|"
    r"(?:另外|顺便|顺带|同埋|还有就是).{0,12}(?:订|叫|派|喊|安排|送|[帮给同替][我俺涯阮佢她他])"
)
"""How an order begins that is added to what was said before (问完了还得再订个打扫)."""
_ASKS = re.compile(r"几点|几时|何时|什么时[候间]|啥时|乜时|哪[天日]|[吗么无冇]$|有没有|敢有")
"""Words that ask after what is ordered."""
_SOME_DAY = re.compile(
    r"(?:往后|以后|今后|将来|日后|后摆|往摆|下摆|第日)(?:就|也|好|我|俺|涯|阮)*(?:好|可以|能|会使)?(?:给|帮|替|同|共|订|约|叫)"
)
"""What will be ordered some day, and is told as a reason (往后给她订个饭)."""
_ORDERED_BEFORE = re.compile(
    r"(?:[昨前寻][天日晡晚]|昨昏|夜来|头先|刚才|刚刚|啱啱|上[次回摆趟])"
    r"(?:[帮给替同共]?(?:[我俺涯阮佢她他]|[爸妈爹娘公婆])|已经|就|有)*(?:订|约(?!莫)|叫|喊|请|派|安排)|"
    r"(?:订|约|叫|喊|请|派)[了哩咗过着好][个一]?人"
)
"""Words that tell of what was ordered before (前日帮涯喊哩人洗身)."""
_BOTH = re.compile(r"又[要想爱欲得].{1,10}又[要想爱欲得]")
"""How it is told that two things come at once: neither is wished for."""
_AGREES = re.compile(r"[嗯啊哎欸，]*(?:对|是|好|行|系|着|啱|要得|没[错问])")
"""How words begin that say yes to a booking that was read back."""


def not_served(
    parsed: Mapping[str, Any],
    booking: str | None = None,
    *,
    changing: str | None = None,
    begins: bool = False,
    before: Collection[str | None] = (),
    settled: bool = False,
) -> list[str]:
    """The words of what else was wanted in a line, in order.

    The act that was served came from ``acts`` (bot/components/acts.py), too, and is left out;
    so is danger, which was looked for in the whole line before it came here.

    Args:
        parsed: what was understood of the line, as Rasa keeps it.
        booking: the service that is being booked after it.
        changing: ``cancel`` or ``move``, where an order is being changed after it; an answer to
            that books nothing.
        begins: whether a booking may begin with it, as nothing was asked that it answers.
        before: services that were booked earlier; who only names them again wants no more of them.
        settled: whether the line was the yes by which an order was placed, moved or cancelled, be
            it taken for something else as a whole.
    """
    line = str(parsed.get("text") or "")
    served = (parsed.get("intent") or {}).get("name")
    served = "affirm" if settled and served != "book" else served
    if changing and served not in _OF_ORDERS:
        return [line] if served == "book" and ADDS.match(line) and find_service(line) else []
    if booking and (off := _called_off(line, booking)):
        return off
    others = _on_other_days(parsed, served) if begins else []
    others = others or _other_bookings(parsed, served, booking, before, begins=begins)
    wishes = parsed.get("acts") or []
    if not others and served in _QUESTIONS and (added := _added(line)):
        return [added]
    if served in _ANSWERS:
        besides = [wish for wish in wishes if _besides(wish, booking, line)]
        said = {w["text"]: w["act"] for w in besides}
        others = [one for one in others if not any(words in one for words in said)]
        return others + [
            _with_its_story(words, line) if act == "medication_reminder" else words
            for words, act in said.items()
        ]
    if all(wish["act"] != served for wish in wishes):
        return others
    more = [wish for wish in wishes if not (others and wish["act"] == "book")]
    return others + [
        wish["text"] for wish in more if _is_besides(wish, served, booking, changing, parsed)
    ]


def _is_besides(
    wish: Mapping[str, Any],
    served: str | None,
    booking: str | None,
    changing: str | None,
    parsed: Mapping[str, Any],
) -> bool:
    """Whether a clause wants something besides what was served."""
    # who wants somebody sent to clean says so in words that ask for a person, too
    left_out = {served, "emergency", "help_menu", *(["talk_to_human"] if served == "book" else [])}
    line = str(parsed.get("text") or "")
    surely = wish["confidence"] >= _least(wish, booking) and _said(wish, line)
    return (
        wish["act"] not in left_out
        and surely
        and not _is_booked(wish, booking)
        and not _unsays(wish, booking)
        and not _belongs(wish, served, line)
        and not _same_change(wish, served, changing, parsed)
        and not _ordered_before(wish, line)
    )


def _called_off(text: str, booking: str) -> list[str]:
    """The words that call off an order of another service than the one being booked.

    明天那个饭莫送了，给我喊个人打扫: what was never ordered (不要洗澡，要打扫) is only turned away.
    """
    found = []
    for service, words in segments(text):
        off = _OFF.search(words)
        if off is None or service == booking:
            continue
        begins = text.index(words)
        said = text[max(0, begins - _SPOKEN_OF) : begins + off.end()]
        if _is_of_one(said, off) and not OF_THAT_DAY.match(words):
            ends = off.end() if off.start() else len(words)  # 取消 alone would be of any order
            found.append(text[begins : begins + ends])
    return found


def _is_of_one(said: str, off: re.Match[str]) -> bool:
    """Whether words that call off are of an order that stands (明天的饭莫送, 取消打扫)."""
    named = STANDING.search(said) or _DAY_OF_ONE.search(said)
    return named is not None or off.group()[0] in "取退撤"


_SPOKEN_OF = 4
"""Characters before the name of a service in which it is said that it stands (那个饭)."""


def _least(wish: Mapping[str, Any], booking: str | None) -> float:
    """Probability from which a wish is served: a lower one where its words name another order."""
    if wish["act"] == "cancel_order" and booking is not None:
        found = find_service(wish["text"])
        off = turned_away(wish["text"]) | ({found.service} if found else set())
        return LATER_PLAIN if off - {booking} and _CHANGED.search(wish["text"]) else LATER_MIN
    return LATER_TOLD if wish["act"] in _TOLD else LATER_MIN


def _ordered_before(wish: Mapping[str, Any], line: str) -> bool:
    """Whether what looks like a booking is what there is (我有 | 订一顿饭)."""
    begins = line.find(wish["text"])
    return wish["act"] == "book" and begins > 0 and line[begins - 1] in "有係系"


def _said(wish: Mapping[str, Any], line: str) -> bool:
    """Whether the words of a wish in a line say what the classifier takes them for."""
    act, text = wish["act"], wish["text"]
    if act == "book":
        found = find_service(text)
        if found is None:
            return wish.get("service") is not None and wish["confidence"] >= LATER_TOLD
        return found.service not in turned_away(text) and not _SOME_DAY.search(text)
    if act == "talk_to_human":
        text = _without_refused_person(text, line)  # 唔使转人，我第日去问
    words = _SAYS.get(_ALIKE.get(act, act))
    return words is None or words.search(text) is not None


def _without_refused_person(words: str, line: str) -> str:
    """The words without what refuses an agent, be it begun before them (唔使|转人)."""
    at = line.find(words)
    for refused in reversed(list(NO_PERSON.finditer(line if at >= 0 else words))):
        begins, ends = (max(end - max(at, 0), 0) for end in refused.span())
        words = words[:begins] + words[ends:]
    return words


def _besides(wish: Mapping[str, Any], booking: str | None, line: str) -> bool:
    """Whether a clause behind an answer wants something of its own (对，再帮我问下补贴)."""
    act, text = wish["act"], wish["text"]
    if wish["confidence"] < LATER_TOLD or not _said(wish, line):
        return False
    if act == "book":
        found = find_service(text)
        other = found is not None and found.score >= 1.0 and found.service != booking
        return other and ALSO.search(text) is not None
    return act in _ALIKE or act in ("ask_policy", "medication_reminder")


def _with_its_story(words: str, line: str) -> str:
    """A wish from the word on that adds it: a reminder is told with why it is needed."""
    begins = line.find(words)
    added = [also.start() for also in ALSO.finditer(line, 0, max(begins, 0))]
    return line[added[0] : begins] + words if added else words


def _booked_besides(text: str, parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is booked in a line that changes another order (明天九点打扫，后天的陪诊取消)."""
    if not parts:
        return _added_besides(text) or _sent_for_besides(text) or _ordered_besides(text)
    changed = {part["service"] for part in parts if _CHANGED.search(part["text"])}
    changed |= turned_away(text)
    return [
        part["text"]
        for part in parts
        if changed
        and part["service"] not in changed
        and (
            (part.get("when") or {}).get("time")
            or _WANTS.search(part["text"])
            or _SENT_FOR.search(part["text"])
        )
    ]


def _added_besides(text: str) -> list[str]:
    """The same, where a word adds the booking (保洁取消吧，另外下周二给我爸约个陪诊)."""
    for also in ALSO.finditer(text):
        before, words = text[: also.start()], text[also.start() :]
        found = find_service(words)
        changed = {service for service, said in segments(before) if _CHANGED.search(said)}
        other = found is not None and found.score >= 1.0 and found.service not in changed
        if changed and other and not _CHANGED.search(words):
            return [words]
    return []


def _sent_for_besides(text: str) -> list[str]:
    """The same, where only what is booked has a day of its own (打扫不用来了，被子要人收去洗)."""
    said = segments(text)
    changed = {service for service, words in said if _CHANGED.search(words)}
    return [
        words
        for service, words in said
        if changed and service not in changed and _SENT_FOR.search(words)
    ]


def _ordered_besides(text: str) -> list[str]:
    """The same, where somebody is ordered before what is changed is told of.

    来人打扫，陪诊给我取消了.
    """
    said = segments(text)
    changed = {service for service, words in said if _CHANGED.search(words)}
    if not changed or not said or said[0][0] in changed:
        return []
    words = text[: text.index(said[0][1]) + len(said[0][1])]
    words = _DAY_AT_END.sub("", words).strip("，。 ")
    return [words] if _ORDERS.search(words) else []


_DAY_AT_END = re.compile(r"[，。]?[^，。来]{0,6}[天日儿号晡期拜周一二三四五六][的嘅那嗰彼个]{0,2}$")
"""Words at the end that tell the day of what is named next (来人打扫，后天的|陪诊)."""


def _added_behind(
    text: str, before: Collection[str | None], wanted: str | None = None
) -> list[str]:
    """What is wanted behind the yes that ended a booking (对就这样，第二件礼拜五给她做个保洁)."""
    adds = ADDS.match(text)
    if adds and wanted is not None and wanted not in before:
        return [text[adds.start(1) :]]
    for also in ALSO.finditer(text):
        found = find_service(text[also.start() :])
        if found and found.score >= 1.0 and found.service not in before:
            return [text[also.start() :]]
    return []


def _added(text: str) -> str | None:
    """The end of a line that orders a service besides, whatever the classifier makes of it."""
    begins = _ADDED.search(text)
    if begins is None:
        return None
    found = find_service(text[begins.start() :])
    return text[begins.start() :] if found and found.score >= 1.0 else None


def _parts(parsed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The bookings of a line that makes several."""
    entities = parsed.get("entities") or []
    return next((one["value"] for one in entities if one["entity"] == "parts"), [])


def _ordered(parsed: Mapping[str, Any]) -> str | None:
    """The service that a line surely orders."""
    entities = parsed.get("entities") or []
    found = next((one["value"] for one in entities if one["entity"] == "service"), {})
    sure = (parsed.get("intent") or {}).get("confidence", 0.0) >= WISH_MIN
    return found.get("service") if sure else None


def _on_other_days(parsed: Mapping[str, Any], served: str | None) -> list[str]:
    """The words of a booking of one service on two days, for the second."""
    parts = _parts(parsed)
    one = len({part["service"] for part in parts}) == 1
    return [part["text"] for part in parts[1:]] if one and served == "book" else []


def _other_bookings(
    parsed: Mapping[str, Any],
    served: str | None,
    booking: str | None,
    before: Collection[str | None],
    *,
    begins: bool,
) -> list[str]:
    """The words of a line that makes several bookings, without the one that is under way."""
    parts = _parts(parsed)
    text = str(parsed.get("text") or "")
    if served in _OF_ORDERS and (booking is None or _CHANGED.search(text)):
        return _booked_besides(text, parts)
    if booking is None and not begins and not parts and served in _ANSWERS | {"book"}:
        return _added_behind(text, before, _ordered(parsed) if served == "book" else None)
    if served != "book" and booking is None:
        return []
    wanted = _ordered(parsed) if served == "book" else None
    if not parts and not begins and (cut := adds_another(text, booking, wanted)) is not None:
        return [text[cut:]]
    first = booking or next((part["service"] for part in parts), None)
    return [
        part["text"]
        for part in parts
        if part["service"] != first
        and (part["service"] not in before or served not in _ANSWERS or ALSO.search(text))
    ]


def _same_change(
    wish: Mapping[str, Any], served: str | None, changing: str | None, parsed: Mapping[str, Any]
) -> bool:
    """Whether a wish to change an order only says over what becomes of the one that is moved.

    那个打扫别来了，挪一天呗 moves one order; to cancel it afterwards would undo the move.
    """
    moves = served == "reschedule_order" or changing == "move"
    if not (moves and served in _CHANGES and wish["act"] in _CHANGES):
        return False
    line = str(parsed.get("text") or "，".join(one["text"] for one in parsed.get("acts") or ()))
    services = {service for service, words in segments(line) if _CHANGED.search(words)}
    return len(services) <= 1 and len(_DAY_OF_ONE.findall(line)) <= 1


_CHANGES = frozenset(("cancel_order", "reschedule_order"))
_DAY_OF_ONE = re.compile(
    r"(?:[今明后昨听光][天日儿晡]|[\d一二三四五六七八九十][号日]|(?:礼拜|星期|周|拜)[一二三四五六日天])[的嘅那嗰彼个]"
)
"""The day by which one of several orders of a service is told (明天的取消，后天的改到晚上)."""


def _is_booked(wish: Mapping[str, Any], booking: str | None) -> bool:
    """Whether a wish is the very booking under way, taken for a change at first.

    俺要洗澡礼拜五来，礼拜五不行，礼拜天来 books one bath where none stands that could be moved.
    """
    found = find_service(wish["text"]) if wish["act"] == "book" and booking else None
    return found is not None and found.service == booking and not found.others


def _tells_its_day(words: str, line: str) -> bool:
    """Whether words only tell a day by what was called off on it (取消保洁|那天)."""
    begins = line.find(words)
    ends = begins + len(words)
    return any(
        begins <= told.start() < ends
        for told in OF_THAT_DAY.finditer(line if begins >= 0 else words)
    )


def _unsays(wish: Mapping[str, Any], booking: str | None) -> bool:
    """Whether what looks like calling off could only be of the very booking under way.

    It would undo what was wished for in the same breath; where one of that service stands already,
    it is told apart (明天那个打扫取消，后天再打扫).
    """
    if wish["act"] != "cancel_order" or booking is None:
        return False
    text = wish["text"]
    found, off = find_service(text), _OFF.search(text)
    others = (turned_away(text) | ({found.service} if found else set())) - {booking}
    return not others and not (off and _is_of_one(text, off))


def _belongs(wish: Mapping[str, Any], served: str | None, line: str) -> bool:
    """Whether what looks like a second wish only belongs to the first.

    Who corrects a booking in the same breath (明天来，明天不行，后天吧) moves no order, and cancels
    one only where another service is named; who speaks of an order that stands (那单几点来) books
    none.
    """
    text = wish["text"]
    if served == "book" and wish["act"] == "reschedule_order":
        return not STANDING.search(text)
    if served == "book" and wish["act"] == "cancel_order":
        return _tells_its_day(text, line) or not (turned_away(text) or find_service(text))
    if served in _QUESTIONS and wish["act"] in _QUESTIONS:
        return ALSO.search(text) is None  # 我七十六了一个人住，能申请上门服务吗 is one question
    if served == "complain" and wish["act"] == "book":
        return not (_ORDERS.search(text) and ALSO.search(text))  # 送饭的，今天又送来冷的
    if served in _QUESTIONS and wish["act"] == "book":
        return _ORDERS.search(text) is None  # 上门洗澡要好多钱 asks and orders nothing
    if served == "reschedule_order" and wish["act"] == "cancel_order" and _STAYS.search(text):
        return True  # 这礼拜六的退了，下礼拜六的照旧
    if served in _OF_ORDERS and wish["act"] == "order_status":
        return _ASKS.search(text) is None  # 我约的陪诊想挪 speaks of the order, and does not ask
    if served in _OF_ORDERS and wish["act"] == "book" and _BOTH.search(line):
        return True  # 又要去医院又要剃头，剃头那个挪一下
    if served in _OF_ORDERS and wish["act"] == "book" and _ORDERED_BEFORE.search(text):
        return True  # 赖子前日喊哩人洗身，哪日来
    if served in _OF_ORDERS and wish["act"] == "book":
        of_it = STANDING.search(text) or _ASKS.search(text) or _AGREES.match(text)
        return bool(of_it) or not (ALSO.search(text) or _ORDERS.search(text) or _WANTS.search(text))
    return False
