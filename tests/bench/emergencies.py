"""How fast a cry for help becomes a committed row, and how fast the first sender is called.

The row: from the text, through the recogniser and the service API, to its answer after the commit.
The red button: from the press (a request of the mini-program's, by a stranger, over loopback) until
another connection sees the committed row; once more in a browser on a slow network. The sender:
from the moment the first rung is begun (inside the transaction of the row) to the moment its first
notice is handed to a sender, both by the clock of this machine.
"""

from __future__ import annotations

import asyncio
import time

import httpx
import psycopg

from anban import wiring
from anban.stage import Stage
from backend.client import BackendClient
from bot.understanding.emergency import assess
from tests.bench import pressed
from tests.bench.figures import Samples, table

PROCESSES = frozenset({"backend", "emergency-worker", "emergency-worker-2", "inbox"})
CRIES = 300
PRESSES = 200
TEXT = "哎呀我在厕所摔了一跤，腿动不了，起不来了"

_TO_SENDER = """
SELECT extract(epoch FROM min(n.tried_at) - r.begun_at)::float
FROM rungs r JOIN notices n ON n.rung_id = r.id
WHERE r.round = 1 AND r.number = 0 AND n.tried_at IS NOT NULL GROUP BY r.id
"""
_PRESSED = "SELECT 1 FROM emergencies WHERE key LIKE %s"
_UNTRIED = "SELECT count(*) FROM notices WHERE tried_at IS NULL AND channel = 'webhook'"


async def measure(staged: Stage) -> str:
    """Raise emergencies of elders with two family contacts each; return the table."""
    to_row = Samples()
    async with wiring.backend_client(staged.settings) as backend:
        for number in range(CRIES):
            phone = await _elder(backend, staged.settings.inbox_url, number)
            began = time.perf_counter()
            found = assess(TEXT)
            await backend.raise_emergency(
                f"bench-{number}",
                channel="phone",
                kind=found.kind or "unspecified",
                certainty="certain",
                text=TEXT,
                conversation=f"bench-{number}",
                phone=phone,
            )
            to_row.add(time.perf_counter() - began)
    rows = [["text to committed row", *_in_ms(to_row)]]
    rows.append(["red button to committed row", *_in_ms(await _pressed(staged))])
    answered, stood = await pressed.measure(staged)
    rows.append(["red button on 3G to the page's answer", *_in_ms(answered)])
    rows.append(["red button on 3G to committed row", *_in_ms(stood)])
    rows.append(["row to first sender call", *_in_ms(_to_sender(staged.database_url))])
    return "\n".join(table(["", "number", "p50 ms", "p95 ms", "p99 ms", "max ms"], rows))


async def _pressed(staged: Stage) -> Samples:
    found = Samples()
    async with (
        await psycopg.AsyncConnection.connect(staged.database_url, autocommit=True) as connection,
        httpx.AsyncClient(base_url=staged.settings.backend_url, trust_env=False) as telephone,
    ):

        async def seen(key: str) -> bool:
            rows = await connection.execute(_PRESSED, (f"%{key}",))
            return await rows.fetchone() is not None

        for number in range(PRESSES):
            key = f"bench-press-{number:04}"
            began = time.perf_counter()
            press = asyncio.create_task(telephone.post("/v1/mini/sos", json={"key": key}))
            while not await seen(key):
                await asyncio.sleep(0.002)
            found.add(time.perf_counter() - began)
            (await press).raise_for_status()
    return found


async def _elder(backend: BackendClient, inbox: str, number: int) -> str:
    phone = f"1390000{number:04}"
    elder = await backend.create_elder("测量", phone=phone, address="福康县")
    for relation in ("女儿", "儿子"):
        member = await backend.create_family_member(elder.id, relation=relation)
        await backend.create_contact("webhook", inbox, family_member_id=member.id)
    return phone


def _to_sender(database_url: str) -> Samples:
    found = Samples()
    with psycopg.connect(database_url, autocommit=True) as connection:
        until = time.monotonic() + 60
        while time.monotonic() < until and connection.execute(_UNTRIED).fetchone() != (0,):
            time.sleep(0.2)
        for (seconds,) in connection.execute(_TO_SENDER):
            found.add(seconds)
    return found


def _in_ms(samples: Samples) -> list[str]:
    shown = [samples.median, samples.quantile(0.95), samples.quantile(0.99), max(samples.seconds)]
    return [str(len(samples)), *(f"{1e3 * value:.0f}" for value in shown)]
