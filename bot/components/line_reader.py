"""What was probably said, and its clauses: the first thing done with a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from zlib import crc32

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.augmentation import AUGMENTED_FROM
from bot.understanding.clauses import Clauses
from bot.understanding.mishearing import Restorer

RESTORED = "restored"
"""The line with its likeliest characters, for featurizers."""
WHOLE = "whole"
"""On a message that is a clause: the message of the whole line."""
_LONGEST = 200
"""Characters of a line that is split; nobody says more in one breath."""
_FILE = "counts.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LineReader(GraphComponent):
    """Restores misheard characters, and puts the clauses of a line behind it as messages.

    Both follow how the training lines are written (bot/understanding/mishearing.py, clauses.py).
    The featurizers treat clauses as lines; ``ActClassifier`` takes them out again.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``folds``: a training line is restored by what the lines of the other folds say."""
        return {"folds": 5}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = model_storage
        self._resource = resource
        self._restorer = Restorer(())
        self._clauses = Clauses(())

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LineReader:
        """Builds an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Counts how people write what they say, and stores it."""
        texts = list(_well_heard(training_data.training_examples))
        counts = {"restorer": Restorer(texts).counts(), "clauses": Clauses(texts).counts()}
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LineReader:
        """Loads what ``train`` stored."""
        reader = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            counts = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        reader._restorer = Restorer.of(counts["restorer"])
        reader._clauses = Clauses.of(counts["clauses"])
        return reader

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Restores each training line as a line nobody had said before."""
        folds = self._config["folds"]
        examples = [one for one in training_data.training_examples if one.get(TEXT)]
        for fold in range(folds):
            others = (one for one in examples if _fold(one, folds) != fold)
            restorer = Restorer(_well_heard(others))
            for example in examples:
                if _fold(example, folds) == fold:
                    example.set(RESTORED, restorer.restore(example.get(TEXT)))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Each message, and after it one for each of its clauses where it has several."""
        return [part for message in messages for part in self._parts(message)]

    def _parts(self, message: Message) -> list[Message]:
        text = message.get(TEXT)
        if not text or text.startswith("/"):
            return [message]
        restored = self._restorer.restore(text)
        message.set(RESTORED, restored)
        spans = self._clauses.split(restored[:_LONGEST])
        if len(spans) < 2:
            return [message]
        return [message, *(_clause(message, restored, begin, end) for begin, end in spans)]


def _clause(message: Message, restored: str, begin: int, end: int) -> Message:
    clause = Message({TEXT: message.get(TEXT)[begin:end], RESTORED: restored[begin:end]})
    clause.set(WHOLE, message)
    return clause


def _well_heard(examples: Iterable[Message]) -> Iterable[str]:
    """The lines that were not misheard, by a writer or by us."""
    for example in examples:
        garbled = ((example.get(METADATA) or {}).get("intent") or {}).get("garbled")
        if example.get(TEXT) and not garbled and not example.get(AUGMENTED_FROM):
            yield example.get(TEXT)


def _fold(example: Message, folds: int) -> int:
    source = example.get(AUGMENTED_FROM) or example.get(TEXT)
    return crc32(source.encode()) % folds
