"""G.711: A-law and mu-law, by tables (ITU-T G.711)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from channels.phone.leg import Pcm16

Bytes = npt.NDArray[np.uint8]


def _alaw_values() -> Pcm16:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment, step = (code & 0x70) >> 4, code & 0x0F
    size = (step << 4) + 8
    size = np.where(segment > 0, (size + 0x100) << np.maximum(segment - 1, 0), size)
    return np.where(code & 0x80, size, -size).astype(np.int16)


def _mulaw_values() -> Pcm16:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    size = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


def _nearest(values: Pcm16) -> Bytes:
    """The code of the nearest value, for each of the 65,536 samples."""
    order = np.argsort(values, kind="stable")
    rising = values[order].astype(np.int32)
    samples = np.arange(-32768, 32768)
    above = np.clip(np.searchsorted(rising, samples), 1, 255)
    nearer_below = samples - rising[above - 1] <= rising[above] - samples
    return order[np.where(nearer_below, above - 1, above)].astype(np.uint8)


_VALUES: Final = {"alaw": _alaw_values(), "ulaw": _mulaw_values()}
_CODES: Final = {law: _nearest(values) for law, values in _VALUES.items()}


def decode(data: bytes, law: str) -> Pcm16:
    """Samples of ``alaw`` or ``ulaw`` bytes."""
    return _VALUES[law][np.frombuffer(data, np.uint8)]


def encode(pcm: Pcm16, law: str) -> bytes:
    """Bytes of samples."""
    return _CODES[law][pcm.astype(np.int32) + 32768].tobytes()
