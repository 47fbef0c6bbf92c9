"""Whom a line speaks of, and names."""

import pytest

from bot.understanding.people import find_name, find_person, is_a_name

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["", "今天天气好", "明天下午三点"])
def test_nobody_is_made_up(text: str) -> None:
    assert find_person(text) is None


@pytest.mark.parametrize(
    ("text", "relation", "name"),
    [
        ("我自己", "本人", None),
        ("涯一个", "本人", None),
        ("我妈", "母亲", None),
        ("我妈吴秀珍", "母亲", "吴秀珍"),
        ("我妈高血压", "母亲", None),
        ("我妈周一要去医院", "母亲", None),
        ("阮老母", "母亲", None),
        ("涯爸", "父亲", None),
        ("我老公", "老伴", None),
        ("俺老汉", "老伴", None),
        ("老头子腿脚不好", "老伴", None),
        ("我妈老汉儿", "父母", None),
        ("我岳母帕金森", "岳母", None),
        ("外婆", "外婆", None),
        ("隔壁王奶奶", "邻居", "王奶奶"),
        ("给隔壁老张约个", "邻居", "老张"),
    ],
)
def test_relations_and_names_are_read(text: str, relation: str, name: str | None) -> None:
    found = find_person(text)
    assert found is not None
    assert (found.relation, found.name) == (relation, name)
    assert found.as_dict()["relation"] == relation


def test_the_one_something_is_wanted_for_goes_first() -> None:
    found = find_person("我是吴秀珍的女儿想给我妈约一次陪诊")
    assert found is not None
    assert found.relation == "母亲"
    found = find_person("儿子不在家给老伴洗个澡")
    assert found is not None
    assert found.relation == "老伴"


def test_an_elder_known_only_by_name() -> None:
    found = find_person("我是陈秀英的家属")
    assert found is not None
    assert (found.relation, found.name) == (None, "陈秀英")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "叫人来打扫",
        "我叫车去医院",
        "我是来问一下的",
        "我是吴秀珍的女儿",
        "我姓陈",
        "名字叫做马上来",
    ],
)
def test_no_name_is_made_up(text: str) -> None:
    assert find_name(text) is None


@pytest.mark.parametrize("text", ["对", "明天", "我不告诉你", "高血压"])
def test_an_answer_that_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert find_name(text, "name") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫钟细妹", "钟细妹"),
        ("涯姓钟叫钟细妹", "钟细妹"),
        ("我是聂家的老三聂友福", "聂友福"),
        ("伊叫苏月桂", "苏月桂"),
        ("我是李秀兰七十八了", "李秀兰"),
        ("我叫王兰住在东方红小区", "王兰"),
        ("我叫王明明天要用", "王明"),
        ("喂我是何素贞我想订饭", "何素贞"),
    ],
)
def test_a_name_is_read_out_of_a_sentence(text: str, name: str) -> None:
    assert find_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"), [("林秀英", "林秀英"), ("嗯林秀英啊", "林秀英"), ("欧阳建国", "欧阳建国")]
)
def test_a_bare_name_counts_where_it_was_asked_for(text: str, name: str) -> None:
    assert find_name(text, "name") == name
    assert find_name(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("给林秀英剃头", "林秀英"), ("替陈木生订的", "陈木生"), ("给我老伴", None), ("帮我洗", None)],
)
def test_the_name_of_whom_it_is_for_counts_where_that_was_asked(
    text: str, name: str | None
) -> None:
    assert find_name(text, "person") == name


@pytest.mark.parametrize("text", ["洪水莲", "何旺福", "石金水。"])
def test_a_bare_name_is_one(text: str) -> None:
    assert is_a_name(text)


@pytest.mark.parametrize("text", ["", "洪水了", "着火啦", "石头砸", "洪水来了", "救命"])
def test_what_is_more_or_less_than_a_name_is_none(text: str) -> None:
    assert not is_a_name(text)
