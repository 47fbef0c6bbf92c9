"""Understanding without a running Rasa: JSON lines in, what the trained model says of each out.

A child process of ``anban understand``: it runs in Rasa's environment and speaks over its pipes.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import UserMessage
from rasa.utils.log_utils import configure_structlog


async def parse(agent: Agent, line: dict[str, Any]) -> dict[str, Any]:
    """Intent ranking, services and entities of one line."""
    message = UserMessage(line["text"] or " ", metadata=line.get("metadata") or {})
    assert agent.processor is not None
    found = await agent.processor.parse_message(message)
    return {
        "ranking": found["intent_ranking"],
        "services": found.get("service_ranking") or [],
        "entities": {entity["entity"]: entity["value"] for entity in found["entities"]},
    }


async def main(model: Path) -> None:
    """Answers each line of stdin with one line, after a first line that says it is ready."""
    logging.disable(logging.WARNING)
    configure_structlog(logging.ERROR)
    out, sys.stdout = sys.stdout, sys.stderr  # what libraries print must not mix with answers
    agent = await load_agent(model_path=str(model))
    _answer(out, {"ready": agent.is_ready()})
    for line in sys.stdin:
        _answer(out, await parse(agent, json.loads(line)))


def _answer(out: Any, value: dict[str, Any]) -> None:
    out.write(json.dumps(value, ensure_ascii=False) + "\n")
    out.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
