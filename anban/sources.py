"""What answers may rest on, by the ids of citations: facts, rules, first aid, own documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anban.errors import BackendError
from anban.policy import Rulebook
from backend.client import BackendClient
from bot.dialogue import Citation
from bot.first_aid import FirstAid
from bot.policy.facts import load
from channels.web.sources import Source


@dataclass(frozen=True)
class Told:
    """One sentence that is told from a place of a document."""

    citation: Citation
    says: str
    locality: str = ""
    caution: str = ""


class Sources:
    """See `channels.web.sources.Sources`.

    Args:
        folder: of the localities.
        backend: knows the operator's own documents.

    Raises:
        SettingsError: a file of the folder cannot be read; names it.
    """

    def __init__(self, folder: Path, backend: BackendClient) -> None:
        self._backend = backend
        self._known: dict[str, Source] = {}
        for told in _told(folder):
            cited = told.citation
            source = self._known.setdefault(
                cited.id,
                Source(
                    document=cited.document,
                    number=cited.number or None,
                    section=cited.section,
                    year=cited.year,
                    locality=told.locality,
                    caution=told.caution,
                ),
            )
            if told.says and told.says not in source.says:
                source.says.append(told.says)

    async def of(self, id: str) -> Source | None:
        """Return the place with this id; what the operator took in adds its own words."""
        known = self._known.get(id)
        try:
            passages = await self._backend.passages_of(id)
        except BackendError:
            passages = []  # the database is away; what we say ourselves is there all the same
        texts = [one.text for one in passages]
        if known is not None:
            return known.model_copy(update={"passages": texts})
        if not passages:
            return None
        first = passages[0]
        return Source(
            document=first.document,
            number=first.number or None,
            section=first.section or None,
            year=first.year,
            locality=first.locality,
            passages=texts,
        )

    async def close(self) -> None:
        """Close the connection to the backend."""
        await self._backend.close()


def _told(folder: Path) -> Iterator[Told]:
    facts = load(folder)
    cautions: dict[str, str] = {}
    for fact in facts:
        caution = cautions[fact.document.title] = fact.document.damage
        cited = Citation(**fact.citation())
        yield Told(cited, "" if fact.gap else fact.says, fact.locality, caution)
    rules = Rulebook(folder)
    for scheme in rules.all():
        places = [(one.source, one.section, one.says) for one in scheme.conditions()]
        for source, section, says in [(scheme.source, scheme.section, scheme.gives), *places]:
            cited = Citation(source.title, source.number, section, source.year)
            yield Told(cited, says, source.locality, cautions.get(source.title, ""))
    for card in FirstAid(folder / "first_aid.toml").cards():
        yield Told(card.source, "".join(card.steps))
