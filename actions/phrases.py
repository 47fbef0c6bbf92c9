"""Words that say what shall happen to a booking or an order, in all varieties."""

from __future__ import annotations

import re

from actions.turn import SURE, Turn
from bot.errands import puts_off
from bot.understanding.negation import DENIED, FORBIDDEN, OF_THAT_DAY
from bot.understanding.praise import wrong
from bot.understanding.services import find_service

_THEY = r"(?:[你您恁汝]们?|[他她伊佢渠]们?)"
_TOO_SOON = r"(?:[伤太恁咁]|[这那]么)?[早晚晏迟慢]"
_NOT_TO_COME = (
    r"(?:免|[莫别甭]要?|(?<![要能会得])不[用要必]|不需要|毋通|唔好)(?:再|麻烦|劳烦)?"
    rf"(?:{_THEY}|[叫喊派请让](?:{_THEY}|人家?|师傅|阿姨|护士|车)?)(?:再|过|上门)?"
    rf"(?:[来送跑](?!{_TOO_SOON}|[到上去得])|(?<=派)[了啦咧哩咯嘞])"
)
"""Nobody is to be sent: 免恁来, 莫喊人来, 不用叫他来; not 莫喊后生来, which says whom to send."""
_OF_NO_USE = (
    r"用[不唔毋袂][上着到](?!那么|这么|恁|咁)|(?:[不唔毋莫免别甭]|省得|免得)[^，。]{0,6}白[跑走行]"
)
"""It is no more of use, or would be a way for nothing (那单用不着了, 别叫人白跑)."""
_DONE_NO_MORE = (
    r"不(?:去|看|瞧|洗|剪|剃|扫|修|做)(?:看|瞧|病|医院)?[了咧啦哩咯嘞]"
    r"(?![^，。]{0,10}(?:[去改换]|再(?!说|讲)))"
)
"""What was to be done is not (不去看了), and nothing comes in its place (不去县医院了去中医院)."""
CALLED_OFF = re.compile(
    rf"{_NOT_TO_COME}|{_OF_NO_USE}|{_DONE_NO_MORE}|毋通来(?!{_TOO_SOON})|"
    r"取消|撤[了掉咯啦销单]|退[了掉咯啦嘛忒脱佢伊]|[都全拢]退|不订|不要[了咧啦哩咯嘞]|不用[了咧啦哩咯嘞]|不用再?(?:过?来|上门|送|做|洗|扫|剪|剃)[了咧啦哩咯嘞]|算[了嘞啦咧哩喇]|不喊|不消|毋使|毋免|唔要|唔使|[唔毋]爱(?:[了咯哩咧啦]|$)|[不甭别莫]来[了咧啦哩咯]|"
    r"[不莫毋唔免别甭][送订约][了咧啦哩咯嘛喇]|先[不莫毋唔别甭](?:要|用|使)?[来送]|免(?:约|来|送|订|啊|啦|了|$)"
)
"""Words that give up what was ordered or is being ordered."""
LETS_BE = re.compile(r"(?:那|那就|就|唉|哎)?算[了嘞啦咧哩喇]")
"""Words that let a thing be, whichever: the order, or the wish to cancel it."""
_NOT_OFF = re.compile(
    rf"{DENIED}(?:取消|退(?!烧|休)|撤|销)|"
    r"(?:不是|毋是|唔系|没说|没讲|冇话|无讲|谁[说讲]|边个话|啥人讲)[要想说讲话欲]*"
    r"[不唔毋莫无冇][要来用使爱订送做]"
)
"""Words that call nothing off: 免取消, 唔好帮我退, 不是不要; 要不取消吧 and 能不能退 do."""

_COMES_TO_NOTHING = re.compile(rf"{_NOT_TO_COME}|{_OF_NO_USE}|{_DONE_NO_MORE}")
KEEPS = re.compile(
    rf"{_NOT_OFF.pattern}|"
    r"留(?:[着咧起低倒紧返住]|到(?=[嘛哈噻嘞啊，。]|$))|保留|照[旧常样原来嚟做送剪剃洗]|[猶犹]原|不是这[一个单]|"
    r"(?:别|莫|甭|[不唔]要|不用|毋通|唔好|免)[动郁](?!手)|(?:还是|还系|仲系|犹是)[要欲爱](?![取退撤改换])|"
    r"还是(?:让|叫|请)?(?:他|她|佢|伊|师傅|人家?)?来(?![不晚迟早])|"
    r"[还犹仲](?:得|爱|要|欲)(?:来|送)(?![不晚迟早个一两])"
)
"""Words that keep an order that was about to be cancelled."""


