from datetime import datetime

import httpx
import psycopg
import pytest

from anban.errors import Rejected
from backend.client import BackendClient

from .conftest import NOW

pytestmark = pytest.mark.integration


async def test_a_declined_question_is_kept_for_the_county(
    client: BackendClient, http: httpx.AsyncClient
):
    for about in ("高龄津贴", "地址"):
        await client.report_gap(
            conversation="c1", question="高龄津贴多少", about=about, locality="龙岩", now=NOW
        )
    listed = (await http.get("/v1/policy-gaps", params={"conversation": "c1"})).json()["items"]
    assert {gap["about"] for gap in listed} == {"高龄津贴", "地址"}
    assert {gap["locality"] for gap in listed} == {"龙岩"}
    assert listed[0]["created_at"].startswith("2026-03-04")


async def test_a_gap_without_a_question_is_refused(client: BackendClient):
    with pytest.raises(Rejected):
        await client.report_gap(conversation="c1", question="", about="地址", now=NOW)


async def test_what_was_asked_is_sealed_in_the_table(client: BackendClient, database_url: str):
    await client.report_gap(conversation="c1", question="林秀英的津贴多少", about="津贴", now=NOW)
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("SELECT question FROM policy_gaps").fetchall()
    assert len(kept) == 1
    assert "林秀英" not in kept[0][0]


async def asked(client: BackendClient, about: str, locality: str, *days: str) -> None:
    for day in days:
        now = datetime.fromisoformat(f"{day}+08:00")
        await client.report_gap(
            conversation="林秀英-1", question="林秀英问", about=about, locality=locality, now=now
        )


async def test_gaps_are_counted_by_month_place_and_topic_without_anybodys_words(
    client: BackendClient, http: httpx.AsyncClient
):
    # 01:00 in China is still the month before in UTC
    await asked(
        client, "高龄津贴", "龙岩", "2026-02-28T12:00", "2026-03-01T01:00", "2026-03-02T08:00"
    )
    await asked(client, "电话", "龙岩", "2026-03-03T08:00")
    await asked(client, "电话", "漳州", "2026-03-03T09:00")
    answer = await http.get("/v1/policy-gaps/counts")
    assert "林秀英" not in answer.text
    rows = [tuple(row.values()) for row in answer.json()["items"]]
    assert rows == [
        ("2026-03", "龙岩", "高龄津贴", 2),
        ("2026-03", "漳州", "电话", 1),
        ("2026-03", "龙岩", "电话", 1),
        ("2026-02", "龙岩", "高龄津贴", 1),
    ]
    only = await http.get("/v1/policy-gaps/counts", params={"locality": "漳州", "limit": 1})
    assert [row["about"] for row in only.json()["items"]] == ["电话"]
