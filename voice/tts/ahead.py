"""Sentences that will probably be said next, spoken into the cache while the caller listens.

Between the moment a reply is rendered and the moment the caller has answered it, the voice has
nothing to do. Work of this kind gives way at once: it is only done while nobody waits for speech
and no more calls are up than the engine has processes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from anban.errors import SpeechError
from voice.tts.speaker import Speaker

log = structlog.get_logger(__name__)


class Ahead:
    """Speaks ahead for all calls of a process.

    Args:
        speaker: the one that calls wait for; it must have a cache.
        crowded: whether there is too much else to do.
    """

    def __init__(self, speaker: Speaker, crowded: Callable[[], bool] = lambda: False) -> None:
        self._speaker = speaker
        self._crowded = crowded

    async def prepare(self, texts: Sequence[str], rate: float) -> None:
        """Speak texts into the cache, in their order, for as long as there is room.

        Args:
            texts: written forms.
            rate: as the caller hears them.
        """
        try:
            for text in texts:
                if not self._has_room:
                    return
                async for _ in self._speaker.stream(text, rate):
                    if not self._has_room:
                        return
        except SpeechError as trouble:
            log.info("not_spoken_ahead", why=type(trouble).__name__)

    @property
    def _has_room(self) -> bool:
        return not self._speaker.busy and not self._crowded()
