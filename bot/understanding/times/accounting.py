"""What of a text speaks of time and was not used: nothing of that kind may be passed over.

The rules know many ways of saying a time, never all of them. A word of time that no rule took up
and that may change the wish (双周 礼拜五, 早 半个钟头, 别 那天 来) means that the wish was not
understood, however well the rest of it reads; the caller is then asked. Words that are plainly
something else (an age, a price, how long or how often, 那天 for the day just named) are explained
by the words around them, from nlu_data/lexicon/time_cues.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.understanding.times import calendars, cues, hearing, model
from bot.understanding.times.model import DATED, Mention, Said, Says, is_date, is_time
from bot.understanding.times.scanner import Token

_ONES_OWN = re.compile("[我俺阮涯佢伊他她]$")
_SLIP = re.compile("[说讲记搞]错")
_SMALL = "的那嗰彼该个只，,、 "
"""What may stand between a word and the part of the wish it belongs to."""
_BETWEEN = 3
"""How many characters may stand between a day and the 以后 that goes with it."""
_MOST = 31
"""No day and no hour has a higher number."""
_LONG = 4
"""Digits in a row beyond which they are a telephone or card number."""
_PART_LIKE = re.compile(
    "[晌晡昼暝]|[上下中]午|旬|[早晚](?:上|头|间|边)|[上下前后]半[晚夜日天]|[傍擦]亮"
)
_UNKNOWN_PART = re.compile(
    "的?(?:[等到](?:[^，,]{1,4}?(?=[放下散]学))?)?"
    "(?:点灯|[收放歇]工|落班|归栏|牛归|鸡上[窝埘]|开饭|[散放下]学|[上下前后]半[晚夜暝]|小半[天日])"
)
"""Right behind a day: a time of it that every house has for itself, or that no list knows."""
_DAY_PREFIX = re.compile("(?:^|[，,就那是系])大?[外万老前后隔转尾末越]$|翻过?$")
"""At the head of a line right before a day: parts of dialect names of other days (老后天)."""
_COUNT = "[一二两三四五六七八九十半几多0-9]+"
_DAY_LENGTHS = range(2, 6)
"""How many characters the name of a day has."""
_NO_NAME = frozenset({"skipword", "neg", "is", "soon"})
"""Kinds of tokens that stand in no name of a day."""
_NO_DAY = re.compile(
    r"[我你他她您俺阮咱恁汝涯伊哋们谁订定买留份]|大概|大约|大致|估计|可能|差不多|最好|尽量|麻烦|师傅|医生|药|[的个位]$"
    r"|闹钟|提醒|时间|钟点|正好|家里|[趁约改就请吃喝叫让要想帮来去送接还再都也对着好是嗯扫洗]"
)
"""What may stand before an hour at the head of a line and is no day."""
_DOSE = re.compile("[天日工]?[一二两三四半]?[大小]?[片颗粒包袋支针丸滴](?!头)")
_MARKET = re.compile("(?:(?:我|俺|阮|涯)?[们都]?[要爱得]?去?赶|当|是|有|[的、])?[场墟圩集]")
_COME_NOT = re.compile(
    "(?:[就都你们恁哋]*)(?:别|莫|甭|唔好|毋通|不要|不用|唔使|免)[来嚟](?![送帮])"
)
_MARKET_DAYS = re.compile(
    f"[一二三四五六七八九十]+(?:[逢、，]+[一二三四五六七八九十]+)*{_MARKET.pattern}"
)
"""逢二五八赶场: when there is a market."""
_DONE = tuple("洗来做送吃去看扫打说讲修剪理接")
"""Before 过了 these tell what was done."""
_DONE_WITH_DAY = re.compile("[约订定改换来搞弄排要有选挑拣趁等到是就那哪嗰该箇彼逐逢每几]$")
"""Before 个礼拜三: what is done with the day."""
_WHICH_IS = re.compile("[，,]?(?:也?就是?|即是)(?=[正腊冬一二三四五六七八九十初廿阴农阳])")
"""Behind a day told in other words: the date that it is."""
_SAME_DAY = re.compile(r"就是[^，,]{1,8}$")
_SHIFTS = re.compile(f"(?<!最)[早晚迟过前后提推]{_COUNT}$")
_BEFORE_HOUR = re.compile(".$")
_OF_ITS_DAYS = re.compile("[那这嗰彼呢即]?[两三四五六七]$")
"""Between a day and 天: some of the days that begin with it."""
_AMONG = re.compile("(?:中间|当中|里头|期间)的?")
"""Between a feast and 那天: one of its days, no one knows which."""
_A_LITTLE = re.compile("[早晚快慢多少有大小差带送买弄来一过]$")
_OF_AN_HOUR = ("minute", "quarter", "zi")
_LIKE_A_DAY = re.compile(
    "^[大外]?[今明名后厚前听停][^，,天日]{1,2}$|(?<![生平节假白雨热冷阴晴聊成整半几每天日])[日天](?<!冬天)(?<!夏天)(?<!春天)(?<!秋天)$"
)
_TENS_MISHEARD = re.compile("月[^的那就要是，,、 吧份里头底到了]$")
_OF_THAT_DAY = re.compile(
    "(?:(?:那|当|彼|嗰|该|果)[天日工]|(?<=[天日工]))[^，,]{0,2}[吃食喫饮去开摆拜祭烧出起抢贴包煮蒸熬赶扫][^，,]{1,4}"
)
"""What is done on a day (那天吃饺子), before which somebody is to come."""
_LIKE_DAY_BEHIND = re.compile(
    "[上下]午|[上下]昼|[前后]晌|[早晚]上|下半[天日]|(?:你[们哋]?|恁|汝等?)?[再才先正][来嚟]"
)
"""Behind a number of two characters: it is that of a day."""
_VISITED = re.compile(
    "[就才再先正则]?[来嚟](?![接送])|[上下]午|早上|晚上|[上下]昼|[前后上下]晌|[吧啦][来嚟]?$"
)
"""Behind a number with 号: what is said of days, not of houses."""
_GOES = re.compile("(?:[去回转返飞]|不在|无伫|唔喺|出)[^，,]{0,4}$")
"""Before a number with 号 that ends a line: somebody is away (无伫厝十八号)."""
_SIDES = ("before", "after", "around")
"""昼边前莫来: these belong to what they stand behind."""
_EVERYBODY = ("个个", "逐", "逐个")
_EVERY_WHAT = ("week", "weekday", "month", "tian", "ri", "number", "digits", "chu", "named")
_SHIFT_BY = re.compile(f"{_COUNT}(?:天|日|工|个|钟|小时|刻|分|点)")


def is_complete(
    text: str, found: Sequence[Token], said: Said, used: Said, day: date | None
) -> bool:
    """Whether every word of time in a text is used, weighed against, or plainly something else.

    Args:
        text: what was said.
        found: all its tokens.
        said: every mention found in it, also those that were turned down.
        used: the mentions that the wish is made of.
        day: the day understood, if it is one.
    """
    taken = {at for mention in said for at in range(mention.start, mention.end)}
    left = [token for token in found if token.text and token.start not in taken]
    taken_back = _taken_back(text, used)
    left = [token for token in left if token.kind in _EXPLAINED and token.start >= taken_back]
    unused = {mention.end for mention in said if mention not in used}
    of_others = (*_SIDES, "first", "last", "reverse")
    left = [token for token in left if token.kind not in of_others or token.start not in unused]
    feasts = {m.start for m in said if m not in used and isinstance(m.says, model.Named)}
    left = [token for token in left if token.kind != "first" or token.end not in feasts]
    if _begins_with_unknown(found, used) or _follows_unknown_day(text, used):
        return False
    if _is_of_longer_name(text, found, used):
        return False
    if not any(map(is_time, used)) and any(
        is_date(mention) and _UNKNOWN_PART.match(text, mention.end) for mention in used
    ):
        return False
    if all(map(is_time, used)) and hearing.half_heard(text, frozenset(taken)):
        return False
    dates = frozenset(mention.end for mention in used if is_date(mention))
    if not any(map(is_time, used)) and hearing.half_heard_part(text, dates - taken):
        return False
    return all(_EXPLAINED[token.kind](_Left(text, token, found, used, day)) for token in left)


def _taken_back(text: str, used: Said) -> int:
    """Where a slip of the tongue ends that stands before the wish (讲错哩讲天光日)."""
    begin = min(mention.start for mention in used)
    return max((found.end() for found in _SLIP.finditer(text, 0, begin)), default=0)


def _begins_with_unknown(found: Sequence[Token], used: Said) -> bool:
    """Whether an unknown word stands at the head of a line, where the day of an hour is named."""
    begin = min(mention.start for mention in used)
    head = [token for token in found if token.start < begin]
    said = "".join(token.text for token in head)
    if not all(map(is_time, used)) or len(said) not in _DAY_LENGTHS:
        return False
    kinds = {token.kind for token in head}
    return "other" in kinds and kinds.isdisjoint(_NO_NAME) and not _NO_DAY.search(said)


def _is_of_longer_name(text: str, found: Sequence[Token], used: Said) -> bool:
    """外明儿, 万后日, 老后天: a day known alone, as the end of a name that no list has."""
    days = {mention.start for mention in used if is_date(mention)}
    unknown = (token for token in found if token.kind in ("other", "over") and token.end in days)
    return any(_DAY_PREFIX.search(text, 0, token.end) for token in unknown)


def _follows_unknown_day(text: str, used: Said) -> bool:
    """三婆厅日朝早: what is written like a day right in front of an hour without one."""
    if not all(map(is_time, used)):
        return False
    return _LIKE_A_DAY.search(text[: min(mention.start for mention in used)]) is not None


class _Left:
    """A token that no mention took up, and what stands around it."""

    def __init__(
        self, text: str, token: Token, found: Sequence[Token], used: Said, day: date | None
    ) -> None:
        at = found.index(token)
        self.token = token
        self.before = text[: token.start]
        self.after = text[token.end :]
        self.previous = found[at - 1] if at else None
        self.next = found[at + 1] if at + 1 < len(found) else None
        self.used = used
        self.understood = day

    @property
    def beside(self) -> list[Mention[Says]]:
        """The mentions of the wish right before and behind it, but for small words."""
        return [m for m in self.used if not self._gap(m).strip(_SMALL)]

    def _gap(self, mention: Mention[Says]) -> str:
        """What stands between the token and a mention."""
        if mention.end <= self.token.start:
            return self.before[mention.end :]
        return self.after[: max(0, mention.start - self.token.end)]

    @property
    def days(self) -> list[Mention[model.Day]]:
        """The days of the wish."""
        return [m for m in self.used if is_date(m)]

    @property
    def is_close_to_hour(self) -> bool:
        """Whether at most one character stands between an hour and it."""
        hours = [m for m in self.used if isinstance(m.says, model.Clock)]
        return any(0 <= self.token.start - m.end <= 1 for m in hours)

    @property
    def is_before_a_meal(self) -> bool:
        """立冬那天吃饺子前: at what time of the day named, not before it."""
        days = [m for m in self.days if m.end <= self.token.start]
        return any(_OF_THAT_DAY.fullmatch(self.before, m.end) for m in days)

    @property
    def names_the_day(self) -> bool:
        """Whether a number is that of the day understood (二十三祭灶), in either calendar."""
        if self.understood is None or self.token.kind != "number":
            return False
        return self.token.number in (self.understood.day, calendars.lunar_day_of(self.understood))

    @property
    def repeats(self) -> list[Mention[Says]]:
        """The recurrence of the wish, if it is one."""
        return [m for m in self.used if isinstance(m.says, model.Repeat)]


def _number(left: _Left) -> bool:
    """A number is explained by what it counts or measures, or by standing apart from the wish."""
    if _DOSE.match(left.after):
        return True  # 一天一片
    if left.previous is not None and left.previous.kind == "every":
        return _MARKET_DAYS.match(left.token.text + left.after) is not None  # 逢五
    if left.next is not None and left.next.kind in _OF_AN_HOUR and left.is_close_to_hour:
        return False  # 四点缺五分
    if len(left.token.text) > 1 and _LIKE_DAY_BEHIND.match(left.after):
        return left.names_the_day  # 十三下午, 十七再来
    if left.next is not None and left.next.kind == "dayno" and _is_visit(left):
        return False  # 去厦门二十二号来
    ordinal = left.previous is not None and left.previous.kind == "di"
    if ordinal and left.next is not None and left.next.kind in ("tian", "ri"):
        return False  # 第三天, counted from a day no rule found
    if left.next is not None and left.next.kind == "begin" and left.token.text != "一":
        return False  # 十八开始来
    if left.next is not None and left.next.kind in ("tian", "ri"):
        days_end = left.next.end
        if any(repeat.start == days_end for repeat in left.repeats):
            return False  # 返工嗰五日日日送
    if left.token.text in ("一", "半") or cues.behind("counted").match(left.after):
        return True
    if len(left.token.text) == 1 and _TENS_MISHEARD.search(left.before):
        return False  # 八月习八
    if cues.in_front("measured", "[是的，]*").search(left.before) or left.names_the_day:
        return True
    if left.token.kind == "number" and left.token.number > _MOST:
        dated = left.next is not None and left.next.kind == "dayno"
        return not (dated and left.beside)  # 这个月三十二号
    if left.token.kind == "digits" and ("0" in left.token.value or len(left.token.value) > _LONG):
        return True
    if ordinal:
        return left.next is None or left.next.kind in ("dayno", "other")
    return not left.beside


def _is_visit(left: _Left) -> bool:
    """Whether a number with 号 behind the name of a place is that of a day all the same."""
    if left.token.kind != "number" or left.token.number > _MOST:
        return False
    behind = left.after[1:]
    return bool(_VISITED.match(behind) or (_GOES.search(left.before) and not behind))


def _days(left: _Left) -> bool:
    """三天: explained where it says how long (住三天, 还有三天, 三天没来); 八天整 is no 八点整."""
    several = any(_OF_ITS_DAYS.fullmatch(left.before, m.end) for m in left.days)
    if several and left.understood is not None:
        return False  # 五一那三天
    return _SHIFTS.search(left.before) is None and not left.after.startswith(("整", "钟"))


def _edge(left: _Left) -> bool:
    """头一个, 最后, 倒数; 剃头 and 最后一天了 are something else."""
    said = left.before + left.token.text
    if cues.in_front("no_edge").search(said) or cues.behind("edge_told").match(left.after):
        return True
    if any(isinstance(m.says, DATED) and m.end <= left.token.start for m in left.beside):
        return True  # 三十号最后一天
    if left.next is not None and left.next.kind in ("ci", "workday"):
        return True  # 头一摆; 六号, 头一个上班日
    if left.next is not None and left.next.kind == "other" and len(left.token.text) > 1:
        return True  # 头一针, 第一口
    single = left.next is None or left.next.kind in ("fill", "neg")
    return not left.beside and (len(left.token.text) == 1 or single)  # 做头一回


def _side(left: _Left) -> bool:
    """以前, 以后: explained behind an hour (四点以前), or told of (都过了)."""
    if left.is_before_a_meal:
        return True
    hour = any(is_time(m) and m.start == left.token.end for m in left.used)
    if (hour and left.token.kind in ("past", "after")) or _ONES_OWN.search(left.before):
        return True  # 晌午头过了一点钟, 放学后四点半, 我以前的学生
    if hour and left.before.endswith(("睡", "睡觉", "瞓觉")):
        return True  # 睡前九点
    behind_hour = any(is_time(m) and m.end <= left.token.start for m in left.beside)
    if not behind_hour and any(0 < left.token.start - m.end <= _BETWEEN for m in left.days):
        return False  # 初八开市以后
    told = left.before.endswith(("都", "已经", "早", "也", "没", *_DONE))
    other = left.token.text == "完了" and left.previous is not None  # 暑假完了
    return behind_hour or told or other or bool(left.repeats) or not left.beside


def _early(left: _Left) -> bool:
    """早一日, 晚两个钟头; 天黑得早 is no shift."""
    return _SHIFT_BY.match(left.after) is None


def _that_day(left: _Left) -> bool:
    """那天 is the day just named, unless it is turned down (别那天来)."""
    if left.repeats and not left.days and _COME_NOT.match(left.after):
        return False  # 每个月逢五赶集那天别来
    if not left.days and any(map(_leaves_day_open, left.repeats)):
        return False  # 每月领药那天来
    if any(_AMONG.fullmatch(left.before, m.end) for m in left.days):
        return False  # 五一中间那天
    told = bool(left.days or left.repeats)
    return told and cues.in_front("refuse_before").search(left.before) is None


def _leaves_day_open(repeat: Mention[Says]) -> bool:
    """每月, 每个礼拜: of which day nothing is known."""
    says = repeat.says
    named = isinstance(says, model.Repeat) and (says.weekdays or says.month_days or says.on)
    return isinstance(says, model.Repeat) and not named and says.freq in ("WEEKLY", "MONTHLY")


def _beside_work(left: _Left) -> bool:
    """初八上班头一天, 礼拜一头一天上班 say it of the day named; 头天来不及 turns it down."""
    if cues.behind("refuse", "refuse_hour", through="small").match(left.after):
        return True
    beside = any(token and token.kind == "workday" for token in (left.previous, left.next))
    if _WHICH_IS.match(left.after) and left.days:
        return True  # 十五吃汤圆前一天，就正月十四
    return beside or _SAME_DAY.search(left.before) is not None  # 三十一号就是开学前一天


def _makeup(left: _Left) -> bool:
    """十四号礼拜六要补班的吧: holds of the day understood, as far as that is announced."""
    day = left.understood
    return day is None or day in calendars.makeup_days(day) or not calendars.is_known(day.year)


def _over(left: _Left) -> bool:
    """过个, 再等 before a count that no rule read."""
    counted = left.next is not None and left.next.kind in ("number", "digits", "few")
    return not (counted and left.token.text.startswith(("再", "过个", "过到")))


def _other_week(left: _Left) -> bool:
    """下个, 上个 beside the wish; 下 and 上 alone are verbs."""
    return len(left.token.text) == 1 or left.token.value == "0" or not left.beside


def _unknown(left: _Left) -> bool:
    """A word no list knows that is written as parts of the day are."""
    return _PART_LIKE.search(left.token.text) is None


def _week(left: _Left) -> bool:
    """双周, 头周, 礼拜早起; 拜年 is something else."""
    return left.token.text == "拜" or not left.beside


def _measure(left: _Left) -> bool:
    """相个礼拜三: before a weekday stands which week's it is, unless it is what is done with it."""
    beside = any(isinstance(m.says, model.Weekday) and m.start == left.token.end for m in left.used)
    unknown = left.previous is not None and left.previous.kind == "other"
    return not (beside and unknown) or _DONE_WITH_DAY.search(left.before) is not None


