"""One question of a manager as plain values, and who answers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from dispatch.domain import Case, Severity
from dispatch.domain.change import known_parts
from dispatch.domain.demand_of_case import demand_of
from dispatch.domain.scenario import Scenario
from dispatch.errors import InputError, Issue
from dispatch.simulation.questions import (
    Asking,
    best_depot,
    best_home,
    best_of,
    breaking_demand,
    marginal_values,
    sla_price,
    smallest_team,
)

__all__ = ["QUESTIONS", "Question"]

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "team": (),
    "worth": (),
    "home": ("like", "places"),
    "depot": ("like", "places"),
    "best": (),
    "sla_price": ("contract", "within_s"),
    "breaking": (),
}
"""Kinds, with what each cannot do without."""

LEAST_MOST = 1.1


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; what a kind does not need is overlooked.

    Parameters
    ----------
    kind
        One of `QUESTIONS`.
    share
        Of critical arrivals on time (`team`, `breaking`).
    territory, skill, each_skill
        Of `team`: one territory only, one skill only, or every skill on its own.
    parts
        Of `worth`; none named: all that visits need.
    like, places
        The engineer or depot to be like, and the locations to choose from (`home`, `depot`).
    contract, within_s, severity
        The promise that is sold tighter (`sla_price`).
    most
        Largest factor of the demand (`breaking`).
    """

    kind: str
    share: float = 0.95
    territory: str | None = None
    skill: str | None = None
    each_skill: bool = False
    parts: tuple[str, ...] = ()
    like: str | None = None
    places: tuple[str, ...] = ()
    contract: str | None = None
    within_s: float | None = None
    severity: Severity | None = None
    most: float = 4.0

    def __post_init__(self) -> None:
        issues = []
        if self.kind not in QUESTIONS:
            issues.append(Issue("/kind", self.kind, "one of " + ", ".join(QUESTIONS)))
        issues += [
            Issue(f"/{name}", getattr(self, name), f"given for {self.kind}")
            for name in QUESTIONS.get(self.kind, ())
            if not getattr(self, name)
        ]
        if not 0 <= self.share <= 1:
            issues.append(Issue("/share", self.share, "0 to 1"))
        if not self.most >= LEAST_MOST:
            issues.append(Issue("/most", self.most, f"{LEAST_MOST} or more"))
        if issues:
            raise InputError(issues)

    def strangers(self, case: Case) -> list[Issue]:
        """What is asked about and is not in a case, all of it, before an hour is spent."""
        issues: list[Issue] = []

        def require(field: str, value: str | None, known: Collection[str], what: str) -> None:
            if value is not None and value not in known:
                issues.append(Issue(f"/{field}", value, what))

        people = {one.id for one in case.engineers}
        if self.kind in ("home", "depot"):
            home = self.kind == "home"
            known = people if home else {one.id for one in case.depots}
            require("like", self.like, known, f"{'an engineer' if home else 'a depot'} of the base")
            places = {one.id for one in case.locations}
            for number, place in enumerate(self.places):
                require(f"places/{number}", place, places, "a location of the base")
        elif self.kind == "team":
            territories = {one.territory or "" for one in case.engineers}
            skills = {skill.name for one in case.engineers for skill in one.skills}
            require("territory", self.territory, territories, "a territory of an engineer")
            require("skill", self.skill, skills, "a skill of an engineer")
        elif self.kind == "worth":
            parts = known_parts(case)
            for number, part in enumerate(self.parts):
                require(f"parts/{number}", part, parts, "a part of the base")
        elif self.kind == "sla_price":
            contracts = sorted(one.id for one in demand_of(case).contracts)
            require("contract", self.contract, contracts, "one of " + ", ".join(contracts))
        return issues

    def to_document(self) -> dict[str, Any]:
        """Write it in plain values; `from_document` reads it back."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Question:
        """Read what `to_document` wrote."""
        values = dict(document)
        values["parts"], values["places"] = tuple(values["parts"]), tuple(values["places"])
        if values["severity"] is not None:
            values["severity"] = Severity(values["severity"])
        return cls(**values)

    def answer(self, asking: Asking, scenarios: Sequence[Scenario] = ()) -> list[dict[str, Any]]:
        """Search, and give the answer as rows.

        Parameters
        ----------
        asking
            How it is simulated.
        scenarios
            Of `best`.
        """
        kind, like = self.kind, self.like or ""
        if kind == "team":
            return self._teams(asking)
        if kind == "worth":
            return marginal_values(asking, parts=self.parts)
        if kind == "home":
            return best_home(asking, like, self.places)
        if kind == "depot":
            return best_depot(asking, like, self.places)
        if kind == "best":
            return best_of(asking, scenarios)
        if kind == "sla_price":
            within = timedelta(seconds=self.within_s or 0)
            return [sla_price(asking, self.contract or "", within, self.severity)]
        found = breaking_demand(asking, self.share, most=self.most)
        ends = {"holds": found["holds"], "breaks": found["breaks"]}
        return [ends | one for one in found["tried"]]

    def _teams(self, asking: Asking) -> list[dict[str, Any]]:
        """For each territory, and if wanted each skill, its answer with what was tried."""
        skills: list[str | None] = [self.skill]
        if self.each_skill and self.skill is None:
            skills = [*sorted({s.name for e in asking.case.engineers for s in e.skills})]
        rows = []
        for skill in skills:
            places = {
                one.territory or ""
                for one in asking.case.engineers
                if skill is None or one.level_of(skill) > 0
            }
            wanted = [self.territory] if self.territory is not None else sorted(places)
            for place in wanted:
                rows += smallest_team(asking, self.share, territory=place, skill=skill)
        return [
            {key: row[key] for key in ("territory", "skill", "today", "smallest")} | one
            for row in rows
            for one in row["tried"]
        ]
