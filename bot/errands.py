"""What a line is about where it is not about danger: an answer, a service, a day to come.

The classifier of emergencies asks once too often rather than too seldom. These are the lines that
need no asking, and the ones that are answered as usual once nothing was wrong. What says that
nothing is wrong is in denials.py.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.answers import yes_no
from bot.understanding.numbers import phone_number
from bot.understanding.people import relations
from bot.understanding.questions import asks_policy
from bot.understanding.services import find_service
from bot.understanding.times import parse_when
from bot.understanding.wear import without_wear

SLOTS = frozenset(("address", "confirm", "date", "hospital", "name", "person", "phone", "time"))
"""What a form asks for: whatever is said next is meant as the answer."""
CLEARLY, IN_PASSING = 1.0, 0.5
"""Scores of a service that is named, and of one that is only alluded to (买瓶酱油)."""
_MYSELF = re.compile(
    r"(?:就|净|都|系|是|只|得)*[我俺涯阮](?:们)?(?:自己|自个儿?|家己|一个人|一个|一人儿?|本人|屋头|屋下|家)*"
    r"[啊呀嘛切呗的了哩啦喇嘞哈，。]*"
)
"""Who says that it is for themselves (就我一个人)."""
_BESIDE_WHOM = re.compile(
    r"[就净都系是只得给帮替为跟和同俾畀予我俺涯阮个啊呀嘛呗的了哩啦喇嘞哈，。]*"
)
"""What stands beside a relative whom a thing is for: 就我老伴, 给我妈."""
HURRIES = re.compile(r"快(?!递|餐)|紧来|救|疼|痛|难受|辛苦|不行|动不")
"""Words that nobody in danger leaves out, and that are looked at twice."""
SOFT = (
    r"[啊哦嗯呃哎唉呀嘛呢吧啦咧哩哈喔噢了的嘞哇，,。！!、\s]|谢谢|多谢|唔该|劳烦|同志|姑娘|妹子|闺女|你|您|恁|我|俺|阮|涯|"
    r"喇|晒|哈|劳力|劳驾|不好意思|唔好意思|歹势|呢|小|就是|只是|只|问问|问一下|问一声|这里|这边|这|就|真|都|也|现在|还|先|那|甚|啥|什么|别的|其他"
)
"""What may stand around a bare no."""
_DECLINES = re.compile(
    rf"(?:{SOFT})*(?:(?:不|毋|唔|没|冇|无|甭|别|免)(?:订|约|要|用|使|爱|了|有|事)(?:{SOFT})*)+"
)
"""A line that wants nothing, and says nothing else."""
_CLOSES = re.compile(
    rf"(?:{SOFT}|[做要会使]得|会使|可以|[对是系着好行得]|就|都)*"
    r"(?:(?:就[这那恁咁]|就按呢|(?:[这那恁咁]|按呢)[样么呢])[样么呢子着定算]*|"
    r"知道|知影|晓得|明白|记住|记下|要得|做得|[妥行好得中够成])"
    rf"(?:{SOFT}|[对是系着好行得中妥]|就|再见)*"
)
"""A line that ends a talk, and says nothing else (就恁样，知道了妥了)."""
_BARE = 5
"""Characters up to which the name of a service is a wish by itself."""
_THAT_ONE = re.compile(r".{2,6}[那这嗰彼迄][个样种张单]?")
"""Words that pick a service by naming it (打扫卫生那个)."""
_REMINDER = 12
"""Characters up to which a line that speaks of a reminder asks for one."""
_WISHES = re.compile(
    r"想|要|欲|爱|订|约|请|帮|安排|来人|[叫喊找]个|[叫喊找]人|[给畀][我俺涯阮咱]|"
    r"(?:能|可以|会使|会当|会用得|做得)(?:给|予|畀|分|来|上门)"
)
"""Words that a service is asked for with."""
_REQUESTS = re.compile(
    r"能不能|能唔能|[做使要]得[么无冇不唔没]|得行不|得唔得|[好中行成]无|好冇|敢会使|会使无|[行中成]不[行中成]|[可得]不可以"
)
"""Words that ask whether a thing can be had."""
_CHANGES = re.compile(r"取消|退[了掉]|改[到成]|挪到|推到|照旧|照原")
"""Words of what becomes of an order that stands."""
_LEAVES = re.compile(
    r"(?<![莫别甭要使好])挂(?:了|断)|(?:不用|唔使|毋免|免|莫|别)转|没别的(?:事|了)|(?:冇|无|没)(?:其他|别个|别样)"
)
"""Words of somebody who is done, and lets nobody be fetched."""
_NOTHING_MORE = re.compile(
    rf"(?:{SOFT}|那)*(?:没有?|冇|无|莫得)(?:别的|别样|其他|啥|什么)?(?:{SOFT})*"
    rf"(?:谢谢|多谢|唔该|麻烦|劳烦|劳力|打扰)(?:{SOFT}|晒)*"
)
"""The same, with a word of thanks (没了，麻烦你了)."""
_GROAN = re.compile(r"[唔嗯呃啊哎哟呦呜哼嗬唉喔哦噢，。、…\s]{1,6}")
_ASKS = r"(?<![你您恁汝用])(?<!你们)问(?!([我俺阮涯])\1|[谁边哪啥咩咁]|来问|完|咧$)"
"""Words of who asks, but for those that turn the question back (你问我我问谁, 还用问吗)."""
_ERRAND = re.compile(
    rf"^(?:{SOFT}|[想要欲爱来再对头好是系着得不免毋唔使消先两个样就只净]){{0,4}}"
    rf"(?:{_ASKS}(?![你您恁])|{_ASKS}[你您恁]们?(?:个|件|一下|点)|打[听问闻]|查(?!出)|退(?![烧热休])|取消|投诉|订|约(?!莫)|改|"
    r"修|装|换(?!气)|绑定|登记|报名|申请|补[贴助]|津贴|政策|低保|咨询|评价|表扬|反映|催|预订|提醒)|"
    r"(?:哪[个位]?师傅|师傅|打扫的|送饭的|剃头的)[^，。]{0,3}(?:几点)?来[啊呀不没么]?$|"
    r"问一?下(?:咋|而已|尔)|[办问]?别的事|办事|再[来打](?:$|[吧啊了])|(?<![咋么哪里个道是要])[不没冇无唔毋](?:是)?(?:救急|急事)"
)
"""Words that choose the errand where the question was "an errand, or people?"."""
_CALLS_AGAIN = re.compile(
    r"(?:迟[兜啲点]|等[一下哈会阵]{1,2}|晏[啲点]|慢[下点]|回头|改[天日]|过[一]?[会阵]儿?|阵间|另日|后摆|下[摆回次]|"
    r"[想问讲商量][清定]?好[清楚]{0,2})[^，。]{0,4}(?:打|敲|讲|联系|算|说)"
)
"""Words of somebody who will call again."""
_OF_ONESELF = re.compile(
    r"户口|户籍|岁|[六七八九]十[一二三四五六七八九]?(?:了|多|啦|咧|哩)|低保|独居|一个人|残疾证|评估|养老院|退休金|特困|空巢"
)
"""Words about a life, not about what has just happened."""
_NOW = re.compile(
    r"起不来|起不得|摔|跌|跋|倒|晕|昏|血|喘|憋|闷|胸|心口|吐|抽|烫|噎|呛|火|煤气|贼|撬|农药|不想活|"
    r"刚才|刚刚|啱啱|突然|忽然|一下子|雄雄"
)
"""Words of what happens at this moment, or may."""
WAITS = re.compile(r"[还犹][没不冇未无毋唔]|[没冇未无]来?人来|[没冇未无]来人|人呢")
"""Words of somebody who waits for help: nothing that holds them is a no."""


def hurries(text: str) -> bool:
    """Whether a line has a word of need, other than of what age wears out (牙不行了).

    A day or an hour that does not suit (三点不行) is none.
    """
    return HURRIES.search(_UNSUITED.sub("", without_wear(text))) is not None


_UNSUITED = re.compile(
    r"(?:[一二两三四五六七八九十\d]+点[半一二三钟]{0,2}|(?:礼拜|星期|周|拜)[一二三四五六日天]|[明后听][天日儿晡]|"
    r"[上下][午晡昼]|[前后]晌|[那彼嗰]一?[天日工])(?:就|都|也|可|怕|恐怕|是)?不行"
)
"""Words of a day or an hour that does not suit."""


def answers(text: str, ask: str | None, now: datetime) -> bool:
    """Whether a line gives what was asked for: a yes, a day, an hour, a number, a service or none.

    A bare no is left out: 不能动了 is one too.

    Args:
        text: what was said.
        ask: what Anban had asked (an ask word of the design), or None.
        now: the clock of the conversation.
    """
    if hurries(text):
        return False
    if ask == "confirm":
        return yes_no(text, ask) == "yes" or orders(text)
    if ask in ("person", "name"):
        return _MYSELF.fullmatch(text) is not None or _tells_who(text)
    if ask in ("date", "time"):
        when = parse_when(text, now.replace(tzinfo=None), ask)
        return when is not None and bool(when.date or when.time)
    if ask == "phone":
        return phone_number(text) is not None
    if ask == "other" and closes(text):
        return True
    if ask in (None, "menu", "other", "service"):
        return orders(text) or bool(_DECLINES.fullmatch(text))
    return False


def _tells_who(text: str) -> bool:
    """Whether a line says no more than whom it is for (就我老伴)."""
    rest, end = "", 0
    for start, stop, _ in relations(text):
        rest, end = rest + text[end:start], max(end, stop)
    return end > 0 and _BESIDE_WHOM.fullmatch(rest + text[end:]) is not None


def closes(text: str) -> bool:
    """Whether a line says no more than that all is settled, as people end a talk."""
    return _CLOSES.fullmatch(text) is not None


def says_no_more(text: str) -> bool:
    """Whether a line only ends the talk, or wants nothing, and tells nothing else."""
    return closes(text) or _DECLINES.fullmatch(text) is not None


def takes_its_end(text: str) -> bool:
    """Whether a line ends a talk in plain words (做得，就恁样，多谢): a mere yes does not."""
    return closes(text) and _LETS_IT_BE.search(text) is not None


_LETS_IT_BE = re.compile(
    r"(?:就|就按|按)?(?:[这那恁咁][样么]|按呢).*(?:谢|唔该|劳力|劳烦|再见)|"
    r"(?:知道|知影|晓得|明白|记住|记下)[了啦哩咯喇矣].*(?:谢|唔该|劳力|再见)"
)
"""Words that end a talk: that it may stay so, or is understood, and thanks."""


def groans(text: str) -> bool:
    """Whether a line is nothing but a moan or a murmur; after a silence that is no answer."""
    return _GROAN.fullmatch(text) is not None


_OF_A_DAY = re.compile(
    r"点[半一二三四五六七八九十钟]*(?:再|就)?(?:喊|叫|提醒|打电话|打来)|(?:每|逐)[天日]|日日|天天|一[日天]一?[摆次回顿]"
)
"""Words of what is to happen at an hour, or every day, as nobody in danger answers."""


def chooses_errand(text: str) -> bool:
    """Whether "an errand, or people?" is answered by an errand (查订单, 修冷气)."""
    if hurries(text.replace("救急", "")) or WAITS.search(text):
        return False
    if len(text) <= _REMINDER and "提醒" in text:
        return True  # 吃药提醒
    if _OF_A_DAY.search(text) and not _NOW.search(text):
        return True
    changes = _CHANGES.search(text) is not None and _names_service(text, CLEARLY)
    return (
        orders(text, IN_PASSING) or changes or _ERRAND.search(text) is not None or asks_policy(text)
    )


def gives_way(doubted: str, errand: str) -> bool:
    """Whether a line that was doubted wanted nothing itself, and the errand told then is plain."""
    wanted = find_service(doubted) is not None or chooses_errand(doubted)
    return not wanted and _names_service(errand, CLEARLY)


def asks_to_wait(text: str) -> bool:
    """Whether a line answers nothing and only asks for a moment (等一下，有人敲门), and calmly."""
    waits = len(text) <= _A_MOMENT and _WAITS_A_MOMENT.match(text) is not None
    return waits and not (hurries(text) or _NOW.search(text) or _ERRAND.search(text))


_A_MOMENT = 16
"""Characters up to which who asks for a moment says nothing else."""
_WAITS_A_MOMENT = re.compile(
    rf"(?:{SOFT}|[先稍请])*等(?:等|[你您恁]?(?:一)?(?:下|会|哈|吓|阵|歇|刻)|咧|阵间|[我俺阮涯](?=[看想拿找戴查翻收去]))"
    r"(?!.*(?:\d|[零一二两三四五六七八九十]点|[零一二三四五六七八九幺]{3}|[莫别毋唔甭不免问]|再说|[味糊烟]|哎[哟呦]|[么吗无冇没呢]$))"
)
"""How a line begins that asks for a moment.

