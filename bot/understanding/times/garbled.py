"""Time words that recognition wrote with the wrong characters (里拜五, 厚天, 下午量点).

Only words that carry a date or a time are listened for, and only by their toneless sound with the
mergers nearly every accent has (zh/z, ch/c, sh/s, ing/in, eng/en). Real words that sound the same
are left alone.
"""

from __future__ import annotations

import re
from functools import cache

from bot.understanding import pinyin

Words = dict[int, tuple[int, tuple[tuple[str, str], ...]]]
"""Start of a word -> its end and its tokens (kind, value)."""

_HEARD: dict[str, tuple[tuple[str, str], ...]] = {
    "礼拜": (("week", "7"),),
    "星期": (("week", "7"),),
    "今天": (("day", "0"),),
    "明天": (("day", "1"),),
    "后天": (("day", "2"),),
    "大后天": (("day", "3"),),
    "昨天": (("day", "-1"),),
    "早上": (("part", "morning"),),
    "上午": (("part", "morning"),),
    "中午": (("part", "noon"),),
    "下午": (("part", "afternoon"),),
    "后晌": (("part", "afternoon"),),
    "晌午": (("part", "noon"),),
    "前天": (("day", "-2"),),
    "晚上": (("part", "evening"),),
    "傍晚": (("part", "evening"),),
    "擦黑": (("part", "evening"),),
    "每天": (("daily", ""),),
    "每个月": (("every", ""), ("month", "")),
    "腊月": (("lmonth", "12"),),
    "冬月": (("lmonth", "11"),),
    "国庆": (("named", "solar:10-1"),),
    "中秋": (("named", "lunar:8-15"),),
    "端午": (("named", "lunar:5-5"),),
    "月底": (("monthpart", "end"),),
    "农历": (("lunar", ""),),
    "正月": (("lmonth", "1"),),
    "清明": (("named", "term:清明"),),
    "重阳": (("named", "lunar:9-9"),),
    "元宵": (("named", "lunar:1-15"),),
    "明早": (("day", "1"), ("part", "morning")),
    "明晚": (("day", "1"), ("part", "evening")),
    "今晚": (("day", "0"), ("part", "evening")),
    "明儿个": (("day", "1"),),
    "后儿个": (("day", "2"),),
    "今儿个": (("day", "0"),),
}
_REAL_WORDS = frozenset(
    (
        "李白",
        "立白",
        "兴起",
        "刑期",
        "心气",
        "行乞",
        "行气",
        "新奇",
        "腥气",
        "惊天",
        "井田",
        "景天",
        "民田",
        "招商",
        "照上",
        "找上",
        "商务",
        "尚无",
        "尚武",
        "晌午",
        "总务",
        "肿物",
        "重物",
        "玩赏",
        "腕上",
        "国情",
        "院校",
        "煤田",
        "没填",
        "没天",
        "名填",
        "请找",
        "青枣",
        "引力",
        "盈利",
        "东岳",
        "仲秋",
        "种球",
        "后上",
        "上物",
        "下物",
        "进店",
        "玉底",
        "厚填",
        "能力",
        "弄里",
        "弄丽",
        "还后",
        "猴田",
        "断无",
        "月第",
        "亲民",
        "崇洋",
        "远销",
        "金碗",
        "进完",
        "尽完",
        "名造",
        "真月",
        "前田",
        "钱填",
        "欠填",
        "尚武",
    )
)
_LAST_OF_WORDS = ("以", "最", "之", "然", "洗")
"""These make a word with what follows, so that 以后填 is no garbled 后天, 洗澡上 no 早上."""
_DAYS = tuple("一二三四五六日天")
_PARTS = ("早", "晚", "上午", "下午", "中午")
_DAY_BEFORE = re.compile(r"[天日号]$|[明后今]儿个?$|(?:礼拜|星期|周)[一二三四五六日]$|初[一二三四五六七八九十]$")
_HOUR = re.compile(r"[一二三四五六七八九十两0-9]{1,2}点")
_NUMERALS = frozenset("零一二三四五六七八九十两百0123456789")
_DIGIT_SOUNDS = {
    **dict.fromkeys("衣医依亿", 1),
    **dict.fromkeys("尔耳而", 2),
    **dict.fromkeys("山散伞删衫杉", 3),
    **dict.fromkeys("司思丝寺私", 4),
    **dict.fromkeys("舞午武伍吴雾物务", 5),
    **dict.fromkeys("溜刘流留牛柳", 6),
    **dict.fromkeys("田填甜添", 7),
}
_HOUR_SOUNDS = {
    **dict.fromkeys("量俩凉", 2),
    **dict.fromkeys("山散伞", 3),
    **dict.fromkeys("事寺", 4),
    **dict.fromkeys("舞午武伍", 5),
    **dict.fromkeys("溜刘流留", 6),
    **dict.fromkeys("期妻骑奇", 7),
    **dict.fromkeys("吧把爸巴", 8),
    **dict.fromkeys("久酒旧救", 9),
    **dict.fromkeys("石时实食拾", 10),
}
_UNSURE_HOURS = {"就": 9, "亮": 2, "起": 7, "事": 4, "吧": 8, "把": 8}
"""Heard as hours only where the minutes or 钟 follow (下午亮点半)."""
_AFTER_DAY = re.compile(r"$|[上下中]午|早|晚|来|那天|过来|礼拜|星期|吧$")
_AFTER_HALF = re.compile(r"$|来|左右|过来|到")
_OCLOCK_SOUNDS = frozenset("典店垫殿甸电")
_AFTER_HOUR = ("半", "钟", "终", "整", "一刻", "来", "多", "左右", "到", "之间")


