"""The comparison as a section of docs/evaluation.md."""

from __future__ import annotations

import json
from typing import Any

from tests.eval.baselines.measure import KEPT, NOISES


def section() -> list[str]:
    """Lines of Markdown from the kept figures; how to measure them where there are none."""
    head = ["## Beside stock Rasa", ""]
    if not KEPT.exists():
        return [*head, "Not measured; `python -m tests.eval --baselines` does.", ""]
    found = json.loads(KEPT.read_text(encoding="utf-8"))
    place = found["machine"]
    return [
        *head,
        f"Measured {found['date']} by `python -m tests.eval --baselines` on {place['processor']}, "
        f"{place['cores']} cores, load average {' → '.join(found['load'])}: each configuration "
        f"trained on the same {found['training_lines']} lines of nlu_data and asked the same "
        f"{found['lines']} unseen lines. Right acts by the classifier alone, without the "
        "recogniser of emergencies; garbled: that share of the characters replaced by homophones. "
        "Parsing was timed with all models asked in turn.",
        "",
        *_table(found["peers"]),
        *_errors(found["peers"]),
    ]


def _table(peers: dict[str, Any]) -> list[str]:
    noises = ["as written" if not noise else f"{noise:.0%} garbled" for noise in NOISES]
    cells = [["configuration", *noises, "training s", "model MB", "parse p50 ms"]]
    cells += [
        [
            peer["name"],
            *(f"{100 * share:.1f} %" for share in peer["accuracy"].values()),
            f"{peer['training_s']:.0f} (load {peer['training_load']})",
            f"{peer['model_mb']:.1f}",
            f"{peer['parse_ms']:.1f}" if "parse_ms" in peer else "–",
        ]
        for peer in peers.values()
    ]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return [lines[0], "|" + "---|" * len(cells[0]), *lines[1:], ""]


def _errors(peers: dict[str, Any]) -> list[str]:
    """How many times the errors of ours the stock pipelines make."""
    ours = peers["ours"]["accuracy"]
    sentences = [
        f"{peer['name']}: "
        + ", ".join(
            f"{(1 - peer['accuracy'][noise]) / (1 - share):.1f}" if share < 1 else "–"
            for noise, share in ours.items()
        )
        for key, peer in peers.items()
        if key.startswith("stock")
    ]
    return [
        f"Errors for each error of Anban's, as written and at {', '.join(list(ours)[1:])}: "
        + "; ".join(sentences)
        + ".",
        "",
    ]
