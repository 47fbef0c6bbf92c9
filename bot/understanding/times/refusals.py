"""What is not wanted: times turned down, corrected, or only told of the moment of the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.understanding.times import cues, model, resolve
from bot.understanding.times.apposing import apposed
from bot.understanding.times.model import DATED, Mention, Said, Says, is_date, is_time
from bot.understanding.times.present import is_of_a_day, is_time_now, names_today

_REACH = 16
"""How many characters may stand between a mention and the one that corrects it."""
_FAR = 10
"""How far behind a mention 别来 still turns it down."""
_IF_REACH = 3
"""How far behind a mention 要是 makes what follows a condition."""
_TOUCHING = re.compile(r"[的，,\s]*")
_NOT_BUT = re.compile(
    r"[的啦咧啊吧嘛呗哎唉诶欸呃哦噢喔，,\s]*(?:不是|不要|唔系|毋是|别)(?:的)?(?:(?<=是)是)?"
)
_BUT_NOT = re.compile("[吧嘛啦啊咯哈，,]+(?:可|就)?(?:别|莫|甭|唔好|毋通|不要|勿|咪)")
_NOT_TAKEN_FOR = re.compile(
    "[^，,]{0,2}?[吧嘛啦啊咯哈，,]*(?:可|就|[之以]?前)?"
    "(?:(?:别|莫|甭|唔好|毋通|不要|勿|咪|免)(?:给我|帮我|同我|共我)?"
    "(?:[记当听写搞弄看说排][成做作]|[等拖推弄搞挨挪排]到|等)了?|可(?:不是|唔系|毋是))"
)
"""Between two days or hours: the second is what the first must not be taken for or put off to."""
_INDEED = re.compile("[嘛吗么咩]")
"""明天可不是礼拜三嘛: it is that day."""
_COMES = re.compile("[来嚟排派送]|过来|上门")
_SLIPPED = re.compile(
    "(?:[吧嘛啊呗啦，,]*(?:[哦噢喔唉诶欸呃嗐]|哎[呀哟]?)|[吧呗啦嘛]啊)[，,]*(?:不是|不要|唔系|毋是)(?:的)?[是系]?"
)
"""Between two days: who sighs at a slip puts it right."""
_AFFIRMED = re.compile(r"(?:(?<!不)(?<!唔)[是系要][讲说话]?|我说|说好|约好|定好|订好)的?$")
_LISTED = re.compile(r"[，,、\s]*(?:和|跟|同|还有)?[，,\s]*")
_BUSY = re.compile(
    "(?:没空|冇空|没闲|无闲|没工夫|[不唔]得闲|有事|走不开|不在家?|唔喺|没人|忙不赢)[的儿了啦嘞，]*"
)
"""Right before another day: of the day before it."""
_WHICH_DAY = re.compile("(?:到底)?(?:是|系)?(?:几号|[初拜]几|礼拜几|星期几|周几)")
"""今儿几号啊: asked about, not wished."""
_REFUSING_VERB = (
    r"(?:[喊叫让教](?:我|俺|阮|涯)|[的是约订定说讲在排来就了我选挑]|这个|那个|安排|让他|让她|叫他|让你们|[让叫喊派](?:师傅|阿姨|大姐|护工|人家?|小伙子|姑娘)"
    r"|超过|[等拖推弄搞挨]到|[赶搁拣挑]|(?:给|帮我)?(?:记|当|听|写|搞|弄)成|给我|给俺|给阮|帮我|同我|跟我|共我|又|再)*"
)
_ANSWERED = re.compile(r"来?([好得行中成])[唔不]\1[，,？?]*[唔不]\1[，,]*(?:那|就|啦|吧)*")
"""听日好唔好唔好后日啦: who asks answers himself."""
_NOR = re.compile("[也又][^，,]{0,2}?$")
"""Before a word of refusal behind a day that was turned down by such a word as well."""
_WHETHER = re.compile(
    "[的，,]*(?:(要得|可以|方便|得闲|得行|得|[好行中成来])[没唔不毋]\\1|([要可得方])不\\2[得以行便])"
)
"""后天六点半要得不要得: asked, not refused."""
_NOT_THIS_BUT = re.compile(
    "(?:不是|唔系|毋是)[这那呢彼嗰即箇上下][个只]?(?:礼拜|星期|周|拜|月)?[，,]?(?:而?是|系|要)$"
)
"""Before the week that is meant, instead of another."""
_THAT_VERY_DAY = re.compile("[就著着还][那该嗰彼箇当][天日工][来嚟啦嘛吧先好啊行呗]*$")
"""年初三冇人客来就该日: the day told of is chosen in the end."""
_OFFERED = re.compile(
    "[^，,]{2,5}(?:也[行得成中好可]|都[行得成中好可]|随[你恁便]|由你|看[你恁]|睇你)"
)
"""Behind 要不: a day that is offered beside the first."""
_THEN_ONLY = re.compile("(?:先至?|才|正|再|则)[嚟来]")
_LEAVING = re.compile("[就才再得要该我们]*(?:出门|动身|出发)")
_COUNTED_TO = re.compile("(?:离|距离?|隔)$")
"""八月十二离中秋还差三天: the feast only says how far the day is."""
_MISHEARD = re.compile("[记听写看说讲当搞弄排登][成做作到](?:了|咗|矣|哩)?(?:是|个)?$")
_REPEATED = re.compile(r"[^，,]{0,4}(?:我|俺|阮|涯)[^，,]{0,4}(?:[是要说讲约订定系爱]|其实)")
"""俺说后晌你给俺记成前晌了俺要的是…: what somebody else understood."""
_ASKED_WHETHER = re.compile("[吗么]|有[没冇无]有?|的话|能来|能不能|要是|若")
"""明天能来吗明天来不了后天也行: the first counts if it can be had."""
_NO_NO = re.compile("(?:不是不是|不对不对|唔系唔系|毋是毋是|错了错了)[，是系]?$")
"""十月一号九点来扎个气球不是不是十月二号."""
_IS_WHY = re.compile("[，那]*(?:我|俺|阮|涯|佢|伊|他|她)")
_EVERY_YEAR_SO = re.compile("都|拢|(?:[这那]个?|即个?|呢个?)(?:时候|时节|阵)")
"""我年年这时候理: told to explain, no recurrence."""
_ALSO_ANSWERS = ("唔好", "不好", "不用", "不要", "唔使", "毋使", "免")
"""Words of refusal that may as well turn down what stands before them."""
_AGAINST = re.compile("(?![啦吧嘛呀啊呗，])(?!可以|方便|都?[得行中成好来嚟])[^，]{2,8}")
"""Between a day and 唔好: why the day is turned down."""
_ENOUGH = re.compile("(?:不用|不要|甭|唔使|毋使|毋免|免|不消)[了啦嘞咯哩]")
"""Between two days: no more is wanted, which says nothing of the second."""
_DECIDED = re.compile("[啦吧嘛呗咯喇]+$")
"""Behind the last day of a line: it is settled on."""
_THEREFORE = re.compile("(?:那|咁|个么|噉)(?:么|样)?(?:就|不如|还是|改|等|先)?$")
"""Right before the day that is drawn as a conclusion from what the one before it is."""
_DECIDED_ON = re.compile("[啦吧嘛呗咯喇了来好先]*$")
"""Behind the last day of a line that is drawn as a conclusion."""
_NAMED_TWICE = 2
"""How many names the day told before must have had."""
_MAY_BE_MISSING = range(28, 32)
"""Days that not every month has."""
_NONE = re.compile("(?:没有?|冇得?|无得?|毋有)(?:二十九|廿九|三十一?|卅)[号日]?$")
"""A day told as missing."""
_NONE_BEHIND = re.compile(
    "(?:这个?月|今年|[一二三四五六七八九十腊]{1,2}月)?(?:又|都|也|就)?(?:没有?|冇得?|无)(?:这天)?"
    "(?=[啊呀嘛吧，那就啦哦的了]|$)"
)
"""Behind a day: its month has none such."""
_IS_IT_NOT = re.compile("不是|唔系|毋是")
_ISNT = re.compile("[嘛吗么咩]")
_THAT_ONE = re.compile("(?:的|嘅)?[那该彼嗰箇][个只][啊哈哦吧嘛呀，]*")
"""Behind a day, at the end of a line: the one that is not meant."""
_KEPT_SO = re.compile(
    "(?:那天|彼日|嗰日|该日)?(?:不是|唔系|毋是)(?![不没唔冇毋])[^，,]{1,6}[嘛吗么咩](?:$|[，,])"
)
"""重阳那天不是敬老嘛: what is done on a day, asked for form's sake."""
_SETTLED = re.compile("[啦吧嘛哇咯喇啊]")
_ENGAGED = re.compile(
    "[，]*(?:我|俺|阮|涯|佢|伊)[^，]{0,3}(?:欲|要|爱|得)(?!人|你|恁|汝|派|有人|帮)[^，来]{1,8}"
)
"""后日啦明仔载我欲去妈祖宫: why it is not the other day."""
_OWN = re.compile(
    "[，]*(?:我|俺|阮|涯)[^，]{0,2}?(?:欲|要|爱|得|约)(?!人|你|恁|汝|派|有人|帮|请|来|嚟|送)[^，来]{1,6}"
)
"""Behind a day named again: why it will not do."""
_SIGH = re.compile("哦|噢|喔|啊")
_RESTART = re.compile("吧?[不毋唔]|[哦噢喔]|[哎诶欸唉呃]呀?")

