"""The chat page in a real browser."""

import asyncio
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from bot.dialogue import Reply
from channels.web import pages
from channels.web.chat import router

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium"),
]

# A closed network, no profile of anybody's, and a clock that waits for scripts instead of us.
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--virtual-time-budget=5000",
]


class FakeDialogue:
    """Greets, with something that would be a script if the page believed it."""

    async def say(self, conversation: str, text: str, **_: Any) -> list[Reply]:
        asked = Reply("您需要什么帮助？", ask="menu", quick_replies=("送餐", "陪诊"))
        return [Reply("您好<script>document.title='被改了'</script>"), asked]


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    app = FastAPI()
    app.include_router(pages.router(Path("not built")))
    app.include_router(
        router(FakeDialogue(), service_token="x", session_secret="s", test_clock=False)  # type: ignore[arg-type]
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


async def shown(page: str, profile: Path, *more: str) -> str:
    assert CHROMIUM
    browser = await asyncio.create_subprocess_exec(
        *(CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", *more, page),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await asyncio.wait_for(browser.communicate(), 120)
    return out.decode()


async def test_the_page_greets_and_offers_answers(page: str, tmp_path: Path) -> None:
    dom = await shown(page, tmp_path, "--dump-dom")
    assert "您需要什么帮助？" in dom
    assert '<button type="button">送餐</button>' in dom
    assert "紧急求助" in dom


async def test_what_anban_says_is_text_and_never_markup(page: str, tmp_path: Path) -> None:
    dom = await shown(page, tmp_path, "--dump-dom")
    assert "<title>安伴</title>" in dom
    assert "您好&lt;script&gt;" in dom
