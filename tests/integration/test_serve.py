"""``anban serve``: each process loads its own rooms only, and says of the others what is so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from anban.errors import Unavailable
from anban.serve import answers
from anban.settings import ROOT

pytestmark = pytest.mark.integration

HEAVY = ("numpy", "pypinyin", "sqlalchemy", "fastapi", "typer", "psycopg", "procrastinate")


def loaded(imports: str) -> set[str]:
    """Heavy packages that are loaded after these imports."""
    code = f"import sys, {imports}; print(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_a_process_begins_without_the_rooms_of_the_others():
    assert loaded("anban.serve") == set()


def test_the_notice_inbox_and_the_actions_need_no_database():
    assert loaded("anban.serve, anban.inbox") == {"fastapi"}
    assert not {"sqlalchemy", "psycopg"} & loaded("anban.serve, actions.server")


def test_a_process_nobody_knows_is_one_clear_line():
    done = subprocess.run(
        [sys.executable, "-m", "anban.serve", "nobody"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("anban: no process 'nobody'")
    assert "Traceback" not in done.stderr


class WithoutModel(BaseHTTPRequestHandler):
    """Rasa before a model is loaded: its version is there, its status is a conflict."""

    def do_GET(self) -> None:
        known = self.path == "/status?token=t"
        self.send_response(409 if known else 200 if self.path == "/version" else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def rasa() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), WithoutModel) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def test_rasa_without_a_model_is_not_ready(rasa: str):
    async with httpx.AsyncClient() as http:
        await answers(http, f"{rasa}/version")()
        with pytest.raises(Unavailable, match="409"):
            await answers(http, f"{rasa}/status", token="t")()


async def test_a_part_that_is_not_there_is_not_ready():
    async with httpx.AsyncClient() as http:
        with pytest.raises(Unavailable, match="no answer"):
            await answers(http, "http://127.0.0.1:1/status")()