_TEN = re.compile(r"(?<=[一二两三四五])[是时石实食事](?=[一二三四五六七八九]?[号日点])|(?<=[月初][一二])[是石食时实](?=[一二三四五六七八九])")


_EVERY = re.compile(r"[没美妹眉](?=个?(?:礼拜|星期|周)[一二三四五六日]|个?月[初底一二三四五六七八九十])")
_ONES = re.compile(r"(?<=[月十])[舞武午吴溜留流刘柳儿尔耳扒爸酒玖司死散伞山](?=[号日])")
_CHU = re.compile(r"(?:^|(?<=[一二三四五六七八九十月]))[出除处](?=[一二三四五六七八九十](?:$|都|那天|[上中下]午|早|晚|十五))")
_ONE = dict(zip("舞武午吴溜留流刘柳儿尔耳扒爸酒玖司死散伞山", "五五五五六六六六六二二二八八九九四四三三三", strict=True))


def numerals(text: str) -> str:
    """The text with misheard parts of dates put right (二是三号, 五月舞号, 出六); as long."""
    text = _EVERY.sub("每", _CHU.sub("初", _TEN.sub("十", text)))
    return _ONES.sub(lambda found: _ONE[found.group()], text)


def _key(syllable: str) -> str:
    plain = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    return plain[:-1] if plain.endswith(("ing", "eng")) else plain


@cache
def _heard() -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for word in _HEARD:
        found.setdefault(tuple(map(_key, pinyin.syllables(word))), []).append(word)
    return found


def _nearest(said: str, heard: list[str]) -> str:
    """Of words with one sound, the one with most characters as they were written (晌无: 晌午)."""
    return max(heard, key=lambda word: sum(map(str.__eq__, said, word)))


def words(text: str, known: Words) -> Words:
    """Garbled time words in `text`, where no known word of two or more characters begins."""
    keys = tuple(map(_key, pinyin.syllables(text)))
    if len(keys) != len(text):
        return {}
    found: Words = {}
    for length in (2, 3):
        for start in range(len(text) - length + 1):
            end = start + length
            heard = _heard().get(keys[start:end])
            if heard is None:
                continue
            parts = _HEARD[_nearest(text[start:end], heard)]
            if _may_be_garbled(text, start, end, parts[0][0], known):
                found[start] = (end, parts)
    return found


def _may_be_garbled(text: str, start: int, end: int, kind: str, known: Words) -> bool:
    stretch, before = text[start:end], text[:start]
    if any(known.get(at, (at, ()))[0] - at > 1 for at in range(start, end)):
        return False
    if _HOUR.match(text, end):
        return True
    week = kind == "week" and text[end : end + 1] in _DAYS
    behind_day = kind == "part" and _DAY_BEFORE.search(before) is not None
    if stretch in _REAL_WORDS:
        daily = stretch == "没天" and text.startswith(_PARTS, end)
        return daily or (week and stretch == "李白") or behind_day
    if _NUMERALS & set(stretch):  # 下五 is 下午 only beside other words of time, elsewhere a floor
        return week or (behind_day and not text.startswith(("层", "楼", "号"), end))
    return before[-1:] not in _LAST_OF_WORDS


def weekday_digit(text: str, at: int) -> int | None:
    """The day meant by a character that only sounds like one (礼拜舞), read behind a week word."""
    if text[at : at + 2] in {"午饭", "午后", "午觉", "医院", "医生", "衣服", "司机", "散步", "务必", "物业"}:
        return None
    return _DIGIT_SOUNDS.get(text[at : at + 1])


def hour(text: str, at: int) -> int | None:
    """The hour meant by a character that sounds like one, where 点 follows (下午量点)."""
    heard = text[at : at + 1]
    if not text.startswith("点", at + 1):
        return None
    if text.startswith(("半", "钟", "整", "一刻", "三刻"), at + 2):
        return _UNSURE_HOURS.get(heard) or _HOUR_SOUNDS.get(heard)
    return _HOUR_SOUNDS.get(heard)


def day_sign(text: str, at: int) -> bool:
    """Whether the character behind a number stands for 号 (二十三好下午)."""
    return text[at] in "好浩耗毫" and _AFTER_DAY.match(text, at + 1) is not None


def half(text: str, at: int) -> bool:
    """Whether the character behind 点 stands for 半 (三点办来)."""
    return text[at] in "办伴拌扮" and _AFTER_HALF.match(text, at + 1) is not None


def oclock(text: str, at: int) -> bool:
    """Whether the character behind an hour stands for 点 (九典半)."""
    rest = text[at + 1 :]
    return text[at : at + 1] in _OCLOCK_SOUNDS and (not rest or rest.startswith(_AFTER_HOUR))