_FOR_WHO_STAYS = re.compile(
    "(?:不在|没空|有事|出差|出门|出去|加班|值班|走不开|唔喺|冇人|无闲|唔得闲)[^，,]{0,4}[，,][^，,]{0,6}"
    "(?:给|帮|陪|照看|照顾|看着|伺候|同|共)(?:我|俺|阮|我们)?家?"
    "(?:老太太|老爷子|老头|老人|老伴|老豆|老娘|老爹|[爸妈爹娘奶爷婆公]|阿[爸妈嫲公婆])"
)
"""我们出门，中午都要给老太太送饭: who is away asks for another."""


def refusals(text: str, said: Said, now: datetime) -> list[bool]:
    """Of each mention, whether it is not wanted."""
    refused = [_refused(text, said, at, now) for at in range(len(said))]
    _contrast(text, said, refused)
    _warn_off(text, said, refused)
    _spread(text, said, refused, now)
    _say_again(text, said, refused)
    _conclude(text, said, refused, now)
    return [False] * len(said) if _is_for_who_stays(text, said, refused) else refused


def _conclude(text: str, said: Said, refused: list[bool], now: datetime) -> None:
    """礼拜天吧哦礼拜天就明天那礼拜一: a day named again by another name gives way to the last one.

    那 or 咁 in front of the last one draws the conclusion.
    """
    dates = [(at, m) for at, m in enumerate(said) if is_date(m)]
    drawn = [n for n, (_, m) in enumerate(dates) if _THEREFORE.search(text, 0, m.start)]
    last = drawn[-1] if drawn else 0
    before = [resolve.resolve(m.says, now) for _, m in dates[:last]]
    ends = dates and _DECIDED_ON.match(text, max(m.end for m in said))
    if last < _NAMED_TWICE or not ends or not before[0].single:
        return
    if all(day.is_same(before[0]) for day in before):
        for at, _ in dates[:last]:
            refused[at] = True


