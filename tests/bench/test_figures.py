"""The benchmark's own arithmetic."""

from __future__ import annotations

import os

import pytest

from tests.bench.figures import Samples, table, verdict
from tests.bench.memory import _children, _family, _held

pytestmark = pytest.mark.unit


def test_no_samples_are_shown_as_dashes_not_as_zero():
    assert Samples().in_ms() == ["0", "–", "–"]


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 10), (0.95, 19), (1.0, 20)])
def test_quantile_is_a_sample_that_was_taken(share, value):
    assert Samples([float(n) for n in range(20, 0, -1)]).quantile(share) == value


def test_a_goal_that_is_just_reached_is_missed():
    assert verdict(60.0, 60.0) == "**missed**"
    assert verdict(59.9, 60.0) == "met"


def test_table_has_a_row_for_each_row():
    assert table(["a", "b"], [[1, 2]]) == ["| a | b |", "|---|---|", "| 1 | 2 |", ""]


def test_memory_of_a_process_that_ended_is_nothing():
    assert _held([2**22 + 1]).rss == 0


def test_memory_counts_this_process_and_is_not_smaller_than_its_share():
    held = _held([os.getpid()])
    assert held.rss > 5_000_000
    assert held.pss is None or held.pss <= held.rss


def test_a_child_belongs_to_its_parent():
    assert os.getpid() in _family(os.getppid(), _children())