def puts_it_off(text: str) -> bool:
    """Whether a line leaves a booking for another time (先别定，我想好了再打)."""
    told = _SLOWLY.sub("，", text)
    return puts_off(told) or _NOT_YET.search(told) is not None


_SLOWLY = re.compile(r"慢(?:一)?[点下些](?:儿)?(?:再)?[说讲]")
"""How one wants to be spoken to: that puts nothing off."""


_NOT_YET = re.compile(
    r"(?:(?:[莫别毋唔甭免]|先不)(?:忙|急|通|使|用|要|好|着急)?(?:着|先|欲)?(?:给我|帮我|共我)?(?:[订约]|定(?!时|期|点))|不[订约])"
    r"(?!的|金|错)|"
    r"(?:想|考虑|商量|问|看)(?:好|清楚|定)(?:了|咗|哩|矣)?(?:我)?(?:再|才|正|阁)"
)
"""Words of somebody who does not settle a booking yet."""


def _not_denied(text: str) -> str:
    return OF_THAT_DAY.sub("，", _NOT_OFF.sub("，", text))


def second_thought(text: str) -> str:
    """A line without a wish that was given up in the same breath (本来想退了，不过还是照来)."""
    return _FIRST_THOUGHT.sub("，", text)


_FIRST_THOUGHT = re.compile(
    r"(?:本来|原本|本底|起先|头先|原先)(?:[我俺阮涯都是就还打])*(?:想|谂|算|欲|要|寻思|爱)[^。]{1,24}?"
    r"(?:不过|但是|但系|可是|毋过|后来|(?:谂谂|想想|寻思寻思|想一想|谂下)(?:下|还|又)?)"
)
"""What somebody had meant to do, up to the word by which they turn from it."""


def calls_off_plainly(text: str) -> bool:
    """Whether a line says in so many words that an order is to be called off (唔剃哩退忒佢)."""
    return _PLAINLY_OFF.search(_not_denied(text)) is not None


_PLAINLY_OFF = re.compile(r"(?<![不莫毋唔])(?:取消|撤[了掉单]|退(?:了|掉|忒|脱|佢|伊|单))")


def only_asks(text: str) -> bool:
    """Whether a line that has words of a change only asks (还送不送了, 就问问几点到)."""
    return _ONLY_ASKS.search(text) is not None and not (
        calls_off_plainly(text) or MOVES.search(text)
    )


_ONLY_ASKS = re.compile(
    r"([来嚟到送做洗扫剪剃])[不唔毋没未]再?\1|"
    r"(?:就|只|净|淨|光|单)(?:是|系)?(?:想|要|爱)?(?:问|打听|查)|问一?下(?:咋|而已|尔)"
)


def calls_off(text: str) -> bool:
    """Whether a line gives up what was ordered: 毋免了 does, 毋免取消 does not."""
    return CALLED_OFF.search(_not_denied(text)) is not None


def refuses(text: str) -> bool:
    """Whether a line refuses a service or a worker: 不要送 does, 不要取消 does not."""
    return REFUSED.search(_not_denied(text)) is not None


def calls_off_one(text: str) -> bool:
    """Whether a line can only be of an order: 不去看了 and 那个不要了 are, a bare 不用了 is not."""
    said = _not_denied(text)
    named = SPEAKS_OF_ONE.search(said) and CALLED_OFF.search(said)
    return bool(named or _PLAINLY_OFF.search(said) or _COMES_TO_NOTHING.search(said))


