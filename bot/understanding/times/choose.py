"""Which of several mentions is the wish.

People correct themselves (礼拜三不行礼拜四吧), say what they do not want (别太早), tell of other days
(后天我儿子来) and name the day they speak on (今天三十). Each mention is weighed by the words right
before and right behind it; where two days weigh the same, the caller is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from bot.understanding.times import model, resolve
from bot.understanding.times.joining import apposed, is_date, is_time
from bot.understanding.times.model import Mention

_SMALL = (
    r"(?:[，,、。\s]|那天|那日|那会儿|那阵|那|的|时候|我们|我|俺|阮|涯|咱|都|可能|恐怕|怕是|怕|又|也|就|是|嘛|啊|呢|哦|"
    r"吧|可|倒|说|家里|家|这边|这个|这|个|早上|上午|下午|晚上|以后|之后|过后|之前|以前|后|前|好像|实在|还|肯定|得|要)*"
)
_DAY_REFUSED = (
    r"(?:不行|不得行|不中|不成|不可以|不好(?!意思)|不合适|唔得|唔好|毋通|袂使|不要(?!紧|忘|太|迟|晚)|不用了|不用来|就不|"
    r"不来|别来|莫来|甭来|没空|没得空|冇空|冇闲|无闲|没闲|没时间|没工夫|没功夫|不在|没人|不方便|不算|不对|错了|说错|"
    r"讲错|搞错|(?<!是)不是(?!说|要|有|约|订|讲)|唔系|毋是|有事|有客|有约|"
    r"出门|出去|走亲戚|过了|取消|没法|赶不上|起不来|去不了|来不了|排满|满了|约满|唔得闲|不得空|不得闲|还没起|还在睡|"
    r"睡觉|困觉|爱困|爱睡)"
)
_DAY_REFUSED_BEHIND = re.compile(_SMALL + _DAY_REFUSED)
_REFUSED_BEHIND = re.compile(_SMALL + r"(?:别|莫|太[晚早赶急迟热冷]|来不及|" + _DAY_REFUSED + ")")
_TOUCHING = re.compile(r"[的，,\s]*")
_EITHER = re.compile(r"[，,\s]*(或者是?|或是|或|还是|和|跟|同|、|要么|抑是|抑|定系|都行)?[，,\s]*")
_SETTLED = re.compile(r"(?:的|那天|早上|上午|下午)*(?:吧|好|来|算|呗|哇)")
_REACH = 16
"""How many characters may stand between a mention and the one that corrects it."""
_REFUSED_BEFORE = re.compile(
    r"(?:(?<![是要])不是|(?<![要])不要|(?<![特区])别|莫|甭|唔系|唔好|毋是|毋通|除了|除开|(?<!想)不想|(?<!能)不能|"
    r"不用|原来|原先|原本|本来|原定|以为)(?:[的是约订定说在排来就了我选挑]|这个|那个|安排)*$"
)
_MOVED = re.compile(
    r"[^，。]{0,12}?(?:改|换|挪|推|调|移|提前|延|拖|变)(?:到|成|为|去|至|后到|迟到|在|上)?"
)
_CORRECTED = re.compile(
    r"不对|不是|错了|说错|讲错|记错|搞错|不不|哦不|啊不|噢不|改成|改到|换成|换到|算了|要不|干脆|唔系|毋是|我说的是|应该是|不行|^(?:不|哦|噢|喔|啊)$"
)
_KIN = (
    r"(?:儿子|女儿|闺女|孙子|孙女|外孙|媳妇|儿媳|老伴|老头子|老头|老婆子|老汉|他们|她们|他|她|伊|佢|医生|大夫|邻居|社区|外甥|"
    r"姑娘|老大|老二|女婿|妹妹|弟弟|姐姐|哥哥|客人|亲戚|人家|孩子|小孩|娃|老乡|同学|战友)"
)
_TALK_BEFORE = re.compile(_KIN + r"(?:们|说|家|要|都|也|就|又|还|是|他|她|讲|从|得)*$")
_TALK_BEHIND = re.compile(
    r"(?:[，,\s]|的|我|俺|阮|是|他|家|那|要|就|小|大|老|都|得|有|也|个|你|咱)*(?:" + _KIN + r"|下雨|下雪|停电|停水|过生日|生日|"
    r"开会|聚餐|赶集|赴墟|出院|住院|手术|上坟|扫墓|打针|体检|发工资|发钱|回来|回娘家|喝喜酒|吃席|晕|疼|痛|摔)"
)
_WISHED_BEFORE = re.compile(
    r"(?:那就|就|改到|改成|改在|改|换到|换成|换|挪到|推到|推迟到|提前到|延到|调到|约在|约到|约|预约|订在|订|定在|定到|定|"
    r"排在|排到|排|放在|放到|放|等到|安排在|安排|要|想|想要|说的是|是说|我说|最好|还是|干脆|要不|要不然|那|应该是|不对|不是)"
    r"(?:在|到|是|个|下|的)?$"
)
_WISHED_BEHIND = re.compile(
    r"(?:[，,\s]|的|那天|那|时候|啊|嘛|呢|请|麻烦|你们|你|再|都|就|我|钟|左右|之前|以后|上门)*(?:来|过来|吧|上门|行不行|行吗|行不|行|"
    r"可以|好不|好吗|好无|好|中不|成不|方便|派|送|约|订|哇|呗|给我|帮我|帮|能|有人|有空|得闲|有闲|得空|在家|洗|打扫|做|陪)"
)
_TALKED_REPEAT = re.compile(
    r"(?:的|我|早上|晚上|下午|都|要|得|也|这个点|还)*(?:行|可以|在家|有空|没空|去|出去|遛|锻炼|睡|起来|跳舞|打牌|打麻将|买菜|接|疼|痛|"
    r"晕|吐|咳|失眠|一个人|看电视|想|吃药(?!提醒)|哭|闹)"
)


@dataclass
class Wish:
    """The mentions that together say when."""

    dates: list[Mention] = field(default_factory=list)
    """The day, and other names of the same day."""
    times: list[Mention] = field(default_factory=list)
    repeat: Mention | None = None
    doubt: str | None = None
    others: list[Mention] = field(default_factory=list)
    """Other days that weighed as much."""


@dataclass
class _Group:
    """A day with its further names and the times that stand with it."""

    dates: list[Mention]
    times: list[Mention]

    @property
    def day(self) -> model.Description:
        """The most exact of its names."""
        names = [m.says for m in self.dates]
        return min(names, key=resolve.looseness)  # type: ignore[arg-type, return-value]

    @property
    def start(self) -> int:
        return min(m.start for m in self.dates + self.times)

    @property
    def end(self) -> int:
        return max(m.end for m in self.dates + self.times)


def wish(text: str, said: list[Mention], now: datetime) -> Wish | None:
    """What is wished among everything that was said; None where nothing was said."""
    if not said:
        return None
    kept = [m for at, m in enumerate(said) if not _refused(text, said, at)]
    if not any(map(_tells, kept)):
        last = [m for m in said if _tells(m)][-1:]
        return Wish(
            [m for m in last if is_date(m)], [m for m in last if is_time(m)], doubt="refused"
        ) if last else None
    repeat = next((m for m in kept if isinstance(m.says, model.Repeat)), None)
    groups, loose = _groups(text, kept)
    if not groups:
        return Wish(times=loose, repeat=repeat)
    best, others, doubt = _best(text, groups, now)
    times = best.times or (loose if len(groups) == 1 else [])
    if repeat is not None:
        times = times or loose or [m for group in groups for m in group.times]
    return Wish(best.dates, times, repeat, doubt, others)


def _tells(mention: Mention) -> bool:
    return not isinstance(mention.says, model.Named) or not mention.says.weak


# --- what is not wanted ------------------------------------------------------------------------


def _refused(text: str, said: list[Mention], at: int) -> bool:
    mention, later = said[at], said[at + 1 :]
    if isinstance(mention.says, model.Repeat):
        return _TALKED_REPEAT.match(text, mention.end) is not None and len(said) > 1
    if later and _names_today(text, mention, later[0]):
        return False
    if _denied_before(text, said, at):
        return True
    same = [m for m in later if is_date(m) == is_date(mention)]
    if _denied_behind(text, mention, later, bool(same)):
        return True
    if not same or same[0].start - mention.end > _REACH:
        return False
    gap = text[mention.end : same[0].start]
    corrected = same[0] is later[0] and _CORRECTED.search(gap) is not None
    return corrected or _MOVED.fullmatch(gap) is not None


def _denied_before(text: str, said: list[Mention], at: int) -> bool:
    """别礼拜三来; but in 半夜别来明早来 the word belongs to what stands before it."""
    since = said[at - 1].end if at else 0
    if not _REFUSED_BEFORE.search(text, since, said[at].start):
        return False
    return at == 0 or _REFUSED_BEHIND.match(text, since, said[at].start) is None


def _denied_behind(text: str, mention: Mention, later: list[Mention], replaced: bool) -> bool:
    """礼拜三下午不行: of a day and its hours both are meant, unless only the hour is replaced."""
    if _REFUSED_BEHIND.match(text, mention.end, later[0].start if later else len(text)):
        return True
    if not is_date(mention):
        return False
    end, hours = mention.end, 0
    for following in later:
        if not is_time(following) or not _TOUCHING.fullmatch(text, end, following.start):
            break
        end, hours = following.end, hours + 1
    if not hours:
        return False
    rest = later[hours].start if later[hours:] else len(text)
    hour_replaced = any(is_time(m) for m in later[hours:]) and not replaced
    return not hour_replaced and _DAY_REFUSED_BEHIND.match(text, end, rest) is not None


def _names_today(text: str, today: Mention, name: Mention) -> bool:
    """今儿不是礼拜三嘛: a remark on the day of the call, not a refusal."""
    if today.says != model.Offset(0) or not is_date(name):
        return False
    return re.fullmatch(r"(?:不就|不|才|都|已经|就)?(?:是|系)?", text[today.end : name.start]) is not None


# --- days and the times that go with them ------------------------------------------------------


def _groups(text: str, said: list[Mention]) -> tuple[list[_Group], list[Mention]]:
    groups: list[_Group] = []
    loose: list[Mention] = []
    for mention in said:
        last = groups[-1] if groups else None
        if is_time(mention):
            (last.times if last else loose).append(mention)
        elif is_date(mention):
            if last is not None and _same_day(text, last, mention):
                last.dates.append(mention)
            else:
                leads = [m for m in loose if mention.start - m.end <= 6] if last is None else []
                groups.append(_Group([mention], leads))
                loose = [m for m in loose if m not in leads]
    return groups, loose


def _same_day(text: str, group: _Group, mention: Mention) -> bool:
    """Whether a day is a further name of the group's day (明天礼拜六, 二十号上午礼拜三)."""
    last = group.dates[-1]
    if any(type(m.says) is type(mention.says) for m in group.dates):
        return isinstance(mention.says, model.Named) and mention.says in [
            m.says for m in group.dates
        ]
    closest = max([*group.dates, *group.times], key=lambda m: m.end)
    return apposed(text, closest, mention) or _names_today(text, last, mention)


