"""Answers as a caller gets them: from a fact, from the rules, or declined by what it is about."""

from __future__ import annotations

import pytest

from bot.policy.answer import Topic
from bot.policy.answers import PolicyDesk

pytestmark = pytest.mark.unit


# declined


@pytest.mark.parametrize(
    ("question", "locality", "about"),
    [
        ("高龄津贴八十五岁一个月有多少", "龙岩", "高龄津贴"),
        ("理个发收多少钱", "龙岩", "价"),
        ("街道办的电话是多少", "漳州", "电话"),
        ("长护险一年得交多少", "漳州", "长期护理保险"),
        ("救护车几分钟能赶到", "呼和浩特玉泉", "几分钟"),
        ("养老院每个月要交多少钱", "哈尔滨", "养老院"),
    ],
)
def test_a_near_miss_is_declined_by_what_it_is_about(desk, question, locality, about):
    answer = desk.answer(question, locality)
    assert (answer.decided, answer.citations) == ("declined", ())
    assert about in answer.text
    assert not any(sign.isdigit() for sign in answer.text)


@pytest.mark.parametrize(
    ("question", "locality", "named"),
    [
        ("成都的老人每月补多少", "龙岩", "成都"),
        ("回民区的老人能助餐吗", "呼和浩特玉泉", "回民区"),
        ("泉州能发服务券吗", "漳州芗城", "泉州"),
    ],
)
def test_another_place_is_declined_by_its_name(desk, question, locality, named):
    answer = desk.answer(question, locality)
    assert answer.decided == "declined"
    assert named in answer.text


def test_a_place_with_no_document_hears_so(desk):
    answer = desk.answer("助餐怎么申请", "某某县")
    assert answer.decided == "declined"
    assert "某某县" in answer.text


def test_another_years_figure_is_not_given_for_the_year_asked(desk):
    assert desk.answer("2021年南岗区养老床位多少张", "哈尔滨").decided == "declined"
    assert "6561" in desk.answer("南岗区2016年的床位目标是多少", "哈尔滨").text


def test_a_citys_figure_is_not_the_provinces(desk):
    assert desk.answer("大连有多少个老年协会", "辽宁").decided == "declined"


@pytest.mark.parametrize("question", ["", "嗯", "？？？", "今天天气真好", "a" * 900, "能吗"])
def test_what_is_no_question_on_policy_is_declined_not_guessed(desk, question):
    assert desk.answer(question, "龙岩").decided == "declined"


# answered


def test_an_answer_names_place_and_year_and_cites_its_document(desk):
    answer = desk.answer("线下服务政府每月给多少", "福建龙岩新罗")
    assert answer.decided == "answered"
    assert answer.text.startswith("按龙岩2016年的文件，")
    assert "100元" in answer.text
    assert answer.citations[0] == {
        "document": "龙岩市“互联网+养老”信息服务平台建设实施方案（2016~2020年）",
        "number": "龙政办〔2016〕267号",
        "section": "三（三）",
        "year": 2016,
    }


@pytest.mark.parametrize(
    ("locality", "called"),
    [
        ("龙岩长汀", "龙岩"),
        ("沈阳铁西", "辽宁"),
        ("哈尔滨市五常", "哈尔滨"),
        ("漳州芗城区", "漳州"),
    ],
)
def test_a_county_is_served_by_its_city_or_province(desk, locality, called):
    answer = desk.answer("文件是什么时候的，文号是多少", locality)
    assert called in answer.text


def test_the_law_of_the_nation_answers_anywhere(desk):
    for locality in ("龙岩", "成都", ""):
        answer = desk.answer("国家规定多大年纪算老年人", locality)
        assert (answer.decided, "60周岁" in answer.text) == ("answered", True), locality


def test_a_place_named_in_the_question_is_answered_from_its_own_document(desk):
    answer = desk.answer("漳州政府购买服务每人每月多少钱", "龙岩")
    assert "漳州" in answer.text
    assert "20元" in answer.text


def test_two_things_asked_are_both_told(desk):
    answer = desk.answer("老年协会和志愿者各有多少", "辽宁")
    assert "14868" in answer.text
    assert "30万人" in answer.text


def test_misheard_characters_are_put_right(desk):
    answer = desk.answer("日间照廖中心建成后步助多少钱", "龙岩")
    assert "30万元" in answer.text


def test_a_question_that_follows_keeps_the_topic(desk):
    first = desk.answer("日间照料中心的运营补助一年多少钱", "龙岩")
    second = desk.answer("那服务站呢", "龙岩", first.topic)
    assert "10万元" in first.text
    assert (second.decided, "2万元" in second.text) == ("answered", True)


