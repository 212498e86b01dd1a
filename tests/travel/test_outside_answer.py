"""What a provider may answer, and what of it ever reaches the solver (fault H3)."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.errors import TravelUnavailable
from dispatch.travel import matrix_from_answer

METRES = [[0, 10_000.4], [10_000.5, 0]]
NAN, INF = float("nan"), float("inf")


def test_good_answer_is_rounded_half_up() -> None:
    """599.5 s are 600 s, 10,000.4 m are 10,000 m."""
    matrix = matrix_from_answer([[0, 599.5], [600, 0]], METRES, 2, "osrm")
    assert matrix.seconds.tolist() == [[0, 600], [600, 0]]
    assert matrix.metres.tolist() == [[0, 10_000], [10_001, 0]]
    assert matrix.source == "osrm"


def test_pair_without_a_way_in_either_table_has_none_in_both() -> None:
    """A length without a time is of no use."""
    matrix = matrix_from_answer([[0, None], [600, 0]], [[0, 9], [None, 0]], 2, "osrm")
    assert matrix.seconds.tolist() == matrix.metres.tolist() == [[0, -1], [-1, 0]]


@pytest.mark.parametrize(
    "seconds",
    [
        None,
        "<html>",
        {},
        [],
        [[0]],
        [[0, 1], [1]],
        [[0, 1], "no"],
        [[0, 1], None],
        [[0, 1], [1, 0], [1, 1]],
        [[0, -1], [1, 0]],
        [[0, NAN], [600, 0]],
        [[0, INF], [600, 0]],
        [[0, 1e300], [600, 0]],
        [[0, 10**400], [600, 0]],
        [[0, "600"], [600, 0]],
        [[0, True], [600, 0]],
        [[0, [600]], [600, 0]],
        [[7, 600], [600, 0]],
        [[None, 600], [600, 0]],
        [[0, 600_000], [600_000, 0]],
        [[0, 1], [1, 0]],
        np.array([[0.0, np.nan], [600.0, 0.0]]),
    ],
    ids=str,
)
def test_garbage_is_refused_and_never_solved(seconds: object) -> None:
    """Wrong shapes, types and signs, milliseconds or minutes for seconds, a way to itself."""
    with pytest.raises(TravelUnavailable, match="osrm"):
        matrix_from_answer(seconds, METRES, 2, "osrm")
