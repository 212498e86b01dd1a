"""Generated cases of at most eight visits in which every rule turns up, by seed."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from dispatch.solver.problem import Objective, Pin, Problem

if TYPE_CHECKING:
    from types import ModuleType

GENERATOR = Path(__file__).resolve().parent.parent / "tests" / "solver" / "small_problems.py"
"""The generator of small problems that the tests draw from."""


def small_case(seed: int) -> Problem:
    """Draw a case: a small problem of the tests, in every third one rarer rules on top.

    Those are prices of fairness and of the worst lateness, unpopular visits, loads from the past,
    cheap SLA lateness that waiting may be worth, and pins to a position.
    """
    problem: Problem = _generator().small_problem(seed)
    if seed % 3:
        return problem
    random = Random(seed + 1_000_000)
    visits = [replace(v, unpopular=random.choice([0, 0, 1800])) for v in problem.visits]
    for v, visit in enumerate(visits):
        if visit.sla and random.random() < 0.5:
            visits[v] = replace(visit, sla=replace(visit.sla, lateness_per_hour=1000))
        if visit.pins and not visit.pins[0].frozen and random.random() < 0.5:
            pin = Pin(visit.pins[0].shift, random.randint(0, 2), None)
            visits[v] = replace(visit, pins=(pin,))
    engineers = [replace(e, workload=random.choice([0, 7200])) for e in problem.engineers]
    rates: dict[str, Any] = {}
    if problem.objective is Objective.COST and random.random() < 0.7:
        rates["fairness_rate"] = random.choice([100, 1000])
    if problem.objective is Objective.COST and random.random() < 0.5:
        rates["worst_lateness_per_hour"] = 3000
    return replace(problem, visits=tuple(visits), engineers=tuple(engineers), **rates)


def _generator() -> ModuleType:
    name = "small_problems"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, GENERATOR)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