def _is_for_who_stays(text: str, said: Said, refused: Sequence[bool]) -> bool:
    """从一号到七号我们出门中午给老太太送饭: the days that keep the caller away are those wished."""
    days = [(m, no) for m, no in zip(said, refused, strict=True) if is_date(m)]
    if not days or not all(no for _, no in days):
        return False
    return _FOR_WHO_STAYS.search(text, days[-1][0].end) is not None


def _say_again(text: str, said: Said, refused: list[bool]) -> None:
    """A day that is turned down in one place is so where it is named again."""
    for at in range(1, len(said) - 1):
        again = any(
            no and m.says == said[at].says for m, no in zip(said[:at], refused, strict=False)
        )
        if again and is_date(said[at]) and any(map(is_date, said[at + 1 :])):
            refused[at] = True  # 礼拜二不行礼拜二我扎针礼拜三
    for at in range(2, len(said)):
        days = [(m.says, no) for m, no in zip(said[:at], refused, strict=False) if is_date(m)]
        chosen = not all(no for _, no in days)
        if chosen and (said[at].says, True) in days and _IS_WHY.match(text, said[at].end):
            refused[at] = True  # 唔系礼拜四系礼拜五礼拜四我要攞药
    for at in range(1, len(said)):
        day, next_day = said[at - 1 : at + 1]
        settled = is_date(day) and not refused[at - 1] and _SETTLED.match(text, day.end)
        if settled and is_date(next_day) and _ENGAGED.fullmatch(text, next_day.end):
            refused[at] = True
    for at in range(1, len(said) - 1):
        again = said[at].says in [m.says for m in said[:at]]
        other = any(is_date(m) and m.says != said[at].says for m in said[at + 1 :])
        if again and other and is_date(said[at]) and _OWN.match(text, said[at].end):
            refused[at] = True  # 礼拜五来通无礼拜五我欲去注射礼拜六
    for at in range(len(said) - 1):
        other = any(is_date(m) and m.says != said[at].says for m in said[at + 1 :])
        if refused[at] and is_date(said[at]) and other:
            for before in range(at):  # 约个明天的我妈说明天不行她说后天
                asked = _ASKED_WHETHER.search(text, said[before].end, said[at].start)
                refused[before] |= said[before].says == said[at].says and not asked