def test_a_question_about_elsewhere_does_not_take_the_caller_there(desk):
    away = desk.answer("成都的助餐怎么申请", "呼和浩特玉泉")
    assert away.decided == "declined"
    back = desk.answer("审批表要几份", "呼和浩特玉泉", away.topic)
    assert "一式三份" in back.text


# the rules


def test_eighty_counts_online_but_not_offline(desk):
    answer = desk.answer("我八十五岁，住城里，线下上门的能不能享受", "龙岩")
    assert "光是80周岁以上，不在线下对象里" in answer.text
    assert "线上呼叫服务可以申请" in answer.text


def test_a_case_with_everything_known_is_decided_with_reasons(desk):
    answer = desk.answer("我妈六十三岁，重度残疾，住在城里，线上线下都能享受吗", "龙岩")
    assert answer.decided == "answered"
    assert answer.facts == ("longyan.online", "longyan.offline")
    assert "重度残疾" in answer.text


def test_somebody_who_cares_for_himself_is_told_why_not(desk):
    said = "我玉泉户口，七十五了，一个人住，身体硬朗，能申请上门服务吗"
    answer = desk.answer(said, "呼和浩特玉泉")
    assert answer.decided == "answered"
    assert "不在对象里" in answer.text
    assert "失能或半失能" in answer.text


def test_what_is_missing_is_asked_one_question_at_a_time(desk):
    answer = desk.answer("我妈能申请助餐吗", "呼和浩特玉泉")
    assert (answer.decided, answer.ask) == ("needs_facts", "老人家今年多大年纪？")
    assert answer.citations
    for line, ask in (
        ("七十二了", "户口在不在玉泉区？"),
        ("在的", "是不是长期住在玉泉区？"),
        ("嗯一直住这儿", "子女是不是都不在身边？"),
    ):
        answer = desk.answer(line, "呼和浩特玉泉", Topic.of(answer.topic.as_dict()))
        assert answer.ask == ask
    answer = desk.answer("都在外地打工", "呼和浩特玉泉", answer.topic)
    assert answer.decided == "answered"
    assert "助餐服务可以申请" in answer.text
    assert "空巢" in answer.text


def test_not_knowing_leads_on_and_ends_with_what_the_community_must_check(desk):
    answer = desk.answer("我八十岁，玉泉户口，一直住玉泉，能申请上门服务吗", "呼和浩特玉泉")
    asked = []
    while answer.ask:
        asked.append(answer.ask)
        answer = desk.answer("这个不清楚", "呼和浩特玉泉", answer.topic)
    assert len(asked) == len(set(asked)) > 1
    assert answer.decided == "needs_facts"
    assert "请社区核实" in answer.text


def test_another_question_in_the_middle_of_an_interview_is_answered(desk):
    answer = desk.answer("我妈能申请助餐吗", "呼和浩特玉泉")
    other = desk.answer("审批表要交几份才行", "呼和浩特玉泉", answer.topic)
    assert (other.decided, "一式三份" in other.text) == ("answered", True)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("我不是低保，也没有残疾", {"low_income": False, "severe_disability": False}),
        ("低保边缘户，七十八岁", {"low_income_edge": True, "age": 78}),
        ("一个人住，儿子在外地", {"alone": True, "empty_nest": True}),
        ("跟儿子住一起", {"alone": False, "empty_nest": False}),
        ("八十岁以上", {}),
        ("我七十三，在玉泉住，娃都在外地", {"age": 73, "resident": True, "empty_nest": True}),
        ("我妈今年八十八", {"age": 88}),
        ("重度失能", {"disabled_moderate": True, "disabled": True}),
        ("腿脚好能自理", {"disabled": False}),
        ("下不了床", {"disabled": True}),
        ("得过省劳模", {"model_worker": True}),
        ("厂里的劳模", {"model_worker": False}),
        ("户口不在玉泉", {"hukou": False}),
        ("住在乡下", {"urban": False}),
    ],
)
def test_what_people_say_of_themselves_is_understood(desk, said, told):
    found = desk._vocabulary.told(said)
    assert {name: found.get(name) for name in told} == told
    if not told:
        assert "age" not in found


# going on from the question before


def talked(desk: PolicyDesk, locality: str, *lines: str):
    topic, answer = None, None
    for line in lines:
        answer = desk.answer(line, locality, topic)
        topic = answer.topic
    return answer


