"""Counts of fuzzy-pinyin n-grams: what a character sounded like, accents merged."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
    CountVectorsFeaturizer,
)
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.understanding.pinyin import fuzzy_class, syllables


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class FuzzyPinyinFeaturizer(CountVectorsFeaturizer):
    """Like Rasa's CountVectorsFeaturizer, over syllable classes instead of characters.

    祝愈 and 助浴 sound alike and so give the same features. The merges (zh/z, n/l, -n/-ng …) are
    those of ``nlu_data/lexicon/merges.toml``.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's options, with syllable 1- to 3-grams as the default."""
        return {
            **CountVectorsFeaturizer.get_default_config(),
            "analyzer": "word",
            "min_ngram": 1,
            "max_ngram": 3,
        }

    def _get_message_tokens_by_attribute(self, message: Message, attribute: str) -> list[str]:
        """The syllable class of each token; other attributes than text stay as they are."""
        tokens = super()._get_message_tokens_by_attribute(message, attribute)
        if attribute != TEXT:
            return tokens
        return [_sound(token) for token in tokens]


def _sound(token: str) -> str:
    """The syllable class of a character; a Latin word or a run of digits as it is."""
    heard = syllables(token)
    return fuzzy_class(heard[0]) if len(heard) == 1 else token
