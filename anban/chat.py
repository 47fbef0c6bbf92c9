"""``anban chat``: talk to a running Anban by typing, as a caller with a known number."""

from __future__ import annotations

import asyncio
import uuid

import httpx
from rich.console import Console

from anban.errors import SettingsError, Unavailable
from anban.settings import Settings

console = Console(highlight=False, soft_wrap=True)


async def say(
    settings: Settings, conversation: str, text: str, phone: str
) -> list[dict[str, object]]:
    """One line to a running Anban.

    Raises:
        Unavailable: it does not run here, or refused; says what to do.
    """
    body = {"conversation": conversation, "text": text, "channel": "web", "phone": phone}
    headers = {"Authorization": f"Bearer {settings.service_token}"}
    try:
        async with httpx.AsyncClient(timeout=30) as http:
            answer = await http.post(f"{settings.backend_url}/v1/chat", json=body, headers=headers)
    except httpx.HTTPError:
        raise Unavailable(
            f"no Anban answers at {settings.backend_url}; start one with: bin/anban up"
        ) from None
    if answer.status_code != httpx.codes.OK:
        raise Unavailable(f"Anban refused: {answer.json().get('detail', answer.status_code)}")
    return list(answer.json()["replies"])


async def chat(settings: Settings, phone: str) -> None:
    """Reads lines until end of input; an empty line is silence.

    Raises:
        SettingsError: the secrets of the running Anban are not known here.
    """
    if not settings.service_token:
        raise SettingsError("ANBAN_SERVICE_TOKEN is not set; `bin/anban up` writes it to .env")
    conversation = f"cli-{uuid.uuid4().hex[:12]}"
    text = ""
    while True:
        for reply in await say(settings, conversation, text, phone):
            console.print(f"[bold green]安伴[/] {reply['text']}")
            if reply.get("ends"):
                return
        try:
            text = await asyncio.to_thread(input, "您   ")
        except EOFError:
            return
