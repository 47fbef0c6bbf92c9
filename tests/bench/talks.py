"""What callers of the benchmark say: conversations of six turns, everyone with a register entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

from backend.config import BackendConfig
from backend.profiles import LoadedProfile, load_profiles

CONVERSATIONS: tuple[tuple[str, ...], ...] = (
    (
        "喂，你好。",
        "我想找个人来家里打扫卫生。",
        "明天上午",
        "九点吧",
        "对，就是这样。",
        "没有别的事了，谢谢。",
    ),
    (
        "我要订一份午饭，明天送。",
        "十一点半",
        "不对，是十二点。",
        "对",
        "我订的饭几点送来？",
        "好，再见。",
    ),
    (
        "你好啊姑娘。",
        "腿脚不好，想有人帮我洗个澡。",
        "后天下午三点。",
        "就在我家里",
        "对的",
        "谢谢你。",
    ),
    (
        "我问一下，高龄津贴怎么领？",
        "那我想约个人陪我去医院看病。",
        "大后天早上八点。",
        "市第一医院",
        "对，没错。",
        "再说一遍",
    ),
    (
        "家里灯坏了，找个人来修修。",
        "明儿个下午两点。",
        "换成后天吧。",
        "是的",
        "算了，取消吧。",
        "对，不要了。",
    ),
    (
        "今天心里闷得慌。",
        "没人跟我说话。",
        "找个人来理个发吧。",
        "礼拜五上午十点。",
        "对",
        "没别的事了，再见。",
    ),
)
"""Bookings of several kinds, a correction, a cancellation, questions and small talk."""

TURNS = len(CONVERSATIONS[0])

CLAUSES = (
    "您家在和平小区十八号楼吧",
    "陪诊的小刘会在门口等您",
    "后天下午三点半有人上门",
    "这个月您已经订过四次午饭了",
    "师傅姓高，带着工具来",
    "送餐的路上有点堵，要晚十分钟",
    "您女儿已经收到通知了",
    "洗澡水温会先给您试好",
    "下个礼拜二再来看您一回",
    "老人卡在街道办事处一楼领",
)
"""Clauses nobody has spoken into the cache."""

CALLS: tuple[tuple[str, ...], ...] = (
    (
        "喂，你好，我想找个人来家里打扫卫生。",
        "明天上午九点。",
        "对，就是这样。",
        "没有别的事了，谢谢你，再见。",
    ),
    ("我想订午饭，明天中午送到家。", "中午十二点。", "对，没错。", "没有了，谢谢，再见。"),
    ("我腿脚不好，想有人帮我洗澡。", "后天下午三点。", "对，就是这样。", "我订的什么时候来？"),
    ("你好，我想找人来理个发。", "礼拜五上午十点。", "对的。", "好，谢谢，再见。"),
)
"""Spoken calls."""


@dataclass(frozen=True)
class Talk:
    """One conversation to be held."""

    id: str
    phone: str
    turns: tuple[str, ...]


class Callers:
    """Elders enough that nobody calls twice: each has few orders, as in life."""

    def __init__(self, people: list[LoadedProfile]) -> None:
        self._people: Iterator[LoadedProfile] = iter(people)
        self._turns = cycle(CONVERSATIONS)
        self._number = count(1)

    def next(self) -> LoadedProfile:
        """Somebody who has not called yet."""
        return next(self._people)

    def talks(self, number: int) -> list[Talk]:
        """That many typed conversations, of each kind in turn."""
        return [
            Talk(f"bench-{next(self._number)}", self.next().caller_phone, next(self._turns))
            for _ in range(number)
        ]


async def register(config: BackendConfig, inbox_url: str, number: int) -> Callers:
    """Writes that many invented elders, each with a daughter who is told, into the register."""
    scenarios = [_scenario(index) for index in range(number)]
    return Callers(await load_profiles(config, scenarios, inbox_url))


def _scenario(index: int) -> dict[str, Any]:
    surname = "赵钱孙李周吴郑王"[index % 8]
    return {
        "id": f"bench-{index}",
        "now": "2026-01-05T09:00",
        "profile": {
            "name": f"{surname}桂{'兰英芳珍'[index % 4]}",
            "age": 70 + index % 20,
            "phone": f"1380009{index:04d}",
            "address": f"福康县西城街道和平小区{1 + index % 20}号楼{101 + index % 7}",
            "locality": "福康县",
            "lives_alone": bool(index % 2),
            "family_contact": {"relation": "daughter", "phone": f"1380008{index:04d}"},
        },
    }
