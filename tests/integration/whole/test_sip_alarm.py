"""An alarm that goes out over direct SIP, with no exchange, to a telephone that is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from anban import wiring
from anban.stage import free_ports, stage
from backend.client import CallOut
from tests.fakes.telephones import telephone
from tests.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.speech]
ALARM_PROCESSES = frozenset({"backend", "emergency-worker", "alarm-caller", "voice"})
DAUGHTER = "13900002002"


async def test_the_daughter_is_called_and_key_1_acknowledges(tmp_path: Path):
    (sip,) = free_ports(1)
    async with (
        telephone(tmp_path, DAUGHTER, answers="manual") as phone,
        stage(
            ALARM_PROCESSES, sip_listen=f"127.0.0.1:{sip}", sip_trunk=f"sip:12349@{phone.address}"
        ) as staged,
        wiring.backend_client(staged.settings) as backend,
    ):
        elder = await backend.create_elder("王桂兰", phone="13800001002", locality="福康县")
        member = await backend.create_family_member(
            elder.id, name="王小燕", relation="女儿", phone=DAUGHTER
        )
        await backend.create_contact("voice_call", DAUGHTER, family_member_id=member.id)
        raised = await backend.raise_emergency(
            "alarm",
            channel="phone",
            elder_id=elder.id,
            kind="fall",
            certainty="certain",
            text="我摔倒了",
        )

        async def rows() -> list[CallOut]:
            return await backend.call_outs(emergency_id=raised.id)

        async def answered() -> bool:
            return [one.outcome for one in await rows()] == ["acknowledged"]

        async def held() -> bool:
            (found,) = await backend.emergencies(elder_id=elder.id)
            return found.status == "acknowledged" and found.acknowledged_by == "女儿王小燕"

        await phone.until("CALL_INCOMING")
        await phone.do("accept")
        await phone.until("CALL_ESTABLISHED")
        await phone.do("sndcode", "1")
        await until("the daughter has taken it", held, rows)
        await until("the row says so", answered, rows)
        assert [one.key for one in await rows()] == ["1"]
