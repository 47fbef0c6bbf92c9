"""Regional words become standard ones; ordinary Mandarin stays as it is."""

import pytest

from bot.understanding.normalise import guess_region, normalise, simplify

pytestmark = pytest.mark.unit


def test_silence_stays_silence() -> None:
    empty = normalise("")
    assert (empty.text, empty.spans) == ("", ())


@pytest.mark.parametrize(
    "text",
    [
        "我在这条路上走路去伊拉克领事馆",
        "小阮女士说以后日子会更好",
        "今天上午我去医院看病，明天下午回来。",
        "他出生在天涯海角，姓阮",
        "范仲淹写过岳阳楼记",
        "寻找走丢的老人",
        "这件衣衫完好无损",
        "净利润下跌，欲望无穷",
        "那一年时间很长，中间休息",
        "特别个性的人对头发很在意",
        "护理补贴的申请条件和标准由民政部门制定",
        "老师讲话的时候大家都对着黑板",
    ],
)
def test_clean_mandarin_is_not_damaged(text: str) -> None:
    normal = normalise(text).text.replace("说话", "讲话")
    assert normal == text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("跋倒", "摔倒"),
        ("后晌来", "下午来"),
        ("屋里埋汰", "屋里脏"),
        ("洗身", "洗澡"),
        ("屋头没得人", "家里没有人"),
        ("天光日昼边", "明天中午"),
        ("明仔载下晡", "明天下午"),
        ("明儿个", "明天"),
        ("佢喺屋企", "他在家里"),
        ("阮厝", "我家"),
        ("涯爱", "我爱"),
        ("俺脑瓜子疼", "我头疼"),
        ("听日朝早", "明天早上"),
    ],
)
def test_regional_words_get_their_standard_meaning(said: str, meant: str) -> None:
    assert normalise(said).text == meant


def test_traditional_characters_are_simplified_without_changing_length() -> None:
    assert simplify("我媽頭暈，０９１２") == "我妈头晕，0912"
    assert simplify("睡著了，名著") == "睡着了，名著"
    assert normalise("我媽跌親喺廁所").text == "我妈摔伤在厕所"


def test_every_replacement_is_found_again_in_the_original() -> None:
    said = "我厝里涂脚足垃圾的阮一个老伙仔扫未动啦明仔载来"
    normal = normalise(said)
    assert normal.original == said
    assert normal.spans
    for span in normal.spans:
        assert normal.text[span.start : span.end] == span.meaning
        assert normal.original_span(span.start, span.end) == (
            span.original_start,
            span.original_end,
        )
        assert said[span.original_start : span.original_end] == span.word


def test_unchanged_stretches_keep_their_place() -> None:
    normal = normalise("明仔载来打扫")
    start = normal.text.index("打扫")
    first, last = normal.original_span(start, start + 2)
    assert normal.original[first:last] == "打扫"


def test_ambiguous_words_wait_for_their_region() -> None:
    assert normalise("我老汉身体好").text == "我老汉身体好"
    assert normalise("我老汉身体好", region="sichuan").text == "我父亲身体好"
    assert normalise("俺老汉圪晃得站不住").text == "我老头摇晃得站不住"


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ("我脑壳昏得很老搞忘", "sichuan"),
        ("佢喺屋企瞓咗", "cantonese"),
        ("阮厝里阿嬷破病", "minnan"),
        ("涯屋下细人子", "hakka"),
        ("那疙瘩埋汰", "dongbei"),
        ("俺圪蹴不住", "jin"),
        ("今天天气好", None),
        ("", None),
    ],
)
def test_the_region_shows_in_the_words(said: str, region: str | None) -> None:
    assert guess_region(said) == region
