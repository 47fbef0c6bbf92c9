"""Which act wins where a line says several things."""

import pytest

from bot.components.acts import (
    EXPECTED,
    POLITE,
    UNSAID,
    YIELDING,
    Heard,
    heard_in,
    nothing_heard,
    weighed,
    worded,
)

pytestmark = pytest.mark.unit


def heard(text: str, services: dict[str, float] | None = None, **acts: float) -> Heard:
    return Heard(text, acts, services or {})


def test_a_line_of_one_clause_says_what_it_says() -> None:
    whole = heard("你好", greet=0.9, book=0.1)
    found = heard_in(whole, [], {})
    assert found.first is whole
    assert found.wishes == ()


def test_the_only_wish_is_reported_too() -> None:
    whole = heard("我要打扫", {"cleaning": 0.8, "meals": 0.1}, greet=0.1, book=0.9)
    assert [wish.as_dict() for wish in heard_in(whole, [], {}).wishes] == [
        {"act": "book", "confidence": 0.9, "text": "我要打扫", "service": "cleaning"}
    ]


@pytest.mark.parametrize("polite", sorted(POLITE))
def test_a_polite_act_gives_way_to_a_wish(polite: str) -> None:
    whole = heard("喂你好我要打扫", book=0.2, **{polite: 0.8})
    wish = heard("我要打扫", book=0.9)
    found = heard_in(whole, [heard("喂你好", **{polite: 1.0}), wish], {})
    assert found.first is wish


def test_a_word_that_only_sounds_like_a_wish_does_not_win() -> None:
    whole = heard("今天天气好我刚打扫完", smalltalk=0.97, book=0.03)
    found = heard_in(whole, [heard("今天天气好", smalltalk=1.0), heard("我刚打扫完", book=0.6)], {})
    assert found.first is whole


def test_an_answer_to_the_question_gives_way_to_nothing() -> None:
    whole = heard("对我要打扫", affirm=0.6, book=0.4)
    clauses = [heard("对", affirm=1.0), heard("我要打扫", book=0.9)]
    assert heard_in(whole, clauses, EXPECTED["confirm"]).first is whole
    assert heard_in(whole, clauses, {}).first is clauses[1]


def test_of_two_wishes_the_first_is_served_and_both_are_kept() -> None:
    whole = heard("先取消明天的饭再问下低保", ask_policy=0.6, cancel_order=0.4)
    clauses = [heard("先取消明天的饭", cancel_order=0.9), heard("再问下低保", ask_policy=0.95)]
    found = heard_in(whole, clauses, {})
    assert found.first is clauses[0]
    assert [wish.act for wish in found.wishes] == ["cancel_order", "ask_policy"]


def test_an_emergency_gives_way_to_nothing() -> None:
    whole = heard("我要打扫我摔倒了", emergency=0.6, book=0.4)
    clauses = [heard("我要打扫", book=0.9), heard("我摔倒了", emergency=0.95)]
    assert heard_in(whole, clauses, {}).first is whole


def test_the_same_wish_twice_is_one() -> None:
    whole = heard("我要打扫就要打扫", book=1.0)
    clauses = [heard("我要打扫", book=0.9), heard("就要打扫", book=0.8)]
    assert [wish.text for wish in heard_in(whole, clauses, {}).wishes] == ["我要打扫"]


def test_an_answer_is_likelier_after_its_question() -> None:
    bare = heard("三零二", give_phone=0.6, give_address=0.4)
    assert weighed(bare, {}, 0.5).act == "give_phone"
    asked = weighed(bare, EXPECTED["address"], 0.5)
    assert asked.act == "give_address"
    assert sum(asked.acts.values()) == pytest.approx(1.0)


def test_a_faint_emergency_is_left_to_the_signs_and_a_clear_one_stays() -> None:
    assert weighed(heard("", emergency=0.4, book=0.35, greet=0.25), {}, 0.5).act == "book"
    assert weighed(heard("", emergency=0.6, book=0.4), {}, 0.5).act == "emergency"


def test_a_line_without_a_word_is_no_answer() -> None:
    nothing = nothing_heard("……", ["affirm", "book/cleaning", "book/meals"])
    assert weighed(nothing, EXPECTED["confirm"], 0.5).act == "out_of_scope"


def test_what_is_polite_is_no_wish() -> None:
    assert POLITE < YIELDING
    assert "book" not in YIELDING


@pytest.mark.parametrize(
    ("named", "changed"), [("后天的陪诊", "取消了"), ("我礼拜三那个理发", "往后推两天还是那个点")]
)
def test_words_that_name_what_is_changed_are_no_booking(named: str, changed: str) -> None:
    whole = heard("打扫明天来", cancel_order=1.0)
    clauses = [
        heard("打扫明天来", book=0.9),
        heard(named, book=0.9),
        heard(changed, cancel_order=1.0),
    ]
    assert [wish.text for wish in heard_in(whole, clauses, {}).wishes] == ["打扫明天来", changed]


def test_a_booking_that_names_no_service_is_reported_without_one() -> None:
    bare = Heard("我要下单", {"book": 1.0}, {UNSAID: 0.9, "meals": 0.1})
    assert bare.as_dict()["service"] == "meals"
    assert "service" not in Heard("我要下单", {"book": 1.0}, {UNSAID: 1.0}).as_dict()


def test_a_weak_expectation_lets_an_earlier_wish_come_first() -> None:
    whole = heard("头一个打扫退了第二个剪头发", book=0.6, cancel_order=0.4)
    clauses = [heard("头一个打扫退了", cancel_order=0.95), heard("第二个剪头发", book=0.95)]
    assert heard_in(whole, clauses, EXPECTED["menu"]).first is clauses[0]


def test_what_the_words_name_is_thought_of_whatever_the_classifier_knows() -> None:
    whole = worded(heard("问下照料中心都有啥", book=1.0, ask_policy=0.0), ["ask_policy"])
    assert weighed(whole, {"ask_policy": 1000.0}, 0.5).act == "ask_policy"
    assert weighed(whole, {}, 0.5).act == "book"


def test_orders_that_are_only_named_give_way_to_what_is_called_off() -> None:
    whole = heard("我约了剃头和洗澡，剃头不要了", book=0.9, cancel_order=0.1)
    named = heard("我约了剃头和洗澡", book=0.95)
    off = heard("剃头不要了，我儿子会剃", cancel_order=0.95)
    assert heard_in(whole, [named, off], {}).first is off