# --- weighing ----------------------------------------------------------------------------------


def _best(
    text: str, groups: list[_Group], now: datetime
) -> tuple[_Group, list[Mention], str | None]:
    """The group that is wished, the other days that weigh as much, and what to ask."""
    doubt = None
    if len(groups) > 1:
        remarks = [g for g in groups if _is_remark(text, g)]
        if any(not _agrees(group, now) for group in remarks):
            doubt = "conflict"
        groups = [g for g in groups if g not in remarks] or groups
    weights = _levelled(text, groups, [_weight(text, group, now) for group in groups])
    top = max(weights)
    equal = [group for group, weight in zip(groups, weights, strict=True) if weight == top]
    best = equal[-1]
    day = resolve.resolve(best.day, now)
    others = [g.dates[0] for g in equal[:-1] if resolve.resolve(g.day, now) != day]
    return best, others, doubt or ("two-days" if others else None)


def _levelled(text: str, groups: list[_Group], weights: list[int]) -> list[int]:
    """Days joined by 或者 or 和 weigh the same; 还是…吧 prefers the second."""
    levelled = list(weights)
    for at in range(len(groups) - 1):
        gap = text[groups[at].end : groups[at + 1].start]
        found = _EITHER.fullmatch(gap)
        if found is None or (found[1] == "还是" and _SETTLED.match(text, groups[at + 1].end)):
            continue
        levelled[at] = levelled[at + 1] = max(levelled[at : at + 2])
    return levelled


