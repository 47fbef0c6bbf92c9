"""The red button on a telephone with a mobile network: when it answers, and when the row stands.

A real Chromium opens the elder's page, its network as slow as the third generation's (the figures
that browsers' developer tools use for a fast one), and presses. Measured inside the page: from the
press to the words on the screen; and from the press to the moment another connection sees the row.
"""

from __future__ import annotations

import asyncio
import shutil
import time

import psycopg
from playwright.async_api import Browser, Page, async_playwright

from anban.stage import Stage
from tests.bench.figures import Samples

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NETWORK = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.44e6 / 8,
    "uploadThroughput": 675e3 / 8,
}
"""Milliseconds there and back, bytes a second."""
PRESSES = 20
PATIENCE_S = 30.0

_ROWS = "SELECT count(*) FROM emergencies"


async def measure(staged: Stage) -> tuple[Samples, Samples]:
    """Press twenty times, each on a page of its own; seconds to the answer and to the row."""
    answered, stood = Samples(), Samples()
    async with (
        async_playwright() as playwright,
        await psycopg.AsyncConnection.connect(staged.database_url, autocommit=True) as connection,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for _ in range(PRESSES):
            page = await _opened(browser, staged.settings.backend_url)
            before = await _count(connection)
            began = time.perf_counter()
            press = asyncio.create_task(_press(page))
            while await _count(connection) == before:
                if time.perf_counter() - began > PATIENCE_S:
                    raise TimeoutError("a press of the red button left no row")
                await asyncio.sleep(0.005)
            stood.add(time.perf_counter() - began)
            answered.add(await press)
            await page.context.close()
        await browser.close()
    return answered, stood


async def _opened(browser: Browser, url: str) -> Page:
    """The page before the last press; it was loaded before the network became slow."""
    page = await (await browser.new_context(**TELEPHONE)).new_page()
    await page.goto(url)
    await page.get_by_role("button", name="紧急求助").click()
    await page.get_by_role("button", name="马上呼救").wait_for()
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")
    await network.send("Network.emulateNetworkConditions", NETWORK)
    return page


async def _press(page: Page) -> float:
    """Seconds until the page says that help is being called."""
    began = time.perf_counter()
    await page.get_by_role("button", name="马上呼救").click()
    await page.get_by_text("正在呼救").or_(page.get_by_text("呼救已经发出")).first.wait_for()
    return time.perf_counter() - began


async def _count(connection: psycopg.AsyncConnection[tuple[int]]) -> int:
    found = await (await connection.execute(_ROWS)).fetchone()
    return found[0] if found else 0
