"""Routes without their free pickups, which the search keeps: the memory must not show in a plan."""

from __future__ import annotations

import pytest
from small_problems import Mix, small_problem

from dispatch.solver import search_state
from dispatch.solver.problem import Problem
from dispatch.solver.search import Search
from dispatch.solver.solution import Solution

CROWDED = Mix(most_visits=16)


def plan_of(problem: Problem) -> tuple[Solution, tuple[tuple[int, ...], int]]:
    """The plan of a short search and its figures."""
    search = Search(problem, 1)
    search.construct()
    for heat in (0.0, 0.5):
        search.improve(400, heat)
    return search.solution(), search.figures()


@pytest.mark.parametrize("seed", range(12))
def test_a_kept_base_is_what_a_fresh_one_would_be(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for all routes or for one, each in the other's way, the search makes one plan."""
    problem = small_problem(seed, CROWDED)
    with_room = plan_of(problem)
    monkeypatch.setattr(search_state, "MOST_BASES", 1)
    assert plan_of(problem) == with_room
