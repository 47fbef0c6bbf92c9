"""The configurations that are compared, as Rasa reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from anban.settings import ROOT

FOLDER = Path(__file__).parent
_ONLY_OURS = ("FallbackClassifier", "bot.components.extractor.UnderstandingExtractor")
_AUGMENTATION = "bot.components.augmentation.Augmentation"
_CLASSIFIER = "bot.components.act_classifier.ActClassifier"
_DIET = {
    "name": "DIETClassifier",
    "epochs": 50,
    "constrain_similarities": True,
    "entity_recognition": False,
    "random_seed": 42,
}


@dataclass(frozen=True)
class Peer:
    """One configuration.

    Attributes:
        key: of its model and its figures.
        name: in the table.
        config: the content of its config.yml.
    """

    key: str
    name: str
    config: dict[str, Any]


def peers() -> list[Peer]:
    """All of them, the quick ones first."""
    return [
        Peer("ours", "Anban", _ours(None)),
        Peer(
            "stock_logistic",
            "stock: Jieba, CountVectors, LogisticRegressionClassifier",
            _read(FOLDER / "stock_logistic.yml"),
        ),
        Peer(
            "stock_diet",
            "stock: Jieba, CountVectors, DIET (50 epochs)",
            _read(FOLDER / "stock_diet.yml"),
        ),
        Peer(
            "ours_logistic",
            "Anban's features without augmented lines, Rasa's LogisticRegressionClassifier",
            _ours({"name": "LogisticRegressionClassifier"}),
        ),
        Peer(
            "ours_diet",
            "Anban's features without augmented lines, DIET (50 epochs)",
            _ours(_DIET),
        ),
    ]


def _ours(classifier: dict[str, Any] | None) -> dict[str, Any]:
    """The pipeline of config.yml as far as the act, with another classifier where one is given.

    The others train on the lines alone: on three times as many, misheard copies among them, they
    would take hours.
    What no peer does in its pipeline (times, addresses, the fallback) is left out, so that the
    same work is timed.
    """
    config = _read(ROOT / "config.yml")
    left_out = {*_ONLY_OURS, _AUGMENTATION} if classifier else _ONLY_OURS
    kept = [part for part in config["pipeline"] if part["name"] not in left_out]
    replaced = [classifier if classifier and p["name"] == _CLASSIFIER else p for p in kept]
    return {"language": config["language"], "pipeline": replaced}


def _read(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))
