"""What a few words on the line are: an answer, a nod, a thought unfinished, a number under way.

Only what turn taking needs, on partial text; what a line means is the mind's business.
"""

from __future__ import annotations

import re
from itertools import product

from pypinyin import lazy_pinyin

_MARKS = re.compile(r"[\s，。？！、；：,.?!;:…—~·“”\"']+")
_SOFT_END = "啊呀哦嘛吧呢哈嘞噢啦哎"
_DIGIT = "0-9零〇洞一幺二两三四五六七八九"


def _words(spaced: str) -> tuple[str, ...]:
    return tuple(spaced.split())


YES = _words(
    """对 对的 对了 没错 是 是的 好 好的 好嘞 行 行的 行了 要 要的 要得 我要 可以 中 成 得行 嗯 嗯好
    同意 愿意 确定 确认 没问题 妥了"""
)
NO = _words(
    """不 不要 不用 不用了 不要了 不是 不是的 不对 不行 不好 不成 不中 不必 不消 不可以 没有 没 没得
    别 算了 错了 不需要 莫 莫要 勿要 弗要 毋免 免 免了 唔要 唔系 唔好 唔使 冇 咪"""
)
ANSWERS = ("对", "好的", "是的", "嗯", "要", "行", "可以", "不要", "不用", "不是", "没有")
"""What is mostly said to a yes-or-no question, for recognisers that take hints: single syllables
are what they hear worst."""
NODS = _words(
    """嗯 嗯哼 哦 噢 喔 啊 唉 诶 欸 哎 呃 好 好的 好嘞 对 对的 是 是的 行 知道 知道了 明白 明白了
    晓得 晓得了 这样 我知道了 我听着 听着呢 谢谢 谢谢你 谢谢您"""
)
"""Said while somebody else speaks, they mean: go on."""
HESITATIONS = _words("那个 这个 就是 就是说 怎么说 怎么讲 嗯 呃 额 唔")
"""Said while looking for a word; they carry nothing."""
FILLERS = HESITATIONS + _words(
    "我想想 让我想想 想一下 等一下 等等 等会 我看看 看一下 你等等 啥子 咋说"
)
CONNECTORS = _words(
    """然后 还有 以及 因为 所以 但是 可是 不过 如果 要是 另外 或者 而且 我想 我要 想要 我想要
    帮我 给我 麻烦你 麻烦您 请你 请您 能不能 可不可以 住在 地址是 电话是 号码是 名字叫 我叫 我姓
    问一下 问问 请问 想问 打听一下 打听 要不然 要不 要么 比如 比方说 他说 她说 订一份 订个 要一份
    找个人 请个人 找人 请人 来家里 到家里 我们家 我家里 家里的
    下个 下周 下星期 下礼拜 这周 星期 礼拜 每个 和 跟 把 从 往 同 及"""
)
"""A line that ends with one of these goes on."""


