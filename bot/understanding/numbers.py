"""Numbers as people say them: Chinese numerals, digits said one by one, telephone numbers.

Three readers share one scanner:

* `integer` reads a quantity (一百零五, 两, 廿三, 3栋),
* `digit_string` reads what is said digit by digit (三零二, 九〇二),
* `phone_number` puts a telephone number together that is said in groups, with fillers, repetitions
  and corrections (一三八 嗯 零零幺三 不对是 零零幺四 八零零零).

All of them return None rather than guess. The texts are personal data: nothing here logs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    **{char: value for value, char in enumerate("○壱貳參肆伍陸柒捌玖")},
    **{"O": 0, "两": 2, "兩": 2, "俩": 2, "仨": 3, "幺": 1, "么": 1},
}
_ZEROS = frozenset("零〇○")
_NOT_ALONE = frozenset("么O")  # digits only inside a run: 么三九 is 139, 什么 is no number
_COUNTING = frozenset("两兩俩仨")
"""These count, and end no longer number."""
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卅": 30}
_BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
_ARABIC = re.compile(r"[0-90-9]+")


@dataclass(frozen=True)
class Number:
    """A number found in a text."""

    start: int
    """Index of its first character."""
    end: int
    """Index after its last character."""
    value: int
    """What it counts; for digits said one by one, those digits read as one number."""
    digits: str | None
    """The digits when it was said digit by digit (三零二 -> "302"), else None."""


def scan(text: str) -> list[Number]:
    """Find every number in `text`, from left to right.

    Numbers that stand side by side are told apart by what can be one number: 十二十三 is 12 and
    13, 二十二十一 is 20 and 21, 十五六 is 15 and 6. Two or more bare digits in a row are one
    number said digit by digit (三零二, also 七八 in 七八点; what the two mean is the caller's).
    """
    found = []
    at = 0
    while at < len(text):
        number = read(text, at)
        if number is None:
            at += 1
        else:
            found.append(number)
            at = number.end
    return found


def read(text: str, at: int) -> Number | None:
    """The number that begins exactly at index `at`, or None."""
    return _arabic(text, at) or _spelled(text, at) or _cardinal(text, at)


def integer(text: str) -> int | None:
    """The one number in `text`: 一百零五 -> 105, 廿三 -> 23, 3栋 -> 3, 两 -> 2.

    Returns None where there is no number or more than one.
    """
    found = scan(text)
    return found[0].value if len(found) == 1 else None


def digit_string(text: str) -> str | None:
    """The digits of a number said digit by digit: 三零二 -> "302", 幺三八零零 -> "13800".

    Fillers and pauses between the digits are allowed. A single cardinal is written out as well
    (十八 -> "18", 三百零二 -> "302"). None where the text has no digits or several numbers.
    """
    found = scan(text)
    if len(found) == 1:
        return found[0].digits or str(found[0].value)
    if any(number.digits is None and number.value > 9 for number in found):
        return None
    runs = _joined(_chunks(text))
    return runs[0] if len(runs) == 1 else None


def phone_number(text: str) -> str | None:
    """The telephone number in `text`, digits only, or None.

    Mobile numbers (11 digits), landlines with area code (0 + 10 or 11 digits) and local landlines
    (7 or 8 digits) are known; +86 is dropped. Groups, 幺, 三个八, fillers, a number said twice and
    corrections (不对是…, 不是…是…, 错了) are understood. Several different numbers give None.
    """
    chunks = _without_country_code(_chunks(text))
    kept: list[_Chunk] = []
    for position, chunk in enumerate(chunks):
        if chunk.corrects and kept:
            rest = "".join(later.digits for later in _until_correction(chunks, position))
            kept = _cut_back(kept, chunk.digits, rest)
        kept.append(chunk)
    return _one_number([chunk.digits for chunk in kept])


# --- the scanner -------------------------------------------------------------------------------


def _arabic(text: str, at: int) -> Number | None:
    found = _ARABIC.match(text, at)
    if found is None:
        return None
    digits = "".join(str(int(digit)) for digit in found.group())
    end = found.end()
    if end < len(text) and text[end] in _BIG:
        return Number(at, end + 1, int(digits) * _BIG[text[end]], None)
    spelled = digits if len(digits) > 2 or digits[0] == "0" else None
    return Number(at, end, int(digits), spelled)


def _spelled(text: str, at: int) -> Number | None:
    """Two or more bare digits in a row, the last of which does not begin a cardinal (二三十)."""
    end = at
    while end < len(text) and text[end] in _DIGITS:
        end += 1
    while end > at and text[end - 1] in _NOT_ALONE:  # 一三九么 no; 幺么三 yes
        end -= 1
    if end < len(text) and text[end] in _PLACES | _BIG.keys():
        end -= 1
    if end - at < 2 or (text[at] == "么" and text[at - 1 : at] in {"什", "怎", "那", "这", "多"}):
        return None
    digits = "".join(str(_DIGITS[char]) for char in text[at:end])
    return Number(at, end, int(digits), digits)


def _cardinal(text: str, at: int) -> Number | None:
    """A cardinal number that begins at `at`: the longest one that is well formed."""
    total = 0
    end = at
    ceiling = max(_BIG.values()) * 10
    while (section := _section(text, end, open_end=end > at)) is not None:
        value, after = section
        scale = _BIG.get(text[after : after + 1], 1)
        if scale >= ceiling:
            break
        total, end, ceiling = total + value * scale, after + (scale > 1), scale
        if scale == 1:
            break
    return Number(at, end, total, None) if end > at else None


def _section(text: str, at: int, *, open_end: bool) -> tuple[int, int] | None:
    """A number below 10 000 that begins at `at`, as (value, index after it)."""
    total, place, end = 0, 10_000 if open_end else 100_000, at
    while end < len(text):
        char, after = text[end], text[end + 1 : end + 2]
        if char in _TENS and place > 10:
            total, place, end = total + _TENS[char], 10, end + 1
        elif char in _PLACES and _PLACES[char] == 10 and place > 10:
            total, place, end = total + 10, 10, end + 1
        elif (char in _ZEROS and place in {1000, 100, 10_000} and end > at) or (
            char in _ZEROS and open_end and end == at
        ):
            if after not in _DIGITS and after not in _PLACES:
                break
            end += 1
        elif char in _DIGITS and char not in _NOT_ALONE:
            step = _digit(text, end, place, total)
            if step is None:
                break
            total, place, end = step
            if place == 1:
                break
        else:
            break
    return (total, end) if end > at else None


def _digit(text: str, at: int, place: int, total: int) -> tuple[int, int, int] | None:
    """Read the digit at `at` with its place: (new total, new place, index after), or None."""
    value, after = _DIGITS[text[at]], text[at + 1 : at + 2]
    unit = _PLACES.get(after, 1)
    if 1 < unit < place:
        return total + value * unit, unit, at + 2
    if total and unit == 1 and text[at] in _COUNTING:
        return None  # 二十两个人
    if place <= 1 or (unit > 1 and not _pair_follows(text, at, total + value)):
        return None
    if place in {100, 1000, 10_000} and text[at - 1] not in _ZEROS:
        return total + value * place // 10, 1, at + 1  # 一百五 is 150, 两千三 is 2300
    return total + value, 1, at + 1


def _pair_follows(text: str, at: int, value: int) -> bool:
    """Whether taking the digit at `at` as ones leaves the next number behind it: 十二|十三."""
    following = _section(text, at + 1, open_end=False)
    return following is not None and following[0] == value + 1


# --- telephone numbers -------------------------------------------------------------------------

_CORRECTION = re.compile(r"不对|不是|错了|说错|讲错|搞错|更正|改成|应该是|唔系|毋是|不不")
_REPEAT = re.compile(r"([两俩二三四五六仨234])个([零〇一二三四五六七八九幺0-9])")
_FILLER = re.compile(
    r"(?:[\s,,。.、…\-—–_()()·:]|嗯|呃|啊|哦|噢|额|唔|那个|这个|然后|再|接着|后面|后头|跟着|"
    r"就是|是|杠|转|空|来|对|哈|嘞|呢|吧|区号)*"
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = re.compile(r"0(?:10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")


@dataclass(frozen=True)
class _Chunk:
    """Digits said in one breath."""

    digits: str
    joined: bool
    """Only fillers stand between it and the chunk before."""
    corrects: bool
    """A word of correction stands before it."""


def _chunks(text: str) -> list[_Chunk]:
    text = _REPEAT.sub(lambda found: found[2] * _DIGITS.get(found[1], 0) or found[0], text)
    chunks: list[_Chunk] = []
    last_end = 0
    for number in scan(text):
        gap = text[last_end : number.start]
        chunks.append(
            _Chunk(
                digits=number.digits or str(number.value),
                joined=bool(chunks) and _FILLER.fullmatch(gap) is not None,
                corrects=_CORRECTION.search(gap) is not None,
            )
        )
        last_end = number.end
    return chunks


def _joined(chunks: list[_Chunk]) -> list[str]:
    runs: list[str] = []
    for chunk in chunks:
        if chunk.joined and runs:
            runs[-1] += chunk.digits
        else:
            runs.append(chunk.digits)
    return runs


def _without_country_code(chunks: list[_Chunk]) -> list[_Chunk]:
    if len(chunks) > 1 and chunks[0].digits in {"86", "086", "0086"}:
        return chunks[1:]
    return chunks


def _until_correction(chunks: list[_Chunk], position: int) -> Iterator[_Chunk]:
    """The chunks after `position` up to the next correction."""
    for chunk in chunks[position + 1 :]:
        if chunk.corrects:
            return
        yield chunk


def _cut_back(kept: list[_Chunk], corrected: str, rest: str) -> list[_Chunk]:
    """Take back what a correction replaces.

    A whole number replaces everything; a part replaces what makes the whole eleven digits long,
    or, where that does not work out, the last group.
    """
    if _kind(corrected + rest) is not None:
        return []
    before = "".join(chunk.digits for chunk in kept)
    too_many = len(before) + len(corrected) + len(rest) - 11
    if 0 < too_many <= len(before):
        shorter = before[: len(before) - too_many]
        if _MOBILE.fullmatch(shorter + corrected + rest):
            return [_Chunk(shorter, joined=False, corrects=False)]
    return kept[:-1]


def _kind(digits: str) -> str | None:
    for name, pattern in (("mobile", _MOBILE), ("area", _AREA), ("local", _LOCAL)):
        if pattern.fullmatch(digits):
            return name
    return None


def _one_number(groups: list[str]) -> str | None:
    """The one telephone number that neighbouring groups make up; None if none or several."""
    for kind in ("mobile", "area", "local"):
        found = {
            digits
            for start in range(len(groups))
            for end in range(start + 1, len(groups) + 1)
            if _kind(digits := _bare("".join(groups[start:end]))) == kind
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _bare(digits: str) -> str:
    """Drop the country code, and the 0 that some dial before a mobile number."""
    return re.sub(r"^(?:(?:00)?86|0)(?=1[3-9]\d{9}$)", "", digits)
