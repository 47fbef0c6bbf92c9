"""What a line is about where it is not about danger: an answer, a service, a day to come.

The classifier of emergencies asks once too often rather than too seldom. These are the lines that
need no asking, and the ones that are answered as usual once nothing was wrong.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.answers import yes_no
from bot.understanding.numbers import phone_number
from bot.understanding.services import find_service
from bot.understanding.times import parse_when

SLOTS = frozenset(("address", "confirm", "date", "hospital", "name", "person", "phone", "time"))
"""What a form asks for: whatever is said next is meant as the answer."""
CLEARLY, IN_PASSING = 1.0, 0.5
"""Scores of a service that is named, and of one that is only alluded to (买瓶酱油)."""
_HURRIES = re.compile(r"快|紧来|救|疼|痛|难受|辛苦|不行|动不")
"""Words that nobody in danger leaves out, and that are looked at twice."""
_SOFT = (
    r"[啊哦嗯呃哎唉呀嘛呢吧啦咧哩哈喔噢了的嘞哇，,。！!、\s]|谢谢|多谢|唔该|劳烦|同志|姑娘|妹子|闺女|你|您|恁|我|俺|阮|涯|"
    r"喇|呢|小|就是|只是|只|问问|问一下|问一声|这里|这边|这|就|真|都|也|现在|还|先|那|甚|啥|什么|别的|其他"
)
"""What may stand around a bare no."""
_DECLINES = re.compile(
    rf"(?:{_SOFT})*(?:(?:不|毋|唔|没|冇|无|甭|别|免)(?:订|约|要|用|使|爱|了|有|事)(?:{_SOFT})*)+"
)
"""A line that wants nothing, and says nothing else."""
_BARE = 5
"""Characters up to which the name of a service is a wish by itself."""
_WISHES = re.compile(r"想|要|欲|爱|订|约|请|帮|安排|来人|[叫喊找]个|[叫喊找]人")
"""Words that a service is asked for with."""
_NO = (
    r"不是|没有?危险|不危险|没有|没[得啥什么甚]*事|[冇无没][脉么]?个?事|"
    r"(?:[不毋唔冇](?:爱|要|用|使|消|需|必)+|[莫别甭免]要?)(?:喊|叫|揾|寻|找|派|来)(?:人|救护车)来?|冇事|无事|[没无]代志|不要紧|毋要紧|唔紧要|没关系|没得|"
    r"好好的|好着呢|好得很|挺好|很好|不用来(?:看看?)?|毋免来|唔使来|不用|不要|不必|不需要|毋是|毋免|毋使|毋爱|唔系|唔使|唔要|冇|"
    r"甭|免|[别莫]叫人?|误会|[搞按弄碰]错|没|不|别"
)
_GROAN = re.compile(r"[唔嗯呃啊哎哟呦呜哼嗬唉喔哦噢，。、…\s]{1,6}")
_ERRAND = re.compile(
    rf"^(?:{_SOFT}|[想要欲爱来再对头好系着得不免毋先两个样]){{0,4}}"
    r"(?:问(?![你您恁])|问[你您恁]们?(?:个|件|一下|点)|打听|查(?!出)|退(?![烧热休])|取消|投诉|订|约(?!莫)|改)|"
    r"[办问]?别的事|办事|再[来打](?:$|[吧啊了])|(?<![咋么哪里个道是要])[不没冇无唔毋](?:是)?(?:救急|急事|要紧)"
)
"""Words that choose the errand where the question was "an errand, or people?"."""
_DENIES = re.compile(rf"(?:{_SOFT}|{_NO})+")
_NOT = "(?:不是|毋是|唔系)"
_CORRECTS = re.compile(
    rf"(?:{_SOFT})*{_NOT}(?:{_SOFT})*(?:(?:是|想|要|欲|说|讲|来)(?:{_SOFT})*)*(?:问|试|教|闹|玩)"
)
"""A no, and what the call is about (不是，我问问价钱)."""
_SOMEBODY = re.compile(
    rf"{_NOT}.*?(?:是|系)(?:{_SOFT})*(?:家里?|屋里)?"
    r"(?:老|妈|娘|姆|爸|爹|爷|奶|公|婆|儿|仔|囡|女|孙|娃|孩|哥|弟|姐|妹|嫂|媳|邻|对门|隔壁|别人|人家|他|她|佢|伊)"
)
"""Not the caller, but somebody else (不是我，是我老伴), is no denial."""
_NOTHING = re.compile(r"没事|没得事|冇事|无事|毋要紧|误会|[搞按弄]错")
_BUTTON = "(?:按钮|钮|键|铃|报警|警报|呼叫|求救|求助|一键)"
_MISHAP = re.compile(
    r"(?:孙|娃|囝|囡|仔|崽|孩|小鬼|细人|细路).{0,10}?(?:"
    rf"[乱瞎胡](?:按|摁|揿|捏)|(?:按|摁|揿|捏).{{0,4}}{_BUTTON}|{_BUTTON}.{{0,6}}(?:按|摁|揿|捏|玩|耍)|"
    rf"(?:玩|耍).{{0,3}}{_BUTTON}|(?:按|摁|揿|捏)着?(?:玩|耍)|(?:按|摁|揿)(?:错|的[啊呢嘛呀。，]*$))|"
    r"(?:[莫别甭]|毋通|唔好)[听理](?:他|她|佢|伊|它)|(?:自己|自家|家己|乱)(?:响|叫唤|叫起|哇|吱)|"
    rf"误触|不小心(?:按|摁)|不小心(?:碰|压).{{0,3}}{_BUTTON}|[碰按摁压]着了?{_BUTTON}"
)
"""Words for a cry that nobody meant: a child at play, a button that was brushed against."""
_WAITS = re.compile(r"[还犹][没不冇未无毋唔]|[没冇未无]来?人来|[没冇未无]来人|人呢")
"""Words of somebody who waits for help: nothing that holds them is a no."""
_CONTRADICTS = re.compile(
    r"(?:不是|毋是|唔系|不算|哪里?|哪儿|边度|怎么会?|咋会?|咋个)[就真都的是叫]*"
    r"(?:没得?事|冇事|无事|误会|[搞按弄碰]错)|(?:没有?|冇|未)[是就]*(?:误会|[搞按弄碰]错)"
)
"""A denial that is itself denied (不是没事, 我没弄错)."""
_SENDS_NOBODY = re.compile(
    r"(?:[不毋唔冇](?:爱|要|用|使|消|需|必|得)+|[莫别甭免]要?)"
    r"(?:再|你|您|们)*(?:喊|叫|揾|寻|找|派|请)?(?:救护车|来人|人来|人|来|的)?(?:来|看)*"
)
_SENDS = re.compile(r"来人|来看(?![病医诊])|来个|人来|过来|要来|要人|要的(?!是)|[喊叫揾寻找派]人")
"""Words that ask for people; `_SENDS_NOBODY` is taken out before they are looked for."""
_SOUND = re.compile(
    r"(?:没有|没得|[没无冇未毋唔])(?:跌|摔|跋|绊|磕|碰|撞|伤|病|疼|痛|烫|着火|[唔不]舒服)(?:[倒着到亲哩咧了]|(?=[没无冇，]))*"
)
"""A trouble of the body that is denied in so many words (没跌倒, 无病无疼)."""

_IDLES = re.compile(
    r"(?:想|要|欲|爱|来|试|问|教)(?:试|找|跟|和|同|与|人|你|您|说|讲|聊|问|话|天|事|个|下|一|点|嘛|啊)+"
)
"""A wish to talk or to ask, and nothing else."""
_OVER = (
    "没事",
    "没得事",
    "冇事",
    "无事",
    "毋要紧",
    "误会",
    "搞错",
    "按错",
    "弄错",
    "不用来",
    "不用了",
    "不要了",
    "毋使",
    "毋免",
    "唔使",
)


def answers(text: str, ask: str | None, now: datetime) -> bool:
    """Whether a line gives what was asked for: a yes, a day, an hour, a number, a service or none.

    A bare no is left out: 不能动了 is one too.

    Args:
        text: what was said.
        ask: what Anban had asked (an ask word of the design), or None.
        now: the clock of the conversation.
    """
    if _HURRIES.search(text):
        return False
    if ask == "confirm":
        return yes_no(text, ask) == "yes"
    if ask in ("date", "time"):
        when = parse_when(text, now.replace(tzinfo=None), ask)
        return when is not None and bool(when.date or when.time)
    if ask == "phone":
        return phone_number(text) is not None
    if ask in (None, "menu", "other", "service"):
        return orders(text) or bool(_DECLINES.fullmatch(text))
    return False


def groans(text: str) -> bool:
    """Whether a line is nothing but a moan or a murmur; after a silence that is no answer."""
    return _GROAN.fullmatch(text) is not None


def chooses_errand(text: str) -> bool:
    """Whether "an errand, or people?" is answered by an errand (查订单, 修冷气)."""
    if _HURRIES.search(text.replace("救急", "")) or _WAITS.search(text):
        return False
    return orders(text, IN_PASSING) or _ERRAND.search(text) is not None


def orders(text: str, least: float = CLEARLY) -> bool:
    """Whether a line asks for a service, and for no help in need.

    Args:
        text: what was said.
        least: score from which a service counts as asked for.
    """
    wanted = len(text) <= _BARE or _WISHES.search(text)
    return bool(wanted) and not _HURRIES.search(text) and _names_service(text, least)


def agrees(text: str, ask: str | None) -> bool:
    """Whether a line says yes to what was read back (对，快点来吧)."""
    return ask == "confirm" and yes_no(text, ask) == "yes"


def denies(text: str, now: datetime) -> bool:
    """Whether a line that bears no sign of danger denies that there is any.

    没有 and 不用了谢谢 do, and 不是我问问价钱, and a no with a wish; 没有知觉了, 不能动 and 不行了
    are no denials, nor is what insists on help (不是，要来看看; 还没来人).
    """
    if _pleads(text) or (_sends(text) and not orders(text)):
        return False
    if _gives_no(text) or _CORRECTS.match(text):
        return True
    return yes_no(text, "confirm") in ("no", "change") and wishes(text, now)


def takes_back(text: str) -> bool:
    """Whether a line takes a cry back that people have been told of: stricter than `denies`.

    没事 and 孙子乱按的 do, and 不用了，我要订饭; a mere correction (不是，我想问) does not.
    """
    bare = re.fullmatch(rf"(?:{_SOFT}|{_NOT})+", text)  # 真的没事吗？不是
    return not bare and not _pleads(text) and not _sends(text) and _gives_no(text)


def _gives_no(text: str) -> bool:
    """Whether a line is a no, alone or before a wish, or names a mistake or a mishap."""
    said = _DENIES.match(text)
    if said and re.search(_NO, said.group()):
        rest = text[said.end() :]
        if not rest or orders(rest):
            return True
    return bool(_NOTHING.search(text) or _MISHAP.search(text))


def _pleads(text: str) -> bool:
    """Whether a line is about need, be there a no in it."""
    return any(
        words.search(text.replace("救护车", ""))
        for words in (_HURRIES, _WAITS, _CONTRADICTS, _SOMEBODY)
    )


def _sends(text: str) -> bool:
    """Whether a line asks for people."""
    return _SENDS.search(_SENDS_NOBODY.sub("", text)) is not None


def nothing_wrong(text: str) -> bool:
    """Whether a line may mean that nobody needs to come after all; it is asked about."""
    return any(words in text for words in _OVER)


def takes_leave(text: str) -> bool:
    """Whether somebody says goodbye, or that it has passed."""
    return any(words in text for words in ("再见", "拜拜", "再会", "好多了"))


def unhurt(text: str) -> bool:
    """Whether a line says that nothing has happened to anybody (没跌倒好好的, 无病无疼)."""
    said = _SOUND.sub("没有", text)
    if said == text or _HURRIES.search(said):
        return False
    denied = _DENIES.match(said)
    rest = said[denied.end() :] if denied else said
    return not rest or _IDLES.fullmatch(rest) is not None or orders(rest)


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
    return when is not None and when.date is not None and when.date > now.date()


def _names_service(text: str, least: float) -> bool:
    found = find_service(text)
    return found is not None and found.score >= least
