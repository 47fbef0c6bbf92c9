"""Numbers that are spoken over the phone and must be heard right.

In Mandarin over a narrow line 一 and 七 (yi, qi) are mixed up, and so are 六 and 九 (liù, jiǔ);
that is why radio and railway staff say 幺拐六勾. So 1, 7 and 9 are never used, the first digit is
no zero, and no digit comes three times in a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

DIGITS = "0234568"
LENGTH = 6
LONGER = 8
"""used once six digits have become crowded"""
_TRIPLE = re.compile(r"(\d)\1\1")

Choose = Callable[[Sequence[str]], str]


def speakable_number(choose: Choose, length: int = LENGTH) -> str:
    """Return a number made with `choose` (for example `secrets.choice`)."""
    while True:
        number = choose(DIGITS[1:]) + "".join(choose(DIGITS) for _ in range(length - 1))
        if not _TRIPLE.search(number):
            return number
