"""A cry for help is heard, garbled and in every region's words; ordinary talk is left alone."""

import json
import os
from pathlib import Path

import pytest

from bot.understanding import emergency
from bot.understanding.emergency import Emergency, assess, combine, perceive
from bot.understanding.hunch import Hunch, features, hear, hints
from bot.understanding.learn_hunch import (
    Garbler,
    Line,
    interval,
    read_lines,
)

pytestmark = pytest.mark.unit

UNSEEN = Path(__file__).parent / "data" / "emergency_unseen.tsv"
LEARNT = Path(__file__).parents[3] / "nlu_data" / "lexicon" / "emergency_lines.tsv"


def _lines(path: Path) -> list[tuple[str, str]]:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line[0] != "#"]
    return [(kind, text) for kind, text in rows[1:]]


def test_silence_is_no_emergency() -> None:
    assert assess("") == Emergency("no", None, None, None, "no sign of danger")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我摔倒了起不来", "fall"),
        ("阮阿嬷跋倒佇浴间爬未起来", "fall"),
        ("佢喺厕所跣亲企唔返起身", "fall"),
        ("我妈心口疼得厉害冒冷汗", "chest_pain"),
        ("老头子嘴歪了说话不清楚", "stroke"),
        ("俺出不上气来了", "breathing"),
        ("流血止不住了", "bleeding"),
        ("开水烫着脚起了一串泡", "burn"),
        ("鱼刺卡喉咙吐不出来", "choking"),
        ("灶房燃起来了快点来", "fire_gas"),
        ("唔识路返屋企呢度系边度呀", "lost"),
        ("有人在撬我家的门", "intruder"),
        ("老伴喝了农药", "poisoning"),
        ("喊他不应人晕死过去了", "unwell"),
        ("我不想活了", "self_harm"),
        ("救命啊", "unspecified"),
    ],
)
def test_every_kind_is_heard(text: str, kind: str) -> None:
    found = assess(text)
    assert (found.level, found.kind) == ("certain", kind)
    assert found.span
    assert found.span in text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("旧命啊快来人", "unspecified"),
        ("煤汽漏了闻到好臭", "fire_gas"),
        ("度子疼得打滚", "unwell"),
        ("猴咙卡了鱼刺", "choking"),
        ("我要条河谁也别拦", "self_harm"),
    ],
)
def test_garbled_cries_are_heard_by_their_sound(text: str, kind: str) -> None:
    found = assess(text)
    assert found.level != "no"
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "就明天上午来打扫",
        "可把我累死了",
        "你真是我的救命恩人",
        "去年摔断过腿",
        "以前得过中风现在能自己走路",
        "电视里演那个人跳楼了",
        "怕摔跤想买个防滑垫",
        "中风的补贴怎么申请",
        "速效救心丸吃几粒",
        "冷得要命",
        "没摔没碰就是想找人说话",
        "不是着火是邻居烧纸",
        "地址是七一一九号房",
        "你们真是急死我了",
        "我不知道明天有没有空",
        "手机没反应了黑屏",
        "股票跌了",
    ],
)
def test_what_only_sounds_dangerous_is_left_alone(text: str) -> None:
    assert assess(text).level == "no"


def test_what_is_over_or_a_trial_is_asked_about_once() -> None:
    for text in ("刚才头晕现在好了没事了", "不小心按到那个红按钮了", "昨天摔了一跤"):
        assert assess(text).level == "possible", text


def test_long_ago_and_now_again_is_now() -> None:
    assert assess("以前摔过一次现在又摔倒了起不来").level == "certain"


def test_a_fear_does_not_hide_a_cry() -> None:
    assert assess("我害怕救命啊有人撬门").level == "certain"
    assert assess("我害怕有人撬门").level != "no"


def test_calling_an_ambulance_off_is_no_cry() -> None:
    assert assess("不要叫救护车我没事").level != "certain"


def test_an_illness_named_in_answer_to_a_question_is_an_answer() -> None:
    assert assess("看中风").level == "possible"
    assert assess("看中风", "hospital").level == "no"
    assert assess("救命我摔倒了", "hospital").level == "certain"


