"""An application from the first form to the approval, over REST, with what the family is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import psycopg
import pytest

from anban.errors import Conflict, NotFound, Rejected
from anban.policy import LOCALITIES
from anban.wiring import routes
from backend.client import BackendClient, Elder
from backend.config import BackendConfig

from .conftest import NOW, api

pytestmark = pytest.mark.integration


@pytest.fixture
async def client(config: BackendConfig) -> AsyncIterator[BackendClient]:
    async with api(replace(config, routes=routes(LOCALITIES))) as made:
        yield made


@pytest.fixture
async def elder(client: BackendClient) -> Elder:
    return await client.create_elder(
        "那顺", phone="13800001001", address="玉泉区小黑河镇西二道河村8号", locality="呼和浩特玉泉"
    )


async def file(client: BackendClient, elder: Elder, scheme: str = "yuquan.visit", **more):
    who = {"filed_by": "前台小李"} if "conversation" not in more else {}
    return await client.file_application(elder.id, scheme, now=NOW, **who, **more)


async def decide(client: BackendClient, id: str, post: str, decision: str = "pass", comment=""):
    return await client.decide_application(
        id, by="王主任", post=post, decision=decision, comment=comment, now=NOW
    )


async def test_what_nobody_can_apply_for_and_whom_nobody_knows_is_refused(client, elder):
    with pytest.raises(Rejected):
        await file(client, elder, "yuquan.pension")
    with pytest.raises(NotFound):
        await client.file_application("nobody", "yuquan.visit", filed_by="前台小李", now=NOW)
    with pytest.raises(NotFound):
        await decide(client, "none", "community")


async def test_nobody_files_in_the_name_of_somebody_whom_he_does_not_speak_for(client, elder):
    stranger = await client.create_elder("白云", phone="13800001009", locality="呼和浩特玉泉")
    await client.open_conversation("c1", "phone", phone="13800001009", now=NOW)
    await client.open_conversation("c2", "phone", phone="13800009999", now=NOW)
    for talk in ("c1", "c2"):
        with pytest.raises(Rejected) as refused:
            await file(client, elder, conversation=talk)
        assert refused.value.field == "elder_id"
    with pytest.raises(NotFound):
        await file(client, elder, conversation="nobody opened this")
    with pytest.raises(Rejected):
        await client.file_application(elder.id, "yuquan.visit", now=NOW)
    assert await client.applications() == []
    assert (await file(client, stranger, conversation="c1")).new


async def test_a_neighbour_files_nothing_and_a_bound_daughter_does(client, elder):
    for phone, role in (("13800002001", "neighbour"), ("13800002002", "family")):
        await client.create_family_member(
            elder.id, name="那仁", relation="女儿", role=role, phone=phone
        )
        await client.open_conversation(phone, "phone", phone=phone, now=NOW)
    with pytest.raises(Rejected):
        await file(client, elder, conversation="13800002001")
    filed = await file(client, elder, conversation="13800002002")
    with pytest.raises(Rejected):
        await client.correct_application(filed.id, conversation="13800002001", now=NOW)


async def test_another_places_rules_are_not_the_elders(client, elder):
    with pytest.raises(Rejected) as refused:
        await file(client, elder, "longyan.online")
    assert refused.value.field == "scheme"
    for name, phone, place in (("甲", "13800001003", "呼和浩特回民"), ("乙", "13800001004", None)):
        person = await client.create_elder(name, phone=phone, locality=place)
        with pytest.raises(Rejected):
            await file(client, person)


async def test_one_whose_way_is_gone_does_not_break_the_list(client, elder, database_url: str):
    await file(client, elder)
    kept = await file(client, elder, "yuquan.meal")
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE applications SET scheme = 'yuquan.gone' WHERE id <> %s", [kept.id]
        )
    gone, other = sorted(
        await client.applications(elder_id=elder.id), key=lambda one: one.id == kept.id
    )
    assert (other.name, gone.name, gone.standing) == ("助餐服务", "yuquan.gone", "正在办理")
    with pytest.raises(Rejected):
        await decide(client, gone.id, "community")


async def test_who_looked_at_whose_application_is_written_down(client, elder, database_url: str):
    filed = await file(client, elder)
    await client.applications(elder_id=elder.id)
    with psycopg.connect(database_url) as connection:
        seen = connection.execute("SELECT object FROM audit WHERE action = 'read'").fetchall()
    assert {(f"application:{filed.id}",), (f"elder:{elder.id}",)} <= set(seen)


async def test_another_post_is_refused_and_nothing_changes(client, elder):
    filed = await file(client, elder)
    with pytest.raises(Rejected):
        await decide(client, filed.id, "county")
    (found,) = await client.applications(elder_id=elder.id)
    assert (found.status, found.stage) == ("open", "community")


async def test_asked_for_twice_at_once_it_is_filed_once(client, elder):
    filed = await asyncio.gather(*(file(client, elder) for _ in range(4)))
    assert len({one.id for one in filed}) == 1
    assert [one.new for one in filed].count(True) == 1


async def test_the_form_knows_what_the_register_knows_and_what_was_told(client, elder):
    filed = await file(client, elder, facts=["alone"], fields={"失能情况": "半失能"})
    assert filed.fields["姓名"] == "那顺"
    assert filed.fields["失能情况"] == "半失能"
    assert filed.missing_papers == ("社区开的独居或空巢证明", "老人写的承诺书")
    assert filed.standing == "正在社区（村）初审"


async def test_from_filing_by_way_of_a_correction_to_the_approval(client, elder):
    daughter = await client.create_family_member(
        elder.id, name="那仁", relation="女儿", role="family"
    )
    await client.create_contact("webhook", "http://127.0.0.1:9/inbox", family_member_id=daughter.id)
    filed = await file(client, elder, facts=["alone"])
    await decide(client, filed.id, "community")
    back = await decide(client, filed.id, "street", "return", "缺承诺书")
    assert back.standing == "在街道（乡镇）审核时被退回，要补正"
    assert back.returned_for == "缺承诺书"
    with pytest.raises(Rejected):
        await client.correct_application(filed.id, papers=["没有的材料"], by="前台小李", now=NOW)
    again = await client.correct_application(
        filed.id, {"住址": "玉泉区石羊桥"}, papers=["老人写的承诺书"], by="前台小李", now=NOW
    )
    assert (again.status, again.stage, again.returned_for) == ("open", "community", "")
    assert again.fields["住址"] == "玉泉区石羊桥"
    assert again.missing_papers == ("社区开的独居或空巢证明",)
    for post in ("community", "street", "county"):
        waiting = await client.applications(post=post)
        assert [one.id for one in waiting] == [filed.id]
        done = await decide(client, filed.id, post)
    assert (done.status, done.standing) == ("approved", "已经批准")
    with pytest.raises(Conflict):
        await decide(client, filed.id, "county")
    told = await client.notices(elder_id=elder.id)
    assert len(told) == 7
    assert any("缺承诺书" in one.text for one in told)


async def test_the_list_is_put_up_before_it_counts(client):
    elder = await client.create_elder("郭银娣", phone="13800001002", locality="龙岩新罗")
    filed = await file(client, elder, "longyan.online")
    for post in ("community", "street", "county"):
        at = await decide(client, filed.id, post)
    assert at.standing == "正在张榜公示"
    assert (await decide(client, filed.id, "county")).status == "approved"


async def test_the_form_is_sealed_in_the_table(client, elder, database_url: str):
    await file(client, elder)
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("SELECT form FROM applications").fetchall()
    assert "那顺" not in kept[0][0]
