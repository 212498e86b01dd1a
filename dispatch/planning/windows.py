"""When the work of a visit may start: windows of the case as disjoint windows of the problem."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.domain import Visit
from dispatch.planning.legend import Legend
from dispatch.solver.problem import Window

__all__ = ["start_windows", "unite"]


def unite(windows: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Merge closed windows that share an instant.

    Parameters
    ----------
    windows
        Pairs of earliest and latest second, in any order.

    Returns
    -------
    tuple of pairs
        Sorted and disjoint, covering the same seconds.
    """
    united: list[tuple[int, int]] = []
    for earliest, latest in sorted(windows):
        if united and earliest <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], latest))
        else:
            united.append((earliest, latest))
    return tuple(united)


def start_windows(visit: Visit, legend: Legend, horizon: int) -> tuple[Window, ...]:
    """Seconds at which the work may start (contract 4a, *Windows*).

    Parameters
    ----------
    visit
        Its time windows hold if there are any, its due bounds always.
    legend
        Where second 0 is.
    horizon
        End of the planning window, in which every start lies.

    Returns
    -------
    tuple of Window
        Empty when no start is allowed at all.
    """
    low, high = 0, horizon
    if visit.due is not None and visit.due.earliest is not None:
        low = max(low, legend.seconds(visit.due.earliest))
    if visit.due is not None and visit.due.latest is not None:
        high = min(high, legend.seconds(visit.due.latest))
    given = [(legend.seconds(one.start), legend.seconds(one.end)) for one in visit.time_windows]
    cut = [(max(low, start), min(high, end)) for start, end in given or [(low, high)]]
    return tuple(Window(*pair) for pair in unite(pair for pair in cut if pair[0] <= pair[1]))
