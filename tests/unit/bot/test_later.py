"""What else was wanted in a line, and what only looks so."""

from typing import Any

import pytest

from bot.components.later import not_served

pytestmark = pytest.mark.unit


def parsed(
    served: str, *wishes: tuple[str, str], parts: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    value = [{"service": service, "text": text} for service, text in parts]
    return {
        "intent": {"name": served},
        "acts": [{"act": act, "confidence": 0.95, "text": text} for act, text in wishes],
        "entities": [{"entity": "parts", "value": value}] if parts else [],
    }


def test_a_second_wish_is_kept() -> None:
    line = parsed(
        "cancel_order", ("cancel_order", "后天的不要了"), ("ask_policy", "再问下高龄补贴")
    )
    assert not_served(line) == ["再问下高龄补贴"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("book", "明天来洗衣服"), ("reschedule_order", "明天不成后天吧")),
        (("book", "来个人打扫"), ("cancel_order", "哎呀先不要")),
        (("order_status", "我的饭订了没"), ("book", "饭几点送来")),
        (("cancel_order", "有一单不要了"), ("book", "修灯那张")),
        (("book", "我要订饭"), ("help_menu", "你们还管什么")),
        (("book", "帮我订个人来冲凉"), ("talk_to_human", "唔使转人我第日去问")),
    ],
)
def test_what_only_belongs_to_the_first_wish_is_none(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert not_served(parsed(first[0], first, second)) == []


def test_another_order_that_is_called_off_is_one() -> None:
    line = parsed("book", ("book", "后天来修灯"), ("cancel_order", "打扫不要了"))
    assert not_served(line) == ["打扫不要了"]


TWO = (("haircut", "后天剃头"), ("laundry", "礼拜一洗衣服"))


def test_a_booking_that_sounded_like_a_change_is_not_booked_twice() -> None:
    line = parsed("reschedule_order", ("reschedule_order", "改天"), ("book", "俺要洗澡礼拜五来"))
    assert not_served(line, "bathing") == []
    assert not_served(line, "haircut") == ["俺要洗澡礼拜五来"]


def test_the_second_booking_of_a_line_is_kept() -> None:
    line = parsed("book", ("book", "后天剃头"), parts=TWO)
    assert not_served(line, "haircut") == ["礼拜一洗衣服"]
    assert not_served(line) == ["礼拜一洗衣服"]


def test_an_answer_about_two_bookings_tells_of_the_other_one_too() -> None:
    assert not_served(parsed("give_time", parts=TWO), "laundry") == ["后天剃头"]
    assert not_served(parsed("give_time", parts=TWO)) == []


@pytest.mark.parametrize("act", ["cancel_order", "reschedule_order", "order_status"])
def test_orders_that_stand_are_not_booked_anew(act: str) -> None:
    assert not_served(parsed(act, (act, "剃头不要了洗衣服照旧"), parts=TWO)) == []


def test_an_answer_about_the_order_to_change_books_nothing() -> None:
    assert not_served(parsed("book", ("book", "修灯那张"), parts=TWO), changing="move") == []
    both = parsed("cancel_order", ("cancel_order", "打扫不要了"), ("book", "再给我订个午饭"))
    assert not_served(both, changing="move") == ["再给我订个午饭"]


def test_who_only_names_again_what_was_booked_wants_no_more_of_it() -> None:
    again = parsed("affirm", parts=TWO)
    assert not_served(again, "haircut", before={"laundry"}) == []
    more = {**again, "text": "对，再订一回礼拜一洗衣服"}
    assert not_served(more, "haircut", before={"laundry"}) == ["礼拜一洗衣服"]


def test_a_question_behind_a_yes_is_kept() -> None:
    line = parsed("affirm", ("ask_policy", "再帮我问下高龄补贴"))
    assert not_served(line, "meals") == ["再帮我问下高龄补贴"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("book", "洗被子"), ("medication_reminder", "喊我切吃九大碗")),
        (("ask_policy", "洗澡有补贴没有"), ("book", "上门洗澡要好多钱")),
        (("order_status", "便当几点到"), ("book", "便当送来")),
        (("cancel_order", "饭莫送了"), ("book", "剃头照旧")),
        (("complain", "饭是冷的"), ("order_status", "人老了冇办法")),
    ],
)
def test_a_clause_that_does_not_say_so_is_no_wish(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert not_served(parsed(first[0], first, second)) == []


def test_what_there_is_already_is_no_second_wish() -> None:
    line = parsed("cancel_order", ("cancel_order", "饭莫送啦"), ("book", "订一顿饭"))
    assert not_served({**line, "text": "我有订一顿饭，饭莫送啦"}) == []


def test_an_order_that_is_added_to_a_question_is_kept() -> None:
    line = parsed("ask_policy", ("ask_policy", "要填几份表"))
    text = "要填几份表问完了还得再订个打扫"
    assert not_served({**line, "text": text}) == ["还得再订个打扫"]


def test_a_booking_beside_an_order_that_is_called_off_is_kept() -> None:
    line = parsed(
        "cancel_order",
        ("cancel_order", "取消了"),
        parts=(("cleaning", "明天九点打扫，"), ("escort", "后天的陪诊取消了")),
    )
    line["entities"][0]["value"][0]["when"] = {"time": "09:00"}
    assert not_served(line) == ["明天九点打扫，"]


def test_a_booking_beside_an_order_that_is_moved_is_kept() -> None:
    parts = (("bathing", "洗澡那个挪到下周二"), ("shopping", "还有就是明天帮我买点菜"))
    line = parsed("reschedule_order", ("reschedule_order", "挪到下周二"), parts=parts)
    assert not_served(line, changing="move") == ["还有就是明天帮我买点菜"]


def test_another_order_called_off_in_plain_words_is_one_however_unsure_the_classifier() -> None:
    line = parsed("book", ("book", "给我剪剪头发"), ("cancel_order", "后天的打扫退了"))
    line["acts"][1]["confidence"] = 0.6
    assert not_served(line, "haircut") == ["后天的打扫退了"]
    assert not_served(line) == []


def test_who_tells_of_people_that_come_asks_for_no_person() -> None:
    line = parsed("ask_policy", ("ask_policy", "这钱到底多少"), ("talk_to_human", "政府叫人来帮忙"))
    assert not_served(line) == []


def test_the_second_day_of_a_service_is_booked_after_the_first() -> None:
    days = (("meals", "礼拜三送饭"), ("meals", "礼拜五送饭"))
    line = parsed("book", ("book", "礼拜三和礼拜五送饭"), parts=days)
    assert not_served(line, "meals", begins=True) == ["礼拜五送饭"]
    assert not_served(line, "meals") == []


def test_two_bookings_are_two_even_where_they_look_like_a_move() -> None:
    line = {**parsed("reschedule_order", parts=TWO), "text": "礼拜一洗衣服后天剃头"}
    assert not_served(line, TWO[0][0]) == [TWO[1][1]]


def test_where_somebody_has_to_go_is_a_reason_and_no_booking() -> None:
    told = (("escort", "礼拜四我又要去医院"), ("haircut", "剃头那个挪到三点"))
    line = {**parsed("reschedule_order", parts=told), "text": "".join(words for _, words in told)}
    assert not_served(line) == []


def test_a_second_service_at_the_read_back_comes_later() -> None:
    line = parsed("book", ("book", "替我买米")) | {"text": "第二件后天下午三点替我买米"}
    assert not_served(line, "bills") == ["第二件后天下午三点替我买米"]


def test_an_order_that_is_moved_is_not_asked_after() -> None:
    line = parsed(
        "reschedule_order", ("order_status", "我约的"), ("reschedule_order", "挪到星期四")
    )
    assert not_served(line) == []


@pytest.mark.parametrize(
    "text", ["对就这样", "对，另外再说一遍单号", "对，还有打扫要早点来", "对，还要问问补贴"]
)
def test_a_yes_that_wants_no_other_service_books_none(text: str) -> None:
    line = {"text": text, **parsed("affirm")}
    assert not_served(line, before={"cleaning"}) == []


def test_what_is_wanted_behind_the_yes_that_ended_a_booking_is_kept() -> None:
    line = {"text": "对就这样第二件礼拜五下午两点来做个保洁", **parsed("affirm")}
    assert not_served(line, before={"escort"}) == ["第二件礼拜五下午两点来做个保洁"]


@pytest.mark.parametrize(
    "text", ["打扫不用来了被子收好了", "打扫不用来了送饭照旧", "打扫不用来了要人工"]
)
def test_who_calls_one_off_and_sends_for_nobody_books_nothing(text: str) -> None:
    assert not_served({"text": text, **parsed("cancel_order", ("cancel_order", text))}) == []


def test_who_is_sent_for_beside_what_is_called_off_is_booked() -> None:
    text = "礼拜三打扫不用来了孙女做好了被子要人收去洗礼拜四上午来收"
    line = {"text": text, **parsed("cancel_order", ("cancel_order", text))}
    assert not_served(line) == ["被子要人收去洗礼拜四上午来收"]


def test_a_complaint_that_names_a_meal_orders_none() -> None:
    line = parsed("complain", ("complain", "送饭的怎么回事"), ("book", "今天又送来冷的饭"))
    assert not_served(line, begins=True) == []


def test_a_complaint_may_be_followed_by_an_order() -> None:
    line = parsed("complain", ("complain", "送饭的来晚了"), ("book", "另外给我订个打扫"))
    assert not_served(line, begins=True) == ["另外给我订个打扫"]


def test_a_reminder_behind_the_yes_that_ended_a_change_is_told_with_its_reason() -> None:
    text = "对退了吧还有个事医生开了降压药到点提醒我行不行"
    line = parsed("medication_reminder", ("medication_reminder", "降压药到点提醒我行不行"))
    line["text"] = text
    assert not_served(line, settled=True) == ["还有个事医生开了降压药到点提醒我行不行"]


def test_a_second_errand_behind_a_yes_is_kept_in_whatever_words() -> None:
    text = "着着阁有一项我头毛长拜六叫人来替我铰一下"
    line = parsed("book", ("book", text))
    line["text"], line["intent"]["confidence"] = text, 0.99
    line["entities"] = [{"entity": "service", "value": {"service": "haircut"}}]
    assert not_served(line, before=["shopping"], settled=True) == [text[2:]]
    assert not_served(line, before=["shopping", "haircut"], settled=True) == []


def test_what_will_be_ordered_some_day_is_not_ordered_now() -> None:
    line = parsed("bind_elder", ("bind_elder", "把我奶奶绑上"), ("book", "往后给她订个饭"))
    assert not_served(line) == []


def test_what_is_ordered_before_another_is_called_off_is_served_then() -> None:
    line = parsed("cancel_order", ("book", "后天的陪诊"), ("cancel_order", "取消了"))
    line["text"] = "明天上午九点来人打扫，后天的陪诊给我取消了"
    assert not_served(line, changing="cancel", begins=True) == ["明天上午九点来人打扫"]


def test_what_comes_at_once_is_no_second_wish() -> None:
    line = parsed(
        "reschedule_order", ("book", "后天我又要切医院"), ("reschedule_order", "挪到四点半")
    )
    line["text"] = "后天我又要切医院又要剃头撞倒一路了剃头那个挪到四点半"
    assert not_served(line, changing="move", begins=True) == []
