"""A backend on a real port and a real browser."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, BrowserContext, expect

from backend import desk
from backend.api import create_app
from backend.api.server import Server
from backend.config import BackendConfig, DeskConfig
from backend.domain.times import CHINA

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

needs_browser = [
    pytest.mark.integration,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium"),
]

PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


class House:
    """A backend with its desk on a real port; it can be stopped and started."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        own = BackendConfig(database_url, "token", (Fernet.generate_key().decode(),), "i")
        self.config = replace(own, **settings)
        self.later = timedelta()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.api = httpx.Client(
            base_url=self.url,
            headers={"Authorization": "Bearer token"},
            timeout=PATIENCE_MS / 1000,
        )
        self._calls = 0

    def start(self) -> None:
        app = create_app(self.config)
        desk.install(app, DeskConfig("secret"), lambda: datetime.now(CHINA) + self.later)
        self._server = Server(uvicorn.Config(app, port=self.port, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.05)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)

    def post(self, path: str, **body: Any) -> Any:
        answer = self.api.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def cry(self, **values: Any) -> str:
        """Raise an emergency; return its id."""
        self._calls += 1
        sign = {
            "key": f"e{self._calls}",
            "channel": "phone",
            "kind": "fall",
            "certainty": "certain",
            "text": "我摔了，腿动不了",
            "conversation": f"c{self._calls}",
        }
        return str(self.post("/v1/emergencies", **{**sign, **values})["id"])

    def status(self, emergency_id: str) -> str:
        return str(self.api.get(f"/v1/emergencies/{emergency_id}").json()["status"])


@contextmanager
def fresh(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A browser of one person's own; whatever breaks in its scripts fails the test."""
    own = browser.new_context(**{"viewport": {"width": 1500, "height": 950}, **options})
    own.set_default_timeout(PATIENCE_MS)
    broken: list[str] = []
    own.on("weberror", lambda error: broken.append(str(error.error)))
    yield own
    own.close()
    assert broken == []
