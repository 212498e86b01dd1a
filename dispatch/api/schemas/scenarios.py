"""What-ifs as answers, and what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.domain import Case, Severity
from dispatch.domain.demand_of_case import demand_of
from dispatch.formats.question_table import tell_question
from dispatch.operations.records.base import Duration, Identifier, Name, Record
from dispatch.operations.what_if_names import Called
from dispatch.operations.what_if_order import MOST_SCENARIOS, WhatIfOrder
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.question_kinds import Question
from dispatch.store.tables import WhatIfRow

__all__ = [
    "CalledOut",
    "QuestionIn",
    "ScenarioChoicesOut",
    "WhatIfHead",
    "WhatIfIn",
    "WhatIfOut",
    "choices_out",
    "what_if_head",
    "what_if_out",
]

MOST_NAMED = 50
Names = Annotated[tuple[Name, ...], Field(max_length=MOST_NAMED)]


class QuestionIn(Record):
    """One of the questions of docs/what-if.md; what its kind does not need may be left out."""

    kind: Literal["team", "worth", "home", "depot", "best", "sla_price", "breaking"]
    share: float = Field(default=0.95, ge=0, le=1, description="Of critical arrivals on time.")
    territory: Name | None = None
    skill: Name | None = None
    each_skill: bool = Field(default=False, description="A team for every skill on its own.")
    parts: Names = ()
    like: Name | None = Field(default=None, description="Engineer or depot to be like.")
    places: Names = Field(default=(), description="Location ids to choose from.")
    contract: Name | None = None
    within: Duration | None = Field(default=None, description="The tighter promise, PT4H.")
    severity: Literal["critical", "major", "minor", "consultation"] | None = None
    most: float = Field(default=4.0, ge=1.1, le=20, description="Largest demand factor.")

    def question(self) -> Question:
        """What is asked, in the words of the simulation."""
        within: timedelta | None = self.within
        return Question(
            kind=self.kind,
            share=self.share,
            territory=self.territory,
            skill=self.skill,
            each_skill=self.each_skill,
            parts=self.parts,
            like=self.like,
            places=self.places,
            contract=self.contract,
            within_s=None if within is None else within.total_seconds(),
            severity=None if self.severity is None else Severity(self.severity),
            most=self.most,
        )


class WhatIfIn(Record):
    """Scenarios to compare with the base, or one question."""

    title: Name | None = None
    scenarios: list[dict[str, Any]] = Field(
        default_factory=list,
        max_length=MOST_SCENARIOS,
        description="Each an object as in a scenario file (docs/what-if.md).",
    )
    question: QuestionIn | None = None
    case: dict[str, Any] | None = Field(
        default=None, description="A case file as the base; the company as it is when left out."
    )
    days: int = Field(default=1, ge=1, le=366)
    replications: int = Field(default=30, ge=2, le=1000)
    seed: int = Field(default=1, ge=0, lt=2**31)
    iterations: int = Field(default=60, ge=0, le=100_000, description="Budget of each re-plan.")
    policy: Identifier = Field(default="ours", description="Who decides during the day.")

    def order(self) -> WhatIfOrder:
        """What is asked for, in the words of the operations."""
        return WhatIfOrder(
            scenarios=tuple(self.scenarios),
            question=None if self.question is None else self.question.question(),
            days=self.days,
            replications=self.replications,
            seed=self.seed,
            iterations=self.iterations,
            policy=self.policy,
        )


class WhatIfProgress(Out):
    """How far a what-if has come."""

    done: int = Field(description="Replications that are finished and kept.")
    of: int | None = Field(description="At most so many; questions stop as soon as it is clear.")
    remaining_s: float | None = Field(description="At the pace so far; null before there is one.")


class WhatIfHead(Out):
    """A what-if without its outcome."""

    id: str
    title: str
    kind: str = Field(description="`comparison`, or the kind of the question.")
    state: str = Field(description="queued, simulating, done, failed or cancelled.")
    progress: WhatIfProgress
    attempts: int
    cancel_requested: bool
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None


class WhatIfOut(WhatIfHead):
    """A what-if with what was asked and, once it is done, what came out."""

    asked: dict[str, Any]
    report: dict[str, Any] | None = Field(description="See docs/what-if.md; null until done.")


class CalledOut(Out):
    """What something is called."""

    name: str
    name_en: str


class ScenarioChoicesOut(Out):
    """Ids of the base that changes and questions may name."""

    engineers: list[str]
    territories: list[str]
    skills: list[str]
    parts: list[str]
    depots: list[str]
    locations: list[str]
    contracts: list[str]
    customers: list[str]
    types: list[str]
    policies: list[str]
    shifts: list[str]
    names: dict[str, dict[str, CalledOut]] = Field(description="By kind and id, where known.")


def choices_out(case: Case, names: Mapping[str, Mapping[str, Called]]) -> ScenarioChoicesOut:
    """Collect what a base can be asked about."""
    demand = demand_of(case)
    held = (*(e.van_stock for e in case.engineers), *(d.stock or {} for d in case.depots))
    needed = (*(v.parts for v in case.visits), *(f.parts for f in demand.faults))
    named = {
        "engineers": (one.id for one in case.engineers),
        "territories": (one.territory for one in case.engineers),
        "skills": (skill.name for one in case.engineers for skill in one.skills),
        "parts": (part for stock in (*held, *needed) for part in stock),
        "depots": (one.id for one in case.depots),
        "locations": (one.id for one in case.locations),
        "contracts": (one.id for one in demand.contracts),
        "customers": (one.customer for one in demand.sources),
        "types": (one.type for one in demand.sources),
        "shifts": (shift.id for _, shift in case.shifts()),
    }
    ids = {name: sorted({one for one in found if one}) for name, found in named.items()}
    return ScenarioChoicesOut(
        policies=list(POLICIES),
        names={
            kind: {
                id: CalledOut(name=called[id][0], name_en=called[id][1])
                for id in ids[kind]
                if id in called
            }
            for kind, called in names.items()
        },
        **ids,
    )


def what_if_head(row: WhatIfRow) -> WhatIfHead:
    """Write the head of a what-if."""
    return WhatIfHead(**_head(row))


def _told(report: dict[str, Any]) -> dict[str, Any]:
    """Add the answer to a question in the words of both languages."""
    if "question" not in report:
        return report
    return report | {"told": {tongue: tell_question(report, tongue) for tongue in ("en", "zh")}}


def what_if_out(row: WhatIfRow) -> WhatIfOut:
    """Write a what-if with its report."""
    return WhatIfOut(**_head(row), asked=row.asked, report=_told(row.report) or None)


def _head(row: WhatIfRow) -> dict[str, Any]:
    names = [name for name in WhatIfHead.model_fields if name != "progress"]
    progress = WhatIfProgress.model_validate(row.progress)
    return {name: getattr(row, name) for name in names} | {"progress": progress}
