"""What WeChat pushes again changes nothing, with the real mind in the loop."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes.wechat import opened, signed, xml

from .helpers import Family, House
from .test_channels import Outside, outside

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.asyncio(loop_scope="session"),
]

HERSELF = "oHerselfOfRepeats0000000001"


async def pushed(doors: Outside, query: str, body: str) -> str:
    answer = await doors.http.post(f"/wechat?{query}", content=body.encode())
    assert answer.status_code == 200
    return opened(answer.text, HERSELF)


async def said(doors: Outside, text: str) -> str:
    return await pushed(doors, *signed(xml("text", openid=HERSELF, Content=text)))


async def test_200_duplicates_and_replays_of_a_yes_change_nothing(
    house: House, family: Family, monkeypatch: pytest.MonkeyPatch
):
    async with outside(house, monkeypatch) as doors:
        (elder,) = await house.backend.elders(phone=family.phone)
        doors.wechat.window.add(HERSELF)
        code = await house.backend.binding_code(elder.id)
        await said(doors, f"绑定 {code.code} 本人")
        await said(doors, "我要订明天上午九点打扫卫生")
        yes = xml("text", openid=HERSELF, Content="对")
        request = signed(yes)
        first = await pushed(doors, *request)
        before = await house.backend.orders(elder_id=elder.id)
        assert len(before) == 1
        fresh = [signed(yes) for _ in range(100)]
        answers = await asyncio.gather(*(pushed(doors, *one) for one in [*fresh, *[request] * 100]))
        assert set(answers) == {first}
        assert await house.backend.orders(elder_id=elder.id) == before
    async with outside(house, monkeypatch) as restarted:  # a process that remembers nothing
        answers = await asyncio.gather(*(pushed(restarted, *signed(yes)) for _ in range(20)))
        assert set(answers) == {""}
        assert await house.backend.orders(elder_id=elder.id) == before
