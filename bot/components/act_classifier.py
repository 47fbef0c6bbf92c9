"""The act of a line, and for bookings the service, from one linear model.

Acts are Rasa intents. The services of ``book`` are told apart in the same model (a class
``book/cleaning`` beside ``cancel_order``), because what somebody wants done is what makes a
booking a booking: one decision is measurably better than two in a row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from bot.components.acts import (
    ASKED_AFTER,
    ASKED_IN_WORDS,
    ASKED_OF_A_PLACE,
    EXPECTED,
    NAMED_ALONE,
    ORDERED_IN_WORDS,
    UNSAID,
    Heard,
    heard_in,
    nothing_heard,
    weighed,
    worded,
)
from bot.components.augmentation import AUGMENTED_FROM
from bot.components.line_reader import RESTORED, WHOLE
from bot.components.tokenizer import characters
from bot.understanding.questions import asks_of_a_place, asks_policy, asks_whether_it_comes
from bot.understanding.services import names_only_a_service, orders_something

_SEPARATOR = "/"
_ARRAYS = "act_classifier.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ActClassifier(GraphComponent, IntentClassifier):
    """A linear support vector machine over the sentence features of the pipeline.

    With held-out writers it made fewer mistakes than multinomial logistic regression on the same
    features and trains ten times as fast (docs/evaluation.md). Its scores become probabilities by
    a softmax whose temperature is fitted on predictions for lines it was not trained on.

    Reads the service of a ``book`` example from its metadata (``metadata: {service: bathing}``);
    a line that names none (我想订个服务) has no metadata of it, and makes no service likely.
    Writes Rasa's ``intent`` and ``intent_ranking``, and ``service`` and ``service_ranking``: the
    probability of each service given that the line is a booking. ``acts`` are all wishes of the
    line in the order said (``{"act","service"?,"confidence","text"}``): what is not served first
    can be served later.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """At least one featurizer has to come before."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class.

        ``C`` is the inverse regularisation; ``ranking_length`` how many acts are named;
        ``expected`` how many times likelier an act is after a question than before it;
        ``emergency_min`` the least probability at which this model alone speaks of an emergency
        (certain signs were acted on before the line came here); ``augmented_weight`` what a line
        counts that was made from another (bot/components/augmentation.py); ``booking_prior`` what a
        booking counts against another act: training weighs each of its services like an act.
        """
        return {
            "C": 1.0,
            "random_state": 42,
            "ranking_length": 10,
            "expected": EXPECTED,
            "emergency_min": 0.5,
            "augmented_weight": 0.5,
            "booking_prior": 0.5,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = model_storage
        self._resource = resource
        self._labels: list[str] = []
        self._weights: np.ndarray | None = None  # classes x features
        self._bias: np.ndarray | None = None
        self._idf: np.ndarray | None = None
        self._temperature = 1.0
        self._dense_width = 0

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ActClassifier:
        """Builds an untrained component."""
        return cls(config, model_storage, resource)

    # training

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on all examples that have an intent, and stores it."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if not examples:
            return self._resource
        labels = [_label(example) for example in examples]
        sparse, dense = _features(examples)
        tfidf = TfidfTransformer(sublinear_tf=True)
        matrix = tfidf.fit_transform(sparse)
        if dense is not None:
            matrix = hstack([matrix, csr_matrix(dense)]).tocsr()
        own = np.array([not example.get(AUGMENTED_FROM) for example in examples])
        weights = np.where(own, 1.0, self._config["augmented_weight"])
        sources = [example.get(AUGMENTED_FROM) or example.get(TEXT) for example in examples]
        with ThreadPoolExecutor() as pool:  # liblinear leaves the interpreter to others
            fitted = pool.submit(self._model().fit, matrix, labels, weights)
            self._temperature = self._calibrated(matrix, np.array(labels), weights, sources)
            model = fitted.result()
        self._labels = [str(label) for label in model.classes_]
        self._weights = model.coef_.astype(np.float16)
        self._bias = model.intercept_.astype(np.float32)
        self._idf = tfidf.idf_.astype(np.float32)
        self._dense_width = 0 if dense is None else dense.shape[1]
        self._ready()
        self._persist()
        return self._resource

    def _model(self) -> LinearSVC:
        seed = self._config["random_state"]
        return LinearSVC(C=self._config["C"], class_weight="balanced", random_state=seed)

    def _calibrated(
        self, matrix: csr_matrix, labels: np.ndarray, weights: np.ndarray, sources: list[str]
    ) -> float:
        """The temperature that fits lines of which no copy was trained on."""
        folds = min(3, len(set(sources)))
        if folds < 2:
            return 1.0
        seen, held_out = next(GroupKFold(folds).split(matrix, labels, sources))
        known = np.isin(labels[held_out], labels[seen]) & (weights[held_out] == 1.0)
        held_out = held_out[known]
        model = self._model().fit(matrix[seen], labels[seen], weights[seen])
        scores = model.decision_function(matrix[held_out])
        return _temperature(scores, list(labels[held_out]), list(model.classes_))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Predicts over the training examples, for components that come later."""
        return training_data

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            # Plain arrays: nothing that is loaded can run, and skops takes 4 s to import.
            np.savez_compressed(
                folder / _ARRAYS, weights=self._weights, bias=self._bias, idf=self._idf
            )
            (folder / "labels.json").write_text(
                json.dumps(
                    {
                        "labels": self._labels,
                        "dense_width": self._dense_width,
                        "temperature": self._temperature,
                    }
                )
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ActClassifier:
        """Loads what ``train`` stored."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
                component._weights = arrays["weights"]
                component._bias = arrays["bias"]
                component._idf = arrays["idf"]
            described = json.loads((folder / "labels.json").read_text())
        component._labels = described["labels"]
        component._dense_width = described["dense_width"]
        component._temperature = described["temperature"]
        component._ready()
        return component

    # prediction

    def _ready(self) -> None:
        """Lays the weights out so that one sparse line reads few memory rows."""
        assert self._weights is not None
        self._by_feature = np.ascontiguousarray(self._weights.T.astype(np.float32))
        booking = self._config["booking_prior"]
        self._priors = np.array([booking if _SEPARATOR in one else 1.0 for one in self._labels])

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent, ranking, service and acts of each line; its clauses go no further."""
        clauses: dict[int, list[Message]] = {}
        for message in messages:
            if message.get(WHOLE) is not None:
                clauses.setdefault(id(message.get(WHOLE)), []).append(message)
        lines = [message for message in messages if message.get(WHOLE) is None]
        for line in lines:
            self._set(line, clauses.get(id(line), []))
        return lines

    def _probabilities(self, message: Message) -> np.ndarray:
        sparse, dense = _features([message])
        row = sparse.tocsr()
        assert self._idf is not None
        assert self._bias is not None
        values = (1.0 + np.log(np.maximum(row.data, 1e-9))) * self._idf[row.indices]
        norm = np.linalg.norm(values)
        if norm > 0:
            values = values / norm
        scores = values @ self._by_feature[row.indices] + self._bias
        if dense is not None and self._dense_width:
            scores = scores + dense[0] @ self._by_feature[-self._dense_width :]
        return _softmax(scores[np.newaxis], self._temperature)[0]

    def _heard(self, message: Message) -> Heard:
        if not characters(message.get(TEXT) or ""):
            return nothing_heard(message.get(TEXT) or "", self._labels)
        acts: dict[str, float] = {}
        services: dict[str, float] = {}
        probabilities = self._probabilities(message) * self._priors
        probabilities /= probabilities.sum()
        for label, probability in zip(self._labels, probabilities, strict=True):
            act, _, service = label.partition(_SEPARATOR)
            acts[act] = acts.get(act, 0.0) + float(probability)
            if service or act == "book":
                services[service or UNSAID] = float(probability)
        return Heard(message.get(TEXT), acts, services)

    def _set(self, line: Message, clauses: list[Message]) -> None:
        expected = self._config["expected"].get((line.get("metadata") or {}).get("ask"), {})
        text = line.get(TEXT) or ""
        in_words = _in_words(text) or _in_words(line.get(RESTORED) or text)
        said = worded(self._heard(line), in_words)
        whole = weighed(said, {**expected, **in_words}, self._config["emergency_min"])
        heard = heard_in(whole, [self._heard(clause) for clause in clauses], expected)
        ranking = _ranking(heard.first.acts)[: self._config["ranking_length"]]
        line.set(INTENT, ranking[0], add_to_output=True)
        line.set("intent_ranking", ranking, add_to_output=True)
        line.set("acts", [wish.as_dict() for wish in heard.wishes], add_to_output=True)
        services = heard.first.services
        total = sum(services.values())
        if total > 0:
            shares = {name: value / total for name, value in services.items() if name != UNSAID}
            line.set("service_ranking", _ranking(shares)[:3], add_to_output=True)


def _in_words(text: str) -> Mapping[str, float]:
    """How many times likelier an act is for what the words plainly are, whatever they look like."""
    if asks_of_a_place(text):
        return {"ask_policy": ASKED_OF_A_PLACE}
    if asks_policy(text):
        return ASKED_IN_WORDS
    if asks_whether_it_comes(text):
        return {"order_status": ASKED_AFTER}
    if names_only_a_service(text):
        return {"book": NAMED_ALONE}
    return {"book": ORDERED_IN_WORDS} if orders_something(text) else {}


def _softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    scaled = scores / temperature
    odds = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _temperature(scores: np.ndarray, labels: list[str], classes: list[str]) -> float:
    """The temperature under which the true labels are likeliest (Guo et al. 2017)."""
    truth = np.array([classes.index(label) for label in labels])
    rows = np.arange(len(labels))

    def surprise(log_temperature: float) -> float:
        likely = _softmax(scores, float(np.exp(log_temperature)))[rows, truth]
        return -float(np.log(likely + 1e-12).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-4, 2), method="bounded").x))


def _label(example: Message) -> str:
    intent = str(example.get(INTENT))
    service = ((example.get("metadata") or {}).get("intent") or {}).get("service")
    return f"{intent}{_SEPARATOR}{service}" if service else intent


def _ranking(values: dict[str, float]) -> list[dict[str, Any]]:
    ordered = sorted(values.items(), key=lambda item: -item[1])
    return [{"name": name, "confidence": value} for name, value in ordered]


def _features(messages: list[Message]) -> tuple[csr_matrix, np.ndarray | None]:
    """Sentence features: sparse rows, and dense rows where a featurizer gives any."""
    sparse_rows, dense_rows = [], []
    for message in messages:
        sparse = message.get_sparse_features(TEXT)[1]
        dense = message.get_dense_features(TEXT)[1]
        sparse_rows.append(csr_matrix(sparse.features))
        if dense is not None:
            dense_rows.append(np.asarray(dense.features).reshape(1, -1))
    return vstack(sparse_rows).tocsr(), np.vstack(dense_rows) if dense_rows else None