def _apart(left: _Left) -> bool:
    """Explained only by standing apart from the wish."""
    return not left.beside


def _every(left: _Left) -> bool:
    """每 三天一次; but 每月 逢 五, and 个个都 everybody."""
    counted = left.next is not None and left.next.kind in _EVERY_WHAT
    if left.next is not None and left.next.kind == "meal":
        return False  # 每顿都送
    if _MARKET_DAYS.match(left.after):
        return True
    if left.token.text in _EVERYBODY and not counted:
        return True
    return any(m.start == left.token.end for m in left.repeats) or not left.beside


def _oclock(left: _Left) -> bool:
    """礼拜六是点来: the word between a day and 点 is an hour nobody understood."""
    gap = _BEFORE_HOUR.search(left.before)
    if gap is None or _A_LITTLE.search(left.before):
        return True
    return all(m.end != gap.start() for m in left.used)


def _few(left: _Left) -> bool:
    """三点踩几: some minutes past the hour."""
    if left.next is not None and left.next.kind == "dayno":
        return True  # 今儿几号啊
    mark = left.previous is not None and left.previous.kind == "onto"
    return not mark and _apart(left)


def _half(left: _Left) -> bool:
    """两点半个钟头: how long it takes."""
    return _apart(left) or (left.next is not None and left.next.kind in ("hours", "part"))


