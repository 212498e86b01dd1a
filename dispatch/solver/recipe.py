"""The recipe `auto`: which stages run, and how the search among them is tuned.

Every switch earns its place in the ablation table of `docs/optimiser.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recipe:
    """Switches of the stages and figures of the search.

    Parameters
    ----------
    cycle_s
        Seconds of one annealing cycle from hot to cold, for each hundred visits (fewer on small
        days); each begins at the best plan so far.
    cycle_iterations
        The same when the budget is in iterations.
    hottest, coldest
        Temperatures at both ends of a cycle, in average leg prices.
    hotter
        How many times hotter every second cycle begins, but for the last two.
    widely
        How many times hotter a cycle of a day with many shifts begins, where each neighbourhood gets
        few of the steps.
    removed, longest_string, emptying
        Visits that a ruin removes on average, its longest string of stops, and per mille of the
        ruins that empty a whole route.
    planting, nearness
        Per mille of the steps that plant a remembered route, and how far from the best a plan may
        be, as a share of its money, to have its routes remembered.
    blink
        Chance that a shift is overlooked for a visit.
    recombine
        Whether a set partitioning over the routes seen follows a long search.
    exact
        Whether a problem of a few visits is proved after a short search.
    validate
        Whether the routing model confirms a plan that it can hold.
    """

    cycle_s: float = field(default=5.0, metadata={"off": 1e9})
    cycle_iterations: int = 40_000
    hottest: float = field(default=2.0, metadata={"off": 0.04})
    coldest: float = 0.04
    hotter: float = field(default=4.0, metadata={"off": 1.0})
    widely: float = field(default=3.0, metadata={"off": 1.0})
    removed: int = 8
    longest_string: int = 10
    emptying: int = field(default=50, metadata={"off": 0})
    planting: int = field(default=100, metadata={"off": 0})
    nearness: float = 0.03
    blink: float = field(default=0.03, metadata={"off": 1e-12})
    recombine: bool = True
    exact: bool = True
    validate: bool = True


AUTO = Recipe()
"""All stages."""

SEARCH_ONLY = Recipe(recombine=False, exact=False, validate=False)
"""The compiled search alone, engine `lns`."""
