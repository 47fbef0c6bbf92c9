"""What is written with figures is read so that an old person can follow and write it down."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.tts.spoken import GROUP_PAUSE_S, clauses, spoken

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("您的电话是13800001234，对吗？", "您的电话是，幺三八，零零零零，幺二三四，对吗？"),
        ("订单号是20251122-0007。", "订单号是，二零二五，幺幺二二，零零零七。"),
        ("订单号1024", "订单号，幺零二四"),
        ("回电号A31", "回电号，诶，三幺"),
        ("请拨打120，或者热线12349。", "请拨打幺二零，或者热线幺二三四九。"),
        ("一共120元", "一共一百二十元"),
        ("110平方米", "一百一十平方米"),
        ("请打0597-2298456。", "请打，零五九七，二二九，八四五六。"),
        ("请打010-12345678。", "请打，零幺零，幺二三四，五六七八。"),
        ("地址是和平路18号302。", "地址是和平路十八号三零二。"),
        ("东门3-502室", "东门三杠五零二室"),
        ("3号楼502", "三号楼五零二"),
        ("每天9-11点", "每天九到十一点"),
        ("莲花小区3栋2单元302室", "莲花小区三栋二单元三零二室"),
        ("A座1201", "诶座一二零一"),
        ("2025-11-22 14:30", "二零二五年十一月二十二号 下午两点半"),
        ("3月5日下午2点", "三月五号下午两点"),
        ("上午9点半", "上午九点半"),
        ("09:00-11:30", "上午九点到上午十一点半"),
        ("下午2:05", "下午两点零五分"),
        ("每次35.50元", "每次三十五元五角"),
        ("合1,200元", "合一千二百元"),
        ("2元，2个，2次，12个", "两元，两个，两次，十二个"),
        ("优惠85%", "优惠百分之八十五"),
        ("60-79岁", "六十到七十九岁"),
        ("3.5公里", "三点五公里"),
        ("闽民养老〔2023〕12号", "闽民养老，二零二三年，第十二号"),
        ("2024年起", "二零二四年起"),
        ("（请注意）《办法》第3条", "请注意，办法第三条"),
        ("详见https://example.org/a?b=1", "详见网址请看短信"),
        ("好的😀。", "好的。"),
        ("请说「对」。", "请说对。"),
    ],
)  # fmt: skip
def test_written_forms_are_read_as_they_are_said(written, said):
    assert spoken(written) == said


@given(st.text(st.sampled_from("0123456789年月日点元:.-—()（）ABz号室，。栋单元%"), max_size=30))
def test_no_figure_is_ever_left_and_nothing_breaks(written):
    assert not re.search(r"\d", spoken(written))


def test_sentences_are_split_at_punctuation_with_pauses_between_them():
    found = clauses("您要订的是上门助浴，时间是明天上午九点。对吗？")
    assert [(clause.text, clause.pause_s) for clause in found] == [
        ("您要订的是上门助浴，", 0.25),
        ("时间是明天上午九点。", 0.4),
        ("对吗？", 0.4),
    ]


def test_groups_of_a_number_stand_alone_so_that_they_can_be_written_down():
    found = [clause.text for clause in clauses(spoken("订单号是20251122，请记好。"))]
    assert found == ["订单号是，", "二零二五，", "幺幺二二，", "请记好。"]


def test_behind_each_group_there_is_time_to_write_it():
    pauses = [clause.pause_s for clause in clauses(spoken("回电号246810。"))]
    assert pauses == [0.25, GROUP_PAUSE_S, GROUP_PAUSE_S]


def test_an_opening_word_goes_out_alone():
    assert clauses("好的，给您订打扫卫生。")[0].text == "好的，"


@pytest.mark.parametrize("text", ["", "。。。", "，", " "])
def test_nothing_to_say_gives_no_clause(text):
    assert clauses(spoken(text)) == []
