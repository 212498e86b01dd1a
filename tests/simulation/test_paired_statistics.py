"""Paired statistics against numbers computed by hand and from printed tables."""

from __future__ import annotations

import math

import pytest

from dispatch.simulation.statistics import compare_pairs, interval_of
from dispatch.simulation.student import t_probability, t_quantile


@pytest.mark.parametrize(
    ("probability", "freedom", "table"),
    [(0.975, 1, 12.7062), (0.975, 2, 4.30265), (0.975, 9, 2.26216), (0.995, 29, 2.75639)],
)
def test_quantiles_are_those_of_the_printed_table(
    probability: float, freedom: int, table: float
) -> None:
    """Five digits of the usual table of Student's t."""
    assert t_quantile(probability, freedom) == pytest.approx(table, rel=1e-5)
    assert t_quantile(1 - probability, freedom) == pytest.approx(-table, rel=1e-5)


def test_the_distribution_with_one_degree_is_cauchy() -> None:
    """With one degree of freedom the probability is known in closed form."""
    for t in (-3.0, -0.5, 0.0, 1.0, 20.0):
        assert t_probability(t, 1) == pytest.approx(0.5 + math.atan(t) / math.pi, abs=1e-12)


def test_a_pair_by_hand() -> None:
    """Differences 1, 2, 3: mean 2, standard error 1 / sqrt 3, interval 2 +- 4.30265 / sqrt 3."""
    pair = compare_pairs([10.0, 20.0, 30.0], [11.0, 22.0, 33.0], 1)
    assert pair.difference == 2
    assert pair.low == pytest.approx(2 - 4.30265 / math.sqrt(3), rel=1e-5)
    assert pair.high == pytest.approx(2 + 4.30265 / math.sqrt(3), rel=1e-5)
    assert not pair.significant
    assert pair.better == 1.0
    # Variances 100 and 121 against 1.
    assert pair.variance_ratio == pytest.approx(221.0)
    # t = 2 sqrt 3 with two degrees of freedom: p = 1 - t / sqrt(t^2 + 2).
    assert pair.p_value == pytest.approx(1 - math.sqrt(12 / 14), rel=1e-9)


def test_less_is_better_and_ties_count_half() -> None:
    """One win, one tie and two losses of four."""
    pair = compare_pairs([5.0, 5.0, 5.0, 5.0], [4.0, 5.0, 6.0, 7.0], -1)
    assert pair.better == pytest.approx((1 + 0.5) / 4)


def test_no_difference_is_none_for_sure() -> None:
    """Equal rows: zero, an interval of no width, nothing to reject."""
    pair = compare_pairs([1.5, 2.5], [1.5, 2.5], 1)
    assert (pair.difference, pair.low, pair.high, pair.p_value) == (0.0, 0.0, 0.0, 1.0)
    assert not pair.significant
    assert pair.variance_ratio is None


def test_one_replication_has_no_interval() -> None:
    """Nothing is sure after one future."""
    pair = compare_pairs([1.0], [2.0], 1)
    assert pair.low is None
    assert not pair.significant
    assert interval_of([3.0]) == (3.0, None, None)