def _is_remark(text: str, group: _Group) -> bool:
    """今天三十, 今儿礼拜三: says what day it is."""
    today = any(m.says == model.Offset(0) for m in group.dates)
    return today and len(group.dates) > 1 and not group.times


def _agrees(group: _Group, now: datetime) -> bool:
    return all(resolve.fits(m.says, now.date(), now) for m in group.dates)  # type: ignore[arg-type]


def _weight(text: str, group: _Group, now: datetime) -> int:
    says = group.day
    weight = 0
    if _WISHED_BEFORE.search(text, max(0, group.start - 8), group.start):
        weight += 2
    if _WISHED_BEHIND.match(text, group.end):
        weight += 1
    if _TALK_BEFORE.search(text, max(0, group.start - 8), group.start):
        weight -= 2
    if _TALK_BEHIND.match(text, group.end):
        weight -= 2
    if says == model.Offset(0) or isinstance(says, model.Month | model.Someday):
        weight -= 1
    if isinstance(says, model.Named) and says.weak:
        weight -= 4
    if len(group.dates) > 1 and not group.times and isinstance(group.dates[-1].says, model.Named):
        weight -= 1  # 后日年初一, said of the day
    day = resolve.resolve(says, now)
    if day.last is not None and day.last < now.date():
        weight -= 3
    return weight
