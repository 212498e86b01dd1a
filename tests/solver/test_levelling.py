"""Levelling by hand: what the fullest week can be, who follows whom, who is left without hours."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.solver.levelling import level
from dispatch.solver.levelling_problem import LevellingProblem, Piece, measure, peak_bound, spread
from dispatch.solver.levelling_start import first_weeks


def piece(minutes: int, *weeks: int, **changes: object) -> Piece:
    """Work that may be done in any of these weeks, the first one being the ideal."""
    costs = {week: abs(week - weeks[0]) for week in weeks}
    return Piece(minutes, costs, (0,), changes.pop("site", 0), **changes)  # type: ignore[arg-type]


def problem(weeks: int, *pieces: Piece, room: int = 10_000, journey: int = 0) -> LevellingProblem:
    """One pool with the same hours in every week."""
    return LevellingProblem(weeks, ((room,) * weeks,), pieces, journey)


def test_three_equal_pieces_get_a_week_each() -> None:
    """All three may be done in any of three weeks: 60 minutes a week, proved by the average."""
    found = level(problem(3, *(piece(60, 0, 1, 2) for _ in range(3))), time_limit_s=5)
    assert sorted(found.weeks) == [0, 1, 2]
    assert (found.peak, found.peak_bound, found.over) == (60, 60, 0)
    assert found.proved


def test_a_search_without_time_still_gives_everything_a_week() -> None:
    """The search finds nothing; what it was to begin with is even already, and keeps the chain."""
    pieces = (*(piece(60, 0, 1, 2) for _ in range(3)), piece(60, 4, 5, follows=0, after={0: (4,)}))
    found = level(problem(6, *pieces), time_limit_s=0.0)
    assert sorted(found.weeks[:3]) == [0, 1, 2]
    assert (found.weeks[0], found.weeks[3]) == (0, 4)
    assert (found.peak, found.over) == (60, 0)


def test_a_narrow_stretch_bounds_the_peak() -> None:
    """Three hours must be done in weeks 1 and 2, so one of them has 120 of the 180 minutes."""
    narrow = [piece(60, 1, 2) for _ in range(3)]
    found = level(problem(4, *narrow), time_limit_s=5)
    assert found.peak == 120
    assert found.peak_bound == 90


def test_who_follows_waits_for_the_week_before() -> None:
    """The second round is done three weeks after the first one, whenever that is."""
    first = piece(60, 0, 1)
    second = piece(60, 3, 4, follows=0, after={0: (3,), 1: (4,)})
    lone = piece(60, 0)
    found = level(problem(5, first, second, lone), time_limit_s=5)
    assert found.weeks == (1, 4, 0)


def test_work_above_capacity_is_avoided_before_peaks_are() -> None:
    """Week 1 has an hour only; the second hour goes to week 0 although that makes its peak higher."""
    rooms = ((10_000, 60),)
    pieces = (piece(60, 0), piece(60, 0, 1), piece(60, 0, 1))
    found = level(LevellingProblem(2, rooms, pieces), time_limit_s=5)
    assert found.over == 0
    assert found.peak == 120


def test_work_at_one_site_shares_a_journey_where_peaks_allow_it() -> None:
    """Two half hours at site 0 and one at site 1: those of one site come together."""
    pieces = (
        piece(30, 0, 1, site=0),
        piece(30, 1, 0, site=0),
        piece(60, 0, 1, site=1),
    )
    found = level(problem(2, *pieces, journey=10), time_limit_s=5)
    assert found.weeks[0] == found.weeks[1] != found.weeks[2]


def test_a_week_beyond_the_horizon_counts_for_no_peak() -> None:
    """What may only be done after the end leaves the peak of the two weeks alone."""
    pieces = (piece(60, 0), piece(600, 2))
    world = LevellingProblem(3, ((10_000,) * 3,), pieces, beyond=1)
    assert level(world, time_limit_s=5).peak == 60


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"minutes": 0, "weeks": {0: 0}}, "minutes"),
        ({"minutes": 10, "weeks": {}}, "weeks"),
    ],
)
def test_a_piece_without_work_or_weeks_is_refused(changes: dict[str, object], reason: str) -> None:
    """Both would be a mistake of whoever asks."""
    with pytest.raises(ValueError, match=reason):
        Piece(**({"pools": (0,), "site": 0} | changes))  # type: ignore[arg-type]


def test_weeks_and_pools_that_do_not_exist_are_refused() -> None:
    """A week beyond the last one, and a piece that follows itself."""
    with pytest.raises(ValueError, match="week"):
        problem(1, piece(60, 3))
    with pytest.raises(ValueError, match="follows"):
        problem(1, piece(60, 0, follows=0, after={0: (0,)}))


worlds = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.sets(st.integers(0, 3), min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_the_peak_is_the_lowest_of_all_assignments(drawn: list[tuple[int, set[int]]]) -> None:
    """Against trying every assignment; and the bound never lies above the best peak."""
    pieces = [piece(60 * hours, *sorted(weeks)) for hours, weeks in drawn]
    world = problem(4, *pieces)
    best = min(measure(world, weeks)[0] for weeks in product(*(sorted(p.weeks) for p in pieces)))
    found = level(world, time_limit_s=5)
    assert all(week in piece.weeks for week, piece in zip(found.weeks, pieces, strict=True))
    assert best <= found.peak <= best * 1.01 + 1
    assert peak_bound(world) <= best
    first, better = spread(world), first_weeks(world)
    assert first is not None
    assert better is not None
    assert best <= measure(world, better)[0] <= measure(world, first)[0]
