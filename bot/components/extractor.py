"""What bot/understanding finds in a line, as Rasa entities."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.understanding import understand
from bot.understanding.services import (
    ENOUGH,
    NAMED,
    SAME_SOUND,
    ServiceFound,
    mentions,
    settled,
    turned_away,
)
from bot.understanding.several import Part, several
from bot.understanding.times import When

# A channel says in the metadata of a message what was asked and what time it is.
_CONTEXT, _NOW, _ADDRESSES = "ask", "now", "addresses"
_ASKS_NOTHING = frozenset((None, "menu", "other"))
"""What was asked where a line answers nothing: what it says to leave as it is was done before."""
_LONGEST = 200
"""Characters of a line that is looked through for several bookings."""
_ACCOMPANIED = re.compile(
    r"陪|看(?:病|医|先生|大夫|门诊)|睇医|复[查诊]|覆诊|检查|挂号|[拿取开]药|体检|透析|化疗|打针|输液|跟着|相跟|搀|扶"
)
"""Words of somebody who goes to a hospital as a patient, or not alone; else a car is a car."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class UnderstandingExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the entities service, when, address, person, name, phone, yes_no and parts.

    ``service`` is the classifier's where it is sure (``min_service``: the least probability at
    which its word counts) and the line does not refuse that very service, else the lexicon's.
    Below ``plain_service``, of act and service together, a service that is plainly named goes
    before one that is not; in a line of at most ``short`` characters that names only one
    (我要订明天打扫卫生) it always does.
    ``parts`` are the bookings of a line that makes several; then ``service`` is the first one's.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"min_service": 0.5, "plain_service": 0.92, "short": 20}

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = {**self.get_default_config(), **config}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> UnderstandingExtractor:
        """Builds the component, and reads the lexica, so that the first caller does not wait."""
        understand("明天下午三点来家里打扫", datetime.now())
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds what was found to the entities of each message."""
        for message in messages:
            text = message.get(TEXT)
            if text and not text.startswith("/"):
                found = self._entities(message, text)
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _entities(self, message: Message, text: str) -> list[dict[str, Any]]:
        metadata = message.get("metadata") or {}
        said_at = metadata.get(_NOW)
        now = (datetime.fromisoformat(said_at) if said_at else datetime.now()).replace(tzinfo=None)
        understood = understand(
            text,
            now,
            context=metadata.get(_CONTEXT),
            known_addresses=tuple(metadata.get(_ADDRESSES) or ()),
        )
        parts = several(text, now, metadata.get(_CONTEXT)) if len(text) <= _LONGEST else ()
        if metadata.get(_CONTEXT) in _ASKS_NOTHING:
            done = settled(text)
            parts = tuple(part for part in parts if part.service not in done)
        values = understood.as_dict()
        values["when"] = _when(understood.when)
        values["service"] = self._service(message, understood.service, parts)
        values["parts"] = [_part(part) for part in parts] if len(parts) > 1 else None
        return [
            self._entity(kind, values[kind], text)
            for kind in ("service", "when", "address", "person", "name", "phone", "yes_no", "parts")
            if values[kind] is not None
        ]

    def _service(
        self, message: Message, named: ServiceFound | None, parts: tuple[Part, ...]
    ) -> dict[str, Any] | None:
        if parts:
            return {"service": parts[0].service, "score": 1.0, "by": "parts"}
        ranking = message.get("service_ranking") or []
        intent = message.get("intent") or {}
        top = ranking[0] if ranking else None
        sure = top and top["confidence"] >= self._config["min_service"]
        outweighed = sure and self._outweighed(message, top, named, intent.get("confidence", 1.0))
        if sure and intent.get("name") == "book" and not outweighed:
            return {"service": top["name"], "score": top["confidence"], "by": "classifier"}
        return {**named.as_dict(), "by": "lexicon"} if named else None

    def _outweighed(
        self, message: Message, top: dict[str, Any], named: ServiceFound | None, booked: float
    ) -> bool:
        """Whether the words are plainer than what the classifier makes of them.

        ``booked`` is the probability of the act.
        """
        text = message.get(TEXT)
        if named is None:
            return False
        if top["name"] in turned_away(text, ENOUGH) or (named.ordered and named.others):
            return True
        if named.service == "transport" and top["name"] == "escort":
            return named.score >= 1.0 and _ACCOMPANIED.search(text) is None
        alone = not named.others and len(text) <= self._config["short"]
        own = [one.weight for one in mentions(text) if one.service == top["name"]]
        hint = NAMED if top["name"] == "escort" else ENOUGH  # 去医院等生细人
        unsaid = max(own, default=0.0) < hint
        if alone and named.score >= 1.0:
            return True
        if _by_its_name(text) == {named.service}:
            return True  # 替我看护一天，喘息服务那种
        unlikely = booked * top["confidence"] < self._config["plain_service"]
        return unsaid and unlikely and named.score >= SAME_SOUND  # 厨房的水龙投滴水

    def _entity(self, kind: str, value: Any, text: str) -> dict[str, Any]:
        span = value.get("span") if isinstance(value, dict) else None
        start, end = span if isinstance(span, (list, tuple)) else (0, len(text))
        return {
            "entity": kind,
            "value": value,
            "start": start,
            "end": end,
            "extractor": type(self).__name__,
        }


def _by_its_name(text: str) -> set[str]:
    """The services that are called so: 喘息服务, 陪诊服务."""
    called = re.compile("(?<=服务)|服务")
    return {one.service for one in mentions(text) if called.match(text, one.end)}


def _when(when: When | None) -> dict[str, Any] | None:
    return {**when.as_dict(), "reason": when.reason, "said": when.span} if when else None


def _part(part: Part) -> dict[str, Any]:
    return {"service": part.service, "text": part.text, "when": _when(part.when)}