No hour or number, no question, no refusal and nothing that smells is behind it.
"""


def puts_off(text: str) -> bool:
    """Whether somebody breaks off calmly and will call again (人来了，等下再打)."""
    return _CALLS_AGAIN.search(text) is not None and not hurries(text)


def binds(text: str) -> bool:
    """Whether a line is about who is bound to whom (现在绑不了，她不在身边), and calm."""
    return _BINDS.search(text) is not None and not (hurries(text) or _NOW.search(text))


_BINDS = re.compile(
    r"绑[定住][了上]?(?=[给跟同共畀][我俺涯阮]?(?:说|讲|话|告|通))|绑定|(?<![被捆])绑[不唔毋袂][了上到成得]|绑[好上]了?(?=[我俺涯阮就能可会])|解绑"
)
"""Words of a link between two people's numbers, not of ropes."""


def awaits(text: str) -> bool:
    """Whether a line only waits for whoever was to come and do a service (约好来扫家的没个人影)."""
    agreed = _AGREED_ON.search(text) is not None and _names_service(text, IN_PASSING)
    return agreed and not (hurries(text) or _NOW.search(text))


_AGREED_ON = re.compile(r"[说讲约话订定]好(?![了啦哩咯]?[没冇无不吗])")
"""Words of what was agreed on."""


