"""A dialogue with fakes of all its parts, for stories of emergencies."""

from pathlib import Path

from bot.dialogue import Dialogue
from bot.sentences import Reply, Sentences
from tests.unit.bot.fakes import NOW, FakeAlarms, FakeBackend, FakeRasa

SENTENCES = Sentences(Path(__file__).parents[3] / "domain.yml")
CRY = "救命啊我摔倒了起不来"


class House:
    """A dialogue with its parts."""

    def __init__(self, transfers: bool = False) -> None:
        self.rasa, self.backend = FakeRasa(), FakeBackend()
        self.alarms = FakeAlarms(self.backend)
        self.mind = Dialogue(
            self.rasa,  # type: ignore[arg-type]
            self.backend,  # type: ignore[arg-type]
            SENTENCES,
            lambda: NOW,
            self.alarms,  # type: ignore[arg-type]
            transfers=transfers,
        )

    async def say(self, text: str, **values: object) -> list[Reply]:
        given = {"channel": "phone", "phone": "13800001001", "now": NOW, **values}
        return await self.mind.say("c", text, **given)  # type: ignore[arg-type]

    @property
    def raised(self) -> list[dict[str, object]]:
        return self.backend.emergencies_raised


def keys(replies: list[Reply]) -> list[str]:
    return [reply.key for reply in replies]


def advice(replies: list[Reply]) -> list[str]:
    return [reply.text for reply in replies if reply.key.startswith("first_aid")]
