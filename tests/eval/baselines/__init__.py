"""Peer configurations of Rasa, trained on our training language and measured on the unseen sets.

They are no part of the product. Measuring takes long (``python -m tests.eval --baselines``), so
what was measured is kept in tests/eval/baselines.json and shown by every ``make eval``.
"""

from tests.eval.baselines.measure import measure
from tests.eval.baselines.section import section

__all__ = ["measure", "section"]
