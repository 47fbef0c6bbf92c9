"""Times that are told of, and not wished: when somebody comes or leaves, what is done every day.

幺妹儿礼拜天要回成都了，我也想去日照中心 names one day, and the parser takes it; who hears it at the
read-back says yes all the same. To ask for the day costs a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions.turn import Turn
from bot.understanding.times import parse_when

_KIN = (
    r"[妹弟哥姐嫂儿女仔囡囝娃孙媳婿侄甥姨舅姑叔伯婶爸妈爹娘]|亲戚|亲家|老表|老伴|客人?|朋友|"
    r"同[学事]|学生|徒弟|战友|工友|邻居|隔壁|对门|人家|保姆|阿姨|[她他伊佢渠]"
)
_SOMEBODY = re.compile(rf"(?:{_KIN})(?:[们子儿家仔人]|一家|两口子?|都|也|又|讲|说|是){{0,3}}$")
"""Whose day it is, where they stand right before it (外甥女礼拜六…)."""
_BEHIND = (
    r"(?:早上|上午|中午|下午|晚上|就|才|都|又|要|会|爱|欲|想|得|打算|准备|可能|专门|特地|"
    r"带[^，。]{1,4}){0,3}"
)
_COMES_OR_LEAVES = (
    r"(?:回|返|转(?![账院诊])|走(?!路|动)|到家|到(?=[，。了]|$)|过来[看住]|"
    r"来(?:[住耍玩嬲看睇探](?![病医诊])|我[家这屋厝]|吃|食|拜年)|"
    r"上班|上学|开学|放假|出差|加班|结婚|嫁|娶|做寿|过生|生日|请[^，。个人]{0,2}[食吃酒客]|摆酒|满月|办事|"
    r"开家长会|不在|唔喺|毋佇|冇在|出门|出国)"
)
_OTHERS = re.compile(rf"{_BEHIND}{_COMES_OR_LEAVES}")
_NAMED_BEHIND = re.compile(rf"[^，。来给帮]{{0,3}}?(?:{_KIN}){{1,2}}[们子儿家]?")
_OWN = re.compile(rf"[我俺涯阮]们?{_BEHIND}(?:回|返)")
_VISITED = re.compile(rf"{_BEHIND}来[看睇探][我俺涯阮]")
"""学生仔重阳节爱来睇涯: whoever comes, it is not who was ordered."""
_OWN_EVENT = re.compile(
    rf"(?:[我俺涯阮咱]们?|家己|自[己家])?{_BEHIND}(?:[去到上][^，。来帮给]{{0,6}}?)?"
    r"(?:[上登]台|表演|演出|演戏|比赛|[饮喝吃食](?:[喜寿]|满月)?酒|[坐吃食]席|走亲|做(?:人)?客|"
    r"相亲|[照影]相|拍照|聚会|同学会)"
)
"""Words behind a day on which one has something on oneself: why one wants to be made ready."""
_GOING = frozenset(("transport", "escort"))
"""Services for which coming and going is the wish itself."""


_HABIT = re.compile(
    r"(?:天天|日日|逐日|工工|每天|每日|见天|成日)(?:都|就|净|拢|总|老|犹|还|这么|咁|[我俺涯阮佢她他伊])*"
    r"(?:落(?:雨|水|雪)|下(?:雨|雪)|刮风|做风|起雾|出太阳|自[己家]|家己|一个人|自个儿?|孤|冷|热|潮|忙|加班|上班|"
    r"出车|打(?:牌|麻将)|[头腰脚手腿]|痛|疼|睡|困|躺|坐|[吃食](?:药|剩|面|稀|粥|泡|方便|咸|冷)|看电视|睇电视|念|讲|说|唠|骂|愁|哭|哼|喊(?!人))"
)

_ONCE_UPON_A_TIME = re.compile(
    r"(?:以前|从前|当年|年轻|后生|少年|早先|早年|原先|原来|退休前|旧时|旧阵时|细个|[那彼]会儿?|[那彼]阵|[那彼]时)"
    r"[^。？！；]{0,16}$"
)
"""Words before what was done every day in those times."""


_DOCTOR_SAYS = re.compile(
    r"(?:医生|大夫|先生|郎中|护士)[^，。]{0,3}(?:让|喊|叫|要|话|讲|说|安顿|交代|嘱咐)[^，。]{0,6}$"
)
"""Words before what somebody was told to do every day, by whoever does it."""


def of_a_habit(text: str, said: str) -> bool:
    """Whether what happens every day is told of, and no service is wanted so often (天天落雨).

    Args:
        text: what was said.
        said: the words of the repetition, as they were said.
    """
    at = text.find(said) if said else -1
    if at < 0:
        return False
    before = text[:at]
    told = _ONCE_UPON_A_TIME.search(before) or _DOCTOR_SAYS.search(before)
    return told is not None or _HABIT.match(text[at:]) is not None


def of_somebody_else(text: str, day: str, service: str | None) -> bool:
    """Whether the day of a line is the one on which somebody else comes, leaves or is away.

    Args:
        text: what was said.
        day: the words of the day, as they were said.
        service: the service that is wanted, as far as it is known.
    """
    at = text.rfind(day) if day else -1
    if at < 0 or service in _GOING:
        return False
    before, behind = text[:at], text[at + len(day) :]
    if _SOMEBODY.search(before):
        return _OTHERS.match(behind) is not None
    who = _NAMED_BEHIND.match(behind)
    if who is not None:
        return _OTHERS.match(behind[who.end() :]) is not None
    return _OWN.match(behind) is not None or _VISITED.match(behind) is not None


def of_an_event(text: str, day: str, service: str | None) -> bool:
    """Whether the day of a line is the one of an event (礼拜六要上台，想搵人剪发).

    Args:
        text: what was said.
        day: the words of the day, as they were said.
        service: the service that is wanted, as far as it is known.
    """
    at = text.rfind(day) if day else -1
    behind = _OWN_EVENT.match(text, at + len(day)) if at >= 0 else None
    return behind is not None and service not in _GOING


def wished_once(turn: Turn, when: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is wished of a line that names a repetition, without one that is only told of.

    隔壁天天去，我也想去试一下 tells how often others go; 以前天天上台，礼拜六来听我唱 what was.
    """
    said = when.get("said") or ""
    if of_a_habit(turn.text, said):
        rest = parse_when(turn.text.replace(said, ""), turn.now.replace(tzinfo=None), turn.asked)
        if rest is None or rest.recurring is not None:
            return None
        return {**rest.as_dict(), "reason": rest.reason, "said": rest.span}
    return None if _ONLY_ONCE.search(turn.text) else when