def test_what_no_document_answers_is_not_answered_because_of_the_question_before(desk):
    answer = talked(desk, "龙岩", "线上服务政府每月给多少", "高龄津贴呢")
    assert (answer.decided, answer.about) == ("declined", "高龄津贴")


def test_a_bare_word_of_assent_is_no_question(desk):
    assert talked(desk, "漳州", "服务券发给谁", "好").decided == "declined"


@pytest.mark.parametrize(
    ("locality", "lines", "told"),
    [
        ("龙岩", ("线上服务政府每月给多少", "那线下呢"), "100元"),
        ("哈尔滨", ("2015年道里区床位多少", "南岗呢"), "5788"),
        ("哈尔滨", ("2015年道里区床位多少", "那2017年呢"), "6154"),
        ("呼和浩特玉泉", ("上门服务要什么条件", "那助餐呢"), "助餐"),
    ],
)
def test_the_topic_is_kept_and_what_is_named_anew_takes_its_place(desk, locality, lines, told):
    answer = talked(desk, locality, *lines)
    assert told in answer.text


def test_a_question_with_a_subject_of_its_own_leaves_the_topic(desk):
    answer = talked(desk, "龙岩", "线上服务政府每月给多少", "申请先找哪里")
    assert "居委会" in answer.text


def test_may_i_have_it_means_what_was_spoken_of(desk):
    answer = talked(desk, "漳州", "服务券发给谁", "我能领吗")
    assert answer.decided == "needs_facts"
    assert "服务券" in answer.text


@pytest.mark.parametrize(
    ("line", "age"),
    [
        ("我妈八十五能不能申请线下服务", 85),
        ("我今年71一个人住能享受线下服务吗", 71),
        ("我每月有60元能申请线下服务吗", None),
    ],
)
def test_an_age_is_heard_without_the_word_for_years(desk, line, age):
    answer = desk.answer(line, "龙岩")
    assert answer.topic.person.get("age") == age


def sections(answer):
    return [(one["document"], one["section"]) for one in answer.citations]


def test_each_reason_of_an_entitlement_cites_the_place_of_its_own_condition(desk):
    plan = "玉泉区政府购买居家上门服务和助餐服务实施方案"
    line = "我妈玉泉户口一直住玉泉，75岁了一个人住，穿衣吃饭要人照顾，能享受上门服务吗"
    open_one = desk.answer(line, "呼和浩特玉泉")
    assert open_one.decided == "needs_facts"
    assert {(plan, "三（一）"), (plan, "三（一）4")} <= set(sections(open_one))
    entitled = desk.answer(
        "我妈玉泉户口一直住玉泉，75岁，孩子都在外地，能享受助餐吗", "呼和浩特玉泉"
    )
    assert sections(entitled) == [(plan, "三（二）"), (plan, "三（二）4")]


def test_who_counts_as_old_is_cited_from_the_law_and_the_rest_from_the_plan(desk):
    answer = desk.answer("我妈70岁低保户，能享受服务券吗", "漳州")
    assert sections(answer) == [
        ("中华人民共和国老年人权益保障法", "第二条"),
        ("漳州市“十三五”社区居家养老服务补短板实施方案", "三（五）"),
    ]


def test_a_refusal_and_what_one_may_have_instead_are_cited_each(desk):
    answer = desk.answer("我爸82了住城里，不是低保也不是残疾，能享受线下服务吗", "龙岩")
    assert {section for _, section in sections(answer)} == {"三（三）", "三（二）"}
    assert "不过" in answer.text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("我妈85岁住龙岩新罗城区，能给装一键通吗", "线上呼叫服务可以申请"),
        ("阿嬷88岁，住在龙岩乡下村里，政府给买呼叫服务吗", "住在农村的文件没有写"),
    ],
)
def test_who_tells_enough_in_a_story_is_judged_by_the_rules(desk, line, told):
    assert told in desk.answer(line, "龙岩").text


@pytest.mark.parametrize("question", ["我够不够格吃政府的免费饭和洗澡", "涯够唔够格食政府个免费饭"])
def test_who_asks_whether_they_qualify_is_asked_what_the_rules_need(desk, question):
    answer = desk.answer(question, "龙岩")
    assert answer.decided == "needs_facts"
    assert set(answer.topic.schemes) == {"longyan.online", "longyan.offline", "longyan.self_pay"}


def test_whether_a_firm_qualifies_is_no_interview(desk):
    assert desk.answer("个体户够不够格承接服务", "龙岩").decided != "needs_facts"
