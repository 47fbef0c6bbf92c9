"""Keys as old telephones send them: as two tones in the sound itself (ITU-T Q.23, Q.24).

Telephones that tell their keys beside the sound (RFC 4733, SIP INFO) need none of this.
"""

from __future__ import annotations

import numpy as np

from channels.phone.leg import FRAME, RATE, Pcm16

LOW_HZ = (697, 770, 852, 941)
HIGH_HZ = (1209, 1336, 1477)
_PAD = ("123", "456", "789", "*0#")
OFF = (0.985, 0.9925, 1.0, 1.0075, 1.015)
"""An old telephone may be so far off its pitch (Q.24: 1.5 %)."""
PURE = 0.93
"""Share of a frame's energy that lies in the two tones; no voice comes near it."""
QUIETEST = 200.0
"""Root mean square below which nothing is a key (-44 dB)."""
TWIST_DB = 8.0
"""The two tones differ in loudness by no more than this."""
FRAMES = 2
"""Frames in a row that a key sounds at least (Q.24: 40 ms)."""
_PITCHES = np.outer((*LOW_HZ, *HIGH_HZ), OFF)
_WAVES = np.exp(-2j * np.pi * np.multiply.outer(_PITCHES, np.arange(FRAME)) / RATE)


def key_in(frame: Pcm16) -> str | None:
    """The key whose tones one frame of 20 ms is made of; None where it is anything else."""
    wave = frame.astype(np.float64)
    energy = float(wave @ wave)
    if energy < FRAME * QUIETEST**2:
        return None
    found = (np.abs(_WAVES @ wave) ** 2 * 2 / FRAME).max(axis=1)
    low, high = found[: len(LOW_HZ)], found[len(LOW_HZ) :]
    row, column = int(low.argmax()), int(high.argmax())
    if low[row] + high[column] < PURE * energy:
        return None
    if abs(10 * np.log10(low[row] / high[column])) > TWIST_DB:
        return None
    return _PAD[row][column]


class KeyTones:
    """Finds the keys in a call's sound, each once however long it is held."""

    def __init__(self) -> None:
        self._last: str | None = None
        self._frames = 0

    def feed(self, frame: Pcm16) -> str | None:
        """Take 20 ms; the key that is certain to be pressed since this frame."""
        found = key_in(frame)
        self._frames = self._frames + 1 if found == self._last else 1
        self._last = found
        return found if self._frames == FRAMES else None

    @property
    def sounds(self) -> bool:
        """Whether the last frame was a key's tones, and no speech."""
        return self._last is not None
