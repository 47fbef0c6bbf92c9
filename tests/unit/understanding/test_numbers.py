"""Numbers as people say them."""

import pytest

from bot.understanding.numbers import digit_string, integer, phone_number, scan

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    ["", "没有数字", "什么", "十八号三零二", "一百零五和两百", "三五十"],
)
def test_no_single_number_gives_no_integer(text):
    assert integer(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("两", 2),
        ("俩", 2),
        ("仨", 3),
        ("幺", 1),
        ("十", 10),
        ("十八", 18),
        ("廿三", 23),
        ("卅", 30),
        ("二十", 20),
        ("一百零五", 105),
        ("一百五", 150),
        ("三百十五", 315),
        ("一百一十", 110),
        ("两千三", 2300),
        ("一千零一十", 1010),
        ("一万二", 12000),
        ("一万零二", 10002),
        ("二十五万三", 253000),
        ("一百二十万", 1200000),
        ("壹佰贰拾", 120),
        ("3栋", 3),
        ("三栋", 3),
        ("30", 30),
        ("12", 12),
        ("我今年八十三了", 83),
        ("二零二六", 2026),
    ],
)
def test_integer_reads_chinese_numerals(text, value):
    assert integer(text) == value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("十二十三号", [12, 13]),
        ("二十二十一号", [20, 21]),
        ("十五六号", [15, 6]),
        ("二三十天", [2, 30]),
        ("三十三十一", [30, 31]),
        ("十八号三零二", [18, 302]),
    ],
)
def test_numbers_side_by_side_are_told_apart(text, values):
    assert [number.value for number in scan(text)] == values


@pytest.mark.parametrize("text", ["", "没有", "十八号三零二", "十二十三"])
def test_no_run_of_digits_gives_no_digit_string(text):
    assert digit_string(text) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("三零二", "302"),
        ("九〇二", "902"),
        ("三百零二", "302"),
        ("三 零 二", "302"),
        ("三…零 嗯 二", "302"),
        ("幺三八零零", "13800"),
        ("五零二室", "502"),
        ("502", "502"),
        ("零五", "05"),
        ("十八", "18"),
    ],
)
def test_digit_string_keeps_every_digit_said(text, digits):
    assert digit_string(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我今年八十三",
        "和平路十八号三零二",
        "一三八零零零零一零四",
        "一三八零零零零一零四五六",
        "二三八零零零零一零四五",
        "一三八零零零零一零四五 一三九零零零零一零四五",
        "等一下我找找",
    ],
)
def test_what_is_no_telephone_number_gives_none(text):
    assert phone_number(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一三九五九二七一一零六", "13959271106"),
        ("幺三八零零零零幺零四五", "13800001045"),
        ("电话系一三八零零零零七三六二", "13800007362"),
        ("一三八 零零零零 一零四五", "13800001045"),
        ("一三八，零零零零，嗯，一零四五", "13800001045"),
        ("138-0000-1045", "13800001045"),
        ("138 0000 1045", "13800001045"),
        ("+86 138 0000 1045", "13800001045"),
        ("一三八四个零一零四五", "13800001045"),
        ("零五九七二三二六六八八", "05972326688"),
        ("零五九七 二三二六六八八", "05972326688"),
        ("区号零二四，八八八八六六六六", "02488886666"),
        ("二三二六六八八", "2326688"),
        ("等等啊我翻翻小本子哦在这呢一七七零四六三八八五一", "17704638851"),
        ("等一下一三八零零零零一零四五", "13800001045"),
        ("一三八零零零零一零四五对一三八零零零零一零四五", "13800001045"),
    ],
)
def test_phone_number_said_in_groups(text, number):
    assert phone_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一三八 零零幺三 不对是 零零幺四 八零零零", "13800148000"),
        ("一三八零零一三八零零九不对是八", "13800138008"),
        ("一三八零零零零一零四五错了是一三九零零零零一零四五", "13900001045"),
        ("不是一三八是一三九零零零零一零四五", "13900001045"),
    ],
)
def test_phone_number_takes_back_what_was_corrected(text, number):
    assert phone_number(text) == number
