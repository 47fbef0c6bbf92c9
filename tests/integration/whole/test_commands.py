"""The commands as people and programs call them: pipes, exit statuses, one clear line of error."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from anban.settings import ROOT

from .helpers import TOMORROW, Family, House, command_environment

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="session")]


async def anban(
    *arguments: str, stdin: str = "", env: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Runs a command; gives its exit status and what it wrote."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "anban", *arguments),
        cwd=ROOT,
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(child.communicate(stdin.encode()), 90)
    assert child.returncode is not None
    return child.returncode, out.decode(), err.decode()


def lines(*values: object) -> str:
    return "".join(
        (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) + "\n"
        for value in values
    )


@pytest.mark.rasa
async def test_understand_answers_line_by_line_and_names_the_line_it_cannot_read():
    now = "2026-03-04T09:10"
    status, out, err = await anban(
        "understand",
        stdin=lines(
            {"id": 1, "text": "我想订明天上午九点打扫卫生", "now": now},
            "",
            {"id": "二", "text": "救命啊，我摔倒了起不来", "now": now},
            {"id": 3, "text": "", "now": now},
            {"id": 4, "text": "对", "now": now, "context": "confirm"},
            {"id": 5, "text": "我想跟你说说我家里的事" * 900, "now": now},
            "{not json",
            {"id": 6, "text": "好", "now": now},
        ),
    )
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "二", 3, 4, 5]
    assert (answers[0]["act"], answers[0]["service"]) == ("book", "cleaning")
    assert answers[0]["when"]["date"] == TOMORROW
    assert answers[0]["when"]["time"] == "09:00"
    assert (answers[1]["act"], answers[1]["emergency"]) == ("emergency", "certain")
    assert answers[1]["emergency_kind"] == "fall"
    assert answers[2]["emergency"] == "no"
    assert answers[3]["act"] == "affirm"
    assert set(answers[0]) == {
        *("id", "act", "confidence", "service", "emergency", "emergency_kind", "when")
    }
    assert status == 1
    assert "line 7" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("line", ["[]", '{"id": 1}', '{"q": 5}', '"好"', "null", "{"])
async def test_ask_says_what_is_wrong_with_a_line(line: str):
    status, out, err = await anban("ask", stdin=line + "\n")
    assert (status, out) == (1, "")
    assert "line 1" in err
    assert '"q"' in err
    assert "Traceback" not in err


async def test_ask_declines_what_no_document_supports_and_cites_nothing():
    status, out, err = await anban("ask", "--locality", "龙岩", "高龄津贴每月多少钱？")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert set(answer) == {"answer", "decided", "citations"}
    assert (answer["decided"], answer["citations"]) == ("declined", [])
    assert not any(sign.isdigit() for sign in answer["answer"])


async def test_ask_answers_lines_and_names_the_one_it_cannot_read():
    status, out, err = await anban(
        "ask",
        stdin=lines(
            {"id": 1, "q": "高龄津贴每月多少钱？", "locality": "龙岩"},
            "",
            {"id": 2, "q": "养老院有补贴吗？"},
            {"id": 3, "locality": "龙岩"},
        ),
    )
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2]
    assert all(answer["decided"] == "declined" for answer in answers)
    assert status == 1
    assert "line 4" in err
    assert "Traceback" not in err


@pytest.mark.rasa
async def test_chat_books_against_a_running_anban(house: House, family: Family):
    status, out, err = await anban(
        "chat",
        *("--phone", family.phone),
        stdin=lines("我要订明天上午九点打扫卫生", "", "对", "没有别的事了，再见"),
        env=command_environment(house.stage),
    )
    assert (status, err) == (0, "")
    (order,) = await house.orders(family.phone)
    assert "林秀英" in out
    assert order.number in out


@pytest.mark.rasa
async def test_chat_names_a_wrong_token_and_a_missing_anban(house: House):
    env = command_environment(house.stage)
    status, _, err = await anban(
        "chat", "--phone", "13800001001", env={**env, "ANBAN_SERVICE_TOKEN": "wrong"}
    )
    assert status == 1
    assert "令牌" in err
    status, _, err = await anban(
        "chat", "--phone", "13800001001", env={**env, "ANBAN_BACKEND_PORT": "1"}
    )
    assert status == 1
    assert "anban up" in err
    assert "Traceback" not in err


@pytest.mark.rasa
async def test_doctor_fails_where_a_port_is_taken_and_says_so(house: House):
    status, out, _ = await anban("doctor", env=command_environment(house.stage))
    assert status == 1
    (found,) = [line for line in out.splitlines() if "the ports are free" in line]
    assert "✗" in found
    assert "stop the other program" in " ".join(out.split())


@pytest.mark.speech
@pytest.mark.rasa
async def test_doctor_is_content_where_all_is_there(house: House):
    free = {"BACKEND": 47_001, "VOICE": 47_002, "AUDIOSOCKET": 47_003, "RASA": 47_004}
    free |= {"ACTIONS": 47_005, "INBOX": 47_006}
    ports = {f"ANBAN_{name}_PORT": str(port) for name, port in free.items()}
    status, out, _ = await anban("doctor", env={**command_environment(house.stage), **ports})
    assert status == 0, out
    assert "✗" not in out