def with_inherited_parts(said: Said, refused: list[bool]) -> Said:
    """明早八点不八点半: the corrected hour keeps the part of the day of the one it replaces."""
    made: Said = []
    for mention in said:
        says = mention.says
        if isinstance(says, model.Clock) and says.part is None and made:
            before, no = made[-1].says, refused[len(made) - 1]
            if no and isinstance(before, model.Clock) and abs(before.hour - says.hour) <= 2:
                mention = replace(mention, says=replace(says, part=before.part))
        made.append(mention)
    return made


def _refused(text: str, said: Said, at: int, now: datetime) -> bool:
    mention, later = said[at], said[at + 1 :]
    if isinstance(mention.says, model.Repeat):
        habit = cues.behind("habit", "event", through="before_habit").match(text, mention.end)
        beside = next((m.end for m in later if is_time(m) and m.start == mention.end), None)
        if beside is not None:  # 我每天五点半起床…八点来都行明天
            habit = habit or cues.behind("habit", through="before_habit").match(text, beside)
        if mention.says.freq == "YEARLY" and later and _EVERY_YEAR_SO.match(text, mention.end):
            return True
        told = cues.behind("person", through="before_event").match(text, mention.end)
        since = said[at - 1].end if at else 0
        if cues.in_front("refuse_before").search(text, since, mention.start):
            return len(later) > 0
        often = cues.behind("too_often", through="small").match(text, mention.end)
        others = [m for m in said if m is not mention]
        other = any(is_date(m) or _says_more(m.says, mention.says) for m in others)
        return (habit or told or often) is not None and other
    if later and names_today(text, mention, later[0]):
        return False
    if is_date(mention) and _COUNTED_TO.search(text, 0, mention.start):
        return any(map(is_date, said[:at])) or any(map(is_date, later))
    if any(map(is_date, later)) and is_date(mention) and _WHICH_DAY.match(text, mention.end):
        return True
    if _denied_before(text, said, at) or (
        is_time_now(text, mention, now)
        and not is_of_a_day(text, mention, later)
        and not _is_behind_a_day(said, at)
    ):
        return True
    same = [m for m in later if is_date(m) == is_date(mention)]
    if any(is_date(m) for m in said if m is not mention) and _is_missing(text, mention):
        return True
    misheard = _MISHEARD.search(text, 0, mention.start) is not None
    if same and misheard and _REPEATED.match(text, mention.end):
        return True
    until = min(same[0].start, mention.end + _IF_REACH) if same else mention.end
    if cues.anywhere("if").search(text, mention.end, until):
        return False  # 礼拜一要是不行礼拜二也行
    if _denied_behind(text, mention, later, replaced=bool(same)):
        return True
    return bool(same) and _corrected(text, mention, same[0], _behind_its_hour(text, mention, later))


def _behind_its_hour(text: str, mention: Mention[Says], later: Said) -> Mention[Says]:
    """拜三下晡毋是拜四下晡: the day that puts right another one with its hour."""
    hour = is_date(mention) and is_time(later[0]) and later[0].start == mention.end
    if not hour or len(later) == 1 or type(later[1].says) is not type(mention.says):
        return later[0]
    return later[1] if _NOT_BUT.fullmatch(text, later[0].end, later[1].start) else later[0]


