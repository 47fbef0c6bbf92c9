"""How content somebody is with a service that was carried out: stars, praise, or what was wrong."""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.normalise import simplify
from bot.understanding.times import parse_when

_STARS = {
    **{char: value for value, char in enumerate("一二三四五", 1)},
    **{str(value): value for value in range(1, 6)},
    "两": 2,
}
_GIVEN = re.compile(
    r"([一二两三四五1-5])(?:[颗粒个只]|多)?(?:星|心(?!眼|里|情|疼|地|肠))|"
    r"(?:打|给|俾|畀|予|评|拍)[^，。]{0,4}?([一二两三四五1-5])分"
)
_ASKED = re.compile(r"([一二两三四五1-5])(?:[颗粒个只分星心]|$)")
_FULL = re.compile(r"满[分星心]|上满|一百分|100分|十分(?:[的啦哩]|$)|(?:顶|最)高(?:分|个)?|打满")
_GOOD = re.compile(
    r"[蛮满好很真老可几够恁安太挺]{1,2}(?:好|干净|清气|清洁|巴适|满意|细心|周到|仔细|勤快|认真|舒服|客气|贴心|用心|带劲|实在|耐心|有礼)|"
    r"(?:好|干净|巴适|满意|周到|实在|负责|勤快|细心|仔细|认真|麻利)(?:得很|到死|极了|惨了|哦|喔|哩|啊)|手脚?[^，。]{0,2}(?:轻|快|麻利|利索)|"
    r"[唔不毋没冇](?:嫌|怕脏|怕累|偷懒|糊弄)|表扬|夸(?!张)|没得说|冇得弹|顶呱呱|竖大拇指|带劲|巴适得板|甲清气"
)
_DONE = re.compile(
    r"(?:昨|夜来|寻日|前[天日晡]|上[午回次礼星]|今[天儿早朝晡仔](?!.{0,6}[来去订约])|刚才?|头先|啱啱|拄才).{0,14}"
    r"(?:来|洗|扫|做|送|剪|剃|修|陪|执|收|弄|整)|来(?:过|嘅|的|个)(?:那|嗰|彼|个)?|来那[个位]|派来"
)
_WRONG = re.compile(
    r"不(?:太|大|怎么)?(?:满意|好|行|干净|像话|地道)|差[评劲]|太差|骂|凶|乱收|多收|糟|迟到|没(?:人)?来|没做|冇嚟|冇来|"
    r"敷衍|糊弄|偷懒|马虎|气死|打烂|打破|唔满意|唔好|毋好|歹"
)
_NOT_WRONG = re.compile(r"[唔不毋没冇](?:会|曾|有)?(?:糊弄|偷懒|马虎|敷衍|迟到|骂|凶|嫌)")
_WANTS = re.compile(
    r"再(?:来|订|约|给|帮|整|叫|喊)|想(?:订|约|请|叫|喊|再)|[订约](?!的|好|了|个的)|帮我|给我|改|取消|问"
)


def stars_in(text: str, *, asked: bool = False) -> int | None:
    """The stars that somebody gives, 1 to 5; None where none are named.

    Args:
        text: what was said.
        asked: Anban has just asked for them, so that 五个 is enough.
    """
    plain = simplify(text)
    found = _GIVEN.search(plain) or (_ASKED.search(plain) if asked else None)
    if found is not None:
        return _STARS[next(group for group in found.groups() if group)]
    return 5 if _FULL.search(plain) else None


def wants_to_rate(text: str) -> bool:
    """Whether a line says that a service is to be rated, and not yet how (我要评分)."""
    return _TO_RATE.search(simplify(text)) is not None


_TO_RATE = re.compile(
    r"(?:[要想欲爱来]|帮我|给我|[给畀予同共][^，。]{1,4})(?:评|打)(?:一?个|一?下)?(?:分|粉|份|价|星)(?!钟|开)|评[分价]$"
)
"""Words for rating; 粉 and 份 are what is heard of 分."""


def may_judge(text: str) -> bool:
    """Whether a line has any word by which work or workers are judged (就问要填几份 has none)."""
    plain = simplify(text)
    return _JUDGES.search(plain) is not None or wrong(plain) or stars_in(plain) is not None


_JUDGES = re.compile(
    r"好|[评赞夸奖]|分|粉|[星心]|满|[不唔]错|利索|耐|细|凑合|一般|安逸|得劲|师[傅付]|姑娘|大姐|后生|服务|做得|干活|活儿|手|态度"
)
"""Words by which work or workers are judged, in whatever mood; 还行 of an ear is none."""


def wrong(text: str) -> bool:
    """Whether a line tells that something was not as it should be."""
    return _WRONG.search(_NOT_WRONG.sub("", simplify(text))) is not None


def praises(text: str, now: datetime) -> bool:
    """Whether a line praises somebody who has been there, and wants nothing else.

    Args:
        text: what was said.
        now: the clock of the conversation.
    """
    plain = simplify(text)
    if not _GOOD.search(plain) or wrong(plain) or _WANTS.search(plain):
        return False
    when = parse_when(plain, now.replace(tzinfo=None))
    ahead = when is not None and when.date is not None and when.date > now.date()
    return _DONE.search(plain) is not None and not ahead
