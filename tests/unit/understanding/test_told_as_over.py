"""What is told as over, or as a mistake, is only asked about; what goes on is not."""

import pytest

from bot.understanding.emergency import assess

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "line",
    [
        "听见有人撬门我当是小偷呢快来人",
        "我以为是我儿子结果是个贼在翻我抽屉",
        "摔地上了幸亏手机在身上起不来了",
        "幸好我还能说话心口疼得喘不上气",
        "杀鸡割到手了血止不住",
        "斩鸡斩到手筋血喷到成幅墙",
        "误喝了一口农药吐出来了嗓子烧得慌",
        "我八十岁了屋里着火了快来",
        "我屋企着火冇人理快啲嚟",
    ],
)
def test_what_goes_on_is_certain_whatever_else_is_told(line: str) -> None:
    assert assess(line).level == "certain"


@pytest.mark.parametrize(
    "line",
    [
        "中午吃鱼卡住了嗓子脸都青了多亏邻居给拍出来了",
        "刚才锅着火了好在我儿子给扑灭了",
        "半夜听见有人撬锁我当是贼呢",
        "闻着一股煤气味还以为漏气了呢",
        "俺们卧羊哩院子里血圪查查的一地手上都是血",
        "阮刣鸡血流甲规土脚",
    ],
)
def test_what_is_told_as_over_is_asked_about(line: str) -> None:
    found = assess(line)
    assert found.level == "possible"
    assert found.told_as_over


@pytest.mark.parametrize(
    "line",
    [
        "楼上冰溜子掉下来差点出人命",
        "我十二岁那年屋里着火烧光了",
        "我闩咗窗冇烟喇想取消打扫",
    ],
)
def test_what_never_was_is_no_certain_cry(line: str) -> None:
    assert assess(line).level != "certain"