def _is_missing(text: str, mention: Mention[Says]) -> bool:
    """腊月没三十那就二十九, 三十一号这个月没有那就三十号: the month has no such day."""
    says = mention.says
    dated = isinstance(says, DATED | model.BareDay | model.EitherDay)
    if not dated or says.day not in _MAY_BE_MISSING:  # type: ignore[union-attr]
        return False
    return bool(_NONE.search(text, 0, mention.end) or _NONE_BEHIND.match(text, mention.end))


def _is_behind_a_day(said: Said, at: int) -> bool:
    """后日早起八点半啦: the hour of the day right in front of it."""
    before = said[at - 1] if at else None
    beside = before is not None and is_date(before) and before.end == said[at].start
    return beside and before.says != model.Offset(0)  # type: ignore[union-attr]


def _says_more(says: Says, than: model.Repeat) -> bool:
    """Whether it is a recurrence of its own; 月月 behind 月月五号 is none."""
    if not isinstance(says, model.Repeat):
        return False
    again = (says.freq, says.interval) == (than.freq, than.interval)
    return bool(says.weekdays or says.month_days) or not again


def _denied_before(text: str, said: Said, at: int) -> bool:
    """别礼拜三来; but in 半夜别来明早来 the word belongs to what stands before it."""
    since = said[at - 1].end if at else 0
    if _NOT_THIS_BUT.search(text, since, said[at].start):
        return False  # 不是这个是下个礼拜天
    pattern = cues.in_front("refuse_before", _REFUSING_VERB)
    found = pattern.search(text, since, said[at].start)
    if _ANSWERED.fullmatch(text, since, said[at].start):
        return False
    nor = found is not None and at > 0 and _NOR.search(text, since, found.start())
    if nor and _denied_before(text, said, at - 1):
        return True  # 不要明天也不要后天来
    end = said[at].end
    for following in said[at + 1 :]:
        end = following.end if is_time(following) and following.start == end else end
    if at and found is not None and _ENOUGH.fullmatch(found.group()):
        return False  # 十二号来俺说不用了十五号来
    if at and found is not None and found.group() in _ALSO_ANSWERS:
        reason = text[since : found.start()]
        if _AGAINST.fullmatch(reason) and _DECIDED.match(text, end):
            return False  # 听日太热唔好后日啦
    chosen = at > 0 and _THEN_ONLY.match(text, end) is not None
    if chosen and found is not None and found.group() in _ALSO_ANSWERS:
        return False  # 佢话听日嚟我话唔好后日先嚟
    if (
        found is not None
        and _IS_IT_NOT.fullmatch(found.group())
        and _ISNT.match(text, said[at].end)
    ):
        return False  # 今年不是闰六月嘛
    if found is None or at == 0:
        return found is not None
    behind = _hour_refusal().match(text, since, said[at].start)
    refuses = found.group().removeprefix("原来").removeprefix("本来")
    told = "来" in refuses or (behind is not None and behind.end() > found.start())
    return not told


def _hour_refusal() -> re.Pattern[str]:
    return cues.behind("refuse", "refuse_hour", through="small")


def _denied_behind(text: str, mention: Mention[Says], later: Said, *, replaced: bool) -> bool:
    """礼拜三下午不行: of a day and its hours both are meant, unless only the hour is replaced."""
    end = mention.end
    until = later[0].start if later else len(text)
    chosen = not any(map(is_date, later)) and _THAT_VERY_DAY.search(text, end)
    if is_date(mention) and chosen:
        return False
    if isinstance(mention.says, model.Clock) and _LEAVING.match(text, end):
        return False  # 七点出门: when the elder leaves
    if is_date(mention) and _KEPT_SO.match(text, end, until):
        return False
    if _ANSWERED.fullmatch(text, end, until):
        return True
    if _WHETHER.match(text, end, until):
        return False
    if _hour_refusal().match(text, end, until):
        return True
    far = cues.anywhere("refuse_far").search(text, mention.end, min(until, end + _FAR))
    if far:
        return True
    if not is_date(mention):
        return False
    if later and is_date(later[0]) and _is_busy_until(text, end, later[0]):
        return True
    hours = 0
    for following in later:
        if not is_time(following) or not _TOUCHING.fullmatch(text, end, following.start):
            break
        end, hours = following.end, hours + 1
    hour_replaced = any(is_time(m) for m in later[hours:]) and not replaced
    leaves = hours == 1 and isinstance(later[0].says, model.Clock) and _LEAVING.match(text, end)
    if hours != 1 or hour_replaced or leaves:
        return False  # 礼拜五下午上午没空 turns down the second only
    rest = later[hours].start if later[hours:] else len(text)
    if _WHETHER.match(text, end, rest):
        return False
    if cues.anywhere("refuse_far").search(text, end, min(rest, end + _FAR)):
        return True
    return cues.behind("refuse", through="small").match(text, end, rest) is not None


