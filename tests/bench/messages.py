"""How soon the official account answers, and what a push that comes again changes.

A whole Anban with the official account switched on, its backend process pushed to over loopback
in WeChat's encrypted form, against a fake of api.weixin.qq.com; the real mind and recogniser. A
voice message is one of our own voices saying five seconds, as AMR, which is what WeChat hands out.
An answer counts from the push to the end of the answer to it; where it only follows as a message
of its own, the push counts as answered at the limit of 4.2 s and is named.
"""

from __future__ import annotations

import asyncio
import io
import json
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import av
import httpx
import psycopg

from anban import wiring
from anban.stage import CALL_PROCESSES, Stage, stage
from tests.bench import page
from tests.bench.figures import Samples, load_average, table, verdict
from tests.fakes import wechat as accounts
from tests.fakes.loopback import loopback
from tests.fakes.wechat import FakeWeChat, opened, signed, xml

KEPT = Path(__file__).with_name("messages.json")
"""the last run: the page shows it where a run measures other things"""
TITLE = "## The official account"
PEOPLE, VOICES, REPEATS = 12, 40, 200
LINES = (
    "我要订明天上午九点打扫卫生",
    "对",
    "我订的打扫是什么时候",
    "取消打扫",
    "对",
    "我想订送餐",
    "明天",
    "中午",
    "算了，不订了",
    "高龄补贴有多少钱",
)
SPOKEN = "我想订明天上午九点打扫卫生，就在家里做，谢谢你们。"
GOALS = {"text": 1.0, "voice": 4.0}
"""seconds, p95"""


@dataclass(frozen=True)
class Messages:
    """One run."""

    day: str
    load: str
    text: list[float]
    """seconds"""
    voice: list[float]
    voice_seconds: float
    """how long the message is"""
    later: int
    """answers that came as messages of their own"""
    repeats: int
    """pushes that came again: half of them the same message, half the very same request"""
    changed: dict[str, list[int]]
    """rows of each table before and after them"""


