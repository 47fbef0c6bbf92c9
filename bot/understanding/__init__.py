"""What a line says, before any model: pure Python, no Rasa, no network.

`understand` is the whole of it; the modules can be used one by one as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.understanding.addresses import Address, find_address
from bot.understanding.answers import Answer, yes_no
from bot.understanding.emergency import Emergency, assess
from bot.understanding.normalise import normalise as standard
from bot.understanding.numbers import phone_number
from bot.understanding.people import PersonMention, find_name, find_person
from bot.understanding.services import ServiceFound, find_service
from bot.understanding.times import When, parse_when

__all__ = ["Understood", "understand"]

HEAD, TAIL = 500, 500
"""Of a longer text only so many characters at its beginning and end are read for slots; signs of an
emergency are looked for everywhere."""


@dataclass(frozen=True)
class Understood:
    """One line, and what was found in it; spans count in `original` as far as it was read."""

    original: str
    """The line as it came."""
    normal: str
    """The same in standard words (of a very long line its beginning and end)."""
    service: ServiceFound | None
    when: When | None
    address: Address | None
    person: PersonMention | None
    name: str | None
    """A name that somebody gave as their own or an elder's."""
    phone: str | None
    """Digits only."""
    yes_no: Answer | None
    emergency: Emergency

    def as_dict(self) -> dict[str, object]:
        """The same as plain data, for JSON."""
        return {
            "original": self.original,
            "normal": self.normal,
            "service": self.service.as_dict() if self.service else None,
            "when": self.when.as_dict() if self.when else None,
            "address": self.address.as_dict() if self.address else None,
            "person": self.person.as_dict() if self.person else None,
            "name": self.name,
            "phone": self.phone,
            "yes_no": self.yes_no,
            "emergency": self.emergency.as_dict(),
        }


def understand(
    text: str,
    now: datetime,
    context: str | None = None,
    known_addresses: Sequence[str] = (),
    region: str | None = None,
) -> Understood:
    """Everything that can be read from one line without a model.

    Args:
        text: what was said or typed; empty is silence and gives nothing.
        now: the conversation's clock, which relative dates count from.
        context: what Anban had asked for (an ask word of the design), if anything.
        known_addresses: the registered address first, then estates of the county.
        region: where the speaker comes from (a region of the dialect lexicon), if known.
    """
    read = text if len(text) <= HEAD + TAIL else text[:HEAD] + text[-TAIL:]
    normal = standard(read, region)
    return Understood(
        original=text,
        normal=normal.text,
        service=find_service(read),
        when=parse_when(read, now, context),
        address=find_address(read, known_addresses, asked=context == "address"),
        person=find_person(read),
        name=find_name(read, context),
        phone=phone_number(read),
        yes_no=yes_no(read, context),
        emergency=assess(text, context),
    )
