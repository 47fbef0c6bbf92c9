"""Training lines heard badly and said in one breath with others, made from the lines there are."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.acts import BESIDE, YIELDING
from bot.understanding import lexicon
from bot.understanding.mishearing import Garbler

AUGMENTED_FROM = "augmented_from"
"""On a line made here: the training line it was made of."""
_SEPARATORS = ("", "", "", " ", ",")
_BEFORE = frozenset(("affirm", "deny", "start", "address", "greeting"))
"""What nobody says after the wish."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Augmentation(GraphComponent):
    """Adds to the training data, and lets a caller's line pass as it is.

    Every line is added once misheard; and ``spoken_together`` lines are a wish with a greeting, a
    yes, a filler … before or after it, under the wish's act, since a greeting never outweighs what
    is wanted (what each is worth: docs/adr/0004).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class.

        ``misheard``: share of characters replaced; ``near``: share of those whose sound changes
        too. ``spoken_together``: how many such lines for each wish; ``short``: characters of a
        greeting at most.
        """
        return {
            "misheard": 0.5,
            "near": 0.25,
            "spoken_together": 0.5,
            "short": 10,
            "random_state": 3,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = {**self.get_default_config(), **config}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Augmentation:
        """Builds the component from its part of config.yml."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Nothing: what callers say is not changed."""
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The training data with the added lines."""
        lines = [one for one in training_data.intent_examples if one.get(TEXT) and one.get(INTENT)]
        if not lines:
            return training_data
        seed, share = self._config["random_state"], self._config["misheard"]
        texts = [line.get(TEXT) for line in lines]
        garbler = Garbler(texts, near=self._config["near"], seed=seed)
        added = [_copy(line, garbler.garble(line.get(TEXT), share)) for line in lines]
        for line, text in self._together(lines, random.Random(seed)):  # noqa: S311 - no secret
            added.append(_copy(line, text))
            added.append(_copy(line, garbler.garble(text, share)))
        return training_data.merge(TrainingData(training_examples=added))

    def _together(self, lines: list[Message], chance: random.Random) -> list[tuple[Message, str]]:
        """Wishes, and the same with something beside them."""
        beside: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            if line.get(INTENT) in BESIDE and len(line.get(TEXT)) <= self._config["short"]:
                beside[line.get(INTENT)].append(line.get(TEXT))
        beside.update(_fillers())
        kinds = sorted(beside)
        wishes = [line for line in lines if line.get(INTENT) not in YIELDING]
        found = []
        for _ in range(int(len(wishes) * self._config["spoken_together"])):
            wish, kind = chance.choice(wishes), chance.choice(kinds)
            words, gap = chance.choice(beside[kind]), chance.choice(_SEPARATORS)
            text = wish.get(TEXT)
            at = _place(kind, len(text), chance)
            before, after = text[:at], text[at:]
            found.append((wish, gap.join(part for part in (before, words, after) if part)))
        return found


def _place(kind: str, length: int, chance: random.Random) -> int:
    """Where in a wish of so many characters such words are said."""
    if kind == "aside":
        return chance.randint(0, length)
    if kind == "end" or (kind not in _BEFORE and chance.random() < 0.4):
        return length
    return 0


def _fillers() -> dict[str, list[str]]:
    """Words by what they do; ``aside`` is said to others, and anywhere."""
    rows = lexicon.rows("fillers.tsv")
    return {row["kind"]: list(lexicon.pieces(row["words"])) for row in rows}


def _copy(line: Message, text: str) -> Message:
    data = {TEXT: text, INTENT: line.get(INTENT), AUGMENTED_FROM: line.get(TEXT)}
    return Message(data={**data, METADATA: line.get(METADATA)} if line.get(METADATA) else data)