class Account:
    """Pushes to the backend process as WeChat does."""

    def __init__(self, staged: Stage, fake: FakeWeChat, http: httpx.AsyncClient) -> None:
        self._address = f"{staged.settings.backend_url}/wechat"
        self._fake, self._http = fake, http
        self.later = 0

    async def push(self, body: str, openid: str) -> float:
        """Push a message; seconds until it was answered."""
        self._fake.window.add(openid)
        query, sent = signed(body)
        began = time.perf_counter()
        answer = await self._http.post(f"{self._address}?{query}", content=sent.encode())
        took = time.perf_counter() - began
        answer.raise_for_status()
        self.later += not opened(answer.text, openid)
        return took

    async def again(self, body: str, count: int) -> None:
        """Push a message again: with fresh signatures, and as the very same request."""
        requests = [signed(body) for _ in range(count // 2)]
        requests += [requests[0]] * (count - len(requests))
        posts = [
            self._http.post(f"{self._address}?{query}", content=sent.encode())
            for query, sent in requests
        ]
        for answer in await asyncio.gather(*posts):
            answer.raise_for_status()


async def measure() -> Messages:
    """Run everything."""
    fake = FakeWeChat()
    async with loopback(fake.app()) as address:
        settings = {
            "wechat_app_id": accounts.APP_ID,
            "wechat_secret": accounts.SECRET,
            "wechat_token": accounts.TOKEN,
            "wechat_aes_key": accounts.AES_KEY,
            "wechat_api": address,
        }
        async with (
            stage(CALL_PROCESSES, **settings) as staged,
            httpx.AsyncClient(timeout=60, trust_env=False) as http,
        ):
            account = Account(staged, fake, http)
            people = await _bound(staged, account)
            await _talk(account, people[0])  # not counted: everything is loaded by then
            text, voice = Samples(), Samples()
            for person in people[1:]:
                for took in await _talk(account, person):
                    text.add(took)
            fake.media["voice"], seconds = await _recording(staged, http)
            for number in range(VOICES + 2):
                person = people[number % len(people)]
                body = xml("voice", openid=person, MediaId="voice", Format="amr")
                took = await account.push(body, person)
                if number >= 2:
                    voice.add(took)
            later = account.later
            changed = await _repeated(staged, account, people[0])
    return Messages(
        day=f"{date.today()}",
        load=load_average(),
        text=text.seconds,
        voice=voice.seconds,
        voice_seconds=round(seconds, 1),
        later=later,
        repeats=REPEATS,
        changed=changed,
    )


async def _bound(staged: Stage, account: Account) -> list[str]:
    """Elders with accounts of their own."""
    found = [f"oBench{number:022d}" for number in range(PEOPLE + 1)]
    async with wiring.backend_client(staged.settings) as backend:
        for number, openid in enumerate(found):
            elder = await backend.create_elder(
                "林秀英",
                phone=f"1380000{7000 + number}",
                address="福康县西城街道和平小区18号楼302",
                locality="福康县",
            )
            code = (await backend.binding_code(elder.id)).code
            await account.push(xml("text", openid, Content=f"绑定 {code} 本人"), openid)
    return found


async def _talk(account: Account, person: str) -> list[float]:
    return [await account.push(xml("text", person, Content=line), person) for line in LINES]


async def _repeated(staged: Stage, account: Account, person: str) -> dict[str, list[int]]:
    """Book, and push the yes again and again."""
    yes = xml("text", person, Content="对")
    await account.push(xml("text", person, Content="我要订后天上午九点打扫卫生"), person)
    await account.push(yes, person)
    before = await _rows(staged)
    await account.again(yes, REPEATS)
    after = await _rows(staged)
    return {name: [count, after[name]] for name, count in before.items()}


async def _rows(staged: Stage) -> dict[str, int]:
    async with await psycopg.AsyncConnection.connect(staged.database_url) as connection:
        found = {}
        for name in ("orders", "order_events", "handoffs", "notices", "received"):
            row = await (await connection.execute(f"SELECT count(*) FROM {name}")).fetchone()
            found[name] = int(row[0]) if row else 0
        return found


async def _recording(staged: Stage, http: httpx.AsyncClient) -> tuple[bytes, float]:
    """Five seconds of speech as AMR, and how long it is."""
    headers = {"Authorization": f"Bearer {staged.settings.service_token}"}
    url = f"{staged.settings.voice_url}/synthesize"
    answer = await http.post(url, json={"text": SPOKEN}, headers=headers)
    answer.raise_for_status()
    out, samples = io.BytesIO(), 0
    with av.open(io.BytesIO(answer.content)) as wav, av.open(out, "w", format="amr") as amr:
        stream = amr.add_stream("libopencore_amrnb", rate=8000)
        stream.layout = "mono"
        resampler = av.AudioResampler(stream.format, "mono", 8000, frame_size=160)
        for frame in wav.decode(audio=0):
            for piece in resampler.resample(frame):
                amr.mux(stream.encode(piece))
                samples += piece.samples
        amr.mux(stream.encode(None))
    return out.getvalue(), samples / 8000


def keep(found: Messages) -> None:
    """Write a run beside the program and into the page."""
    KEPT.write_text(json.dumps(asdict(found), indent=1) + "\n")
    page.put(TITLE, lines(asdict(found)))


def kept() -> dict[str, Any] | None:
    """The last run; None where there was none."""
    return json.loads(KEPT.read_text()) if KEPT.exists() else None


def lines(found: dict[str, Any] | None) -> list[str]:
    """The section of the page; nothing where nothing was measured."""
    if found is None:
        return []
    rows = []
    for name, goal in GOALS.items():
        samples = Samples(list(found[name]))
        p95 = samples.quantile(0.95)
        named = "a text" if name == "text" else f"a voice message of {found['voice_seconds']} s"
        rows.append(
            [
                named,
                str(len(samples)),
                f"{samples.median:.2f}",
                f"{p95:.2f}",
                f"< {goal:g}",
                verdict(p95, goal),
            ]
        )
    same = all(before == after for before, after in found["changed"].values())
    tables = "、".join(f"{name} {pair[1]}" for name, pair in found["changed"].items())
    told = "changed nothing" if same else f"changed rows ({found['changed']})"
    return [
        TITLE,
        "",
        f"Measured on {found['day']} (load average {found['load']}) by `python -m tests.bench "
        "--only messages`: a whole Anban with the real mind and recogniser, its backend process "
        "pushed to in WeChat's encrypted form, one message after the other, from the push to the "
        f"end of the answer. {found['later']} answers came as messages of their own.",
        "",
        *table(["reply to", "number", "p50 s", "p95 s", "goal", ""], rows),
        f"The yes to a booking pushed {found['repeats']} times more, half with fresh signatures "
        f"and half as the very same request: {told} (rows after: {tables.replace('、', ', ')}).",
        "",
    ]
