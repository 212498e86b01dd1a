"""What a problem may charge for a whole plan: neutral defaults, bounds named in the refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from named_worlds import EIGHT, FOUR, HOUR, NINE, NOON, day_shift, visit, world

from dispatch.solver.problem import LONGEST_LOAD, Due, Engineer, Problem, ProblemError, Sla

EIGHT_HOURS = 8 * HOUR


def test_nothing_is_charged_unless_somebody_asks() -> None:
    """Every default is neutral: no rate, no history, nothing unpopular."""
    problem = world((visit(1),))
    assert (problem.fairness_rate, problem.worst_lateness_per_hour) == (0, 0)
    assert (problem.engineers[0].workload, problem.visits[0].unpopular) == (0, 0)


def test_the_longest_load_adds_history_shifts_and_unpopular_visits() -> None:
    """Three hours before, two shifts of eight, an unpopular visit of one; the other has only it."""
    problem = world(
        (visit(1, unpopular=HOUR), visit(2)),
        (day_shift(), day_shift(latest_end=FOUR + HOUR)),
        (Engineer(workload=3 * HOUR), Engineer()),
    )
    assert problem.longest_loads() == (21 * HOUR, HOUR)


def test_the_longest_lateness_is_counted_to_the_end_of_the_last_shift() -> None:
    """Nobody arrives after 16:00: seven hours after 9:00, four after the ideal of noon."""
    late, due = visit(1, sla=Sla(NINE, 0, 0)), visit(1, due=Due(EIGHT, FOUR, NOON, 0, 0))
    assert world((visit(1),)).longest_lateness() == 0
    assert world((due,)).longest_lateness() == 4 * HOUR
    assert world((late, due)).longest_lateness() == 7 * HOUR
    assert world((visit(1, sla=Sla(FOUR, 0, 0)),)).longest_lateness() == 0


def _with(**changes: Any) -> Problem:
    return replace(world((visit(1, sla=Sla(EIGHT, 0, 0)),)), **changes)


def test_rates_are_taken_up_to_what_64_bits_can_round() -> None:
    """Eight hours squared are 829440000 s2: the largest rate is 2**61 over that."""
    most = (1 << 61) // EIGHT_HOURS**2
    assert _with(fairness_rate=most).fairness_rate == most
    with pytest.raises(ProblemError, match=r"^fairness_rate: \d+ .* 28800 s.* engineers\[0\]"):
        _with(fairness_rate=most + 1)
    assert _with(worst_lateness_per_hour=1 << 40).worst_lateness_per_hour == 1 << 40


def test_a_rate_times_the_longest_lateness_must_fit() -> None:
    """A promise of an age ago and a price of 2**40 would not fit in 64 bits."""
    old = visit(1, sla=Sla(-(1 << 33), 0, 0))
    with pytest.raises(ProblemError, match=r"^worst_lateness_per_hour: "):
        world((old,), worst_lateness_per_hour=1 << 40)


@pytest.mark.parametrize("rate", [-1, (1 << 40) + 1])
@pytest.mark.parametrize("name", ["fairness_rate", "worst_lateness_per_hour"])
def test_a_rate_is_not_negative_nor_endless(name: str, rate: int) -> None:
    """The message names the field and the range."""
    with pytest.raises(ProblemError, match=f"^{name}: {rate}, expected 0"):
        _with(**{name: rate})


@pytest.mark.parametrize("seconds", [-1, LONGEST_LOAD + 1])
def test_loads_lie_within_a_year(seconds: int) -> None:
    """History and unpopular work are refused below zero and beyond 366 days."""
    with pytest.raises(ProblemError, match=r"^engineers\[0\].workload: "):
        world((), engineers=(Engineer(workload=seconds),))
    with pytest.raises(ProblemError, match=r"^visits\[0\].unpopular: "):
        world((visit(1, unpopular=seconds),))
    assert world((visit(1, unpopular=LONGEST_LOAD),)).visits[0].unpopular == LONGEST_LOAD
