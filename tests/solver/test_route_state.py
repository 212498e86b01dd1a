"""What the search knows of a route up to a stop is kept while the route is the same up to there."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from small_problems import Mix, small_problem

from dispatch.solver import layout
from dispatch.solver.operate import REFRESH
from dispatch.solver.search import Search


def timed(search: Search) -> dict[str, NDArray[np.int64]]:
    """Labels, travel and costs of the routes at hand, as far as the routes reach."""
    st, shifts = search.state, len(search.problem.shifts)
    stops = int(st[layout.STOPS]) + 1
    lengths = search.row(st, layout.LENGTH, 0, shifts)
    reached = np.arange(stops)[None, :] <= lengths[:, None]
    known = {"cost": search.row(st, layout.COST, 0, shifts).copy()}
    cells = (int(st[layout.TRAVEL]) - int(st[layout.LABELS])) // (shifts * stops)
    for name, cell, width in (
        ("labels", layout.LABELS, cells),
        ("travel", layout.TRAVEL, 1),
        ("metres", layout.METRES_RUN, 1),
    ):
        at = int(st[cell])
        table = st[at : at + shifts * stops * width].reshape(shifts, stops, width)
        known[name] = table[reached].copy()
    return known


@pytest.mark.parametrize("seed", range(16))
def test_what_is_kept_of_a_route_is_what_timing_it_anew_says(seed: int) -> None:
    """After a search every route is timed from its first stop again; nothing changes."""
    search = Search(small_problem(seed, Mix(most_visits=16)), 1)
    search.construct()
    for heat in (0.0, 0.5):
        search.improve(400, heat)
    before = timed(search)
    st, shifts = search.state, len(search.problem.shifts)
    at = int(st[layout.TIMED])
    st[at : at + shifts * (int(st[layout.STOPS]) + 1)] = 0
    for s in range(shifts):
        assert search.do(REFRESH, s)
    after = timed(search)
    for name, table in before.items():
        assert np.array_equal(table, after[name]), name
