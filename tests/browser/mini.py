"""The mini-program's page with a backend and a mind behind it; hearing and Rasa are away."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import uvicorn
from playwright.sync_api import Page

from anban.doors import MiniPasses
from anban.policy import LOCALITIES
from anban.postgres import EmbeddedPostgres
from anban.settings import ROOT
from anban.sources import Sources
from backend.api import create_app
from backend.api.server import Server
from backend.client import AlarmLine, BackendClient, Spool
from backend.domain.times import CHINA
from bot.dialogue import Dialogue
from bot.rasa import RasaClient
from bot.sentences import Sentences
from channels.mini.door import Door
from channels.ports import Heard
from channels.web import pages, sources
from voice.audio import mp3_bytes

from .house import House, needs_browser

H5 = ROOT / "miniprogram" / "dist" / "build" / "h5"
ARTEFACTS = ROOT / "results" / "miniprogram"
AXE = ROOT / "miniprogram" / "node_modules" / "axe-core" / "axe.min.js"
NOWHERE = "http://127.0.0.1:9"
TELEPHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}
SILENT_MP3 = mp3_bytes(np.zeros(4800, np.int16), 24_000)

needs_page = [
    *needs_browser,
    pytest.mark.skipif(not H5.exists(), reason="the page is not built: make setup"),
]


@dataclass
class FakeVoice:
    """Hears what the test says it hears."""

    hears: str = "我要订送餐"
    spoken: list[str] = field(default_factory=list)
    sounds: list[bytes] = field(default_factory=list)

    async def hear(self, recording: bytes) -> Heard:
        self.sounds.append(recording)
        return Heard(self.hears, 0.9)

    async def speak(self, text: str) -> bytes:
        self.spoken.append(text)
        return SILENT_MP3


class MiniHouse(House):
    """A backend that serves the page, with its doors."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        super().__init__(database_url, pass_secret="pass", **settings)
        self.voice = FakeVoice()
        self.elder = ""
        """of the household that was made last"""
        self._households = 0

    def start(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="anban-spool-"))
        backend = BackendClient(self.url, "token")
        mind = Dialogue(
            RasaClient(NOWHERE, ""),
            backend,
            Sentences(ROOT / "domain.yml"),
            lambda: datetime.now(CHINA),
            AlarmLine(backend, Spool(folder, self.config.encryption_keys)),
        )
        door = Door(mind, backend, self.voice, MiniPasses("pass"))
        routers = [
            pages.router(H5),
            door.routes(),
            sources.router(Sources(LOCALITIES, BackendClient(self.url, "token"))),
        ]
        app = create_app(self.config, extra_routers=routers)
        self._server = Server(uvicorn.Config(app, port=self.port, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.05)

    def household(self) -> tuple[str, str]:
        """An elder and a registered daughter who is told by a webhook; their ids."""
        self._households += 1
        elder = self.post(
            "/v1/elders",
            name="林秀英",
            phone=f"138000010{self._households:02}",
            address="福康县西城街道和平小区18号楼302",
            locality="福康县",
        )
        member = self.post(
            "/v1/family-members",
            elder_id=elder["id"],
            relation="女儿",
            name="陈小梅",
            phone="13800002001",
            role="guardian",
        )
        self.post(
            "/v1/contacts",
            family_member_id=member["id"],
            channel="webhook",
            address=f"{NOWHERE}/",
        )
        self.elder = elder["id"]
        return elder["id"], member["id"]

    def listed(self, what: str) -> list[dict[str, Any]]:
        """The emergencies, orders or family-members of that elder."""
        found = self.api.get(f"/v1/{what}", params={"elder_id": self.elder}).json()
        items: list[dict[str, Any]] = found["items"]
        return items

    def code(self, elder_id: str, way: str = "letter") -> str:
        """A number for the family, or for the elder's own account."""
        return str(self.post("/v1/binding-codes", elder_id=elder_id, way=way)["code"])

    def open_as(self, page: Page, elder_id: str, relation: str, name: str = "") -> None:
        """Open the page by the link of a letter and bind."""
        code = self.code(elder_id, "own" if relation == "本人" else "letter")
        link = f"{self.url}/#/pages/start/start?code={code}&as={relation}"
        page.goto(f"{link}&name={name}")
        button = "这是我本人，绑定" if relation == "本人" else "绑定"
        page.get_by_role("button", name=button, exact=True).click()


def shoot(page: Page, name: str) -> None:
    """Keep what is on the screen as an artefact."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with what is on the screen, contrast of 7:1 included."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',"
        " 'wcag22aa', 'best-practice'], rules: {'color-contrast-enhanced': {enabled: true}}})"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


SIZES = {"360x740": (360, 740), "1280x800": (1280, 800)}
"""a small telephone and a computer"""
TWICE = (180, 370)
"""that telephone, enlarged to 200 %"""


def small_letters(page: Page, px: int) -> list[str]:
    """What is written smaller."""
    found: list[str] = page.evaluate(
        """px => [...document.querySelectorAll('body *')].filter(one =>
          one.checkVisibility() && !['SCRIPT', 'STYLE'].includes(one.tagName)
          && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
          && parseFloat(getComputedStyle(one).fontSize) < px).map(one => one.outerHTML)""",
        px,
    )
    return found


def small_controls(page: Page, px: int) -> list[str]:
    """Controls that are narrower or lower."""
    found = []
    for one in page.locator("button, a, input, select, textarea, summary").all():
        box = one.bounding_box() if one.is_visible() else None
        if box and min(box["width"], box["height"]) < px:
            found.append(f"{box} {one.evaluate('one => one.outerHTML')}")
    return found


def nameless(page: Page) -> list[str]:
    """Controls a screen reader has no name for."""
    tree = page.locator("body").aria_snapshot()
    return [
        line
        for line in tree.splitlines()
        if re.fullmatch(r"- (button|link|textbox):?", line.strip())
    ]


def looked_over(
    page: Page,
    name: str,
    *,
    letters: int = 22,
    controls: int = 60,
    twice: tuple[int, int] = TWICE,
) -> None:
    """Fail where a page is not for old eyes and fingers at any size; keep its pictures."""
    before = page.viewport_size
    for size, (width, height) in {**SIZES, "200%": twice}.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(50)  # the browser lays it out anew
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} at {size}: {wide} px stand out to the side"
        assert small_letters(page, letters) == [], f"{name} at {size}"
        assert small_controls(page, controls) == [], f"{name} at {size}"
        shoot(page, f"{name}-{size.rstrip('%')}")
    assert violations(page) == [], name
    assert nameless(page) == [], name
    if before:
        page.set_viewport_size(before)


@contextmanager
def mini_house(postgres: EmbeddedPostgres) -> Iterator[MiniHouse]:
    """One house for the tests of a file; each makes a household of its own."""
    name = f"mini_{uuid4().hex[:12]}"
    house = MiniHouse(postgres.create_database(name, template="template"))
    house.start()
    yield house
    house.stop()
    postgres.drop_database(name)
