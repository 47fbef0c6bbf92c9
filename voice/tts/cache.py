"""Sentences already spoken, kept on disk with a size limit, to sound at once next time."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from pathlib import Path

import diskcache
import numpy as np
import structlog

from voice.audio import to_float, to_int16
from voice.tts.base import Speech

log = structlog.get_logger(__name__)

FORM = "1"
"""Part of every key; raise it when a change of ours alters how sentences sound."""


class SpeechCache:
    """Clauses by engine, voice, rate and spoken text; the least recently used go first.

    Sentences that hold a caller's name or address are kept like any other, so the folder is made
    readable by its owner alone, and the key is a digest. A broken cache is an empty cache.
    """

    def __init__(self, folder: Path, limit_mb: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._store = diskcache.Cache(
            str(folder),
            size_limit=limit_mb * 1_000_000,
            eviction_policy="least-recently-used",
        )

    async def get(self, engine: str, voice: str, rate: float, text: str) -> Speech | None:
        """The clause if it was spoken before."""
        try:
            found = await asyncio.to_thread(self._store.get, _key(engine, voice, rate, text))
        except (sqlite3.Error, OSError, diskcache.Timeout) as broken:
            log.warning("speech_cache_unreadable", why=type(broken).__name__)
            return None
        if found is None:
            return None
        sample_rate, data = found
        return Speech(to_float(np.frombuffer(data, np.int16)), sample_rate, engine, cached=True)

    async def put(self, speech: Speech, voice: str, rate: float, text: str) -> None:
        """Keep a clause."""
        key = _key(speech.engine, voice, rate, text)
        value = (speech.sample_rate, to_int16(speech.pcm).tobytes())
        try:
            await asyncio.to_thread(self._store.set, key, value)
        except (sqlite3.Error, OSError, diskcache.Timeout) as broken:
            log.warning("speech_cache_unwritable", why=type(broken).__name__)

    def close(self) -> None:
        """Close the files."""
        self._store.close()


def _key(engine: str, voice: str, rate: float, text: str) -> str:
    said = "\x1f".join((FORM, engine, voice, f"{rate:.2f}", text))
    return hashlib.sha256(said.encode()).hexdigest()
