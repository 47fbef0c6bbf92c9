"""How long the line may be silent, and what comes then."""

from __future__ import annotations

from collections.abc import Sequence


class SilenceLadder:
    """Rungs of silence after a prompt: softer prompts first, then an offer, then goodbye.

    Time runs from the end of the last thing said by either side; speech of the caller puts the
    ladder back to its foot. It never ends a call by itself: the last rung is only reported.

    Args:
        rungs_s: silence in seconds before each rung, each from the end of what was said before it.
    """

    def __init__(self, rungs_s: Sequence[float]) -> None:
        self._rungs_s = tuple(rungs_s)
        self._next = 0
        self._since: float | None = None

    @property
    def last(self) -> int:
        """Number of the last rung."""
        return len(self._rungs_s)

    def quiet_from(self, now: float) -> None:
        """Both sides are silent, from ``now`` on if they were not before."""
        if self._since is None:
            self._since = now

    def busy(self) -> None:
        """Somebody speaks or something is being worked on: the clock stands still."""
        self._since = None

    def heard(self) -> None:
        """The caller spoke or pressed a key: back to the foot."""
        self._next = 0
        self._since = None

    def due(self, now: float) -> int | None:
        """The rung (1, 2 …) that is due now, once; the last one comes again and again."""
        if self._since is None:
            return None
        rung = min(self._next, len(self._rungs_s) - 1)
        if now - self._since < self._rungs_s[rung]:
            return None
        self._since = None
        self._next = rung + 1
        return rung + 1
