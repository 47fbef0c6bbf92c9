"""An old weakness of one side is no stroke, and a new one is never taken for an old one."""

import pytest

from bot.understanding import standing
from bot.understanding.emergency import assess

pytestmark = pytest.mark.unit

SUDDEN = (
    "我左边身子突然不灵便了",
    "今早起来右半边身子不利索",
    "刚才还好好的，这会儿右手抬不起来",
    "俺爹半拉身子不利索咧，嘴也歪咧",
    "我爸中风三年了，今天左边又动不了了",
    "佢头先仲行得，而家左边身唔郁得",
    "阿公一爿骹手雄雄袂振动",
    "涯爸正先右片手脚动唔得",
    "老汉儿一哈半边身子就使不起力",
    "他右边身子不听使唤，说话也说不清了",
    "老头子偏瘫五年了，这会儿叫不应了",
    "洗着澡呢，半边身子一下子没知觉了",
    "吃着饭呢，他半边身子瘫了",
    "左边胳膊腿都动不了",
    "右手抬不起来，拿不住东西",
    "身子往一边倒，站不住",
    "妈半边瘫了快来人",
    "左半边身子没知觉",
    "俺半拉身子动不了",
    "佢左边身唔郁得",
)
OF_OLD = (
    "我左半边身子不方便，洗澡得有人帮",
    "老伴偏瘫六年了，左边动不了",
    "俺右边手脚不利索，穿衣裳要人帮，能申请补贴不",
    "我是想问政策，我半边身子不灵活，一个人住",
    "我爸脑梗后半边身子不利索，想约个上门洗澡",
    "阮翁半遂五年矣，正爿骹手无力",
    "涯爸中风三年哩，左片手脚冇力",
    "我妈右边身子不好使，落下的老毛病，吃饭都要人帮",
    "阿妈瘫喺床四年喇，右边身郁唔到",
    "老汉儿瘫在床上好几年了，半边身子动不得",
)
UNSAID = ("左边手脚不方便", "半边身子不太灵", "右半身不利索")


@pytest.mark.parametrize("text", SUDDEN)
def test_what_is_sudden_or_unexplained_stays_a_cry(text: str) -> None:
    assert standing.told(text) is None
    assert assess(text).level != "no"


@pytest.mark.parametrize("text", OF_OLD)
def test_what_is_told_as_old_is_no_stroke(text: str) -> None:
    assert standing.told(text) == "surely"
    assert assess(text).level == "no"


@pytest.mark.parametrize("text", UNSAID)
def test_a_habit_told_alone_is_asked_about(text: str) -> None:
    assert standing.told(text) == "perhaps"
    assert assess(text).level != "certain"


@pytest.mark.parametrize(
    "text", ["老毛病了", "好几年了", "不是突然的，一直这样", "系老毛病", "中风以后就这样"]
)
def test_that_it_is_old_answers_since_when(text: str) -> None:
    assert standing.since_when(text) == "old"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "是",
        "刚刚才这样",
        "不是老毛病",
        "唔系老毛病系今朝先咁",
        "老毛病又犯了",
        "以前好好的",
        "好几年没这样了，突然的",
    ],
)
def test_anything_else_does_not(text: str) -> None:
    assert standing.since_when(text) != "old"


def test_an_old_paralysis_is_remembered_and_nothing_else_is() -> None:
    assert standing.is_remembered(["我老公瘫喺床三年喇，想搵人同佢冲凉"])
    assert not standing.is_remembered(["我住这儿三年了", "我想订饭", ""])
    assert not standing.is_remembered(["他突然瘫了"])
    assert not standing.is_remembered([])
