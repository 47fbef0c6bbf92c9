"""Learns the weights of `relief`: which answers to "are you in danger?" are a clear no.

Run ``bot/.venv/bin/python -m bot.learn_relief`` (seconds; scikit-learn is in Rasa's environment
only) after changing nlu_data/lexicon/danger_answers.tsv or denials.py. It writes danger_relief.tsv
and prints what it makes of callers it did not learn from. The same lines give the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from bot.denials import marks
from bot.understanding import lexicon, relief
from bot.understanding.learn_hunch import Garbler

ANSWERS = "danger_answers.tsv"
"""What imagined callers answer, in the lexicon folder: whether clear, variety, caller, text."""
GARBLED = (0.15, 0.3)
"""Shares of characters replaced in the garbled copies of every answer."""
FOLDS = 5
"""Parts of the callers that are held out in turn."""
INVERSE_REGULARISATION = 1.0
RAREST = 2
"""Answers that a feature must stand in, garbled copies not counted, to be learnt."""
BARS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Likelihoods from which the report takes an answer for a no."""


@dataclass(frozen=True)
class Answer:
    """One answer to learn from."""

    text: str
    clear: bool
    variety: str
    caller: str
    copy: bool = False
    """Whether it is a garbled copy of another one."""


def read_answers() -> list[Answer]:
    """The answers as they were written."""
    return [
        Answer(row["text"], row["clear"] == "no", row["variety"], row["caller"])
        for row in lexicon.rows(ANSWERS)
    ]


def garbled(answers: Sequence[Answer]) -> list[Answer]:
    """Copies as a recogniser might have misheard them."""
    garbler = Garbler([answer.text for answer in answers])
    return [
        replace(answer, text=garbler.garble(answer.text, share), copy=True)
        for answer in answers
        for share in GARBLED
    ]


def take_apart(answers: Sequence[Answer]) -> tuple[Any, list[str]]:
    """Features of every answer as a sparse matrix, and their names."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-not-found]

    rows = [relief.seen(answer.text, marks(answer.text)) for answer in answers]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(rows).tocsr()
    own = np.array([not answer.copy for answer in answers])
    kept = np.asarray((matrix[own] > 0).sum(0)).ravel() >= RAREST
    return matrix[:, kept], [
        name for name, keep in zip(vectorizer.get_feature_names_out(), kept, strict=True) if keep
    ]


def learn(matrix: Any, answers: Sequence[Answer]) -> Any:
    """A logistic regression, both sorts of answers counted as equally many."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]

    model = LogisticRegression(
        C=INVERSE_REGULARISATION, solver="liblinear", class_weight="balanced", random_state=1
    )
    return model.fit(matrix, [answer.clear for answer in answers])


def hold_out(matrix: Any, answers: Sequence[Answer]) -> Any:
    """How likely each answer is a clear no to what learnt nothing from its caller."""
    import numpy as np

    folds = np.array([crc32(answer.caller.encode()) % FOLDS for answer in answers])
    likely = np.empty(len(answers))
    for fold in range(FOLDS):
        rest = folds != fold
        learnt = [answer for answer, kept in zip(answers, rest, strict=True) if kept]
        likely[~rest] = learn(matrix[rest], learnt).predict_proba(matrix[~rest])[:, 1]
    return likely


def report(answers: Sequence[Answer], likely: Any) -> None:
    """Print what share of either sort is taken for a clear no, by the bar."""
    import numpy as np

    clear = np.array([answer.clear for answer in answers])
    copy = np.array([answer.copy for answer in answers])
    for name, which in (("as written", ~copy), ("garbled", copy)):
        for bar in BARS:
            found = likely >= bar
            print(
                f"{name:10} from {bar}: {found[which & clear].mean():6.1%} of clear noes, "
                f"{found[which & ~clear].mean():6.1%} of the others"
            )


def main() -> None:
    """Learn from every answer, write the table, and report what callers held out give."""
    written = read_answers()
    answers = [*written, *garbled(written)]
    matrix, names = take_apart(answers)
    model = learn(matrix, answers)
    weights = {relief.BIAS: model.intercept_[0], **dict(zip(names, model.coef_[0], strict=True))}
    steps = {name: round(weight / relief.UNIT) for name, weight in weights.items()}
    rows = [
        "# Weights of bot/understanding/relief.py, learnt by learn_relief.py; do not edit.",
        "feature\tweight",
        *(f"{name}\t{step}" for name, step in steps.items() if step or name == relief.BIAS),
    ]
    (lexicon.LEXICON / relief.TABLE).write_text("\n".join(rows) + "\n", encoding="utf-8")
    report(answers, hold_out(matrix, answers))


if __name__ == "__main__":
    main()