_TO_ANOTHER = (
    r"改|换[到成个一]|转[做到成为]|挪|徙|移[到去往]|推[迟后到]|往[后前]|提[前早]|"
    r"延(?:[期后迟]|一下|一天|一日|[半一两]个)|押后|调[到成整]"
)
_ANOTHER = r"过(?:一|第二|别)个?[日天工](?!头|子)"
ANOTHER_DAY = re.compile(rf"[改盖换挪]{_ANOTHER}|[改换挪]个?(?:日子|别的日子|别日)")
"""Words that want another day without saying which; 盖 is what is heard of 改 (同涯盖过一日)."""
MOVES_PLAINLY = re.compile(_TO_ANOTHER)
"""Words that can only move something."""
MOVES = re.compile(
    rf"{_TO_ANOTHER}|[盖换]{_ANOTHER}|盖到(?=[下礼星周拜明后])|"
    r"(?<![今明后昨当听寻])[早晚迟](?:一|半|两|个|几)[^，。]{0,3}(?:天|日|工|钟|小时|刻|点)"
)
"""Words that move an order to another time, or only tell how much earlier or later (晚一分钟)."""
NOT_THEN = re.compile(
    r"[整弄搞做办来去洗扫剪剃修送陪买交接][不唔毋袂]了?[了成到得]|不方便|唔方便|不得闲|唔得闲|冇闲|无闲|没空|冇空|没工夫|有事|撞[了着咗]|"
    r"[没冇无]人在|(?:屋[下头里企]|家里?|厝[里内])(?:都|又)?[没冇无莫]得?人|不在(?:家|屋)|[唔毋]喺屋|"
    r"(?:要|爱|欲|得|须)(?:去|到)|[不唔毋]行"
)
"""Words of somebody whom the day of an order does not suit."""
NOT_AT = re.compile(
    r"(?:[零一二两三四五六七八九十\d]+点[半一二三钟]{0,2}|(?:礼拜|星期|周|拜)[一二三四五六日天]|[明后听][天日儿晡])"
    r"(?:就|都|也|可|怕|恐怕|是)?(?:不[行成中得]|[唔毋袂][得啱行])"
)
"""A day or an hour that does not suit after all (哎三点不行，四点哇)."""
RATHER = re.compile(r"(?:还是|还系|犹是|不如|要不)(?=[^，。来]{2,8}吧)")
"""Words that would rather have another day (礼拜四孙女来，还是礼拜五下午吧)."""
SOONER_OR_LATER = re.compile(
    r"(?:较|卡|恰|加)[晏晚早慢迟]|(?<![推延])[晏晚早迟慢](?:一?点|啲|滴|些|下|淡薄|小可|一?屑)(?!钟)"
)
"""Words for another hour that do not say which (晚点送来); 推迟一点 wants another day."""
ANOTHER_HOUR = re.compile(
    rf"(?:会使|会当|会用得|可以|可[不唔]可以|能|能不能|得唔得|做得)[^，。]{{0,4}}(?:{SOONER_OR_LATER.pattern})"
)
"""Words that ask whether another hour would do (会使慢淡薄无)."""
AGAIN_THEN = re.compile(
    r"(?:等|到|过|候)[^，。]{1,16}?(?:再|才|正|先至)(?:过?来|嚟|转来|上门|送|做|洗|扫|剪|剃|陪)"
)
"""Words of what is to be done at a later day instead (等下礼拜一修好了再来)."""
SPEAKS_OF_ONE = re.compile(
    r"[那这嗰彼呢][个张单次趟回顿餐份]|(?<![一两二三几])个[张单摆餐顿]|[约订定][了过咯哩咧好]?的|原[来先本]"
)
"""Words for an order that stands (拜五彼顿饭)."""
REFUSED = re.compile(
    r"(?:不|莫|毋|唔|甭|别)(?:要|送|来|用|订|约|消|使|免|去)|[唔毋]爱(?![放落加太伤推出钱])|免(?:约|来|送|订)|"
    r"无爱(?:来|送|去|做|洗|剪|剃|扫|订|约)"
)
"""Words that refuse a service or a worker."""
ORDERS = re.compile(
    r"订|预约|约[个一]|[要想欲爱]约(?!莫)|[派喊叫寻找搵揾整][个一]?[人师]|来[个一]?人|[派喊叫请寻找搵揾]一?[个位].{1,8}来|"
    r"[再阁仲又][^，。]{0,2}[派喊叫请揾搵寻][他她伊佢渠人师][^，。]{0,3}[来嚟转]"
)
"""Words that order somebody to come."""
ONE_MORE_TIME = re.compile(
    r"[再阁仲][多加]?(?:[来嚟订约加送整叫喊]|给我)[^，。]{0,3}一?[次回趟摆顿餐份]|多[来订约送]一|"
    r"[再阁仲](?:洗|扫|打扫|收拾|拾掇|搞|弄|执|拭|擦|剪|剃|修|理|冲|陪|买|做)[^，。]{0,3}一[次回趟摆遍]"
)
"""Words of somebody who wants a thing once more (后天再来一次)."""
HAS_ORDERED = re.compile(
    r"有[订约][一两]?[个顿张单次]?|[订约][了过好下哈咗][一两]?[个顿张单次]?|"
    r"(?:不是|毋是|唔系)(?:都|已经|早就)?(?:[订约]|定[了好下]|[说讲]好|叫|喊|揾|搵)(?=[^，。是系]{1,14}[吗么嘛咩])"
)
"""Words for an order that stands (我有约一个剃头, 不是订了个打扫么)."""
PERSON = re.compile(
    r"人工|真人|活人|客服|同事|接线|值班|领导|主管|主任|经理|负责|管事|当官|转[人接]|机器|"
    r"[找喊叫揾搵寻要跟同和][个一位]?(?:.{0,3}人|你们的?人)|人来?[说讲听接]|有人[吗么没无冇]"
)
"""Words for a person to speak to."""
NO_COMPLAINT = re.compile(
    rf"(?:{FORBIDDEN}|(?:不是|毋是|唔系|没说|冇话)[要想欲来去]*)(?:投诉|举报|告(?!诉))"
)
"""Words of somebody who complains of nobody."""
_TELLS_THEM = re.compile(
    r"(?:[我俺涯阮]|自[己家])[^，。]{0,2}(?:给|跟|同|和|共|揾|找|问)[^，。]{1,4}(?:打|敲|挂|拨)(?:个)?电话|"
    r"(?:[我俺涯阮]|自[己家])(?:们|自[己家]|自个儿?|家己)*(?:再|就|来|去|直接)?(?:打|敲|拨|挂)(?:个|一个)?(?:电话)?"
    r"(?:予|给|畀|俾|去|分|问)+(?:佢|伊|她|他|渠)|"
    r"[让叫喊等][^，。]{0,3}(?:自[己家个]|家己|本人)(?:再|来)?(?:跟|同|和|共|揾|找|打)[^，。]{0,4}"
)


