"""Errands that a line counts up."""

from datetime import datetime

import pytest

from bot.understanding.listed import errands

NOW = datetime(2026, 5, 11, 9, 40)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "家里没几个事",
        "屋里出了点事几个人都来了",
        "我有几件事想问你",  # and tells none of them yet
        "我没啥事儿就一个人在家",
        "第一饭凉了第二人迟到两件事我要投诉",  # two points, one complaint
        "两件事明天十点给我送饭礼拜五九点来打扫",  # two bookings with their own days
        "剃头一桩就好",
        "两件事要麻烦你们一件是电费单子请人明天十点来取",
    ],
)
def test_what_counts_no_errands_stays_whole(text: str) -> None:
    assert errands(text, NOW) == (text,)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "两件事儿啊头一个明儿那饭给我退了再一个礼拜六找人来搽玻璃",
            ("明儿那饭给我退了", "礼拜六找人来搽玻璃"),
        ),
        (
            "涯有两件事一件系礼拜五下昼两点喊人来扫屋还一件系天光日起日日朝晨八点喊涯食药",
            ("礼拜五下昼两点喊人来扫屋", "天光日起日日朝晨八点喊涯食药"),
        ),
        (
            "我三个事啊明天那顿饭不要送了再给我定个下礼拜一的助浴还有一键通给谁装",
            ("明天那顿饭不要送了", "给我定个下礼拜一的助浴", "一键通给谁装"),
        ),
        ("头一件饭退掉了吧第二件问下低保", ("饭退掉了吧", "问下低保")),
        ("明天两件事一个是打扫一个是问低保", ("明天，打扫", "问低保")),
    ],
)
def test_each_errand_is_one_line(text: str, parts: tuple[str, ...]) -> None:
    assert errands(text, NOW) == parts