_ONLY_ONCE = re.compile(r"试(?:一|试|下|哈|吓|看)|[就只][一这](?:次|回|趟|摆)")
"""Words of somebody who wants a thing once."""


def hour_first(turn: Turn, when: Mapping[str, Any]) -> Mapping[str, Any]:
    """The hour that answers "what hour?", where a reason behind it names another of one's own.

    九点半啦，我八点外才食早顿 wishes half past nine, and 毋是八点，八点我还咧煮糜 not eight.
    """
    busy = _STILL_BUSY.search(turn.text) if turn.asked == "time" else None
    own = busy or (_OWN_HOUR.search(turn.text) if turn.asked == "time" else None)
    if own is None or (not busy and _TAKES_BACK.search(turn.text)):
        return when
    first = parse_when(turn.text[: own.start()], turn.now.replace(tzinfo=None), "time")
    if first is None or not first.time or ":" not in first.time:
        return when
    return {**first.as_dict(), "reason": first.reason, "said": first.span}


_HOUR = r"(?:[零一二两三四五六七八九十]{1,3}|\d{1,2})点"
_OWN_HOUR = re.compile(
    rf"(?:因为)?(?:[我俺阮涯咱]|家己|自[己家])们?[^，。]{{0,6}}?{_HOUR}[^，。]{{0,6}}?"
    r"(?:[吃食饮喝]|起(?!码)|睡|困|瞓|醒|回|转|返|出门|出街|上班|落班|下班|散步|打拳|接孙|送孙|[要爱欲得]去|才[去到有得])"
)
"""Words that tell at what hour one does something oneself."""
_STILL_BUSY = re.compile(
    rf"{_HOUR}[^，。]{{0,2}}?(?:[我俺阮涯咱]|家己|自[己家])们?(?:还|犹|仲|阁)(?:[在咧]|喺度|佇)(?![家屋厝等里咧])"
)
"""Words that tell what one is still busy with at an hour (八点我还咧煮糜)."""
_TAKES_BACK = re.compile(r"[不唔毋][是对行啱着得]|[讲说]错|改[成到做]|还是")


def at_a_meal(turn: Turn, when: Mapping[str, Any], service: str | None) -> bool:
    """Whether the part of the day of a line is the one of a meal somebody goes to (去食昼)."""
    part = ":" not in (when.get("time") or ":") and turn.asked != "time"
    return part and service != "meals" and _GOES_TO_EAT.search(turn.text) is not None


_GOES_TO_EAT = re.compile(
    r"(?:去|到|上|切|往)[^，。]{0,8}?(?:[吃食饮喝](?:昼|晏|晌午|早|夜|暗|顿|晚|午|中|酒|席|饭|大?餐|喜酒)|聚餐|赴宴|赴席)"
)
"""Words of somebody who goes somewhere for a meal."""


def stay_begins(
    turn: Turn, when: Mapping[str, Any], service: str | None
) -> Mapping[str, Any] | None:
    """The first day of a stay, where a line tells from when to when somebody stays."""
    if service != "respite" or not (when.get("start") or when.get("reason") == "two-days"):
        return None
    until = _UNTIL.search(turn.text)
    first = parse_when(turn.text[: until.start()], turn.now.replace(tzinfo=None)) if until else None
    if first is None or first.date is None or first.ask:
        return None
    return {**first.as_dict(), "reason": first.reason, "said": first.span}


_UNTIL = re.compile(
    r"(?:住|待|歇|蹲)?(?:到|至)(?=[^，。]{0,4}[一二三四五六七八九十\d])|(?:再)?[接出][返回走转院]"
)
"""Words before the day on which a stay is over."""
