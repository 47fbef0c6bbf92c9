"""Whether two mentions are names of one day: 后天 + 礼拜五, 二十号 + 就是 + 礼拜三."""

from __future__ import annotations

import re

from bot.understanding.times.model import Mention, Says

_APPOSED = re.compile(
    r"(?:[，,、。\s]|是不是|不就是|不就|就是|也就是|也是|正好是?|刚好是?|恰好是?|应该是|是|那天|那日|那一天|"
    r"当天|这天|那个|这个|即系|系|就|那|的|嘛|啊|呢|哦|吧|哈|在|里头|里|份|对|我看看|看看|反正|来着|正|"
    r"又是|逢|赶上|嗯|呃)*"
)
"""What may stand between two names of one day."""


def apposed(text: str, first: Mention[Says], second: Mention[Says]) -> bool:
    """Whether nothing but small words stands between two mentions."""
    return _APPOSED.fullmatch(text, first.end, second.start) is not None
