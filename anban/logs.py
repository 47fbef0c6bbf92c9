"""Logs as JSON lines, one file a process, with personal data masked before it is written."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# A mobile number, a landline with its area code, an identity number, a mail address.
_PERSONAL = (
    (re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)"), r"\1********\2"),
    (re.compile(r"(?<!\d)(0\d{2,3})-?\d{3,4}(\d{4})(?!\d)"), r"\1-****\2"),
    (re.compile(r"([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]*@"), r"\1***@"),
)
# Values under these names are personal whatever they look like.
_NAMES = frozenset({"name", "address", "phone", "text", "person", "caller", "draft", "summary"})


def mask(text: str) -> str:
    """Phone numbers, identity numbers and mail addresses with their middle starred out."""
    for pattern, starred in _PERSONAL:
        text = pattern.sub(starred, text)
    return text


def _scrub(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name in _NAMES and value:
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = mask(value)
    return event


def configure(process: str, level: int = logging.INFO) -> None:
    """Sends all logging of this process, ours and the libraries', to stdout as JSON lines.

    Args:
        process: written into each line.
        level: the least severe level that is written.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        lambda _, __, event: {"process": process, **event},
        structlog.processors.format_exc_info,
        _scrub,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "procrastinate.worker"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