def _onwards(left: _Left) -> bool:
    """今儿起到: up to a day nobody understood."""
    return left.previous is None or left.previous.kind != "begin"


def _year(left: _Left) -> bool:
    """今年 changes nothing."""
    return left.token.value == "0" or _apart(left)


def _never(_: _Left) -> bool:
    return False


_EXPLAINED: dict[str, Callable[[_Left], bool]] = {
    "number": _number,
    "digits": _number,
    "tian": _days,
    "first": _edge,
    "last": _edge,
    "reverse": _edge,
    "before": _side,
    "after": _side,
    "past": _side,
    "short": _early,
    "early": _early,
    "thatday": _that_day,
    "week": _week,
    "nextday": _never,
    "everyother": _never,
    "prevday": _beside_work,
    "weekpart": _never,
    "monthpart": _never,
    "ten": _never,
    "span": _never,
    "day": _never,
    "weekend": _never,
    "to": _onwards,
    "every": _every,
    "everyskip": _apart,
    "year": _year,
    "running": _apart,
    "skip": _apart,
    "lack": _apart,
    "quarter": _apart,
    "half": _half,
    "oclock": _oclock,
    "weekdays": _apart,
    "few": _few,
    "within": _apart,
    "around": _side,
    "makeup": _makeup,
    "over": _over,
    "mod": _other_week,
    "ge": _measure,
    "other": _unknown,
}
"""Of each kind of token that may change a wish, what may explain it away."""
