"""What kind of thing a question asks for, and the years, figures and numbers it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.understanding import numbers
from bot.understanding.pinyin import syllables

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("docno", r"文号|几号文|第几号|哪[个份]文件|什么文件|编号|标准号|全号|是多少号|按哪个文件"),
        ("speed", r"几分钟|多少分钟|多快|几个小时[内能]|多久[能会就]?(?:到|来|赶)"),
        (
            "price",
            r"(?:养老|敬老|福利|护理)院[^，。]{0,6}(?:多少钱|几千|几百)|收费|价格|价钱|价目|收多少|[交缴](?:多少|几(?![份次张样])|好多)|(?:一[次顿份天日餐回]|[一每]?小时)"
            r"[^，。]{0,4}(?:多少钱|几块|几元|怎么收|好多钱)|打几折|学费|(?:多少钱|几块钱?|几元)一?(?:次|顿|份|天|回|小时|趟)|怎么收|贵不贵|面额|"
            r"工资|面值|押金|(?:床位|伙食|评估|护理|管理)费(?:用)?(?:一|每|是|要|多少)|赔多少",
        ),
        (
            "name",
            r"哪[几两]?家(?:公司|企业|医院|养老院|机构|店|好)|哪[个些](?:公司|企业|医院|养老院|牌子)|"
            r"(?:老板|法人|负责人|经理|主任|局长|站长|院长|书记)(?:是谁|叫什么|叫啥|姓什么|姓啥|哪位)|姓(?:什么|啥)|名单(?![^，。]{0,6}(?:谁|交|给|录|进|附件))|哪几个(?:社区|村|小区|店|学校)|(?:社区|村|店|小区)[^，。]{0,3}(?:有|是)哪[几些]|什么牌子|牌子|品牌|什么型号|华为|小米|苹果|三星|海尔|美的|(?:公司|企业|医院|护工)[^，。]{0,3}(?:叫什么|叫啥|是哪)|(?:中心|服务?站|[养敬]老院|幸福院|医院)叫(?:什么|啥)|(?:中心|站|院)的名[字称]",
        ),
        (
            "phone",
            r"电话(?!回访)(?:是|号|多少|几|给我)|(?<!短信)(?<![接打来听收])电话$|(?<!专用)号码|"
            r"打哪个|打几号|热线(?:是|号|多少)|拨哪|联系方式",
        ),
        (
            "free",
            r"要钱|要不要钱|免费|白送|不要钱|(?<!自己)(?<!我)掏钱(?!买)|(?<!自己)(?<!我)花钱(?!买)|收钱|收不收|无偿",
        ),
        (
            "amount",
            r"(?:多少|几|好多)(?:钱|元|块|[万亿](?![张个人家名支所]))|(?:补|给|发|付|出|拨|掏|奖|安排|补助|补贴|下达)了?"
            r"(?:多少|几百|几千|几万|几块|几)(?![个岁年月回次份所家人老])|补贴标准|补助标准|怎么补|给几百|"
            r"(?:一个?月|每个?月|每年|一年|补贴|津贴|补助|金|标准)[^，。建办开设招培]{0,4}多少$",
        ),
        (
            "age",
            r"(?<![十\d])几岁|多少岁|多大(?:年纪|岁数|年龄|能|可以|才|给)|年龄|岁数|(?:得|要|到)多大|多大$",
        ),
        ("clock", r"几点|开门|关门|上班|下班|营业|周末"),
        ("times", r"(?:几|多少)(?:次|回(?!访)|趟)"),
        (
            "wait",
            r"(?:几|多少)(?:个工作日|日[之以]?内|天(?!的?时候|发|定|成|出))|等多久|多久(?:能|可以)?(?:批|办|有结果|下来)|多长时间[能可]?以?(?:批|办|有)",
        ),
        (
            "papers",
            r"(?<!物)(?:什么|哪些|啥|交|带)[^，。]{0,4}(?:材料|证件|证明|资料)|(?:材料|证件)(?:有|要)?(?:哪些|什么|啥)|带什么|带啥",
        ),
        (
            "apply",
            r"(?:怎么|咋|如何|怎样|去哪里?|到哪里?|在哪里?|找谁|先找)[^，。]{0,3}"
            r"(?:申请|申办|报名|办理|(?<!么)(?<!咋)办$|领取)|手续|流程|报名|加入|几[家道]的?(?:手|关)(?!机)",
        ),
        ("list", r"(?:几|哪几|多少)(?:种|类|样|项|步|条|方面|部分|个阶段)"),
        (
            "area",
            r"面积|平米|平方|多大(?:地方|场地|的?房)|(?:房子|场地|地方)[^，。]{0,6}多大|盖多大",
        ),
        ("percent", r"百分之|比例|几成|占多少|率(?:是|要|达到)?多少|多少医院"),
        (
            "count",
            r"(?:多少|(?<![哪十\d])几(?![家道]的?[手关])|好多)(?:[万亿]?[个家张人支所名位台份间处]|机构|床位|设施|志愿|平台|幸福院|养老院|服务站|中心|互助点)|多少$",
        ),
        (
            "when",
            r"什么时候|啥时候|几时|哪[一]?[天年]|几月|多久|何时|期限|截止|多长时间|哪几年|日期|好久|"
            r"时间|多会儿|过期|到期|哪个月",
        ),
        (
            "where",
            r"(?<!用)(?<!老人)(?<![到道]我)(?<![到道]他)(?<![到道]她)(?<![到道]人)在哪(?!一?[个家些]?(?:局|部门|单位|级|时候)|[一]?[年天月])|(?<!用在)哪里|[交送递]哪(?![些个种几])|哪儿|哪条|地址|什么地方|哪[个几些](?:村|区|市|街|县|小区|地方)|哪[俩两]个?(?:市|区|县|村|街|地方)|哪俩$",
        ),
        (
            "body",
            r"哪[个些几一俩两]?个?(?:部门|局|单位|级)|什么部门|哪一方|(?<!给)谁|归哪|找哪|牵头|责任单位|哪个(?:管|负责|拍板|换)",
        ),
        ("how", r"怎么(?!补|收)|咋|如何|手续|流程|材料|证明|报名|头一步|先.{0,4}后|步骤|怎样"),
        (
            "who",
            r"哪些(?:人|老人)|[哪几][种类](?:老)?人|什么(?:人|样的人)|哪[几一]?类|对象|哪样的|给谁|谁能|谁可以|哪些老年人",
        ),
        ("status", r"(?:实施|开始|执行|搞|办|推行|落实|弄)了?没有?$|还有效|实施了没"),
    )
)
STRICT = {
    "docno": {"docno"},
    "price": {"price"},
    "phone": {"phone"},
    "speed": {"speed"},
    "name": {"name"},
    "amount": {"amount"},
    "free": {"free"},
    "age": {"age"},
    "area": {"area"},
    "percent": {"percent", "amount"},
    "where": {"where", "how"},
    "when": {"when"},
    "count": {"count", "percent"},
    "clock": {"clock"},
    "wait": {"wait"},
    "papers": {"papers"},
    "times": {"times"},
    "apply": {"apply", "how"},
    "list": {"what", "who", "count", "how"},
    "status": {"status"},
    "how": {"how", "body", "what"},
    "who": {"who", "body"},
    "body": {"body", "how"},
}
"""For a kind asked for, the kinds of facts that can answer it."""
HARD = frozenset(STRICT) - {"who", "body", "list", "how", "when"}
"""Kinds that nothing else answers, however alike the words."""

ABOUT = {
    "price": "收费的价钱",
    "phone": "电话号码",
    "speed": "几分钟能到",
    "name": "这样的名单",
    "where": "地址",
    "wait": "办理要等多久",
    "papers": "要交哪些材料",
}
"""What is said to be missing where nothing tells a thing of that kind."""

_FULL_YEAR = re.compile(r"20[0-3]\d")
_SHORT_YEAR = re.compile(r"(?<!\d)([12]\d)年(?!纪|龄|级|内)")
_SPOKEN_YEAR = re.compile(r"(?:二零|二〇)?(一[一二三四五六七八九]|二[零〇一二三四五六])年")
_NUMBER = re.compile(r"(\d+)号|建标(\d+)")
_COUNTED = re.compile(r"(?:(?<![十\d])几|多少)[个家所张名座支台间处]([\u4e00-\u9fff]{2,6})")
_RULE = re.compile(
    r"最[少多低小]|至少|起码|不[少低]于|规定|标准|方案|文件|[市省县]里|财政|要求|应该|应当|[要得](?:配|有|建|补)几"
)
_INCLUDED = re.compile(
    r"(?:包不包括?|包不包含|包括|包含|含不含|有没有(?!人|这|那|规定|提|说|专|得|要|在|去|来)|有无)(?!在内|.{0,3}(?:哪|什么|啥|几|多少))"
    r"([\u4e00-\u9fff]{2,8}?)(?:在内|里头|里面)?(?=[吗么不没啊呀，。？?]|$)"
)
_ASKS_FREE = re.compile(
    r"(?:要不要|用不用|需不需要|要)[^，。？]{0,3}(?:自己|个人)[^，。？]{0,2}(?:掏|花|出|付)钱(?:买)?(?=[吗么不没？?]|$)|"
    r"(?:要不要|用不用|需不需要)[^，。？]{0,3}(?:自己|个人)[^，。？]{0,2}(?:掏|花|出|付)钱(?:买)?"
)
"""Whether one pays oneself (要不要自己掏钱) is another question than paying oneself."""
_WHERE_SOMEBODY_IS = re.compile(
    r"(?:查|找|看|知道|晓得|定位)(?:得|不)?到?(?:我|他|她|它|人|妈|爸|老人?家?|老伴){0,3}(?:现在)?在哪(?:里|儿|块)?"
)
_ONESELF = re.compile(
    r"^(?:我|俺|阮|咱|家里?|[我俺]们?家?里?)?(?:是|有|也是|吃|算)?(?:个|着)?"
    r"(?:低保户?|特困户?|五保户?|重?残疾人?|独居|一个人住|孤寡|[0-9]{2,3}周?岁了?|[一-九十百]{1,4}岁了?)"
    r"(?:的|了|人|老人)?[，,、 ]"
)
_SAID = (
    ("佗几", "哪几"),
    ("佗一", "哪一"),
    ("佗位", "哪里"),
    ("逐千", "每千"),
    ("逐年", "每年"),
    ("逐冬", "每年"),
    ("外济", "多少"),
    ("偌济", "多少"),
    ("几箍银", "多少钱"),
    ("几箍", "几块"),
    ("几多成", "几成"),
    ("姓甚名甚", "姓什么"),
    ("逐个", "每个"),
    ("知影", "知道"),
    ("犹有", "还有"),
    ("佮", "和"),
    ("㗎", ""),
    ("好多钱", "多少钱"),
    ("好多张", "多少张"),
    ("好多个", "多少个"),
    ("好多岁", "多少岁"),
    ("好多人", "多少人"),
    ("好多年", "多少年"),
    ("好多嘛", "多少"),
    ("好久", "什么时候"),
)
"""Question words of the regions, wherever the speaker is from; on policy nobody says 好久不见."""
_REGIONAL = (
    (re.compile(r"(?<![这那旁两左右外里上下周身海路东西南北一])边(?=[级种几间位样条份家])"), "哪"),
    (re.compile(r"哪里个"), "哪个"),
    (re.compile(r"(?<=[一二两三四五六七八九十几])冬(?!天|季|至)"), "年"),
    (re.compile(r"(?<![补津张粘])贴(?=多少)"), "补贴"),
    (re.compile(r"[嘛么]介|嘛个|乜嘢?"), "什么"),
    (re.compile(r"系咪|敢是|是咪"), "是不是"),
    (re.compile(r"抑是"), "还是"),
    (
        re.compile(r"(?<![\d一两几有早晚快差地站重餐优缺焦])点(?=做|样|规定|算|办|处理|申请)"),
        "怎么",
    ),
    (re.compile(r"(?<=[多少几])个钟头?"), "个小时"),
    (re.compile(r"(?<=[个每一][月年天日])有(?=多少钱|好多钱|几块钱)"), ""),
    (re.compile(r"(?<![关联体派水星直维干])系(?![统列数主别])"), "是"),
)
"""Question words of the south that are a part of other words elsewhere (旁边, 联系)."""
_DIGITS = {char: str(at) for at, char in enumerate("零一二三四五六七八九")} | {"〇": "0"}


_DIGIT_SOUNDS = {
    **dict.fromkeys(("ling", "lin"), "0"),
    "yi": "1",
    "er": "2",
    **dict.fromkeys(("san", "shan"), "3"),
    "si": "4",
    "wu": "5",
    **dict.fromkeys(("liu", "niu"), "6"),
    "qi": "7",
    "ba": "8",
    "jiu": "9",
}
_YEAR_SOUNDS = (
    ("er", "liang"),
    ("ling", "lin"),
    ("yi", "er"),
    tuple(_DIGIT_SOUNDS),
    ("nian", "lian"),
)
"""二零一六年, however it was written: nothing else sounds like that"""


@dataclass(frozen=True)
class Cues:
    """What a question tells beside its words."""

    kinds: frozenset[str]
    years: frozenset[int]
    numbers: frozenset[str]
    """of documents and standards, without their year"""
    parts: frozenset[str] = frozenset()
    """districts and towns"""
    others: frozenset[str] = frozenset()
    """all districts and towns that are not named"""
    rule: bool = False
    """asked for what has to be: it holds in every district"""
    counted: str = ""
    """what is to be counted: 养老院 in 几个养老院"""
    included: str = ""
    """what something may include: 剪指甲 in 包不包剪指甲"""


def read(question: str, parts: Iterable[str] = ()) -> Cues:
    """Reads the cues of a question in simplified characters; `parts` are districts to look for."""
    kinds = {kind for kind, pattern in _KINDS if pattern.search(question)}
    if "price" in kinds:
        kinds -= {"amount"}
    if kinds & {"age", "area", "amount", "docno"}:
        kinds -= {"count"}
    if "phone" in kinds:
        kinds -= {"docno", "count", "where"}
    if "wait" in kinds:
        kinds -= {"when", "count"}
    if "papers" in kinds:
        kinds -= {"how"}
    if "apply" in kinds:
        kinds -= {"how", "where", "body"}
    if "speed" in kinds:
        kinds -= {"count", "when"}
    named = frozenset(part for part in parts if part in question)
    found = [one for pair in _NUMBER.findall(question) for one in pair if one]
    counted = _COUNTED.search(question)
    included = _INCLUDED.search(question)
    return Cues(
        frozenset(kinds),
        frozenset(_years(question)),
        frozenset(found),
        named,
        counted=counted[1] if counted else "",
        included=included[1] if included else "",
        others=frozenset(parts) - named,
        rule=bool(_RULE.search(question)),
    )


def plainly(question: str) -> str:
    """A question without what somebody says of themselves first, and asked for free plainly."""
    question = _WHERE_SOMEBODY_IS.sub("定位", _ONESELF.sub("", question))
    return _ASKS_FREE.sub("要钱吗", question)


def standard(question: str) -> str:
    """Question words in standard Mandarin, and spoken years in digits.

    What is put right afterwards as misheard can change neither.
    """

    def digits(found: re.Match[str]) -> str:
        return f"20{''.join(_DIGITS[char] for char in found[1])}年"

    question = _PAID_BY_THE_STATE.sub("", question)
    for word, meaning in _SAID:
        question = question.replace(word, meaning)
    for pattern, meaning in _REGIONAL:
        question = pattern.sub(meaning, question)
    return _heard_years(_SPOKEN_YEAR.sub(digits, question))


_PAID_BY_THE_STATE = re.compile(
    r"(?:政府|国家|公家|官方)(?:给)?(?:花钱|出钱|掏钱|拿钱)(?:购?买|请)?的(?:[那这]一?[个种份样])?(?=上门|助餐|送餐|居家)"
)
"""Who pays for a service, said only to tell which one is meant (政府花钱买的那个上门服务)."""


def _heard_years(question: str) -> str:
    """Years that were written with other characters of the same sound, in digits."""
    said = syllables(question)
    if len(said) != len(question):
        return question
    for at in range(len(said) - len(_YEAR_SOUNDS) + 1):
        year = said[at : at + len(_YEAR_SOUNDS)]
        if all(one in sounds for one, sounds in zip(year, _YEAR_SOUNDS, strict=True)):
            digits = "".join(_DIGIT_SOUNDS[one] for one in year[2:4])
            return f"{question[:at]}20{digits}年{_heard_years(question[at + len(year) :])}"
    return question


def without(question: str, kinds: Iterable[str]) -> str:
    """A question without the words that only say which kind of thing is asked for."""
    for kind, pattern in _KINDS:
        if kind in kinds:
            question = pattern.sub("，", question)
    return question


def _years(question: str) -> list[int]:
    years = [int(found) for found in _FULL_YEAR.findall(question)]
    years += [2000 + int(found) for found in _SHORT_YEAR.findall(question)]
    for found in _SPOKEN_YEAR.findall(question):
        years.append(2000 + int("".join(_DIGITS[char] for char in found)))
    return years


def figures(text: str) -> str:
    """Spoken numbers as digits, so that 八十岁 and 80岁 are one."""
    out: list[str] = []
    at = 0
    for found in numbers.scan(text):
        if found.start < at or found.end - found.start < 2 or found.value < 10:
            continue
        out += [text[at : found.start], str(found.value)]
        at = found.end
    return "".join([*out, text[at:]])