def test_unfinished_lines_are_judged_as_far_as_they_go() -> None:
    line = "我刚才在厨房滑倒了站不起来"
    levels = [assess(line[:end]).level for end in range(len(line) + 1)]
    assert levels[0] == "no"
    assert levels[-1] == "certain"
    assert "certain" in levels[:-3]


def test_a_cry_anywhere_in_a_long_text_is_found() -> None:
    filler = "今天天气不错我想约个打扫"
    for place in (0, 37, 380, 395, 401, 700, 2000):
        text = (filler * 400)[:place] + "救命啊我摔倒了" + filler * 40
        assert assess(text).level == "certain", place


def test_what_is_denied_in_one_breath_is_asked_about_where_another_cries() -> None:
    before = "上次那个师傅干得挺好的就是来得有点晚，我跟他说了说就算了，"
    assert assess(before).level == "no"
    for cry in ("我胸口疼得喘不过气来了", "他晕过去了叫不醒", "流血止不住了", "煤气漏了我头晕"):
        assert assess(before + cry).level != "no", cry


@pytest.mark.parametrize(
    "text",
    [
        "我按一下试试看响不响",
        "我就试试有没有人接",
        "刚才是猫踩着按钮了",
        "小孙子乱按的没事",
        "测试一下呼叫器不用来人",
    ],
)
def test_a_test_of_the_button_is_asked_back(text: str) -> None:
    assert assess(text).level == "possible"


@pytest.mark.parametrize(
    "text",
    [
        "我这会儿有点不得劲身上一阵阵发冷",
        "俺身上难活得很站也站不住",
        "药我都攒着呢够用了",
        "活着真没意思",
        "屋里一股怪味我头发沉",
        "走出来就不认得哪是家了",
        "我说话舌头怎么不听使唤了",
    ],
)
def test_understated_cries_are_at_least_asked_about(text: str) -> None:
    assert assess(text).level != "no"


@pytest.mark.parametrize("text", ["算了，不订了", "算了", "老毛病腰疼想约个人陪我去医院"])
def test_giving_up_and_old_ailments_are_no_cries(text: str) -> None:
    assert assess(text).level == "no"


def test_the_reason_is_told_without_more_of_the_line_than_needed() -> None:
    found = assess("我叫王桂兰电话一三八零零零零一二零零我摔倒了")
    assert found.level == "certain"
    assert "王桂兰" not in found.why
    assert found.as_dict()["kind"] == "fall"


def test_lines_never_seen_are_mostly_heard_and_rarely_mistaken() -> None:
    rows = _lines(UNSEEN)
    danger = [assess(text).level for kind, text in rows if kind != "none"]
    calm = [assess(text).level for kind, text in rows if kind == "none"]
    assert sum(level != "no" for level in danger) / len(danger) >= 0.93
    assert calm.count("certain") / len(calm) <= 0.02


def test_lines_it_was_written_with_stay_heard() -> None:
    rows = _lines(LEARNT)
    danger = [assess(text).level for kind, text in rows if kind != "none"]
    calm = [assess(text).level for kind, text in rows if kind == "none"]
    assert sum(level != "no" for level in danger) / len(danger) >= 0.99
    assert calm.count("certain") / len(calm) <= 0.02


@pytest.mark.shared
def test_the_evaluation_examples_are_heard() -> None:
    folder = Path(os.environ.get("ANBAN_SHARED", "../shared")) / "examples"
    if not folder.is_dir():
        pytest.skip("ANBAN_SHARED has no examples")
    lines = (folder / "emergency_traps.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    missed = [
        row["id"] for row in rows if row["is_emergency"] and assess(row["text"]).level == "no"
    ]
    alarms = [
        row["id"]
        for row in rows
        if not row["is_emergency"] and assess(row["text"]).level == "certain"
    ]
    assert missed == []
    assert alarms == []


