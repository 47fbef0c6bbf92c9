"""One whole Anban for the folder: it is started once, on its own ports and database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from anban import wiring
from anban.processes import all_processes
from anban.stage import stage
from anban.up import Supervisor

from .helpers import Family, House, until


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house() -> AsyncIterator[House]:
    """Everything typed conversations need."""
    async with stage() as staged:
        settings = staged.settings
        headers = {"Authorization": f"Bearer {settings.service_token}"}
        async with (
            httpx.AsyncClient(base_url=settings.backend_url, headers=headers, timeout=30) as http,
            wiring.backend_client(settings) as backend,
        ):
            yield House(staged, http, backend)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def spoken_house(house: House) -> AsyncIterator[House]:
    """The same with voice, which shares the dialogue that is running already."""
    everything = all_processes(house.stage.settings, house.stage.database_url)
    supervisor = Supervisor(house.stage.settings, [p for p in everything if p.name == "voice"])
    supervisor.start()

    async def ready() -> bool:
        async with httpx.AsyncClient() as http:
            try:
                answer = await http.get(f"{house.stage.settings.voice_url}/readyz")
            except httpx.HTTPError:
                return False
        return answer.status_code == 200

    try:
        await until(ready, 600, "voice ready")
        yield house
    finally:
        await supervisor.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def family(house: House) -> Family:
    """An elder nobody else has spoken for."""
    return await house.family()
