"""Questions of managers, answered by searches that stop when they may."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from dispatch.domain.change import VanStock
from dispatch.domain.scenario import Scenario
from dispatch.formats.question_table import tell_question
from dispatch.simulation.comparison import make_study, work_off
from dispatch.simulation.executor import Done, InProcess
from dispatch.simulation.questions import Asking, best_of, breaking_demand, smallest_team
from dispatch.simulation.sampling import Patience, binomial_tail
from dispatch.simulation.study import Outcome, Study, WorkItem
from tests.simulation.simulated_worlds import busy_shop

Says = Callable[[str, int], tuple[int, int, float]]
"""Promises that ran out, those kept, and the cost: by the name of a world and the replication."""


class Oracle:
    """Knows what comes of every world without simulating it, and what was asked for."""

    def __init__(self, says: Says) -> None:
        self.says, self.asked = says, list[tuple[str, int]]()

    def run(
        self,
        study: Study,
        items: Iterable[WorkItem],
        done: Done,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Work off the items."""
        del cancelled
        for item in items:
            name = study.worlds[item.world].name
            self.asked.append((name, item.replication))
            promised, kept, cost = self.says(name, item.replication)
            share = kept / promised if promised else 1.0
            figures = {"cost": cost, "on_time_critical": share, "visits_done": float(promised)}
            groups = ("critical", "critical@")
            asked, held = dict.fromkeys(groups, promised), dict.fromkeys(groups, kept)
            done(item, Outcome(figures, {}, asked, held))

    def close(self) -> None:
        """Nobody waits."""

    def runs_of(self, name: str) -> int:
        """How often a world was simulated."""
        return sum(one == name for one, _ in self.asked)


def asking(says: Says, most: int = 30) -> tuple[Asking, Oracle]:
    """Ask about the shop with two engineers."""
    oracle = Oracle(says)
    return Asking(busy_shop(), oracle, Patience(6, 6, most)), oracle


def test_a_tail_of_the_binomial_by_hand() -> None:
    """Two or three heads of three: 3/8 + 1/8."""
    assert binomial_tail(3, 2, 0.5) == pytest.approx(0.5)
    assert binomial_tail(90, 90, 0.95) == pytest.approx(0.95**90)
    assert binomial_tail(3, 0, 0.1) == 1.0


def test_a_share_is_of_arrivals_and_not_of_days() -> None:
    """Of 11 arrivals of two days 10 are kept; the mean of the days would be 1/2 and 1: 3/4."""
    ask, _ = asking(lambda _, r: (1, 0, 0.0) if r % 2 else (10, 10, 0.0))
    found = ask.sampler([]).keeps(0, "critical", 0.8)
    assert found.share == pytest.approx(10 / 11)
    assert found.holds


def test_a_few_good_days_prove_nothing() -> None:
    """Six days of two arrivals, all on time, happen often with 90 % too; 180 arrivals do not."""
    ask, _ = asking(lambda _, __: (2, 2, 0.0))
    found = ask.sampler([]).keeps(0, "critical", 0.95)
    assert (found.sure, found.runs, found.promised) == (False, 30, 60)
    ask, _ = asking(lambda _, __: (30, 30, 0.0))
    assert ask.sampler([]).keeps(0, "critical", 0.95).runs == 6


def test_the_smallest_team_is_found_below_those_tried_first() -> None:
    """One engineer is enough for the shop, none is not, and two need not be looked at for long."""
    ask, oracle = asking(lambda name, _: (50, 0 if name.startswith("0 ") else 50, 0.0))
    (row,) = smallest_team(ask, 0.9)
    assert (row["today"], row["smallest"]) == (2, 1)
    assert [one["engineers"] for one in row["tried"]] == [0, 1]
    assert oracle.runs_of("0 engineers") == 6
    assert oracle.runs_of("base") == 0


def test_a_team_that_is_larger_than_needed_is_made_smaller_step_by_step() -> None:
    """With six engineers three are tried first; two are enough as well, one is not."""
    shop = busy_shop()
    engineers = tuple(replace(shop.engineers[0], id=f"e{n}", shifts=()) for n in range(6))
    oracle = Oracle(lambda name, _: (50, 50 if int(name.split()[0]) >= 2 else 10, 0.0))
    ask = Asking(replace(shop, engineers=engineers, current_plan=None), oracle, Patience())
    (row,) = smallest_team(ask, 0.9)
    assert row["smallest"] == 2
    assert [one["engineers"] for one in row["tried"]] == [1, 2, 3]


def test_demand_breaks_between_two_steps_and_far_ones_are_not_simulated() -> None:
    """Today's team holds up to 1.5 times the demand; four times it is never looked at."""

    def says(name: str, r: int) -> tuple[int, int, float]:
        factor = float(name.removeprefix("x ")) if name.startswith("x") else 1.0
        return 100, 99 if factor < 1.55 else 60, 0.0

    ask, oracle = asking(says)
    found = breaking_demand(ask, 0.9, most=4.0)
    assert (found["holds"], found["breaks"]) == (1.5, 1.6)
    factors = [one["factor"] for one in found["tried"]]
    assert factors == sorted(factors)
    assert max(factors) < 2
    assert oracle.runs_of("base") == 0


def test_the_best_is_told_against_today_in_the_same_futures() -> None:
    """What is clearly worse is left after six futures; what it saves is compared with those six."""
    costs = {"base": 1000.0, "near": 700.0, "far": 900.0}
    ask, oracle = asking(lambda name, r: (1, 1, costs[name] + 10 * r))
    stock = tuple[tuple[str, VanStock], ...]()
    rows = best_of(ask, [Scenario("far", stock), Scenario("near", stock)])
    assert [(one["place"], one["value"], one["left"]) for one in rows] == [
        ("near", 300.0, True),
        ("far", 100.0, False),
    ]
    assert oracle.runs_of("far") == 6


def test_visits_that_more_time_allows_are_told_beside_what_they_cost() -> None:
    """Two visits more a day for 50 more: no saving, but not for nothing either."""
    ask, _ = asking(lambda name, _: (3, 3, 100.0) if name == "base" else (5, 5, 150.0))
    (row,) = best_of(ask, [Scenario("longer", tuple[tuple[str, VanStock], ...]())])
    assert (row["value"], row["visits_done"]) == (-50.0, 2.0)
    report = {"question": "best", "rows": [row]}
    told = tell_question(report)
    assert told["rows"][0][told["head"].index("visits done a day, change")] == "+2.0"


def test_promises_are_counted_by_territory_and_skill() -> None:
    """Each critical arrival belongs to its severity, its territory, its skill, and both."""
    study = make_study(busy_shop(), [], days=1, policy="nearest")
    (outcome,) = work_off(study, 1, InProcess()).values()
    whole = outcome.promised["critical"]
    assert whole > 0
    assert outcome.promised["critical@"] == whole
    assert outcome.promised["critical#power"] <= whole
    assert outcome.promised["critical@#power"] == outcome.promised["critical#power"]
    assert all(outcome.kept.get(one, 0) <= many for one, many in outcome.promised.items())
