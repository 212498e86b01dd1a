"""A study worked off and compared: every figure of every scenario against the base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dispatch.domain import Case
from dispatch.domain.scenario import Scenario
from dispatch.errors import InputError, RunCancelled
from dispatch.simulation.executor import Executor
from dispatch.simulation.figures import FIGURES, MOST_OF
from dispatch.simulation.policies import policy_named
from dispatch.simulation.statistics import CONFIDENCE, Paired, compare_pairs, interval_of
from dispatch.simulation.study import Outcome, Study, StudyWorld, WorkItem

__all__ = ["Outcomes", "make_study", "report_of", "work_off"]

Outcomes = dict[WorkItem, Outcome]
BASE = "base"
MOST_SCENARIOS = 200


def make_study(
    case: Case,
    scenarios: Sequence[Scenario],
    *,
    days: int,
    seed: int = 1,
    policy: str = "ours",
    iterations: int = 60,
    independent: bool = False,
    guided: bool = True,
) -> Study:
    """Put a base and its scenarios side by side.

    Raises
    ------
    InputError
        When a change names what the case does not have; the pointer begins with the scenario.
    """
    policy_named(policy)
    if len(scenarios) > MOST_SCENARIOS:
        raise InputError.at("/scenarios", len(scenarios), f"at most {MOST_SCENARIOS} scenarios")
    worlds = [StudyWorld(BASE, case, policy)]
    names = {BASE}
    for scenario in scenarios:
        if scenario.policy is not None:
            policy_named(scenario.policy)
        name, again = scenario.name, 2
        while name in names:
            name, again = f"{scenario.name} ({again})", again + 1
        names.add(name)
        worlds.append(
            StudyWorld(
                name, scenario.apply(case), scenario.policy or policy, scenario.price_per_day
            )
        )
    return Study(tuple(worlds), days, seed, iterations, independent, guided)


def work_off(
    study: Study,
    replications: int,
    executor: Executor,
    *,
    finished: Mapping[WorkItem, Outcome] | None = None,
    done: Callable[[WorkItem, Outcome], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Outcomes:
    """Simulate what is not finished yet.

    Parameters
    ----------
    study, replications
        What, and how often.
    executor
        Who does the work.
    finished
        Outcomes of an earlier run of the same study; they are not simulated again.
    done
        Told of every item as it ends, so that it can be kept.
    cancelled
        Asked now and then.

    Raises
    ------
    RunCancelled
        When it was called off before all items were done.
    """
    outcomes: Outcomes = dict(finished or {})
    # Replication by replication, so that a run that is cut short has pairs.
    items = [
        WorkItem(world, replication)
        for replication in range(replications)
        for world in range(len(study.worlds))
    ]

    def keep(item: WorkItem, outcome: Outcome) -> None:
        outcomes[item] = outcome
        if done is not None:
            done(item, outcome)

    executor.run(study, (one for one in items if one not in outcomes), keep, cancelled)
    missing = sum(one not in outcomes for one in items)
    if missing:
        raise RunCancelled(f"what-if: called off with {missing} of {len(items)} replications to do")
    return {one: outcomes[one] for one in items}


def report_of(study: Study, outcomes: Mapping[WorkItem, Outcome]) -> dict[str, Any]:
    """Compare every scenario with the base; the same outcomes give the same report.

    Parameters
    ----------
    study
        What was simulated.
    outcomes
        Of the same replications for every world.

    Returns
    -------
    dict
        The document of docs/what-if.md, in plain values.
    """
    replications = 1 + max(item.replication for item in outcomes)
    rows = {
        world: [outcomes[WorkItem(world, r)] for r in range(replications)]
        for world in range(len(study.worlds))
    }
    return {
        "replications": replications,
        "days": study.days,
        "seed": study.seed,
        "iterations": study.iterations,
        "confidence": CONFIDENCE,
        "common_random_numbers": not study.independent,
        "base": _world(study.worlds[0], rows[0]),
        "scenarios": [
            {
                **_world(study.worlds[world], rows[world]),
                "comparison": {
                    name: _pair(compare_pairs(_row(rows[0], name), _row(rows[world], name), side))
                    for name, side in FIGURES.items()
                },
            }
            for world in range(1, len(study.worlds))
        ],
    }


def _row(outcomes: Sequence[Outcome], name: str) -> list[float]:
    return [float(one.figures[name]) for one in outcomes]


def _world(world: StudyWorld, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    figures = {}
    for name in FIGURES:
        mean, low, high = interval_of(_row(outcomes, name))
        # No figure is below none, and no share above all.
        low = None if low is None else max(0.0, low)
        high = None if high is None else min(high, MOST_OF.get(name, high))
        figures[name] = {"mean": _short(mean), "low": _short(low), "high": _short(high)}
    left: Counter[str] = Counter()
    for one in outcomes:
        left.update(one.unassigned)
    return {
        "name": world.name,
        "policy": world.policy,
        "price_per_day": world.price_per_day,
        "figures": figures,
        "unassigned": {code: _short(many / len(outcomes)) for code, many in sorted(left.items())},
    }


def _pair(pair: Paired) -> dict[str, Any]:
    return {
        "base": _short(pair.base),
        "scenario": _short(pair.scenario),
        "difference": _short(pair.difference),
        "low": _short(pair.low),
        "high": _short(pair.high),
        "p_value": _short(pair.p_value),
        "probability_better": _short(pair.better),
        "variance_ratio": _short(pair.variance_ratio),
        "constant": pair.constant,
        "significant": pair.significant,
    }


def _short(value: float | None) -> float | None:
    """Nine significant digits: enough for people, and the same bytes on every machine."""
    return None if value is None else float(f"{value:.9g}")
