"""Learns the weights of `wishing` from the training language, told times and development sets.

Run ``python -m bot.understanding.times.learn_wishing`` after changing nlu_data/nlu, time_told.tsv,
the rules or the development sets in tests/unit/understanding/data. It writes time_wishing.tsv and
prints what it makes of lines it did not learn from. The same lines give the same table.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import yaml

from bot.understanding import lexicon
from bot.understanding.times import parser, wishing
from bot.understanding.times.learn_likelihood import SETS

CORPUS = lexicon.LEXICON.parent / "nlu"
"""Folder of what people say, by theme (Rasa's format)."""
WISHES = frozenset(["book", "reschedule_order", "give_time", "medication_reminder"])
"""Acts whose times are wished."""
TELLS = frozenset(
    [
        *("elder_status", "smalltalk", "order_status", "report_feeling_ok", "emergency", "deny"),
        *("feeling_lonely_or_sad", "complain", "greet", "ask_policy", "out_of_scope", "thanks"),
        *("rate_service", "apply_subsidy", "give_address", "check_eligibility"),
    ]
)
"""Acts whose times are only told; of the others either may be."""
SAID = datetime(2026, 3, 4, 9, 10)
"""When the lines of the training language are taken to be said."""
TOLD = "time_told.tsv"
"""What imagined callers wish or only tell, with a time in it."""
ROUNDS, STEP, SHRINK, RAREST = 20, 0.5, 0.3, 5
"""Rounds of gradient descent (Adagrad), its step, how much weights are held down, and the lines
that must show a feature for it to be learnt."""
PARTS = 4
"""In how many parts the lines are held out in turn."""
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")

Line = tuple[frozenset[str], bool]
"""What is seen of a line, and whether it wishes for something."""


def lines() -> Iterator[Line]:
    """Every line that names a time, with whether it is wished."""
    for text, now, wishes in (*_corpus(), *_told(), *_sets()):
        read, said = parser.mentions(text, now)
        if said:
            yield wishing.features(read, said, now), wishes


def _corpus() -> Iterator[tuple[str, datetime, bool]]:
    for path in sorted(CORPUS.glob("*.yml")):
        for item in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            act = item.get("intent", "").partition("/")[0]
            if act in WISHES | TELLS:
                for example in item["examples"].splitlines():
                    yield _ENTITY.sub(r"\1", example.removeprefix("- ")), SAID, act in WISHES


def _told() -> Iterator[tuple[str, datetime, bool]]:
    for row in lexicon.rows(TOLD):
        yield row["text"], SAID, row["kind"] == "wish"


def _sets() -> Iterator[tuple[str, datetime, bool]]:
    for path in sorted(SETS.glob("times_*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            if not row.get("context") and not row.get("open"):
                now = datetime.fromisoformat(row["now"])
                yield row["text"], now, not row.get("expect_none")


def learn(learnt_from: Sequence[Line]) -> dict[str, float]:
    """Weights that tell wishes from the rest, both counted as equally many."""
    seen = Counter(name for features, _ in learnt_from for name in features)
    weights = {name: 0.0 for name, count in sorted(seen.items()) if count >= RAREST}
    travelled = dict.fromkeys(weights, 1e-6)
    known = [([n for n in sorted(f) if n in weights], wishes) for f, wishes in learnt_from]
    wished = sum(wishes for _, wishes in known)
    balance = (len(known) - wished) / wished
    shuffled = random.Random(0)  # noqa: S311 -- the order of the lines, the same every time
    for _ in range(ROUNDS):
        shuffled.shuffle(known)
        for names, wishes in known:
            length = math.sqrt(len(names))
            likely = 1 / (1 + math.exp(-sum(weights[name] for name in names) / length))
            pull = (likely - wishes) * (balance if wishes else 1) / length
            for name in names:
                slope = pull + SHRINK * weights[name] / len(known)
                travelled[name] += slope * slope
                weights[name] -= STEP * slope / math.sqrt(travelled[name])
    return weights


def report(found: Sequence[Line]) -> None:
    """Print how many lines fall below the bar, judged by weights learnt from the others."""
    counts: Counter[str] = Counter()
    for part in range(PARTS):
        weights = learn([line for at, line in enumerate(found) if at % PARTS != part])
        for features, wishes in found[part::PARTS]:
            below = wishing.score(features, weights) < wishing.UNLIKELY
            kind = "wishes" if wishes else "others"
            counts[kind] += 1
            counts[f"{kind} below the bar"] += below
    print(", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))


def main() -> None:
    """Learn from every line, write the table, and report what lines held out give."""
    found = list(lines())
    steps = {name: round(weight / wishing.UNIT) for name, weight in learn(found).items()}
    head = [
        "# Weights of bot/understanding/times/wishing.py, learnt by learn_wishing.py; do not edit.",
        "# A letter stands for a time (P past, N today, D ahead, H hour, R recurrence); a number is"
        " the weight times 0.05.",
        "feature\tweight",
    ]
    rows = [*head, *(f"{name}\t{step}" for name, step in sorted(steps.items()) if step)]
    (lexicon.LEXICON / wishing.TABLE).write_text("\n".join(rows) + "\n", encoding="utf-8")
    report(found)


if __name__ == "__main__":
    main()
