"""An old person holds the green button, speaks, and an order stands: a real browser, all real."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from anban.spoken_leg import spoken
from channels.phone.leg import RATE
from voice.audio import wav_bytes

from .helpers import Family, House, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
H5 = Path(__file__).parents[3] / "miniprogram" / "dist" / "build" / "h5"
ARTEFACTS = Path(__file__).parents[3] / "results" / "miniprogram"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.rasa,
    pytest.mark.speech,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium"),
    pytest.mark.skipif(not H5.exists(), reason="the page is not built: make setup"),
]

SAID = "我想订明天中午的送餐。"
PATIENCE_MS = 120_000


async def recording(house: House, folder: Path) -> tuple[Path, float]:
    """What the elder says, as a file the browser's microphone plays, and how long it is in ms."""
    pcm = await spoken(house.stage.settings, SAID)
    file = folder / "said.wav"
    file.write_bytes(wav_bytes(pcm, RATE))
    return file, 1000 * len(pcm) / RATE


async def bound(house: House, family: Family, page: Page) -> None:
    code = (await house.backend.binding_code(family.elder.id, "own")).code
    url = house.stage.settings.backend_url
    await page.goto(f"{url}/#/pages/start/start?code={code}&as=本人")
    await page.get_by_role("button", name="这是我本人，绑定").click()
    await expect(page.get_by_role("button", name="按住说话")).to_be_visible(timeout=PATIENCE_MS)


async def hold(page: Page, long_ms: float) -> None:
    """A finger on the button until the sentence is over; its beginning stands there by then."""
    box = await page.get_by_role("button", name="按住说话").bounding_box()
    assert box
    finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch = await page.context.new_cdp_session(page)
    await touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    await page.wait_for_timeout(long_ms + 800)
    await expect(page.locator(".mine.live")).to_be_visible(timeout=PATIENCE_MS)
    await page.screenshot(path=ARTEFACTS / "whole-holding.png")
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_hold_to_talk_books_an_order(
    spoken_house: House, family: Family, tmp_path: Path
) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    microphone, long_ms = await recording(spoken_house, tmp_path)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--use-fake-device-for-media-stream"),
                *("--use-fake-ui-for-media-stream",),
                f"--use-file-for-fake-audio-capture={microphone}%noloop",
            ],
        )
        context = await browser.new_context(
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            permissions=["microphone"],
        )
        page = await context.new_page()
        await bound(spoken_house, family, page)
        await hold(page, long_ms)
        yes = page.get_by_role("button", name="对", exact=True)
        await expect(yes).to_be_visible(timeout=PATIENCE_MS)
        await page.screenshot(path=ARTEFACTS / "whole-confirm.png")
        await yes.click()

        async def ordered() -> bool:
            return bool(await spoken_house.orders(family.phone))

        await until(ordered, 60, "the order")
        (order,) = await spoken_house.orders(family.phone)
        assert (order.service, order.time) == ("meals", "noon")
        await expect(page.get_by_role("log")).to_contain_text("号", timeout=PATIENCE_MS)
        await page.screenshot(path=ARTEFACTS / "whole-booked.png")
        await browser.close()