def _only(words: tuple[str, ...]) -> re.Pattern[str]:
    """A line of nothing but these words, softened and repeated as people do (对对对啊)."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?:(?:{'|'.join(longest_first)})[{_SOFT_END}]*)+")


_YES, _NO, _NODS = _only(YES), _only(NO), _only(NODS)
_OPENING = re.compile("^" + _only(HESITATIONS).pattern)
_TAIL_DIGITS = re.compile(rf"[{_DIGIT}\s，,、-]*[{_DIGIT}]$")
_ANY_DIGIT = re.compile(f"[{_DIGIT}十百]")
_NOT_DIGIT = re.compile(rf"[^{_DIGIT}]")
_HOUSE_TAIL = re.compile(
    rf"(?:[{_DIGIT}十百]|[路街巷弄村组号栋幢座楼区道镇乡县市省]|单元|小区|花园|新村)$"
)
_COUNTED = frozenset(
    product(_words("yi liang ji ban"), _words("fen ge wei jian dun wan he shuang tai ming tang"))
)
"""How many, and not yet of what (一份), as it sounds: recognisers write 以份 or 移份."""
_SOMEBODY = re.compile(
    "[我你您他她咱俺侬伊](?!要|想|不)|(?:老[伴头]|爸|妈|爷|奶|儿子|女儿|闺女|孙)"
)
"""Whom a line tells of, where that is said first; 我要, 我不 may be answers."""
_MOMENT = re.compile(
    "(?:(?:今|明|后|大后|昨|前)[天儿]|今早|今晚|明早|明晚|上午|下午|中午|早上|早晨|晚上|傍晚|"
    "(?:上|下|这|本)?个?(?:星期|礼拜|周)[一二三四五六日天1-6]?|"
    rf"[{_DIGIT}十]+[月号日点](?:半|钟|{_DIGIT}+分)?|的|那天|就|在|等)+"
)
_WHEN = re.compile(rf"[今明后昨前点时半刻早晚午夜晌月号日初节周期拜天{_DIGIT}十]|随便|都行|都可以")
_ASKED = {
    "date": _WHEN,
    "time": _WHEN,
    "address": re.compile("[路街巷弄村组号栋幢座楼区道镇乡县市省家站厂园院队]|单元|新村"),
    "hospital": re.compile("院|中心|诊所|卫生|门诊|科"),
    "phone": re.compile(f"[{_DIGIT}]|没有|不知道|不记得|忘"),
}
"""Something of an answer to each question whose answers have a form."""
_KIN = re.compile(
    "[给是帮替为就]*(?:我们|咱们|[我俺咱阿家里的那个])*"
    "(?:老伴|老头子?|老太[太婆]|老[公婆]|爱人|老人家?|邻居|[爸爷奶妈娘爹哥姐弟妹舅姑叔伯姨婆公]{1,2}|"
    "[父母]亲|外[公婆]|姥[姥爷]|岳[父母]|丈人|丈母娘|儿子|女儿|闺女)"
    f"[{_SOFT_END}]*"
)
"""One of the family, and not by name."""
_MOBILE = re.compile(r"^[1一幺][3-9三四五六七八九]")


_UNASPIRATED = {"ch": "zh", "q": "j", "c": "z", "p": "b", "t": "d", "k": "g"}


def _nod_sound(line: str) -> str:
    """How a line sounds over a telephone, which swallows the breath behind a consonant.

    Nothing stands on its last syllable (的, 了).
    """
    spelled = re.sub(r" le$", " de", " ".join(lazy_pinyin(line)))
    return re.sub(r"\b(?:ch|[cpqtk])", lambda found: _UNASPIRATED[found[0]], spelled)


_NOD_SOUNDS = frozenset(_nod_sound(word) for word in NODS if len(word) > 1)


def bare(text: str) -> str:
    """The characters without punctuation and spaces."""
    return _MARKS.sub("", text)


def is_yes(text: str) -> bool:
    """Whether the whole line is a clear yes."""
    return bool(_YES.fullmatch(bare(text)))


def is_no(text: str) -> bool:
    """Whether the whole line is a clear no."""
    return bool(_NO.fullmatch(bare(text)))


def is_yes_or_no(text: str) -> bool:
    """Whether the whole line is a clear yes or a clear no."""
    return is_yes(text) or is_no(text)


def is_nod(text: str) -> bool:
    """Whether the whole line only says: I am listening."""
    return bool(_NODS.fullmatch(bare(text)))


def sounds_like_nod(text: str) -> bool:
    """Whether a line is a nod by its sound: 晓得了 is written 笑得了, 知道了 直到的, 吃到了.

    Single syllables are too like others.
    """
    return _nod_sound(bare(text)) in _NOD_SOUNDS


def weight(text: str) -> int:
    """How many characters of a line carry meaning; nods and hesitations do not."""
    if is_nod(text):
        return 0
    return len(_OPENING.sub("", bare(text)))


def is_unfinished(text: str) -> bool:
    """Whether the line ends in a filler or a connector, so that more is to come."""
    if is_nod(text):
        return False
    found = bare(text)
    if text.rstrip().endswith(("，", "、", "…", "—", ",")) and len(found) > 1:
        return True
    return found.endswith(CONNECTORS + FILLERS) or tuple(lazy_pinyin(found)[-2:]) in _COUNTED


def is_moment(text: str) -> bool:
    """Whether a line names nothing but a day or a time, so that what is wanted then is to come."""
    return bool(_MOMENT.fullmatch(bare(text)))


def tells_of_somebody(text: str) -> bool:
    """Whether a line begins with a person, so that what is the matter with them is to come."""
    return _SOMEBODY.match(bare(text)) is not None


def is_kin_only(text: str) -> bool:
    """Whether a line names one of the family (给我妈妈), so that the name may be to come."""
    return bool(_KIN.fullmatch(bare(text)))


def holds(asked: str | None, text: str) -> bool:
    """Whether a line has anything in it of what was asked; true where that cannot be told."""
    form = _ASKED.get(asked or "")
    return form is None or form.search(bare(text)) is not None


def tail_digits(text: str) -> str:
    """The run of spoken or written digits a line ends with."""
    found = _TAIL_DIGITS.search(text.rstrip("。．. ，,、"))
    return _NOT_DIGIT.sub("", found.group()) if found else ""


def is_phone_under_way(text: str, *, asked: bool) -> bool:
    """Whether a telephone number has begun and is not whole yet.

    Args:
        text: the line so far.
        asked: whether a number was asked for; else only one that begins like a mobile counts.
    """
    number = tail_digits(text) or (_NOT_DIGIT.sub("", text) if asked else "")
    if _MOBILE.match(number):
        return len(number) < 11 and (asked or len(number) >= 3)
    if not asked or not number:
        return False
    return len(number) < (10 if number[0] in "0零〇洞" else 7)


def is_house_under_way(text: str) -> bool:
    """Whether an address has come to a point where a house, a unit or a door may follow.

    One without any number has not come to its house: 我家在老粮站, 后面那一排.
    """
    found = bare(text)
    if not found or is_yes_or_no(found):
        return False
    return not _ANY_DIGIT.search(found) or _HOUSE_TAIL.search(found) is not None
