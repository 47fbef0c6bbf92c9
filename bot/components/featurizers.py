"""What was written and what it sounded like, as counts of n-grams."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
    CountVectorsFeaturizer,
)
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.line_reader import RESTORED
from bot.components.tokenizer import characters
from bot.understanding.normalise import normalise
from bot.understanding.pinyin import fuzzy_class, syllables

_BEGIN, _END = "bos", "eos"


class _TokenFeaturizer(CountVectorsFeaturizer):
    """Rasa's CountVectorsFeaturizer over characters, with the two ends of a line marked.

    The ends tell a bare 好 from one in the middle of a sentence. They ride on the first and the
    last token, so that there are as many features as tokens.

    ``of`` says which text: ``written`` (what came), ``standard`` (dialect words put into Mandarin,
    bot/understanding/normalise.py), or ``restored`` (misheard characters restored before that,
    LineReader). The last two have other characters than the message has tokens, so they give
    features of the sentence only.
    """

    max_ngram = 2

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:  # type: ignore[override]
        """Rasa's options; n-grams seen only once are noise of one speaker, so ``min_df`` is 2."""
        return {
            **CountVectorsFeaturizer.get_default_config(),
            "analyzer": "word",
            "token_pattern": r"(?u)\b\w+\b",
            "min_ngram": 1,
            "max_ngram": cls.max_ngram,
            "min_df": 2,
            "of": "written",
        }

    def _get_message_tokens_by_attribute(self, message: Message, attribute: str) -> list[str]:
        if attribute != TEXT:
            return super()._get_message_tokens_by_attribute(message, attribute)
        if self._config["of"] == "written":
            tokens = super()._get_message_tokens_by_attribute(message, attribute)
        else:
            text = (self._config["of"] == "restored" and message.get(RESTORED)) or message.get(TEXT)
            tokens = characters(normalise(text or "").text) or ["_"]
        written = [self.written(token) for token in tokens]
        if written:
            written[0] = f"{_BEGIN} {written[0]}"
            written[-1] = f"{written[-1]} {_END}"
        return written

    def _create_features(
        self, attribute: str, all_tokens: list[list[str]]
    ) -> tuple[list[Any], list[Any]]:
        sequence, sentence = super()._create_features(attribute, all_tokens)
        if self._config["of"] != "written":
            sequence = [None] * len(sequence)
        return sequence, sentence

    def written(self, token: str) -> str:
        """What is counted for a token."""
        return token


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class CharacterFeaturizer(_TokenFeaturizer):
    """Characters and pairs of characters."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class FuzzyPinyinFeaturizer(_TokenFeaturizer):
    """Syllable classes, up to three in a row.

    祝愈 and 助浴 sound alike and so give the same features. The merges (zh/z, n/l, -n/-ng …) are
    those of ``nlu_data/lexicon/merges.toml``.
    """

    max_ngram = 3

    def written(self, token: str) -> str:
        """The syllable class of a character; a Latin word or a run of digits as it is."""
        heard = syllables(token)
        return fuzzy_class(heard[0]) if len(heard) == 1 else token
