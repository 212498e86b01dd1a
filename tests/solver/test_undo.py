"""Copies of a plan hold all that decides it."""

from __future__ import annotations

from named_worlds import EIGHT, FOUR, HOUR, day_shift, visit, world

from dispatch.solver import layout
from dispatch.solver.operate import LEAVE_BANK, REFRESH, RESTORE, SAVE
from dispatch.solver.problem import Depot, Engineer, Window
from dispatch.solver.search import Search


def test_a_restored_plan_knows_which_shift_uses_the_piece_in_the_van() -> None:
    """One board in the van, one in the depot, a visit before noon and one in the second shift.

    Both routes keep their stops, and only who takes the board of the van changes meanwhile.
    """
    early, late = Window(EIGHT, EIGHT + 3 * HOUR), Window(FOUR, FOUR + 3 * HOUR)
    problem = world(
        visits=(
            visit(1, parts=((0, 1),), windows=(early,)),
            visit(1, parts=((0, 1),), windows=(late,)),
        ),
        engineers=(Engineer(stock={0: 1}),),
        shifts=(
            day_shift(),
            day_shift(start=FOUR, end=FOUR + 8 * HOUR, latest_end=FOUR + 8 * HOUR),
        ),
        depots=(Depot(0, 0, {0: 1}),),
    )
    search = Search(problem, 1)
    pickup = 2 + next(i for i, option in enumerate(search.options) if not option.fixed)
    for shift in (0, 1):
        search.extend(shift, pickup)
        search.extend(shift, shift)
        search.assign(shift, shift)
        assert search.do(REFRESH, shift) == 1
        search.do(LEAVE_BANK, shift)
    parts = problem.num_parts
    first = search.row(search.state, layout.VAN, 0, 2 * parts).copy()
    assert first.reshape(2, parts)[:, 0].tolist() == [1, 0]
    search.do(SAVE)

    lengths = search.row(search.state, layout.LENGTH, 0, 2)
    for shift, stops in ((0, 0), (1, 2), (0, 2)):
        lengths[shift] = stops
        assert search.do(REFRESH, shift) == 1
    swapped = search.row(search.state, layout.VAN, 0, 2 * parts)
    assert swapped.reshape(2, parts)[:, 0].tolist() == [0, 1]

    search.do(RESTORE)
    assert search.row(search.state, layout.VAN, 0, 2 * parts).tolist() == first.tolist()