def settles_it_at_home(text: str) -> bool:
    """Whether somebody will speak to their own people (我给我姑打电话，让她自己跟你们说)."""
    return _TELLS_THEM.search(text) is not None and not _OF_THE_HOUSE.search(text)


COMPANY = re.compile(
    r"(?:想|就|愿)[^，。]{0,5}(?:跟|同|和|佮|共|与|揾|搵|揣|找|寻)[^，。]{0,3}(?:说|讲|倾|拉|唠|摆|谈)(?:一?[句下会]儿?|几句|说|讲)?"
    r"(?:话|偈|呱|嗑|心|闲)"
)
"""Words of somebody who wants to talk, to whomever: lonely, and no wish for an agent."""
_OF_THE_HOUSE = re.compile(
    r"人工|真人|活人|客服|机器|转|领导|负责|管事|经理|主[任管]|工作人员|你们的?人"
)


def wants_company(text: str) -> bool:
    """Whether somebody wants to be talked with (就是想跟人说句话), and no agent for a matter."""
    return COMPANY.search(text) is not None and not _OF_THE_HOUSE.search(text)


LEAVES = re.compile(
    r"再[见会]|拜|挂|走[了啦咧]|就[这那咁]|先[这咁]|不[打聊说唠][了扰]|回头|慢走|保重|休息|歇|睡[了啦]"
)
"""Words of somebody who takes leave."""


_ENTITLED = re.compile(
    r"(?:够不?够?|能不?能?|可不?可?以|有没?有?|合不?合?|算不?算?|轮不?得?到?)[^，。]{0,6}"
    r"(?:上(?!门)|享受?|申请|领|资格|条件|格|份)[^，。]{0,2}[不吗没无冇呢呗嘛？?]+$|"
    r"(?:给|管|归)(?:啥|什么|哪些?|么个|乜|咩)(?:样的?)?(?:人|子)|"
    r"(?:啥|什么|哪些?|乜|咩)(?:样的?)?人(?:能|可以|才有)|"
    r"(?:多大|几大|几多|偌济|若济|好多|好大|几)个?(?:岁数?|年纪|年岁|年龄)[^，。]{0,3}(?:才|正|能|可以|会使|够|得)"
)
"""A question who is entitled, at the end of however long a story."""


def asks_who_may(turn: Turn) -> bool:
    """Whether a line that is not surely a booking asks who may have a service."""
    return turn.act == "book" and turn.confidence < _LIKELY and bool(_ENTITLED.search(turn.text))