def asks_when_it_comes(text: str) -> bool:
    """Whether a line asks at what hour a service comes (今晚嗰份饭几点送到), and calmly."""
    asked = _WHEN_IT_COMES.search(text) is not None and _names_service(text, IN_PASSING)
    return asked and not (hurries(text) or _NOW.search(text))


_WHEN_IT_COMES = re.compile(
    r"(?:几点|几时|几多点|几多时|何时|啥时候?|什么时候|什么时间|么个时候|乜嘢?时候)钟?(?:[能会可以才先]{0,2})(?:送|到|来|上门|嚟)"
)
"""Words for the hour at which somebody comes."""


def tells_of_oneself(text: str) -> bool:
    """Whether a line tells how somebody lives, as questions on entitlement ask, and calmly."""
    return _OF_ONESELF.search(text) is not None and not (hurries(text) or _NOW.search(text))


def is_done(text: str) -> bool:
    """Whether somebody is done and hangs up, or wants nobody fetched."""
    done = _LEAVES.search(text) or _NOTHING_MORE.fullmatch(text)
    return done is not None and not (hurries(text) or _NOW.search(text))


def orders(text: str, least: float = CLEARLY) -> bool:
    """Whether a line asks for a service, and for no help in need.

    Args:
        text: what was said.
        least: score from which a service counts as asked for.
    """
    wanted = len(text) <= _BARE or _WISHES.search(text) or _THAT_ONE.fullmatch(text)
    return bool(wanted) and not hurries(text) and _names_service(text, least)


def requests(text: str) -> bool:
    """Whether a line asks whether a service, or to be reminded, can be had (送一餐做得么)."""
    asked = _REQUESTS.search(text) is not None and not hurries(text)
    return asked and ("提醒" in text or _names_service(text, CLEARLY))


def agrees(text: str, ask: str | None) -> bool:
    """Whether a line says yes to what was read back (对，快点来吧)."""
    return ask == "confirm" and yes_no(text, ask) == "yes"


def wishes(text: str, now: datetime, least: float = CLEARLY) -> bool:
    """Whether a line speaks of a service or of a day to come, as nobody does who is in danger.

    Args:
        text: what was said.
        now: the clock of the conversation.
        least: score from which a service counts as spoken of.
    """
    if _names_service(text, least):
        return True
    when = parse_when(text, now.replace(tzinfo=None))
    ahead = when is not None and when.date is not None and when.date > now.date()
    return ahead or (when is not None and when.recurring is not None)


def _names_service(text: str, least: float) -> bool:
    found = find_service(text)
    return found is not None and found.score >= least
