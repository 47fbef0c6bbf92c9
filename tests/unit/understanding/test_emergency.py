"""A cry for help is heard, garbled and in every region's words; ordinary talk is left alone."""

import json
import os
from pathlib import Path

import pytest

from bot.understanding import emergency, lexicon
from bot.understanding.emergency import Emergency, assess, combine, perceive
from bot.understanding.hunch import TABLE, Hunch, features, hear, hints
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


@pytest.mark.parametrize(
    "text",
    [
        "涯去喊叔公食朝，佢睡等紧哼，推佢也唔醒",
        "阿嬷坐佇椅仔，叫伊袂应，目睭毋瞌",
        "我妈接了电话一声不吭，就听见粗气",
        "恁紧叫人来，我讲袂出来",
        "快喊人来，涯顶唔得几久哩",
        "我下公交走了老半天，楼全长一个样，哪个是我家呀",
        "涯行来行去还系这只塘，转屋个路在奈",
        "柜子里的东西都写了名字给谁，往后你们别来看我了",
        "我的代志拢交代好矣，恁后摆毋免阁来",
        "灶下味恁臭，涯目珠花，脚软",
        "仪器上显示二点八，我手抖得拿不住",
        "三更有脚步声佇楼顶行，我家己一个人",
        "老伴把鞋油当芝麻酱抹馒头上吃了",
    ],
)
def test_what_is_said_sideways_is_at_least_asked_about(text: str) -> None:
    assert assess(text).level != "no"


@pytest.mark.parametrize(
    "text",
    [
        "新闻里讲有个老头掉沟里让人拉上来了",
        "新文里头说有个老太太跌倒了没人扶",
        "手机高讲有人食菇中毒",
        "戏里那个小姐要投河，唱得真叫人掉泪",
        "隔壁阿公跋一倒，囝载去病院，讲无要紧",
        "对门李姐上午晕了，她闺女给送医院了，大夫说没事",
        "把俺爸绑到我这号上",
        "师傅走到哪儿了，我等半天了",
        "我高兴得要跳起来",
    ],
)
def test_what_was_told_or_is_over_or_an_errand_wakes_nobody(text: str) -> None:
    assert assess(text).level == "no"


@pytest.mark.parametrize(
    "text",
    ["救命啊老头子又要我听他唱戏哈哈", "家里进小偷了偷的是我的瓜子嘿嘿", "心里难受得很"],
)
def test_laughter_and_a_heavy_heart_are_asked_about_at_most(text: str) -> None:
    assert combine(perceive(text), _hunch(0.95)).level == "possible"


@pytest.mark.parametrize(
    "text",
    [
        "我不知道走到哪儿了天黑了",
        "我妈摔了不能下地",
        "有人把俺绑起来了",
        "电视机后头的插座着火了",
        "你先记下来我摔倒了",
        "我掉井里了快救起来",
        "叫唔醒返阿爸",
    ],
)
def test_words_that_calm_hide_no_cry_that_contains_them(text: str) -> None:
    assert perceive(text).level == "certain"


def test_blows_in_the_family_are_no_telephone_number() -> None:
    assert assess("女婿打我女儿").level != "no"
    assert assess("打我儿子一三八零零零零七九一八").level == "no"


def test_laughter_does_not_hide_who_cannot_be_woken() -> None:
    assert perceive("他刚才还哈哈笑这会儿叫不醒了").level == "certain"


def test_a_neighbour_who_is_well_again_is_left_alone_unless_it_goes_on() -> None:
    assert perceive("隔壁老张摔了一跤，他女儿送医院了").level == "no"
    assert perceive("隔壁老张摔了一跤说没事了，现在又晕了").level != "no"
    assert perceive("我摔了一跤，没事了").level == "possible"


def test_a_sign_that_the_line_lowers_is_dropped_where_little_sounds_like_it() -> None:
    lowered = "我老伴心口疼得厉害，我想约一下陪诊，别的没什么了"
    assert combine(perceive(lowered), _hunch(emergency.LOWERED - 0.01)).level == "no"
    assert combine(perceive(lowered), _hunch(emergency.LOWERED)).level == "possible"
    trial = "着火了着火了，我按一下试试看你们来不来，别当真啊"
    assert combine(perceive(trial), _hunch(emergency.LOWERED - 0.01)).level == "possible"


