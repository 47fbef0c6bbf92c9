import pytest

from channels.commands import Ask, Bind, Person, ask, bind, goes, person, unbind

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    ["我去", "我来", "我这就去。", "马上到", "收到，我马上过去", "好的我来处理", "我去看看！"],
)
def test_who_says_to_go_goes(text: str) -> None:
    assert goes(text)


@pytest.mark.parametrize(
    "text",
    ["去", "来", "我去医院", "我不去", "我去不了", "谁去？", "你去", "我来不了", "", "到了吗"],
)
def test_nobody_is_made_to_go(text: str) -> None:
    assert not goes(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("绑定 345820 女儿 陈小梅", Bind("345820", Person("女儿", "陈小梅"))),
        ("绑定：34582066", Bind("34582066", None)),
        ("绑定三四五八二零", Bind("345820", None)),
        ("绑定 345820，我是她女儿，我叫陈小梅。", Bind("345820", Person("女儿", "陈小梅"))),
        ("绑定 345820 本人", Bind("345820", Person("本人"))),
        ("绑定 1234", None),
        ("取消订单 345820", None),
        ("我想绑定我妈妈", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, found: Bind | None) -> None:
    assert bind(text) == found


def test_the_community_is_asked_by_telephone_number() -> None:
    assert ask("申请绑定 138 0000 1001 女儿 陈小梅") == Ask(
        "138 0000 1001", Person("女儿", "陈小梅")
    )
    assert ask("申请绑定我妈") is None


@pytest.mark.parametrize("text", ["女儿的事", "我要订女儿", "陈小梅", "外星人 小明"])
def test_other_lines_are_no_answer_to_who_one_is(text: str) -> None:
    assert person(text) is None


def test_only_the_wish_itself_ends_a_binding() -> None:
    assert unbind("解除绑定。")
    assert not unbind("怎么解除绑定")
