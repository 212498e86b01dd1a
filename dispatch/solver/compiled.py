"""The compiled search, as Python calls it."""

from __future__ import annotations

from dispatch.solver import cheapest_columns, trace
from dispatch.solver import operate as operating
from dispatch.solver.kernel_library import Library

_LIBRARY = Library(
    operating.operate,
    trace.trace_route,
    cheapest_columns.choose_cheapest,
    cheapest_columns.raise_bound,
)

operate = _LIBRARY.call(operating.operate)
trace_route = _LIBRARY.call(trace.trace_route)
choose_cheapest = _LIBRARY.call(cheapest_columns.choose_cheapest)
raise_bound = _LIBRARY.call(cheapest_columns.raise_bound)