def _is_busy_until(text: str, end: int, other: Mention[Says]) -> bool:
    """腊月二十三没空二十二来: whether the words right before another day refuse this one."""
    gap = text[end : other.start]
    return len(gap) <= _REACH and any(found.end() == len(gap) for found in _BUSY.finditer(gap))


def _corrected(
    text: str, mention: Mention[Says], same: Mention[Says], following: Mention[Says]
) -> bool:
    """昨天不是…明天, 礼拜三改到礼拜五, 八点不八点半."""
    gap = text[mention.end : same.start]
    if len(gap) > _REACH:
        return False
    if re.fullmatch(f".{{0,12}}?{cues.words('moved')}[到成为去至在上后迟]*", gap):
        return True
    if _NO_NO.search(gap):
        return True
    if same is not following or is_either(text, mention, gap):
        return False
    if same.says == mention.says and _SIGH.fullmatch(gap):
        return False  # 七月十二啊阳历七月十二号
    return bool(_RESTART.fullmatch(gap) or cues.anywhere("correct").search(gap))


def is_either(text: str, first: Mention[Says], gap: str) -> bool:
    """要不礼拜六要不礼拜天, 三号要不四号随你们: a choice, no correction."""
    word = gap.strip("，, ")
    if word not in ("要不", "要不就", "要不然"):
        return False
    offered = _OFFERED.match(text, first.end + len(gap))
    return offered is not None or text[: first.start].endswith(word)


def _contrast(text: str, said: Said, refused: list[bool]) -> None:
    """是礼拜四不是礼拜三 turns down the second; 礼拜四不是礼拜三 leaves it open."""
    for at in range(1, len(said) - 1):
        day, hour, other = said[at - 1 : at + 2]
        if not (is_date(day) and is_time(hour) and is_date(other) and day.end == hour.start):
            continue
        affirmed = _AFFIRMED.search(text, 0, day.start) is not None
        if refused[at - 1] and affirmed and _NOT_BUT.fullmatch(text, hour.end, other.start):
            refused[at - 1] = refused[at] = False  # 是后天前晌不是明天前晌
            refused[at + 1] = True
    for at in range(len(said) - 1):
        begin, second = _with_its_day(said, at), said[at + 1]
        first = said[begin]
        if not _NOT_BUT.fullmatch(text, said[at].end, second.start) or not refused[begin]:
            continue
        if is_date(first) != is_date(second) or names_today(text, first, second):
            continue
        if first.says == second.says:  # 明天啊不是明天; 听晚唔系听日五点 is another hour of the day
            refused[at + 1] = begin == at
            continue
        if _SLIPPED.fullmatch(text, first.end, second.start):
            refused[at + 1] = False  # 下个礼拜六哦不是这个礼拜六
            continue
        affirmed = _is_upheld(text, said, begin, at + 1)
        regional = text[said[at].end : second.start].strip("，, ") in ("唔系", "毋是")
        regional = regional and second.says != model.Offset(0)  # 明朝唔系今朝
        settled = regional or cues.behind("settled").match(text, second.end) is not None
        affirmed = affirmed or (not settled and _has_twin(said[: at + 1], second.says))
        if affirmed or not settled:
            refused[begin : at + 1] = [False] * (at + 1 - begin)
            refused[at + 1] = affirmed
        else:
            refused[at + 1] = False  # 十四号哎不是二十号下午


def _is_upheld(text: str, said: Said, one: int, other: int) -> bool:
    """Whether the first of two days or hours is the one that is meant (下礼拜天不是明天那个)."""
    first, second = said[one], said[other]
    again = first.says in [m.says for m in said[:one]]  # 九点正对上九点不是十九点
    engaged = any(m.says == second.says and _IS_WHY.match(text, m.end) for m in said[other + 1 :])
    other_week = isinstance(first.says, model.Weekday) and isinstance(second.says, model.Weeks)
    other_one = _THAT_ONE.fullmatch(text, second.end) is not None
    affirmed = _AFFIRMED.search(text, 0, first.start) is not None
    return again or engaged or other_week or other_one or affirmed


