"""``anban run``: the first start. An invented county, how to try it, and a rehearsal."""

from __future__ import annotations

import os
from urllib.parse import quote

from rich.console import Console

from anban import settings as settings_module
from anban import wiring
from anban.errors import AnbanError
from anban.rehearsal import rehearse
from anban.settings import Settings
from anban.up import up
from backend.demo import AGENT, DemoElder, demo_agent, load_demo

console = Console(highlight=False, soft_wrap=True)


async def run(*, once: bool = False) -> int:
    """Starts Anban with the demo county and rehearses one spoken call.

    Args:
        once: stop after the rehearsal instead of serving on.

    Returns:
        0, or 1 where the rehearsal failed and ``once`` was asked for.
    """
    os.environ["ANBAN_DEMO"] = "1"  # the processes we start are demo processes too
    settings = settings_module.load()
    written = settings_module.write_secrets(settings)
    if written:
        console.print(f"wrote {len(written)} new secrets to .env")
        settings = settings_module.load()

    async def when_ready(database_url: str) -> None:
        await _show(settings, database_url)

    return await up(settings, when_ready, serve_on=not once)


async def _show(settings: Settings, database_url: str) -> None:
    config = wiring.backend_config(settings, database_url)
    county = await load_demo(config, settings.inbox_url)
    password = await demo_agent(config)
    console.print()
    for line in await _pages(settings, county[0]):
        console.print(f"  {line}")
    console.print(f"  agents' desk     {settings.backend_url}/desk  ({AGENT} {password})")
    console.print(f"  family's inbox   http://127.0.0.1:{settings.inbox_port}/")
    console.print(f"  service API      {settings.backend_url}/docs")
    console.print(f"  AudioSocket      127.0.0.1:{settings.audiosocket_port}")
    console.print("  demo callers     " + ", ".join(f"{e.name} {e.phone}" for e in county[:3]))
    console.print(f"  try it           bin/anban chat --phone {county[0].phone}")
    console.print(f"  one line         {_curl(settings, county[0].phone or '')}")
    console.print()
    console.print("rehearsal: one spoken call over AudioSocket …")
    try:
        console.print(str(await rehearse(settings, county[0].phone or "")))
    except AnbanError as error:
        console.print(f"rehearsal: failed {error}")
        raise


async def _pages(settings: Settings, elder: DemoElder) -> list[str]:
    """The mini-program's page as an elder and as a relative; each link binds once."""
    if not (settings.mini_page / "index.html").exists():
        return [f"chat page        {settings.backend_url}/"]
    async with wiring.backend_client(settings) as backend:
        family = await backend.family_members(elder_id=elder.id)
        codes = [(await backend.binding_code(elder.id, way)).code for way in ("own", "letter")]
    start = f"{settings.backend_url}/#/pages/start/start"
    lines = [f"{elder.name}'s page      {start}?code={codes[0]}&as={quote('本人')}"]
    if family:
        who = f"as={quote(family[0].relation)}&name={quote(family[0].name)}"
        lines.append(f"{family[0].name}'s page      {start}?code={codes[1]}&{who}")
    return [*lines, f"typed chat       {settings.backend_url}/chat"]


def _curl(settings: Settings, phone: str) -> str:
    return (
        f"curl -s {settings.backend_url}/v1/chat -H 'Content-Type: application/json' "
        f'-H "Authorization: Bearer $(sed -n s/^ANBAN_SERVICE_TOKEN=//p .env)" '
        f'-d \'{{"conversation":"c1","text":"我要订午饭","phone":"{phone}"}}\''
    )