def test_no_beginning_of_a_cry_is_certain_of_something_else() -> None:
    cries = {
        "我在厨房切菜切到手了血流了一地怎么按都按不住": {"bleeding"},
        "老伴吃鱼的时候卡住了脸都憋紫了说不出话": {"choking", "breathing"},
        "阮阿公对楼梯跋落来头壳流血叫袂应": {"fall", "unwell", "bleeding"},
        "涯爸胸前痛到出大汗手脚冰冷": {"chest_pain"},
        "煤气灶没关好一屋子味我头晕站不起来": {"fire_gas", "unwell"},
    }
    for line, kinds in cries.items():
        for end in range(len(line) + 1):
            found = assess(line[:end])
            assert found.level != "certain" or found.kind in kinds | {"unspecified"}, line[:end]


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
    assert "倒了" in features("跌倒哩")


@pytest.mark.parametrize("text", ["快", "来人", "喂喂 快", "快快快", "疼啊", "帮下我呀", "难受"])
def test_a_bare_call_is_asked_about_where_nothing_else_is_said(text: str) -> None:
    assert assess(text).level == "possible"
    assert assess(text, "service").level != "certain"


@pytest.mark.parametrize("text", ["快递到了没", "过来打扫一下", "帮我订饭", "来人把水管修了"])
def test_a_word_among_others_is_no_bare_call(text: str) -> None:
    assert assess(text).sign not in ("a bare call", "a bare complaint")


def test_no_row_of_the_learnt_weights_is_taken_for_a_comment() -> None:
    written = (lexicon.LEXICON / TABLE).read_text("utf-8").splitlines()
    learnt = [line for line in written if not line.startswith("# ")]
    assert len(lexicon.rows(TABLE)) == len(learnt) - 1, "all but the heading"
    assert any(row["feature"].startswith("+") for row in lexicon.rows(TABLE)), "hints count"


def test_words_of_one_sort_are_heard_alike_and_by_their_sound() -> None:
    assert "+farewell pill" in hints("药我都攒着呢")
    assert "+ache heart" in hints("心口闷") & hints("胸前堵")
    assert "+~heart" in hints("凶口好重")


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
        ("我跟你讲我早起在院子里浇花的辰光摔倒了", 0.0, "no"),
        ("我跟你讲我早起在院子里浇花的辰光摔倒了", emergency.OVERRULED, "possible"),
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


def test_a_kind_that_is_hardly_louder_than_another_is_not_named() -> None:
    assert Hunch(0.9, {"fall": 2.0, "unwell": 1.5}).kind() == "unspecified"
    assert Hunch(0.9, {"fall": 2.0, "unwell": 0.5}).kind() == "fall"
    assert Hunch(0.9, {"fall": -5.0, "unwell": -9.0}).kind() == "unspecified"


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


@pytest.mark.parametrize(
    "text",
    ["细路拉咗平安钟条绳唔好意思呀", "隔离个掣我试下响唔响啫", "我按起耍一哈看你们接得快不快"],
)
def test_a_tried_button_is_asked_about_though_another_sign_was_turned_down(text):
    assert assess(text).level == "possible"


@pytest.mark.parametrize(
    "text",
    [
        "我想订个饭哩这两天老毛病犯了站不稳懒得烧",
        "俺寻思订份饭俺这眩晕病犯了灶台跟前站不住",
    ],
)
def test_an_order_that_names_an_illness_is_asked_about_at_most(text: str) -> None:
    assert assess(text).level != "certain"


@pytest.mark.parametrize("text", ["我想订个饭我说不出话了嘴歪了救命", "订个饭，哎呀着火了快来人"])
def test_an_order_hides_no_cry(text: str) -> None:
    assert assess(text).level == "certain"


@pytest.mark.parametrize("text", ["我儿子说冰箱还没影儿呢", "老伴讲洗衣机还没影子"])
def test_a_thing_that_has_not_come_is_nobody_lost(text: str) -> None:
    assert assess(text).kind != "lost"


def test_who_goes_out_with_a_thing_may_be_lost() -> None:
    assert assess("我老伴拿着手机出去就没影儿了").level == "certain"


@pytest.mark.parametrize("text", ["没别的了，我叫她进屋等师傅", "冇嘢喇我请佢入屋饮茶"])
def test_a_guest_is_no_burglar(text: str) -> None:
    assert assess(text).level == "no"


@pytest.mark.parametrize(
    "text", ["我端着碗摔了一跤", "我提着暖壶摔倒了", "涯捧着盆跌倒哩", "我踩到水盆摔倒了"]
)
def test_who_falls_with_a_thing_has_fallen(text: str) -> None:
    assert assess(text).level != "no"


@pytest.mark.parametrize("text", ["听筒摔地上了裂了条缝", "我没拿住碗摔碎了", "个花瓶跌落地烂咗"])
def test_a_thing_that_falls_is_nobody_who_has(text: str) -> None:
    assert assess(text).level != "certain"


def test_a_stranger_who_comes_in_is_one() -> None:
    assert assess("有个贼佬撬门入屋喇救命").level == "certain"
