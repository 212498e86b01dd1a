"""What a what-if asks for: scenarios to compare or one question, on which base, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from dispatch.domain import Case
from dispatch.domain.demand_of_world import demand_of_world
from dispatch.domain.scenario import Scenario
from dispatch.errors import InputError, Issue
from dispatch.formats.scenario_json import scenario_from_document
from dispatch.operations.company import company_settings
from dispatch.operations.snapshot import PlanningSpan, build_case, default_span
from dispatch.operations.world import read_world
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.question_kinds import Question
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import RequestRow

__all__ = ["MOST_SCENARIOS", "WhatIfOrder", "base_case"]

MOST_SCENARIOS = 50
LONGEST_TITLE = 200
REGION = "all"
DAY, WEEK = timedelta(days=1), 7
LOOK_BACK = timedelta(days=182)
"""Requests of the last half-year say how many will come."""


@dataclass(frozen=True, slots=True)
class WhatIfOrder:
    """What is to be simulated.

    Parameters
    ----------
    scenarios
        Documents as in scenario files (docs/what-if.md).
    question
        What is asked instead of a comparison; only ``best`` takes scenarios along.
    days, replications, seed, iterations, policy
        As of ``dispatch whatif``.
    """

    scenarios: tuple[Mapping[str, Any], ...] = ()
    question: Question | None = None
    days: int = 1
    replications: int = 30
    seed: int = 1
    iterations: int = 60
    policy: str = "ours"

    def __post_init__(self) -> None:
        issues = []
        needed = self.question is None or self.question.kind == "best"
        if needed and not self.scenarios:
            issues.append(Issue("/scenarios", [], "at least one scenario, or a question"))
        if not needed and self.scenarios:
            many = len(self.scenarios)
            issues.append(Issue("/scenarios", many, "none beside a question of this kind"))
        if len(self.scenarios) > MOST_SCENARIOS:
            expected = f"at most {MOST_SCENARIOS}"
            issues.append(Issue("/scenarios", len(self.scenarios), expected))
        if self.policy not in POLICIES:
            issues.append(Issue("/policy", self.policy, "one of " + ", ".join(POLICIES)))
        if issues:
            raise InputError(issues)

    @property
    def kind(self) -> str:
        """``comparison``, or the kind of the question."""
        return "comparison" if self.question is None else self.question.kind

    @property
    def title(self) -> str:
        """What it is called where nobody called it anything."""
        names = [str(one.get("name", "")) for one in self.scenarios]
        told = ", ".join(name for name in names if name.strip())
        return (told or self.kind)[:LONGEST_TITLE]

    def to_document(self) -> dict[str, Any]:
        """Write it in plain values; `from_document` reads it back."""
        return {
            "scenarios": [dict(one) for one in self.scenarios],
            "question": None if self.question is None else self.question.to_document(),
            "days": self.days,
            "replications": self.replications,
            "seed": self.seed,
            "iterations": self.iterations,
            "policy": self.policy,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> WhatIfOrder:
        """Read what `to_document` wrote."""
        values = dict(document)
        values["scenarios"] = tuple(values["scenarios"])
        if values["question"] is not None:
            values["question"] = Question.from_document(values["question"])
        return cls(**values)

    def read_scenarios(self, case: Case) -> list[Scenario]:
        """Read the scenarios, and make every change once, so that all issues are told at once.

        Raises
        ------
        InputError
            Each pointer begins with the scenario.
        """
        issues: list[Issue] = []
        read = []
        for number, document in enumerate(self.scenarios):
            front = f"/scenarios/{number}"
            policy = document.get("policy")
            if isinstance(policy, str) and policy not in POLICIES:
                issues.append(Issue(f"{front}/policy", policy, "one of " + ", ".join(POLICIES)))
            try:
                name = f"scenario {number + 1}"
                read.append(scenario_from_document(document, name=name, case=case))
            except InputError as error:
                issues += [replace(one, pointer=front + one.pointer) for one in error.issues]
        if issues:
            raise InputError(issues)
        return read


def base_case(work: UnitOfWork) -> Case:
    """The company as it is now: the day that is planned, and the demand that its past tells.

    Where nobody works today, the first day of the coming week on which somebody does.
    """
    settings = company_settings(work)
    span = default_span(work, REGION)
    for ahead in range(WEEK):
        window = settings.window(span.day + ahead * DAY, span.until + ahead * DAY)
        if work.work.shifts_between(window.start, window.end):
            span = PlanningSpan(span.region, span.day + ahead * DAY, span.until + ahead * DAY)
            break
    case = build_case(work, span)
    now = settings.local(work.now)
    past = work.catalogue.all(RequestRow)
    since = max(now - LOOK_BACK, min((row.reported_at for row in past), default=now - DAY))
    world = read_world(work, case.planning_window, region=REGION)
    sites = {site.id for site in world.sites}
    told = tuple(rows.request_of(row) for row in past if row.site_id in sites)
    demand = demand_of_world(replace(world, requests=told), case, since, now)
    here = {engineer.id for engineer in case.engineers}
    # Whoever has left is nobody's representative any more.
    sources = tuple(
        replace(one, preferred=tuple(id for id in one.preferred if id in here))
        for one in demand.sources
    )
    used = {one.location for one in sources} | {place.id for place in case.locations}
    return replace(
        case,
        now=max(now, case.planning_window.start),
        locations=tuple(place for place in world.all_locations() if place.id in used),
        demand=replace(demand, sources=sources),
    )
