"""The key figures of one replication, counted while it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dispatch.domain import Severity
from dispatch.simulation.people import VisitState, Wanted
from dispatch.simulation.study import Outcome

__all__ = ["FIGURES", "MOST_OF", "Better", "Tally", "promise_group"]


class Better:
    """Which way a figure gets better."""

    MORE, LESS, NEITHER = 1, -1, 0


FIGURES: dict[str, int] = {
    "on_time": Better.MORE,
    **{f"on_time_{severity.value}": Better.MORE for severity in Severity},
    "response_min": Better.LESS,
    "cost": Better.LESS,
    "cost_labour": Better.LESS,
    "cost_overtime": Better.LESS,
    "cost_travel": Better.LESS,
    "cost_sla": Better.LESS,
    "cost_change": Better.LESS,
    "requests": Better.NEITHER,
    "visits_done": Better.MORE,
    "visits_left": Better.LESS,
    "utilisation": Better.NEITHER,
    "travel_share": Better.LESS,
    "work_h": Better.NEITHER,
    "travel_h": Better.LESS,
    "overtime_h": Better.LESS,
    "travel_km": Better.LESS,
    "promises_moved": Better.LESS,
    "sent_in_vain": Better.LESS,
    "replans": Better.NEITHER,
}
"""Names in the order of reports, with the direction in which each gets better."""

MOST_OF = {name: 1.0 for name in FIGURES if name.startswith("on_time") or name == "travel_share"}
"""What a figure cannot exceed: shares of a whole."""


@dataclass(slots=True)
class Tally:
    """Sums of one replication; seconds, metres, minor units."""

    worked: int = 0
    overtime: int = 0
    travelled: int = 0
    metres: int = 0
    on_site: int = 0
    rostered: int = 0
    labour: float = 0.0
    overtime_pay: float = 0.0
    travel_pay: float = 0.0
    replans: int = 0
    refused_plans: int = 0
    in_vain: int = 0
    requests: int = 0
    left_for: Counter[str] = field(default_factory=Counter)

    def outcome(
        self,
        wanted: Iterable[Wanted],
        end: int,
        price: int,
        territories: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Count what became of the visits, and close the books.

        Parameters
        ----------
        wanted
            All visits of the replication.
        end
            Its last second. A promise that runs out later counts only once it is kept.
        price
            What the change costs over the whole replication.
        territories
            Of locations, for counting promises by territory.
        """
        visits = list(wanted)
        kept: Counter[Severity] = Counter()
        asked: Counter[Severity] = Counter()
        kept_by: Counter[str] = Counter()
        asked_by: Counter[str] = Counter()
        breaches = 0.0
        responses = []
        for one in visits:
            sla = one.visit.sla
            if one.fresh and one.arrived is not None:
                responses.append(one.arrived - one.reported)
            if sla is None or one.arrive_by is None:
                continue
            if one.arrived is None and one.arrive_by >= end:
                continue
            asked[sla.severity] += 1
            groups = _groups_of(one, sla.severity, territories or {})
            asked_by.update(groups)
            late = (end if one.arrived is None else one.arrived) - one.arrive_by
            if late <= 0:
                kept[sla.severity] += 1
                kept_by.update(groups)
            else:
                breaches += sla.breach_fee + sla.lateness_per_hour * late / 3600
        figures = {"on_time": _share(sum(kept.values()), sum(asked.values()))}
        for severity in Severity:
            figures[f"on_time_{severity.value}"] = _share(kept[severity], asked[severity])
        done = sum(one.state is VisitState.DONE for one in visits)
        money = (self.labour, self.overtime_pay, self.travel_pay, breaches, float(price))
        figures |= {
            "response_min": sum(responses) / len(responses) / 60 if responses else 0.0,
            "cost": sum(money),
            **dict(zip(COSTS, money, strict=True)),
            "requests": float(self.requests),
            "visits_done": float(done),
            "visits_left": float(len(visits) - done),
            "utilisation": self.worked / self.rostered if self.rostered else 0.0,
            "travel_share": self.travelled / self.worked if self.worked else 0.0,
            "work_h": self.worked / 3600,
            "travel_h": self.travelled / 3600,
            "overtime_h": self.overtime / 3600,
            "travel_km": self.metres / 1000,
            "promises_moved": float(sum(one.moves for one in visits)),
            "sent_in_vain": float(self.in_vain),
            "replans": float(self.replans),
        }
        return Outcome(
            {name: figures[name] for name in FIGURES},
            dict(sorted(self.left_for.items())),
            dict(sorted(asked_by.items())),
            dict(sorted(kept_by.items())),
        )


COSTS = ("cost_labour", "cost_overtime", "cost_travel", "cost_sla", "cost_change")


def promise_group(severity: Severity, territory: str | None, skill: str | None) -> str:
    """Name the promises of a severity, those of one territory, or those that need a skill."""
    place = "" if territory is None else f"@{territory}"
    return f"{severity.value}{place}{'' if skill is None else f'#{skill}'}"


def _groups_of(one: Wanted, severity: Severity, territories: Mapping[str, str]) -> set[str]:
    """Every group that a promise belongs to."""
    skills = [None, *(need.name for need in one.visit.required_skills)]
    places = {None, territories.get(one.visit.location, "")}
    return {promise_group(severity, place, skill) for place in places for skill in skills}


def _share(part: int, whole: int) -> float:
    """A share; 1 where nothing was asked for, because then no promise was broken."""
    return part / whole if whole else 1.0
