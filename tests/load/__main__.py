"""``make load``: calls at once through a real Asterisk into Anban; nobody dropped, nobody unheard.

``--calls 100 --at-once 10`` are the defaults. Needs what ``make hotline`` needs, and sipp (Debian:
``sip-tester``). Where the figures are not as they must be the command fails.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from contextlib import AsyncExitStack

import httpx

from anban import asterisk
from anban.errors import AnbanError, SettingsError
from anban.hotline import ARI_PASSWORD
from anban.settings import Settings
from anban.spoken_leg import spoken
from anban.stage import CALL_PROCESSES, free_ports, stage
from tests.load.calls import Line, place
from tests.load.report import Load, keep

SAID = "我要找人工。"
TALK_S = 25.0


async def main(calls: int, at_once: int) -> Load:
    """Measure once."""
    if shutil.which("sipp") is None:
        raise SettingsError("there is no sipp here (Debian: apt-get install sip-tester)")
    given = Settings()
    folder = given.models_dir.parent / "asterisk"
    asterisk.install(folder, given.debian_mirror, print)
    ari, sip, public = free_ports(3)
    async with AsyncExitStack() as stack:
        print("starting Anban …", flush=True)
        staged = await stack.enter_async_context(stage(CALL_PROCESSES))
        settings = staged.settings
        exchange = asterisk.Exchange(
            voice_url=settings.voice_url,
            audiosocket=f"127.0.0.1:{settings.audiosocket_port}",
            token=settings.service_token,
            ari_password=ARI_PASSWORD,
            agent_password="nobody",
            http_port=ari,
            sip_port=sip,
            trunk=f"127.0.0.1:{public}",
        )
        await stack.enter_async_context(
            asterisk.running(exchange, folder, settings.data / "asterisk")
        )
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{ari}", auth=("anban", ARI_PASSWORD), trust_env=False
            )
        )
        said = await spoken(settings, SAID)
        line = Line(sip, public, http, settings.voice_url, settings.service_token)
        print(f"{calls} calls, {at_once} at once …", flush=True)
        return await place(line, said, calls, at_once, TALK_S)


def _arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(prog="python -m tests.load")
    given.add_argument("--calls", type=int, default=100)
    given.add_argument("--at-once", type=int, default=10)
    given.add_argument("--dry", action="store_true", help="write nothing down")
    return given.parse_args()


if __name__ == "__main__":
    wanted = _arguments()
    try:
        found = asyncio.run(main(wanted.calls, wanted.at_once))
    except AnbanError as trouble:
        sys.exit(f"load: {trouble}")
    print(found)
    if not wanted.dry:
        keep(found)
    if found.dropped or found.one_way or found.left:
        sys.exit("load: not every call was as it must be")
