"""How many: counts as they are said, exact or loose (三, 两三, 十来, 十几, 几, 半)."""

from __future__ import annotations

from bot.understanding.times.grammar import Matched
from bot.understanding.times.scanner import Token

SOME = (3, 5)
"""What 几 is taken for, as a range to ask about."""
LOOSE_BY = 2
"""How far 十来, 十几 and 十多 reach beyond the number they name."""
_COUNT_KINDS = ("number", "digits", "few", "lai", "half")


def amount(matched: Matched) -> tuple[int, int | None] | None:
    """The count in the matched tokens: (count, None), or (least, most) where it is loose."""
    found = matched.all(*_COUNT_KINDS)
    kinds = [token.kind for token in found]
    numbers = [token for token in found if token.kind in ("number", "digits")]
    if not numbers:
        few = next((token for token in found if token.kind == "few"), None)
        return None if few is None else (1, 2) if few.value else SOME
    if (pair := number_pair(numbers)) is not None:
        return pair
    if numbers[0].kind == "digits" or len(numbers) > 1:
        return None
    count = numbers[0].number
    if "few" in kinds or "lai" in kinds:
        least = count + 1 if kinds.index(numbers[0].kind) == 0 and "few" in kinds else count
        return least, count + LOOSE_BY
    return count, None


def number_pair(numbers: list[Token]) -> tuple[int, int] | None:
    """Two neighbouring numbers said as one: 两三 is 2 to 3, 十五六 15 to 16, 二三十 20 to 30."""
    if len(numbers) == 1 and numbers[0].kind == "digits" and len(numbers[0].value) in (2, 3):
        low, *_, high = digits = list(map(int, numbers[0].value))
        near = len(digits) == 2 or digits == list(range(low, high + 1))  # 四五六天
        return (low, high) if low < high and near else None
    if len(numbers) != 2 or "digits" in (numbers[0].kind, numbers[1].kind):
        return None
    if numbers[0].end != numbers[1].start:
        return None
    first, second = numbers[0].number, numbers[1].number
    if second == first + 1:
        return first, second
    if first >= 10 and second == first % 10 + 1:
        return first, second + first // 10 * 10
    if first < 10 and second % 10 == 0 and second // 10 == first + 1:
        return first * 10, second
    return None
