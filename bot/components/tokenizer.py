"""Character tokens: what is left of a word after recognition garbled it is its characters."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

# One Chinese character, or one run of Latin letters, or one run of digits.
_TOKEN = re.compile(r"[一-鿿㐀-䶿𠀀-𪛟]|[A-Za-z]+|[0-9]+")


def characters(text: str) -> list[str]:
    """The tokens of a text, without their places."""
    return _TOKEN.findall(text)


class Character(Token):
    """A token without lemma and data, so that its fingerprint is a string of its own.

    Rasa hashes every token after every component; of all training lines that is a quarter of the
    time a training takes.
    """

    def fingerprint(self) -> str:
        """Stable, and another for each text and place."""
        return f"{self.text}@{self.start}-{self.end}"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class CharacterTokenizer(Tokenizer):
    """Splits Chinese text into characters; Latin words and digit runs stay whole.

    Intent names are never split: they are labels, not text.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The options that Rasa's tokenizer base class reads."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "+",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CharacterTokenizer:
        """Builds the component from its part of config.yml."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of one attribute; text without any token gives one placeholder token.

        Rasa's featurizers cannot stack a message that has no token at all ("……", an emoji).
        """
        text = message.get(attribute)
        tokens = [Character(found.group(), found.start()) for found in _TOKEN.finditer(text)]
        return tokens or [Character("_", 0, max(1, len(text)))]
