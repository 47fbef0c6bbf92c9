"""Why a day that was understood is asked about, and lines that wish for no day at all.

Stories of the past, complaints, conditions, days put off, and feasts that are only talked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache

from bot.understanding.times import cues, hedges, model, resolve
from bot.understanding.times.choose import Wish, is_event, is_weather
from bot.understanding.times.grouping import Day
from bot.understanding.times.model import Mention, When
from bot.understanding.times.scanner import Token
from bot.understanding.times.weighing import is_told, weight

_NO_WISH = re.compile(
    r"(?:怎么|哪能|咋|点解|为什么|为啥|还).{0,4}(?<![来到送])[没不勿冇未](?:来|到|送)(?!过|不)|再[不勿]来"
    r"|(?:怎么|咋|点解|为什么|为啥)(?:又|就|变|成)"
    r"|[是系](?:几号|礼拜几|星期几|周几|哪天|边日)[啊呀呢嘛来着]*$"
    r"|今[天日儿晡朝]个?(?:又|还|也|都)?[没冇无未](?:有)?人?[来嚟][了啊呢嘛咧]*$"
)
"""昨天讲好怎么还没来, 礼拜五是几号啊: a complaint or a question, no wish."""
_SO_THEN = re.compile("(?:那就|咁就|那|就|咁)$")
"""Right before a day that follows from what was said."""
_NOT_COME = re.compile(
    "来[修洗扫做弄送装]的(?!人)|[没冇无未不](?:有)?(?:人|见人|见)?(?:来|嚟|送|派|接|安排|帮)|[来送帮接约订定][过的了]|请假|请了"
)
"""来 and the like where nobody is asked to: 没人来, 来过."""
_DISMISSED = re.compile(
    "(?:不用|不要|唔使|毋使|毋免|用不着|不麻烦|唔劳)(?:麻烦)?(?:你们|你哋|你地|恁)(?:[来嚟送])?[了啦喇咯哦啊]*$"
    "|[先就][不唔毋](?:忙)?[定订约][了啦喇咯哦啊]*$"
    "|(?:你们|你哋|你地|恁)(?:不用|唔使|毋使|毋免|免)[来嚟][了啦喇咯哦啊]*$"
)
"""我带她去不用你们了: nothing is wished."""
_ARRIVES = re.compile(
    "[^，,来]{0,5}?(?:[回转返翻][来嚟家屋趟]|返屋企|倒转来|到家|来家|来做客|来吃饭|来食饭|上门来)"
)
_SAME_DAY = re.compile("[那当嗰彼该同][天日工]|就[那这]|[之以]?前|那会儿|那阵|后")
"""Behind what somebody else does on a day: the same day is wished, or one counted from it."""
_PUT_OFF = re.compile(
    r"再(?:说|讲|看|定|约|联系)(?:吧|嘛|呗|哈)?$|[看睇](?:看|下|情况)?[吧嘛呗啦]$"
)
"""等我儿媳妇出了月子再说: nothing is wished yet."""
_IF_YOU_CAN = re.compile("(?:[要若]?[能行有]|可以|方便|得行|中|成)(?:个伴儿?)?的话[，,]?就?$")
"""洗完能帮我套上吗能的话后天来: depends on who comes, not on the day."""
_ORDERED = re.compile("(?:医生|大夫|先生|医师|护士)[^，,]{1,4}$")
_AWAITED = re.compile(r"等[^，,来去过]{1,6}$")
_COMES_BACK = re.compile(
    r"[^，,]{0,3}(?:回|转|返|翻|到家|放假|休息|有空|得闲)[^，,]{0,4}(?:再|正|才|先至?)(?:问|讲|说|看|定|商量|约)"
)
_OPEN = re.compile(
    r"(?:隔三[差岔]五|三天两头)(?:.{0,3}来|$)|[逢等](?:着)?(?:下[个只])?[场墟圩集]日?|赶?集[天日]|赶[场墟圩][天日]|[墟圩][天日]"
    r"|(?:开学|生日|做寿|发工资|出院|搬家|办酒|暑假|寒假|赶[集场墟圩])(?:[那嗰该彼当][一]?|前一?|后一?|头一?|第二)[天日工]"
    r"(?=$|[再来嚟吧嘛啦先])"
    r"|^(?:明年|今年)?(?:开春|立罢春|入冬|入秋|秋收|秋后|麦后|夏收|麦收|双抢|农忙|暑假|寒假)(?:$|[完后了再来嚟儿吧]|以后|之后|过后)"
    r"|^(?:每|一)个?季度|^(?:每|一)个?季来|^半年来?一?[回次趟转摆]|三不五时|三两工|两三天头上"
    r"|^[隔停歇]个(?:礼拜|星期|月)(?:$|[再嘛吧啦先])"
    r"|^等[^，,我你]{1,4}(?:割|收|种|插|栽|晒|打|摘|忙)[^，,]{0,2}[完好了毕罢干煞撇][了哩啦咧嘛吧]*$"
    r"|(?:啥|什么|几)(?:时候|时).{1,4}(?:啥|什么|几)(?:时候|时)|(?:随便|任)(?:你们?|恁)?(?:哪|啥|什么|边)[天日]"
    r"|(?:哪|边|佗)(?:一)?[天日](?:都|拢)|等.{0,4}(?:天?晴|[雨雪]停|天好)|等.{1,8}再(?:说|讲|来)|(?<![别要])再[说讲][吧嘛呗啦]*$|[那彼嗰][两几][天日].{0,2}来"
)
_NO_DAY_YET = re.compile(
    "(?:[说讲]不[准来定]|唔知(?:道)?几时|毋知底时|不(?:知道|晓得|清楚)(?:啥|什么|哪)[时天]|(?:再|才)定(?:具体)?(?:日子|时间|哪天))"
    "|(?:问|看).{1,12}才(?:共|跟|和|同|给|话)(?:恁|你|汝|您)"
)
"""看我爸化验结果出来再定具体日子: a wish for a day that is not known yet."""
_NEVER_CAME = re.compile(
    "(?:(?:来|到|嚟|等|[咋啥]|怎么|点解|仰般)[^，,]{0,6}(?:都|还|也|犹|仲)(?:没|未|冇|无|毋|不|唔)(?:有)?(?:看?见|看到)?个?(?:人|影)"
    "|(?:等|到(?:现在|而家|今|这))[^，,]{0,5}(?:没|未|冇|无|毋)(?:有)?(?:来|嚟|到))(?:影儿?)?[了啊呢哦]*$"
)
"""说今天来等到现在都没见人: nobody came, and nobody is asked to."""
_ABOUT_YOU = re.compile(
    "(?:敢有|有没有|有冇|有无|上不|上唔|开不|开唔)(?:上班|返工|开门|营业|班|门)[^来派送接]{0,10}(?:问一下|问下|问问|[吗啊呢啦嘛])*$|"
    "(?:休不休息?|歇不歇|放不放假|放唔放假)[啊呀呢嘛]*$|"
    "(?:放几天假|(?:有没有|有冇|有无)(?:什么|啥)?(?:活动|节目)|涨价(?:是真的)?吗?)[啊呀呢嘛]*$"
)
"""你们礼拜天有没有活动: asked about, not wished."""
_ONLY_TOLD = re.compile(
    "(?:跟|同|和|共|给)?(?:你们|你哋|恁|汝等)(?:念叨念叨|唠叨唠叨|唠唠|说一声|讲一声|说说|报个喜)[啊哈]*$"
    "|告诉你们一声[啊哈]*$"
)
"""我跟你们念叨念叨: nothing is wished."""
_BORN = re.compile("属[鼠牛虎兔龙蛇马羊猴鸡狗猪]的|[的个嘅]生[儿人](?!日)")
"""七月十四的生儿属羊的: a birthday."""
_WEATHER = re.compile(
    "[又还都就]*(?:要|会|爱|欲|有|可能|话会?|讲会?|说是?要?)?(?:得)?"
    "(?:[下落][大小]?[雨雪冰]|打风|刮[大]?风|变天|降温|转冷|转凉|出日头|出太阳|天晴|起雾|打霜)"
)
"""Behind a day: a forecast."""
_ONCE = re.compile(
    "[我俺]那阵子|那阵子[我俺在]|以前[在我涯俺阮做当]|年轻(?:时|的时候|那)|那时候|当年|早年|旧时|旧底|少年时|后生(?:时|个时)|[当做教干][了过][^，,]{1,4}年"
)
"""What somebody used to do, or was."""
_WANTS = re.compile("[来嚟帮送请派约]|给[我俺咱]|麻烦|安排|上门")
_UNSETTLED = re.compile(
    r"(?<!电话)(?<!电话里)[闹搞弄说讲][不唔毋](?:清|准|定)"
    r"|不(?:知道|晓得)(?:是)?(?:早上|上午|下午|晚上)"
)
"""不知道早上晚上, 我也闹不清: the caller has not decided."""
_UNDECIDED = re.compile(
    r"[唔不毋袂]记得(?:咗|了)?.{0,5}(?:边|哪|佗)一?[日天工]|记不(?:得|清)是?(?:哪|边|佗|几)|"
    r"还?没(?:定|想好)(?!了)|还未定|看情况"
    r"|(?:看|听)(?:医生|大夫|儿子|闺女|女儿|天气?)[^，,]{0,2}(?:怎么|咋|安怎|点)[说讲样]?[吧嘛呗]*$"
    r"|等[^，,来]{1,5}(?:电话|消息|通知)[吧嘛呗]*$"
    r"|(?:[得爱着]|还要|先)(?:去)?(?:问|参详)(?:问|一?下|看)?(?:我|俺|阮|涯)?[家的]?"
    + cues.words("person")
    + "(?!.{0,4}[要拿借])"
    r"|不(?:知道|晓得)是?[哪边佗]一?[天日工](?=[，,好]|$)"
    r"|[哪边佗]一?[天日工][^，,]{0,2}(?:还|仲|犹)?(?:得|要|爱|着)[^，,]{0,6}?(?:问|商量|参详)"
    r"|(?:等|过后|回头|问[清好了]|商量)[^，,]{0,10}再(?:告诉|通知|回复?|讲|说|话|给|跟|和|共|同)[^，,]{0,4}(?:[哪边佗]一?[天日工]|几时|底时|什么时候)"
)
"""还没定呢, 看医生怎么说: wherever it is said."""
_WHICH_CALENDAR = re.compile(
    "(?:[新阳公西]历.{0,2}(?:抑是?|还是|定系?|或者?).{0,2}[旧农阴老]历"
    "|[旧农阴老]历.{0,2}(?:抑是?|还是|定系?|或者?).{0,2}[新阳公西]历)(?!.*历)"
)
"""十月初一看新历抑旧历: whoever is asked cannot know."""
_UNSETTLED_REACH = 8
"""How many characters before a day what is unsettled may be said."""
_THAT_DAY = re.compile("[那当嗰彼该][天日工]$|[头第]一[天日工]$")
_TELLING = 5
"""From how many characters on a line tells something beside a day."""
_BUT_FOR = re.compile(
    "都(?:行|成|中|可以|方便|得闲|有空|有闲|在家?)[^，,]{0,3}(?:就是|就系|但是|不过|可是|只是)[^，,]{0,3}$"
)
"""哪天都方便就是礼拜三有合唱队: the day named is the one that is not meant."""
_OVERDUE = re.compile(
    "[就著着也]?(?:应?该|讲好|说好|话好|约好|订好|定好|答应|[说讲话])(?:要|爱|欲|会)?(?:派?人)?[来嚟到送派](?:[的嘅个](?=$|[了啊嘛呢，])|(?![的嘅个]))"
    "|(?:讲好|说好|话好|约好|订好|定好|约了|订了)的?[，,]?(?:怎么?|咋|安怎|点解|仰般|样般|为啥|哪能)(?:都|还|就)?"
    "[没无冇毋未](?:有|得)?(?:个?人|见人)?[来嚟到]"
)
"""Behind a day and its hour: somebody was to come then."""
_PAID = re.compile("[^，,]{0,6}?(?:发(?!烧)|到账|退休金|养老金|低保|工资|补贴)")
_LONG_LINE = 12
"""From how many characters on a line that asks for nothing is no answer to a question."""
_CHATTED = 9
"""From how many characters on a line in which no word asks is a chat."""
_PUTS_RIGHT = re.compile(
    "[是系](?:闰|前|后|头一)[月的个只嗰那这该彼头面背壁尾]{1,4}|不是|唔系|毋是|[讲说记搞听]错|[补挪推拖延换]到|改|定|约|[啦吧嘛吗]$|[哪边][天日]|几点"
)
"""不是礼拜三是礼拜四: of a wish spoken of before."""
_ANY_DAY = re.compile(
    "看着[办排安]|(?:哪|边|佗)(?:一)?(?:天|日|工|个日)(?:都|拢|嘛|[^，]{1,6}(?:哪|边|佗)一?[天日工])|随便(?:哪|边|佗|啥)|(?:任|拣|挑)(?:你|恁|汝)?(?:哪|边|佗|一)[天日工]"
)
_YOU_CHOOSE = re.compile("[看睇][你恁]?[们哋地]?[哪边佗][一]?[天日工]")
_DONE_THEN = re.compile("的|(?:那天)?[^，,]{0,4}[完罢撇煞好过][^，,]{0,3}|[团聚圆过][^，,]")
"""Between a feast and 后天: what is done by then."""
_YOU_DECIDE = re.compile("(?:你|恁|汝)[们哋地]?(?:看着)?[定拣选挑排]|你[们哋地]?(?:说了算|话事)")
"""Behind two days: those asked are to choose one."""
_ROUGHLY = re.compile("的?(?:样子|光景)?[吧嘛啊呗，,]*(?:差不多|上下|光景|样子|大差不差)")
_AMONG = re.compile("(?:放假|假期)?的?(?:中间|当中|里头|期间)(?:的?[哪随挑拣找]|[来吧，]|$)")
"""国庆中间哪天: one of the days off that begin with a feast."""
_COUNTED_FROM = re.compile("(?:开始)?(?:起算|算起?|数起?)(?:过|往后)?[一两二三四五六七八九十半]")
"""从今天算三天: whether that day counts is open."""
_COME = re.compile(
    "[就再才先]?[来嚟](?![的个嘅过了咗])|上门(?![的了])|过来(?![的了])|派人|喊人|叫人"
)
_WILL_DO = re.compile("[来嚟][^，,了过]{0,3}就(?:好|妥|行|成|中|得|做得|会使|要得)")
_COUNTED_OUT = model.Following | model.NextWorkday | model.NthWeekday
"""Days that nobody counts out but to name the one that is wished."""
_THAT_IS_ALL = re.compile("(?:[上下]午|早上|朝早|晚上)?[啦吧嘛哇呗咯]")
_MANY = 3
"""Days beyond the first from which a stretch is too long to choose one of it for the caller."""
_PREPARED = 14
"""How many days before a day that is told of something may be wished for it."""


def doubts(text: str, wish: Wish, days: resolve.Days, now: datetime) -> Iterator[str]:
    """Reasons to ask about the days of a wish, as in `When.reason`, the weightiest first."""
    broad = model.Ahead | model.Month | model.Weeks
    loose = any(isinstance(m.says, broad) for m in wish.dates)
    loose = loose or (bool(wish.dates) and is_event(text, wish))
    if (loose and _PUT_OFF.search(text)) or _is_latest(text, wish) or _is_ordered(text, wish):
        yield "vague"
    if _is_conditional(text, wish) or _is_complaint(text, wish) or _is_unsettled(text, wish):
        yield "unclear"
    if _WHICH_CALENDAR.search(text):
        yield "calendar"
    if any(_BUT_FOR.search(text, 0, m.start) for m in wish.dates):
        yield "vague"
    if _is_tomorrow_or_later(wish, now) or _is_weekend_open(text, wish):
        yield "vague"
    if any(isinstance(m.says, model.Ahead) and _is_rough(text, m) for m in wish.dates):
        yield "vague"
    if any(isinstance(m.says, model.Named) and _AMONG.match(text, m.end) for m in wish.dates):
        yield "vague"
    if _is_any_of_many(text, wish, days) or any(_is_counted_on(text, m, wish) for m in wish.dates):
        yield "vague"
    if any(_is_left_to_you(text, m) for m in wish.dates):
        yield "two-days"
    if _is_told(text, wish):
        yield "past"
    if any(_is_counted_from_feast(text, m, wish, now) for m in wish.dates):
        yield "vague"
    if wish.dates and is_unasked(text, wish):
        yield "unclear"
    if _is_before_what_was_told(wish, days, now) or _is_arrival(text, wish):
        yield "unclear"
    yield from hedges.hedges(text, wish, now)


def is_story(text: str, wish: Wish, now: datetime) -> bool:
    """你们昨天下午来的那个小伙子: of the only day named it is told what was then.

    The day is past, or nobody is asked to come in the whole line (六一生的, 那年四月摔过).
    """
    days = wish.dates
    first = min((m.start for m in wish.used), default=0)
    if len(text) > _LONG_LINE and wish.repeat is None and _DISMISSED.search(text):
        return True
    if wish.repeat is None and _is_remark(text, wish, now):
        return True
    exact = bool(wish.dates) and bool(_clocks(wish))
    if _ONCE.search(text, 0, first) and not _WANTS.search(text, first) and not exact:
        return True  # 以前在铁路半夜十二点接班
    if wish.repeat is not None or len(wish.told) != 1 or len(days) != 1:
        return False
    last = resolve.resolve(days[0].says, now).last
    past = last is not None and last < now.date()
    if not past and cues.anywhere("pleads").search(_NOT_COME.sub("，", text)):
        return False
    end = max(m.end for m in wish.used)
    return is_told(text, days[0].start, end) and not is_overdue(text, wish)


def _is_remark(text: str, wish: Wish, now: datetime) -> bool:
    """今天来等到现在没见人, 礼拜天有没有活动, 跟你们念叨念叨: a complaint, a question, a chat."""
    asked = _ABOUT_YOU.search(text)
    if asked and not _goes_on_to_wish(wish, asked.start()):
        return True
    if _ONLY_TOLD.search(text) and not _WANTS.search(_NOT_COME.sub("，", text)):
        return True
    if _BORN.search(text) and not _WANTS.search(text):
        return True
    weather = [m for m in wish.told if _WEATHER.match(text, m.end)]
    if weather and len(weather) == len(wish.told) and not _WANTS.search(_NOT_COME.sub("，", text)):
        return True
    days = [resolve.resolve(m.says, now).last for m in wish.told]
    to_come = any(day is None or day > now.date() for day in days)
    return not to_come and _NEVER_CAME.search(text) is not None


def _goes_on_to_wish(wish: Wish, asked: int) -> bool:
    """初六开不开门初六上午: a day is named behind the question about one named before it."""
    before = any(m.end <= asked for m in wish.told)
    return before and any(m.start > asked for m in wish.dates)


def left_open(text: str) -> When | None:
    """隔三差五来看看, 逢集日来, 等麦子割完: a wish whose days nobody can count."""
    found = _OPEN.search(text) or _NO_DAY_YET.search(text)
    if found is None:
        return None
    return When(None, None, None, None, None, ask=True, span=found.group(), reason="vague")


def is_unasked(text: str, wish: Wish) -> bool:
    """双十一满三百减五十: a feast or a month alone, in a line that asks for nothing."""
    today = any(m.says == model.Offset(0) for m in wish.dates)
    timed = wish.times if wish.dates and not today else _clocks(wish)
    if timed or not all(map(_is_often_told, wish.dates)):
        return False
    covered = {at for m in wish.used for at in range(m.start, m.end)}
    rest = "".join(one for at, one in enumerate(text) if at not in covered)
    that_day = any(_THAT_DAY.search(text, m.start, m.end) for m in wish.dates)
    pleads = that_day or cues.anywhere("pleads").search(rest) is not None
    if today:
        return len(rest) >= _TELLING and not pleads  # 今天去公园走了一圈
    return len(rest) >= _TELLING and not pleads and not cues.anywhere("asks").search(rest)


def is_all(text: str, found: Sequence[Token], wish: Wish) -> bool:
    """前日彼个时阵: the time is all that is said, so that nothing is told of it."""
    covered = {at for m in wish.used for at in range(m.start, m.end)}
    fillers = {
        at for token in found if token.kind == "fill" for at in range(token.start, token.end)
    }
    return len(covered | fillers) >= len(text)


def is_told_only(text: str, wish: Wish) -> bool:
    """门口有个三八商店, 每个月攞两千蚊退休金: a long line that asks for nothing at all."""
    if wish.repeat is not None and _PAID.match(text, wish.repeat.end):
        return not any(cues.anywhere(role).search(text) for role in ("pleads", "asks"))
    named = [m for m in wish.dates if isinstance(m.says, model.Named)]
    alone = len(wish.told) == 1 and bool(named) and not wish.repeat
    return alone and len(text) >= _LONG_LINE and is_unasked(text, wish)


def asks_nothing(text: str, wish: Wish) -> bool:
    """阮孙后日结婚我欢喜甲睏袂去: no word pleads, asks or puts right, and none chooses the day."""
    if len(text) < _CHATTED or _PUTS_RIGHT.search(text):
        return False
    if any(cues.anywhere(role).search(text) for role in ("pleads", "asks")):
        return False
    if _is_appointment(text, wish):
        return False
    return all(weight(text, m.start, m.end) <= 0 for m in wish.told)


def is_ordered(text: str, wish: Wish) -> bool:
    """今晡日下昼两点来呀: a day with its hour and the words of a wish, whatever else is told.

    上礼拜五来修就妥了 wishes for a day, though it is past.
    """
    if any(_WILL_DO.match(text, day.end) for day in wish.dates):
        return True
    return any(
        hour.start == day.end and _COME.match(text, hour.end)
        for day in wish.dates
        for hour in _clocks(wish)
    )


def is_overdue(text: str, wish: Wish) -> bool:
    """昨儿后晌就该来了: somebody was to come on the day told, though it is past."""
    return bool(wish.dates) and _OVERDUE.match(text, max(m.end for m in wish.used)) is not None


def _is_appointment(text: str, wish: Wish) -> bool:
    """下个礼拜四九点搭三, 后日啦: a day with its hour, counted out, or alone, heads the line."""
    first = min(wish.dates, key=lambda m: m.start, default=None)
    if first is None or first.start > 0:
        return False
    timed = any(m.start == first.end for m in _clocks(wish))
    if isinstance(first.says, _COUNTED_OUT):
        return True  # 过了元旦头一个礼拜一，我孙女上班了
    return timed or _THAT_IS_ALL.match(text, first.end) is not None


def _clocks(wish: Wish) -> list[Mention[model.TimeOfDay]]:
    return [m for m in wish.times if not isinstance(m.says, model.Part)]


def _is_often_told(day: Day) -> bool:
    """Today, feasts and months: named in many a story, a wish only where something is asked.

    中旬 is a time that is fixed, no month that is talked of.
    """
    if isinstance(day.says, model.Month) and day.says.part.startswith("ten:"):
        return False
    return isinstance(day.says, model.Named | model.Month) or day.says == model.Offset(0)


def _is_tomorrow_or_later(wish: Wish, now: datetime) -> bool:
    """那就下礼拜一吧, said on a Sunday and of no hour: tomorrow, or a week on."""
    days = [m.says for m in wish.dates]
    sunday = now.isoweekday() == 7 and days == [model.Weekday(1, 1)]
    return sunday and not wish.times and wish.repeat is None and len(wish.told) == 1


def _is_left_to_you(text: str, day: Day) -> bool:
    """礼拜三四都中你看着定: which of the two is left to those asked."""
    says = day.says
    if not isinstance(says, model.Between) or not isinstance(says.first, model.Weekday):
        return False
    two = isinstance(says.last, model.Weekday) and says.last.weekday == says.first.weekday + 1
    return two and _YOU_DECIDE.search(text, day.end) is not None


def _is_weekend_open(text: str, wish: Wish) -> bool:
    """这周末看哪天你们有人: which of its days is left to those asked."""
    whole = any(isinstance(m.says, model.Weeks) for m in wish.dates)
    return whole and _YOU_CHOOSE.search(text) is not None


def _is_before_what_was_told(wish: Wish, days: resolve.Days, now: datetime) -> bool:
    """清明回老家六号回来七号来, said in March: the seventh of which month?"""
    first = min(wish.dates, key=lambda m: m.start, default=None)
    if first is None or days.first is None or days.doubt:
        return False
    bare = _is_bare(first.says)
    told = [m for m in wish.told if m.end <= first.start and not _is_bare(m.says)]
    told = [m for m in told if not (isinstance(m.says, model.Named) and m.says.weak)]
    ahead = [found for found in (resolve.resolve(m.says, now) for m in told) if found.single]
    ahead = [found for found in ahead if found.doubt != "no-such-day"]
    far = days.first + timedelta(days=_PREPARED)
    same = any(found.is_same(days) for found in ahead)
    return bare and not same and any(found.first and found.first > far for found in ahead)


def _is_bare(says: model.Day) -> bool:
    """Whether it is a day of the month that names no month."""
    return isinstance(says, model.MonthDay | model.LunarDay) and says.bare


def _is_any_of_many(text: str, wish: Wish, days: resolve.Days) -> bool:
    """下礼拜哪天都行: a week or a month of which any day will do."""
    whole = any(isinstance(m.says, model.Month | model.Weeks) for m in wish.dates)
    if not (whole and days.first and days.last) or (days.last - days.first).days < _MANY:
        return False
    return _ANY_DAY.search(text) is not None


def _is_counted_on(text: str, day: Day, wish: Wish) -> bool:
    """元旦过了再过一个礼拜, 从今天算半个月: counted from another day, which only it can tell."""
    again = isinstance(day.says, model.Ahead) and text.startswith("再", day.start)
    beside = any(m.end == day.start and m != day for m in wish.told)
    return (again and beside) or _COUNTED_FROM.match(text, day.end) is not None


def _is_counted_from_feast(text: str, day: Day, wish: Wish, now: datetime) -> bool:
    """清明的后天, 端午扒完龙船听日, said long before: two days from the feast, or from today?"""
    soon = isinstance(day.says, model.Offset) and day.says.days > 0
    before = [m for m in wish.told if m.end <= day.start]
    if not soon or not before or not isinstance(before[-1].says, model.Named | model.LunarDay):
        return False
    if is_weather(before[-1].says):
        return False  # 外面下大雪过后天来
    feast, wished = (resolve.resolve(m.says, now).first for m in (before[-1], day))
    gap = text[before[-1].end : day.start]
    ahead = feast is not None and wished is not None and feast > wished
    return ahead and _DONE_THEN.fullmatch(gap) is not None


def _is_rough(text: str, day: Day) -> bool:
    """半个月以后吧差不多: counted only roughly."""
    return _ROUGHLY.match(text, day.end) is not None


def _is_latest(text: str, wish: Wish) -> bool:
    """最晚后天: any day up to that one."""
    latest = cues.in_front("latest", "(?:在|是|到|也就)?")
    return any(latest.search(text, 0, m.start) for m in wish.dates)


def _is_ordered(text: str, wish: Wish) -> bool:
    """医生喊半只月后复查: counted from the visit, not from today."""
    return any(
        isinstance(m.says, model.Ahead) and _ORDERED.search(text, 0, m.start) for m in wish.dates
    )


def _is_conditional(text: str, wish: Wish) -> bool:
    """要是礼拜六出太阳就来: wished only where something else happens."""
    given = cues.in_front("if")
    return any(
        (given.search(text, 0, m.start) and not _IF_YOU_CAN.search(text, 0, m.start))
        or _is_awaited(text, m)
        for m in wish.dates
    )


def _is_complaint(text: str, wish: Wish) -> bool:
    """昨天讲好怎么还没来; in 咋没来那就明天吧 a wish follows from it."""
    follows = [m for m in wish.dates if _SO_THEN.search(text, 0, m.start)]
    until = follows[0].start if follows else len(text)
    found = _NO_WISH.search(text)
    return found is not None and (not follows or found.end() > until)


def _is_unsettled(text: str, wish: Wish) -> bool:
    """初八还是初九我也闹不清; what is unclear long before the day is something else."""
    first = min((m.start for m in wish.used), default=0)
    near = _UNSETTLED.search(text, max(0, first - _UNSETTLED_REACH))
    return (near or _UNDECIDED.search(text)) is not None


def _is_awaited(text: str, day: Day) -> bool:
    """等我儿子五一回来再问他: put off until somebody is there."""
    before, behind = text[: day.start], text[day.end :]
    return bool(_AWAITED.search(before) and _COMES_BACK.match(behind))


def _is_arrival(text: str, wish: Wish) -> bool:
    """我闺女礼拜天回来派人擦擦窗: the day she comes, not the day of the work."""
    if len(wish.told) != 1 or len(wish.dates) != 1 or wish.times or wish.repeat:
        return False
    day = wish.dates[0]
    theirs = cues.in_front("person", "[^，,]{0,3}").search(text, 0, day.start)
    found = (_ARRIVES if theirs else _somebody_arrives()).match(text, day.end)
    if found is None or _SAME_DAY.search(text, found.end()):
        return False
    return cues.anywhere("pleads").search(text, found.end()) is not None


@cache
def _somebody_arrives() -> re.Pattern[str]:
    return re.compile(f"[^，,]{{0,3}}{cues.words('person')}{_ARRIVES.pattern}")


def _is_told(text: str, wish: Wish) -> bool:
    """十号修的水管又漏了: the only day is one of the past, told without its month."""
    days = wish.dates
    if not days and wish.repeat is None:  # 师傅九点来的
        return any(is_told(text, m.start, m.end) for m in wish.times)
    loose = len(days) == 1 and isinstance(
        days[0].says,
        model.MonthDay | model.LunarDay | model.Weekday | model.Ahead | model.Month,
    )
    return loose and (is_told(text, days[0].start, days[0].end) or is_overdue(text, wish))