def test_the_classifier_tells_cries_from_talk() -> None:
    assert hear("").likelihood < 0.5
    assert hear("明天下午来打扫一下").likelihood < 0.05
    cry = hear("老伴晕倒了叫不醒")
    assert cry.likelihood > 0.5
    assert cry.kind() == "unwell"


def test_the_classifier_reads_past_punctuation_and_dialect() -> None:
    assert features("救命，啊！") == features("救命啊")
    assert "哪里" in features("佗位")


def test_words_of_one_sort_are_heard_alike_and_by_their_sound() -> None:
    assert "#farewell pill" in hints("药我都攒着呢")
    assert "#ache heart" in hints("心口闷") & hints("胸前堵")
    assert "#~heart" in hints("凶口好重")


def _hunch(likelihood: float) -> Hunch:
    return Hunch(likelihood, {"fall": 1.0, "unwell": 0.0})


@pytest.mark.parametrize(
    ("text", "likelihood", "level"),
    [
        ("今天天气不错", emergency.ASK - 0.01, "no"),
        ("今天天气不错", emergency.ASK, "possible"),
        ("今天天气不错", emergency.ACT, "certain"),
        ("我前面在屋里头有点头晕也不晓得是咋个回事", 0.0, "no"),
        ("我前面在屋里头有点头晕也不晓得是咋个回事", emergency.DROPPED, "possible"),
        ("我前面在屋里头有点头晕也不晓得是咋个回事", emergency.SETTLED, "certain"),
        ("我跟你讲我早起在院子里浇花的辰光摔倒了", 0.0, "possible"),
        ("我摔倒了", 0.0, "possible"),
        ("我摔倒了", emergency.MISHEARD, "certain"),
        ("电视里演那个人跳楼了", 1.0, "possible"),
    ],
)
def test_signs_and_classifier_are_heard_together(text: str, likelihood: float, level: str) -> None:
    assert combine(perceive(text), _hunch(likelihood)).level == level


def test_a_cry_heard_by_the_classifier_alone_has_a_kind_and_a_reason() -> None:
    found = combine(perceive("今天天气不错"), _hunch(0.95))
    assert (found.kind, found.sign, found.span) == ("fall", "sounds like one", None)
    assert "0.95" in found.why


def test_a_sign_keeps_its_kind_unless_another_is_heard_much_louder() -> None:
    perceived = perceive("我摔倒了")
    assert combine(perceived, Hunch(0.9, {"fall": 0.0, "unwell": 0.5})).kind == "fall"
    assert combine(perceived, Hunch(0.9, {"fall": 0.0, "unwell": 2.0})).kind == "unwell"


def test_tables_can_be_loaded_before_the_first_caller() -> None:
    emergency.warm()
    assert assess("喂").level == "no"


def test_the_lines_to_learn_from_hold_every_kind_and_every_variety() -> None:
    lines = read_lines()
    cries = [line for line in lines if line.kind != "none" and line.act]
    assert len({line.kind for line in cries}) == 14
    assert len({line.variety for line in cries}) == 7
    assert len({line.text for line in lines}) == len(lines)


def test_imagined_callers_are_many_and_of_every_kind_and_variety() -> None:
    callers = {line.caller for line in read_lines() if line.fresh and not line.act}
    assert len(callers) > 80
    cries = [line for line in read_lines() if line.fresh and not line.act and line.kind != "none"]
    assert len({line.kind for line in cries}) == 14
    assert len({line.variety for line in cries}) == 7


def test_an_interval_holds_its_share() -> None:
    low, high = interval(99, 100)
    assert low < 0.99 < high <= 1.0
    assert interval(0, 10)[0] == 0.0


def test_garbled_copies_are_as_long_and_repeatable() -> None:
    lines = [Line("救命我摔倒了起不来", "fall", "emergency", "jin", "one")]
    texts = ["救命我摔倒了起不来就名帅到其部来乐"]
    copies = list(Garbler(texts).copies(lines))
    assert copies == list(Garbler(texts).copies(lines))
    assert all(len(copy.text) == len(lines[0].text) and copy.copy == "garbled" for copy in copies)
