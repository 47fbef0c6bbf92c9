"""From the written form of a reply to the form that is read aloud, and into clauses with pauses.

Old people write down what they hear, so what must be written down is read digit by digit in small
groups (telephone and order numbers, 幺 for 1), and amounts, dates and times as they are said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import cn2an

_DIGITS = "零一二三四五六七八九"
_PHONE_DIGITS = "零幺二三四五六七八九"
_LETTER_NAMES = (
    "诶 必 西 弟 一 艾弗 寄 诶尺 爱 杰 开 艾勒 艾姆 "
    "恩 欧 批 科优 阿 艾丝 提 优 维 达不流 艾克斯 歪 贼"
)
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _LETTER_NAMES.split(), strict=True))
"""Letters in Mandarin syllables: the synthesiser has no English."""

_COUNTED = "个位次天周名户份张台间套小时点分钟倍种项条件元块年"
"""Measure words before which 2 is said 两."""
_HALVES = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明早|明晚"
_SEPARATOR = "，"


def cardinal(number: str) -> str:
    """A number as a quantity: 1,200 -> 一千二百, 3.5 -> 三点五, 15 -> 十五."""
    plain = number.replace(",", "").replace("，", "")
    said: str = cn2an.an2cn(plain, "low")
    return re.sub(r"^一十", "十", said)


def digits(number: str, *, phone: bool = False) -> str:
    """A number digit by digit; with ``phone`` 1 is said 幺."""
    table = _PHONE_DIGITS if phone else _DIGITS
    return "".join(table[int(character)] for character in number if character.isdigit())


def grouped(number: str) -> str:
    """A long number for writing down: digit by digit with a pause after each group.

    Mobile numbers go 3-4-4, landlines area code first, others in groups of four from the end, none
    of them a single digit.
    """
    bare = re.sub(r"\D", "", number)
    if len(bare) == 11 and bare.startswith("1"):
        sizes = [3, 4, 4]
    elif bare.startswith("0") and len(bare) in (10, 11, 12):
        area = 3 if bare[1] in "12" else 4
        sizes = [area, len(bare) - area - 4, 4]
    elif len(bare) <= 5:
        sizes = [len(bare)]
    else:
        count = -(-len(bare) // 4)
        short = count * 4 - len(bare)
        sizes = [3] * short + [4] * (count - short) if short <= count else [len(bare)]
    groups, at = [], 0
    for size in sizes:
        groups.append(digits(bare[at : at + size], phone=True))
        at += size
    return _SEPARATOR.join(groups)


def _to_write(number: str) -> str:
    """A number somebody may write down, with a pause before it."""
    return _SEPARATOR + grouped(number)


def _clock(hour: int, minute: int, half: str) -> str:
    """A time of day as it is said; ``half`` is empty where the text already names it."""
    if not half and hour > 12:
        hour -= 12
    shown = hour - 12 if half and hour > 12 else hour
    said = "两" if shown == 2 else cardinal(str(shown))
    tail = {0: "", 15: "一刻", 30: "半", 45: "三刻"}.get(minute)
    if tail is None:
        tail = ("零" if minute < 10 else "") + cardinal(str(minute)) + "分"
    return f"{half}{said}点{tail}"


def _half_of_day(hour: int) -> str:
    if hour < 6:
        return "凌晨"
    if hour < 12:
        return "上午"
    if hour == 12:
        return "中午"
    return "下午" if hour < 18 else "晚上"


def _time(match: re.Match[str]) -> str:
    named, hour, minute = match["half"] or "", int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59:
        return match.group()
    if named:
        return named + _clock(hour, minute, "")
    return _clock(hour, minute, _half_of_day(hour % 24))


def _said_hour(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), match["minute"]
    return _clock(hour, int(minute) if minute else 0, "" if hour <= 12 else _half_of_day(hour))


def _year(match: re.Match[str]) -> str:
    return digits(match["year"]) + "年"


def _date(match: re.Match[str]) -> str:
    month, day = cardinal(match["month"]), cardinal(match["day"])
    return f"{digits(match['year'])}年{month}月{day}号"


def _day_of_month(match: re.Match[str]) -> str:
    return f"{cardinal(match['month'])}月{cardinal(match['day'])}号"


def _money(match: re.Match[str]) -> str:
    amount = match["amount"].replace(",", "")
    whole, _, cents = amount.partition(".")
    said = ("两" if whole == "2" else cardinal(whole)) + "元"
    cents = (cents + "00")[:2] if cents else "00"
    if cents[0] != "0":
        said += _DIGITS[int(cents[0])] + "角"
    if cents[1] != "0":
        said += ("零" if cents[0] == "0" else "") + _DIGITS[int(cents[1])] + "分"
    return said


def _quantity(match: re.Match[str]) -> str:
    number, unit = match["number"], match["unit"]
    if number == "2" and unit and unit[0] in _COUNTED:
        return "两" + unit
    return cardinal(number) + (unit or "")


def _range(match: re.Match[str]) -> str:
    return f"{cardinal(match['low'])}到{cardinal(match['high'])}"


def _document(match: re.Match[str]) -> str:
    number = cardinal(match["number"])
    return f"{match['office']}，{digits(match['year'])}年，第{number}号"


def _code(match: re.Match[str]) -> str:
    letters = "".join(_LETTERS[letter.upper()] for letter in match["letters"])
    return f"{_SEPARATOR}{letters}{_to_write(match['number'])}"


def _spell(match: re.Match[str]) -> str:
    word = match.group()
    return "".join(_LETTERS.get(letter.upper(), "") for letter in word) if len(word) <= 5 else word


_N = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"https?://\S+|www\.\S+"), "网址请看短信"),
    (re.compile(r"(?P<office>[\u4e00-\u9fff]+)[〔\[（(](?P<year>\d{4})[〕\]）)](?P<number>\d+)号"),
     _document),
    (re.compile(r"(?<![\d-])(?P<house>\d{1,2})-(?P<room>\d{3,4})(?=室|[，。]|$)"),
     lambda m: f"{cardinal(m['house'])}杠{digits(m['room'])}"),
    (re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"), _date),
    (re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"), _date),
    (re.compile(r"(?P<year>(?:19|20)\d{2})年"), _year),
    (re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"), _day_of_month),
    (re.compile(r"(?P<a>\d{1,2}:\d{2})\s*[-~－—至到]+\s*(?P<b>\d{1,2}:\d{2})"), r"\g<a>到\g<b>"),
    (re.compile(rf"(?P<half>{_HALVES})?(?P<hour>\d{{1,2}})[:：](?P<minute>\d{{2}})(?!\d)"), _time),
    (re.compile(r"(?P<from>\d{1,2})\s*[-~－—至]\s*(?=\d{1,2}点)"), r"\g<from>到"),
    (re.compile(r"(?P<hour>\d{1,2})点(?:(?P<minute>\d{1,2})分)?(?!\d)"), _said_hour),
    (re.compile(r"(?P<letters>[A-Za-z]{1,4})[-_ ]?(?P<number>\d[\d-]+)"), _code),
    (re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"), lambda m: _to_write(m.group())),
    (re.compile(r"(?<!\d)0\d{2,3}[\s-]\d{7,8}(?!\d)"), lambda m: _to_write(m.group())),
    (re.compile(rf"[¥￥](?P<amount>{_N})"), _money),
    (re.compile(rf"(?P<amount>{_N})\s*元"), _money),
    (re.compile(rf"(?P<p>{_N})\s*[%％]"), lambda m: "百分之" + cardinal(m["p"])),
    (re.compile(rf"(?P<low>{_N})\s*[-~～－—至到]\s*(?P<high>{_N})(?=[\u4e00-\u9fff])"), _range),
    (re.compile(r"(?P<room>\d{3,4})(?=室|房|号房|号室)"), lambda m: digits(m["room"])),
    (re.compile(r"(?<=\d号)\d{3,4}(?!\d)"), lambda m: digits(m.group())),
    (re.compile(r"(?<=单元)(?P<room>\d{3,4})|(?<=[栋幢座楼])(?P<room2>\d{3,4})"),
     lambda m: digits(m.group())),
    (re.compile(r"(?P<what>[单编工电卡证账]号|号码)(?P<is>[是为：:]?)\s*(?P<number>\d[\d-]+)"),
     lambda m: f"{m['what']}{m['is']}{_to_write(m['number'])}"),
    (re.compile(r"(?<![\d.])(?:110|119|12[02]|12[03]\d{2}|9[56]\d{3})(?=$|[^\d.,\u4e00-\u9fff]"
                r"|[吗吧呢和或与的热求报急叫喊帮就也都来])"),
     lambda m: digits(m.group(), phone=True)),
    (re.compile(r"(?<=[打拨])\s*\d{3,6}(?!\d)"),
     lambda m: digits(m.group(), phone=True)),
    (re.compile(r"(?<=[电话热线拨打号码为：:是])\s*\d{5,}(?![\d.])"),
     lambda m: _to_write(m.group())),
    (re.compile(r"(?<![\d.,])\d{6,}(?![\d.,万亿元])"), lambda m: _to_write(m.group())),
    (re.compile(rf"(?P<number>{_N})(?P<unit>[\u4e00-\u9fff])?"), _quantity),
    (re.compile(r"/月"), "每月"),
    (re.compile(r"/年"), "每年"),
    (re.compile(r"/(?=[次天小人])"), "每"),
    (re.compile(r"[A-Za-z]+"), _spell),
    (re.compile(r"[（(]"), "，"),
    (re.compile(r"[)）]"), "，"),
    (re.compile(r"[《》〈〉「」『』“”\"'‘’【】\[\]*#_]"), ""),
    (re.compile(r"\s*\n+\s*"), "。"),
    (re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]"), ""),
    (re.compile(r"[，、]{2,}"), "，"),
    (re.compile(r"，(?=[。！？；])"), ""),
)  # fmt: skip


def spoken(text: str) -> str:
    """The form that is read aloud: no figures, letters, brackets or links are left.

    Raises nothing: what no rule knows is left as it stands.
    """
    for pattern, change in _RULES:
        text = pattern.sub(change, text)
    return text.strip("， ")


@dataclass(frozen=True)
class Clause:
    """A piece that is synthesised at once, with the silence that follows it."""

    text: str
    pause_s: float
    """Seconds; 0.25 after a comma, 0.4 after a sentence (elders need 0.25-0.4 s)."""


GROUP_PAUSE_S = 0.8
"""Behind each group of a number, in which three or four figures can be written."""
_PAUSES = {"，": 0.25, "、": 0.0, "；": 0.3, "：": 0.25, "。": 0.4, "！": 0.4, "？": 0.4}
_PIECE = re.compile(r"[^，；：。！？]*[，；：。！？]?")
_NUMBER_GROUP = re.compile(rf"^[{_PHONE_DIGITS}]{{2,5}}[，。]?$")
_SOUNDS = re.compile(r"[\w\u4e00-\u9fff]")
SHORTEST = 6
"""Clauses shorter than this many characters are read together with the next one."""
LONGEST = 40


def clauses(text: str) -> list[Clause]:
    """Split spoken text at its punctuation; very short pieces stay with what follows.

    Groups of a telephone or order number always stand alone, so that they can be written down.
    """
    found: list[Clause] = []
    held = ""
    for piece in _PIECE.findall(text):
        if not _SOUNDS.search(piece):
            continue
        mark = piece[-1] if piece[-1] in _PAUSES else "。"
        number = bool(_NUMBER_GROUP.match(piece))
        if held and number:
            found.append(Clause(held, _PAUSES["，"]))
            held = ""
        held += piece
        # An opening word (好的，) goes out alone: it is in the cache and sounds at once.
        short = len(held) < SHORTEST and mark in "，：；" and not number
        if short and found:
            continue
        found.append(Clause(held, GROUP_PAUSE_S if number else _PAUSES[mark]))
        held = ""
    if held:
        found.append(Clause(held, 0.4))
    return found