def _with_its_day(said: Said, at: int) -> int:
    """明早不是今早: the place of the day that an hour in front of another day belongs to."""
    day = said[at - 1] if at else None
    beside = day is not None and is_date(day) and day.end == said[at].start
    return at - 1 if beside and is_time(said[at]) and is_date(said[at + 1]) else at


def _warn_off(text: str, said: Said, refused: list[bool]) -> None:
    """礼拜五吧别礼拜四来, 八点来别拖到九点: the word belongs to the time behind it."""
    for at in range(1, len(said)):
        first, second = said[at - 1], said[at]
        if _NOT_TAKEN_FOR.fullmatch(text, first.end, second.start) and not (
            _INDEED.match(text, second.end) or names_today(text, first, second)
        ):
            day = at - 2 if is_time(first) and at > 1 and is_date(said[at - 2]) else at - 1
            refused[day:at] = [False] * (at - day)
            refused[at] = True
    for at in range(1, len(said)):
        warned = _BUT_NOT.fullmatch(text, said[at - 1].end, said[at].start)
        if warned and is_date(said[at]) and _COMES.match(text, said[at].end):
            day = at - 1 if is_date(said[at - 1]) or at < 2 else at - 2
            refused[day:at] = [False] * (at - day)
            refused[at] = True


def _has_twin(said: Said, says: Says) -> bool:
    """Whether the same number was told of another calendar, week or half of the day.

    阴历十五不是阳历十五: kept apart from what it might be taken for, no slip that is put right.
    """
    last = said[-1].says
    if isinstance(says, model.Weekday):
        same = isinstance(last, model.Weekday) and last.weekday == says.weekday
        return same and says.this
    if isinstance(says, DATED):
        return isinstance(last, DATED) and type(last) is not type(says) and last.day == says.day
    if not isinstance(says, model.Clock) or says.part is None:
        return False
    hours = [m.says for m in said if isinstance(m.says, model.Clock)]
    same = any((one.hour, one.minute) == (says.hour, says.minute) for one in hours)
    parts = {one.part for one in hours} | {
        m.says.name for m in said if isinstance(m.says, model.Part)
    }
    return same and bool(parts - {None, says.part})


def _spread(text: str, said: Said, refused: list[bool], now: datetime) -> None:
    """Days told in one breath are turned down together, and with them their hours."""
    for at in range(len(said) - 1, 0, -1):
        one, other = said[at - 1], said[at]
        if refused[at] and names_today(text, one, other) and is_time_now(text, other, now):
            refused[at - 1] = True  # 今天都星期天了
        elif is_date(one) and is_time(other) and one.end == other.start:
            last = at + 1 == len(said)  # 中元节下午我要烧纸别来
            kept = not last and _NO_NO.search(text, 0, said[at + 1].start)
            if refused[at - 1] and (last or is_date(said[at + 1])) and not kept:
                refused[at] = True  # 不是礼拜四上午是礼拜四下午
        elif refused[at] and _are_listed(text, one, other, now):
            refused[at - 1] = True


def _are_two_days(one: model.Day, other: model.Day, now: datetime) -> bool:
    """Whether two names are those of two single days for certain."""
    first, second = resolve.resolve(one, now), resolve.resolve(other, now)
    if not (first.single and second.single and first.first and second.first):
        return False
    return not (resolve.fits(other, first.first, now) or resolve.fits(one, second.first, now))


def _are_listed(text: str, one: Mention[Says], other: Mention[Says], now: datetime) -> bool:
    """五号六号都没空, 二十九号那天周六我不方便; in 后天吧明天没空 the first is settled."""
    listed = _LISTED.fullmatch(text, one.end, other.start) is not None
    if is_date(one) and is_date(other) and not isinstance(other.says, model.Weeks):
        if _SETTLED.match(text, one.end) and _are_two_days(one.says, other.says, now):
            return False
        return listed or (apposed(text, one, other) and not names_today(text, one, other))
    both = one.says == other.says or text.startswith("都", other.end)
    return listed and both and is_time(one) and is_time(other)