def asks_its_day(text: str) -> bool:
    """Whether a line asks on which day or at what hour an order stands (彼张是订佗一工)."""
    return _ITS_DAY.search(text) is not None and _TO_ORDER.search(text) is None


_ITS_DAY = re.compile(
    r"(?:[订约定排][了咗过下欸好]?(?:(?:的|个|嘅|嗰个|那个|彼个)[^，。]{0,5}?(?:是|系|佇|喺|到底)|(?:是|系|佇|喺|咧)?)|"
    r"[那嗰彼][^，。]{0,6}(?:是|系)|(?:师傅|师父|阿姨|护士|姑娘|后生|人家?)(?:到底|是|系|[讲说话])*)"
    r"(?:佗一?[工日天]|哪一?[天日工号]|边一?日|几号|几点|几时|(?:礼拜|星期|周|拜)几|啥时|什么时|何时|乜嘢?时|底时)"
)
"""Words that ask for the day of what is ordered."""
_TO_ORDER = re.compile(
    r"(?:帮|给|替|共|同|畀|想|要|欲|爱)[我俺涯阮咱]?[^，。问]{0,2}[订约](?![的了过好])"
)
"""Words that order it only now."""


_LIKELY = 0.75
"""Confidence from which a booking is one, whatever it ends with."""


def orders_plainly(turn: Turn) -> bool:
    """Whether a line that is not surely another act wishes for a named service on a day to come.

    我裁缝金针啦，目珠雾了，欲叫恁送饭明仔载 tells who calls before it orders.
    """
    named = find_service(turn.text)
    plain = named is not None and named.score >= 1.0
    unsure = turn.confidence < _PLAINLY and not turn.form
    return (
        plain
        and unsure
        and _ahead(turn)
        and bool(ORDERS.search(turn.text) or WISHES.search(turn.text))
    )


def ordered_now(turn: Turn) -> bool:
    """Whether a line of somebody without orders can only order, as it asks nothing (我订陪诊)."""
    named = find_service(turn.text)
    plain = named is not None and named.score >= 1.0 and not turn.form
    asks = _ASKS_AFTER.search(turn.text) is not None
    told = _ahead(turn) or _FOR_ME.search(turn.text) is not None
    return plain and not asks and told and bool(ORDERS.search(turn.text))


_FOR_ME = re.compile(r"(?:给|帮|替|同|共|畀)[^，。订约]{1,4}[订约](?!的|过|了)")
"""Words that have something ordered for somebody (帮我妈订个洗澡)."""
_ASKS_AFTER = re.compile(
    r"几点|几时|何时|什么时|啥时|哪[天日个]|[吗么无冇没呢？?]$|有没有|敢有|[查问看](?:一?下|哈|吓)|怎么|咋"
)
_PLAINLY = 0.9
WISHES = re.compile(
    r"(?<![不没莫毋唔冇])(?:想|要|欲|爱|请|劳烦|麻烦|约|订|叫|喊|派|安排|帮|[给畀共同][我俺涯阮咱])"
)


def _ahead(turn: Turn) -> bool:
    day = (turn.heard.get("when") or {}).get("date")
    return day is not None and day >= turn.now.date().isoformat()


def orders_and_finds_no_fault(turn: Turn) -> bool:
    """Whether a line taken for a complaint only orders a named service for a day to come.

    我说啊，十五那天来人把被子收去洗 is loud, and complains of nothing.
    """
    named = find_service(turn.text)
    plain = named is not None and named.score >= 1.0 and not turn.form
    return (
        plain
        and _ahead(turn)
        and ORDERS.search(turn.text) is not None
        and not (wrong(turn.text) or _FAULT.search(turn.text))
    )


_FAULT = re.compile(
    r"投诉|举报|反映|告(?!诉)|意见|道歉|怎么(?:回事|搞|能|还)|咋(?:回事|整的|还)|点解|为什么|凭什么|上[次回]|昨|没|冇|无(?!线)|"
    r"[不唔毋]|错|坏|漏|破|丢|脏|冷|凉|硬|臭|慢|晚了|迟"
)
"""Words of what was wrong, or may have been."""


def books_perhaps(turn: Turn) -> bool:
    """Whether a line of which nothing surer is known orders a service, or somebody for a day."""
    if orders_plainly(turn):
        return True
    named = turn.heard.get("service") is not None
    unsure = turn.confidence < SURE and not turn.form
    return unsure and (_ahead(turn) or named) and bool(ORDERS.search(turn.text))
