"""Learns the weights of the small emergency classifier (hunch.py).

Run ``bot/.venv/bin/python -m bot.understanding.learn_hunch`` (scikit-learn is in Rasa's environment
only) after changing nlu_data/nlu, the emergency tables of nlu_data/lexicon or the signs. It writes
nlu_data/lexicon/emergency_hunch.tsv and prints what it makes of callers it did not learn from. The
same lines give the same table.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from bot.understanding import lexicon
from bot.understanding.emergency import Emergency, combine, perceive
from bot.understanding.hunch import (
    BIAS,
    DANGER,
    HINTED,
    JOIN,
    LOUD,
    MARK,
    TABLE,
    TALK,
    UNIT,
    VOICES,
    Hunch,
    features,
    hints,
    letters,
)
from bot.understanding.pinyin import fuzzy_class, syllables

HEARD = "emergency_heard.tsv"
"""File of what a recogniser made of some of the lines over a telephone line."""
CORPUS = lexicon.LEXICON.parent / "nlu"
"""Folder of what people say, by theme (Rasa's format)."""
GARBLED_SHARES = (0.2, 0.4)
"""Shares of characters replaced in the two garbled copies of every cry for help."""
TALK_GARBLED = 0.3
"""Share of ordinary lines of the corpus of which one garbled copy is made; one of all others."""
BESIDE = 1.0
"""Share of cries for help of which a copy is made that says something ordinary before or after."""
TELLS_WHO, WHO = 0.6, frozenset({"give_name", "give_phone", "give_address", "greet"})
"""How often that ordinary line tells who calls and from where, and the acts that do."""
SAME_SOUND = 0.7
"""How often a replaced character sounds the same; else only nearly so."""
RAREST = 2
"""Lines that a feature must stand in (garbled copies do not count) to be learnt."""
FLOOR = 0.25
"""Weight of a feature that says nothing by itself, beside 1 for one that says as much as most."""
INVERSE_REGULARISATION = 3.0
SMALLEST = 3
"""Weights nearer to nothing than this many units are left out of the table."""
SORTS = {
    "sad": ("feeling_lonely_or_sad",),
    "chat": ("smalltalk", "out_of_scope", "greet", "thanks", "goodbye"),
    "complain": ("complain", "rate_service"),
    "well": ("report_feeling_ok",),
    "status": ("elder_status",),
    "medicine": ("medication_reminder",),
    "policy": ("ask_policy", "check_eligibility", "apply_subsidy", "help_menu"),
    "book": ("book",),
    "orders": ("order_status", "cancel_order", "reschedule_order"),
}
"""Sorts of ordinary talk, by act; lines without an act are traps, other acts are answers."""
ABOUT = {
    "booking": "book",
    "policy": "policy",
    "mood": "sad",
    "complaint": "complain",
    "status": "status",
    "reminder": "medicine",
    "ordinary": "answers",
    "fine": "well",
}
"""Sorts of ordinary talk by what emergency_callers.tsv says a line is about; else traps."""
FOLDS = 5
"""Parts of the callers that are held out in turn."""
TOGETHER = 12
"""Lines of the corpus that stand together and are held out together, like those of one caller."""


@dataclass(frozen=True)
class Line:
    """One line to learn from."""

    text: str
    kind: str
    """Kind of emergency, or none."""
    act: str
    """Rasa's intent; empty for lines that are not of the corpus."""
    variety: str
    """Language of the speaker; empty where unknown."""
    caller: str
    """Who speaks, or a name for lines that stand together; held out as one."""
    about: str = ""
    """What a line of emergency_callers.tsv that is no cry speaks of."""
    fresh: bool = True
    """Whether the signs were written without this line at hand, so that what they find is news."""
    copy: str = ""
    """``garbled``, ``beside`` (an ordinary line) or ``heard`` where it was made of another line."""

    @property
    def voice(self) -> str:
        """The voice that shall be heard in it."""
        if self.kind != "none":
            return self.kind
        if not self.act:
            return TALK + ABOUT.get(self.about, "traps")
        return TALK + next((sort for sort, acts in SORTS.items() if self.act in acts), "answers")


def read_lines(corpus: Path = CORPUS) -> list[Line]:
    """The lines of the corpus, of emergency_lines.tsv and emergency_callers.tsv, each text once."""
    found: dict[str, Line] = {}
    for line in (*_corpus(corpus), *_lexicon()):
        found.setdefault(line.text, line)
    return list(found.values())


def _corpus(folder: Path) -> Iterator[Line]:
    count = 0
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            about, act = block.get("metadata", {}), block["intent"]
            kind = about.get("kind", "unspecified") if act == "emergency" else "none"
            variety = about.get("variety", "")
            for example in block["examples"].splitlines():
                text = example.strip().removeprefix("- ").strip()
                if text:
                    caller = f"{act} {kind} {variety} {count // TOGETHER}"
                    yield Line(text, kind, act, variety, caller)
                    count += 1


def _lexicon() -> Iterator[Line]:
    for count, row in enumerate(lexicon.rows("emergency_lines.tsv")):
        caller = f"lines {count // TOGETHER}"
        yield Line(row["text"], row["kind"], "", "", caller, fresh=False)
    for row in lexicon.rows("emergency_callers.tsv"):
        yield Line(row["text"], row["kind"], "", row["variety"], row["caller"], row["about"])


def by_telephone(lines: Sequence[Line]) -> Iterator[Line]:
    """Copies of lines as they were heard over a telephone line, where they were spoken."""
    known = {line.text: line for line in lines}
    for row in lexicon.rows(HEARD):
        line = known.get(row["text"])
        if line is not None and row["heard"]:
            yield replace(line, text=row["heard"], copy="heard")


class Garbler:
    """Replaces characters by others of the same or nearly the same sound, common ones oftener."""

    def __init__(self, texts: Sequence[str], seed: int = 3) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a training set, no secret
        self._same: dict[str, Counter[str]] = defaultdict(Counter)
        self._near: dict[str, Counter[str]] = defaultdict(Counter)
        for character, count in Counter("".join(texts)).items():
            if "一" <= character <= "鿿":
                sound = syllables(character)[0]
                self._same[sound][character] = count
                self._near[fuzzy_class(sound)][character] = count

    def garble(self, text: str, share: float) -> str:
        """The text with about `share` of its characters replaced."""
        return "".join(self._other(one) if self._random.random() < share else one for one in text)

    def _other(self, character: str) -> str:
        sound = syllables(character)[0]
        same = self._random.random() < SAME_SOUND
        alike = self._same[sound] if same else self._near[fuzzy_class(sound)]
        others = {one: count for one, count in alike.items() if one != character}
        if not others:
            return character
        return self._random.choices(list(others), list(others.values()))[0]

    def copies(self, lines: Sequence[Line]) -> Iterator[Line]:
        """Garbled copies: two of every cry for help, one of some other lines."""
        for line in lines:
            shares: Sequence[float] = GARBLED_SHARES
            if line.kind == "none":
                chosen = not line.act or self._random.random() < TALK_GARBLED
                shares = [self._random.choice(GARBLED_SHARES)] if chosen else []
            for share in shares:
                text = self.garble(line.text, share)
                if text != line.text:
                    yield replace(line, text=text, copy="garbled")


def in_company(lines: Sequence[Line], seed: int = 5) -> Iterator[Line]:
    """Copies of cries for help with an ordinary line before or after: a name, a wish, a greeting.

    As many ordinary lines are put beside one another, so that length alone says nothing.
    """
    chance = random.Random(seed)  # noqa: S311 - a training set, no secret
    cries = [line for line in lines if line.kind != "none"]
    talk = [line for line in lines if line.kind == "none" and (line.act or line.about in ABOUT)]
    chosen = [line for line in cries if chance.random() < BESIDE]
    for line in (*chosen, *chance.sample(talk, min(len(talk), len(chosen)))):
        others = [one for one in talk if one.variety == line.variety] or talk
        if chance.random() < TELLS_WHO:
            others = [one for one in others if one.act in WHO] or others
        pair = [line.text, chance.choice(others).text]
        chance.shuffle(pair)
        yield replace(line, text="".join(pair), copy="beside")


class Voices:
    """Linear voices, learnt from lines that were taken apart into features."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.weights: Any = None
        self.bias: Any = None

    def learn(self, matrix: Any, said: Sequence[str]) -> Voices:
        """Fits a logistic regression for each voice (naive Bayes log-count ratios as scale).

        The scaling is that of Wang and Manning, Baselines and Bigrams, ACL 2012.
        """
        import numpy as np
        from scipy.sparse import diags
        from sklearn.linear_model import LogisticRegression

        kinds = {name for name in self.names if name != DANGER and not name.startswith(TALK)}
        present = (matrix > 0).astype(float)
        rows, biases = [], []
        for name in self.names:
            mine = np.array([one in kinds if name == DANGER else one == name for one in said])
            counts = [np.asarray(present[which].sum(0)).ravel() + 1 for which in (mine, ~mine)]
            ratio = np.abs(np.log(counts[0] / counts[0].sum() * counts[1].sum() / counts[1]))
            scale = FLOOR + (1 - FLOOR) * ratio / max(ratio.mean(), 1e-9)
            share = np.where(mine, 4.0 if name in kinds else 2.0, 1.0)
            if name == DANGER:
                share = np.where(mine, len(mine) / mine.sum(), len(mine) / (~mine).sum()) / 2
            model = LogisticRegression(
                C=INVERSE_REGULARISATION, solver="liblinear", tol=1e-2, random_state=1
            ).fit(matrix @ diags(scale), mine, sample_weight=share)
            rows.append(model.coef_[0] * scale)
            biases.append(model.intercept_[0])
        units = np.round(np.array(rows) / UNIT)
        self.weights = np.where(np.abs(units) < SMALLEST, 0, units)
        self.bias = np.array(biases)
        return self

    def sounds(self, matrix: Any) -> Any:
        """How loudly every voice is heard in every line (lines times voices)."""
        return matrix @ (UNIT * self.weights.T) + self.bias

    def joined(self, sounds: Any) -> Any:
        """Danger, kinds and talk of every line."""
        import numpy as np

        talk = np.array([name.startswith(TALK) for name in self.names])
        kinds = ~talk & (np.array(self.names) != DANGER)
        together = [np.logaddexp.reduce(sounds[:, which], axis=1) for which in (kinds, talk)]
        return np.column_stack([sounds[:, 0], *together])


def take_apart(lines: Sequence[Line]) -> tuple[Any, list[str], list[Any]]:
    """Features of every line as a sparse matrix, their names, and what the signs found."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer

    seen = [perceive(line.text) for line in lines]
    rows = []
    for line, perceived in zip(lines, seen, strict=True):
        found, hinted = features(perceived.text), hints(perceived.text)
        row = dict.fromkeys(found, LOUD / len(found) ** 0.5)
        row |= dict.fromkeys(hinted, HINTED / (len(hinted) or 1) ** 0.5)
        if line.fresh:
            row |= dict.fromkeys(perceived.marks, MARK)
        rows.append(row)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(rows).tocsr()
    names = list(vectorizer.get_feature_names_out())
    kept = often(matrix, lines)
    return matrix[:, kept], [names[at] for at in np.flatnonzero(kept)], seen


def often(matrix: Any, lines: Sequence[Line]) -> Any:
    """Which features stand in enough of the lines as they were written."""
    import numpy as np

    own = np.array([not line.copy for line in lines])
    return np.asarray((matrix[own] > 0).sum(0)).ravel() >= RAREST


def hold_out(matrix: Any, lines: Sequence[Line], names: Sequence[str]) -> Any:
    """What voices make of each line that learnt nothing from its caller (lines times voices)."""
    import numpy as np

    folds = np.array([crc32(line.caller.encode()) % FOLDS for line in lines])
    heard = np.empty((len(lines), len(names)))
    for fold in range(FOLDS):
        rest = folds != fold
        learnt = [line for line, kept in zip(lines, rest, strict=True) if kept]
        # what is rare without the held-out lines is unknown: they must not choose the features
        known = often(matrix[rest], learnt)
        voices = Voices(names).learn(matrix[rest][:, known], [line.voice for line in learnt])
        heard[~rest] = voices.sounds(matrix[~rest][:, known])
    return heard


def table(voices: Voices, features_: Sequence[str], join: Sequence[float]) -> Iterator[str]:
    """The lines of the table of weights."""
    yield "# Weights of bot/understanding/hunch.py, learnt by learn_hunch.py; do not edit."
    yield f"# A letter is a voice in the order of the first row, a number its weight times {UNIT}."
    yield "feature\tweights"
    yield f"{VOICES}\t{'|'.join(voices.names)}"
    yield f"{BIAS}\t{'|'.join(f'{one:.3f}' for one in voices.bias)}"
    yield f"{JOIN}\t{'|'.join(f'{one:.4f}' for one in join)}"
    for at, feature in enumerate(features_):
        column = voices.weights[:, at]
        cell = "".join(f"{letters(n)}{int(one)}" for n, one in enumerate(column) if one)
        if cell:
            yield f"{feature}\t{cell}"


def main() -> None:
    """Learn the weights anew, write the table, and print what held-out varieties show."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the solver's threads wait for one another most of the time
        _learn()


def _learn() -> None:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    written = read_lines()
    garbled = Garbler([line.text for line in written]).copies(written)
    lines = [*written, *garbled, *in_company(written), *by_telephone(written)]
    matrix, names, seen = take_apart(lines)
    said = [line.voice for line in lines]
    kinds = sorted({line.kind for line in lines} - {"none"})
    voice_names = [DANGER, *kinds, *sorted({one for one in said if one.startswith(TALK)})]
    heard = hold_out(matrix, lines, voice_names)
    voices = Voices(voice_names).learn(matrix, said)
    parts = voices.joined(heard)
    join = LogisticRegression(C=1.0).fit(parts, np.array([line.kind != "none" for line in lines]))
    (lexicon.LEXICON / TABLE).write_text(
        "\n".join(table(voices, names, [join.intercept_[0], *join.coef_[0]])) + "\n",
        encoding="utf-8",
    )
    likely = join.predict_proba(parts)[:, 1]
    outcomes = [
        combine(perceived, Hunch(float(one), dict(zip(kinds, of[1 : len(kinds) + 1], strict=True))))
        for perceived, one, of in zip(seen, likely, heard, strict=True)
    ]
    report(lines, outcomes)


def _groups(line: Line) -> Iterator[str]:
    """The rows of the report that a line counts in."""
    source = "corpus" if line.act else "callers" if line.fresh else "lines"
    if line.kind == "none":
        if line.copy == "heard":
            yield f"{'talk' if line.act else 'traps'}, heard"
        if not line.copy:
            yield "talk" if line.act or line.about in ("ordinary", "fine") else f"traps, {source}"
            if line.about:
                yield f"traps, about {line.about}"
        return
    yield f"cries, {source}{', ' + line.copy if line.copy else ''}"
    if source == "callers" and not line.copy:
        yield f"cries, {line.kind}"
    if line.variety and not line.copy:
        yield f"cries, {source}, {line.variety}"


def report(lines: Sequence[Line], outcomes: Sequence[Emergency]) -> None:
    """Print how lines are judged by what learnt nothing from their callers, with 95 % intervals."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for line, outcome in zip(lines, outcomes, strict=True):
        for group in _groups(line):
            groups[group][outcome.level] += 1
        if line.kind != "none" and outcome.kind and not line.copy:
            groups["kind"]["certain" if outcome.kind == line.kind else "no"] += 1
    print(f"{'group':34} {'lines':>5}  certain  possible or certain (95 % interval)")
    for group, counts in sorted(groups.items()):
        total = counts.total()
        low, high = interval(total - counts["no"], total)
        print(
            f"{group:34} {total:5}  {100 * counts['certain'] / total:5.1f} %  "
            f"{100 * (1 - counts['no'] / total):5.1f} % ({100 * low:.1f}-{100 * high:.1f})"
        )


def interval(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.96
    middle = (hits + z * z / 2) / (total + z * z)
    reach = z * math.sqrt(hits * (total - hits) / total + z * z / 4) / (total + z * z)
    return max(0.0, middle - reach), min(1.0, middle + reach)


if __name__ == "__main__":
    main()
