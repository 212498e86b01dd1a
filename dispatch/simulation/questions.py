"""What managers ask, each answered by a search over scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dispatch.domain import Case, Engineer, Severity
from dispatch.domain.change import (
    Change,
    DepotOpened,
    EngineerLike,
    EngineerRemoved,
    ShiftExtended,
    SkillTrained,
    VanStock,
)
from dispatch.domain.demand import DemandScale
from dispatch.domain.demand_of_case import demand_of
from dispatch.domain.scenario import DemandScaled, Scenario, SlaChanged
from dispatch.errors import InputError
from dispatch.simulation.comparison import make_study
from dispatch.simulation.executor import Executor
from dispatch.simulation.sampling import Patience, Sampler

__all__ = [
    "Asking",
    "best_depot",
    "best_home",
    "best_of",
    "breaking_demand",
    "marginal_values",
    "sla_price",
    "smallest_team",
]

CRITICAL = "on_time_critical"
DAYS_A_MONTH = 30
MOST_MORE = 3
"""Engineers more than today that the smallest team is looked for with."""


class Asking:
    """How a question is simulated.

    Parameters
    ----------
    case
        The base.
    executor, patience
        Who simulates, and how long.
    days, seed, iterations
        As in a study.
    """

    def __init__(
        self,
        case: Case,
        executor: Executor,
        patience: Patience,
        *,
        days: int = 1,
        seed: int = 1,
        iterations: int = 60,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.case, self.executor, self.patience = case, executor, patience
        self.days, self.seed, self.iterations = days, seed, iterations
        self.cancelled = cancelled

    def sampler(self, scenarios: Sequence[Scenario]) -> Sampler:
        """The base and its scenarios, ready to be simulated."""
        study = make_study(
            self.case, scenarios, days=self.days, seed=self.seed, iterations=self.iterations
        )
        return Sampler(study, self.executor, self.patience, self.cancelled)


def smallest_team(
    asking: Asking, share: float, *, territory: str | None = None, skill: str | None = None
) -> list[dict[str, Any]]:
    """Find the fewest engineers, by territory, that keep a share of critical arrivals on time.

    Parameters
    ----------
    asking
        How.
    share
        Of critical requests whose promise is kept, 0 to 1.
    territory, skill
        Look at one territory only; count only who has a skill.

    Returns
    -------
    list of dict
        For each territory: ``today``, the ``smallest`` team (None: none of those tried), and what
        was ``tried``. The other territories stay as they are.
    """
    engineers = asking.case.engineers
    places = (
        [territory] if territory is not None else sorted({e.territory or "" for e in engineers})
    )
    answers = []
    for place in places:
        team = [e for e in engineers if (e.territory or "") == place and _has(e, skill)]
        if not team:
            raise InputError.at("/territory", place, "a territory with an engineer who counts")
        sizes = range(max(0, len(team) - MOST_MORE), len(team) + MOST_MORE + 1)
        sampler = asking.sampler([_team_of(team, size) for size in sizes])
        tried: list[dict[str, Any]] = []
        smallest = None
        for number, size in enumerate(sizes, start=1):
            kept, sure, mean, many = sampler.keeps(number, CRITICAL, share)
            tried.append(
                {"engineers": size, "on_time": mean, "kept": kept, "sure": sure, "runs": many}
            )
            if kept:
                smallest = size
                break
        answers.append(
            {
                "territory": place,
                "skill": skill,
                "today": len(team),
                "smallest": smallest,
                "tried": tried,
            }
        )
    return answers


def _has(engineer: Engineer, skill: str | None) -> bool:
    return skill is None or engineer.level_of(skill) > 0


def _team_of(team: Sequence[Engineer], size: int) -> Scenario:
    """Let the last ones go, or add people like the first one."""
    changes: list[tuple[str, Change]] = [
        ("engineer_removed", EngineerRemoved(one.id)) for one in team[size:]
    ]
    for number in range(len(team), size):
        added = EngineerLike(f"{team[0].id}-more-{number}", team[0].id)
        changes.append(("engineer_added", added))
    return Scenario(f"{size} engineers", tuple(changes))


def marginal_values(
    asking: Asking, *, parts: Sequence[str] = (), hour: timedelta = timedelta(hours=1)
) -> list[dict[str, Any]]:
    """Price one more of everything: engineer, skill, shift hour, part in every van.

    Returns
    -------
    list of dict
        One for each change, the most valuable first: the ``value`` is the money saved a day, with
        its interval. What is clearly worth less than the best is simulated no further.
    """
    case = asking.case
    wanted: list[tuple[str, Change]] = []
    seen: set[str] = set()
    for one in case.engineers:
        place = one.territory or ""
        if place not in seen:
            seen.add(place)
            wanted.append(
                (f"engineer more in {place or 'the team'}", EngineerLike(f"{one.id}-more", one.id))
            )
    for skill in sorted({need.name for fault in demand_of(case).faults for need in fault.skills}):
        pupil = next((one for one in case.engineers if not one.level_of(skill)), None)
        if pupil is not None:
            best = max(one.level_of(skill) for one in case.engineers)
            wanted.append((f"{skill} for {pupil.id}", SkillTrained(pupil.id, skill, max(1, best))))
    wanted += [
        (f"{_hours(hour)} more for {one.id}", ShiftExtended(hour, engineer=one.id))
        for one in case.engineers
        if one.shifts
    ]
    needed = sorted({part for fault in demand_of(case).faults for part in fault.parts})
    wanted += [(f"{part} +1 in each van", VanStock(part, by=1)) for part in parts or needed]
    scenarios = [Scenario(name, ((name, change),)) for name, change in wanted]
    sampler = asking.sampler(scenarios)
    worlds = list(range(1, len(scenarios) + 1))
    sampler.more((0,), asking.patience.most)
    sampler.race(worlds, "cost", -1)
    rows = []
    for world in worlds:
        money = sampler.compare(world, "cost", -1)
        on_time = sampler.compare(world, CRITICAL, 1)
        rows.append(
            {
                "change": scenarios[world - 1].name,
                "value": -money.difference / asking.days,
                "low": None if money.high is None else -money.high / asking.days,
                "high": None if money.low is None else -money.low / asking.days,
                "on_time_critical": on_time.difference,
                "runs": money.replications,
            }
        )
    return sorted(rows, key=lambda row: (-float(row["value"] or 0), str(row["change"])))


def _hours(hour: timedelta) -> str:
    return f"{hour.total_seconds() / 3600:g} h"


def best_home(asking: Asking, engineer: str, places: Sequence[str]) -> list[dict[str, Any]]:
    """Find from which of some places an engineer like another had best begin.

    Returns
    -------
    list of dict
        The best first; ``left`` tells that it is not clearly worse than the best.
    """
    scenarios = [
        Scenario(place, (("engineer_added", EngineerLike(f"{engineer}-at-{i}", engineer, place)),))
        for i, place in enumerate(places)
    ]
    return best_of(asking, scenarios)


def best_depot(asking: Asking, depot: str, places: Sequence[str]) -> list[dict[str, Any]]:
    """Find in which of some places one depot more, stocked like another, had best be opened.

    Returns
    -------
    list of dict
        As of `best_home`.

    Raises
    ------
    InputError
        There is no such depot.
    """
    known = {one.id: one for one in asking.case.depots}
    if depot not in known:
        raise InputError.at("/like", depot, "a depot of the case")
    opened = (
        DepotOpened(replace(known[depot], id=f"{depot}-at-{i}", location=place, inbound=()))
        for i, place in enumerate(places)
    )
    pairs = zip(places, opened, strict=True)
    return best_of(asking, [Scenario(place, (("depot_opened", one),)) for place, one in pairs])


def best_of(asking: Asking, scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Order scenarios by their cost; what is clearly worse is simulated no further."""
    sampler = asking.sampler(scenarios)
    worlds = list(range(1, len(scenarios) + 1))
    sampler.more((0,), asking.patience.first)
    left = sampler.race(worlds, "cost", -1)
    rows: list[dict[str, Any]] = []
    for world in [*left, *(w for w in worlds if w not in left)]:
        costs = sampler.row(world, "cost")
        rows.append(
            {
                "place": scenarios[world - 1].name,
                "cost": sum(costs) / len(costs),
                "left": world in left,
                "runs": len(costs),
            }
        )
    return rows


def sla_price(
    asking: Asking, contract: str, within: timedelta, severity: Severity | None = None
) -> dict[str, Any]:
    """Price a tighter promise: what it costs more a month, in all and for each customer.

    Returns
    -------
    dict
        ``least`` is the mean of what it costs, ``safe`` the upper end of the interval: who sells
        for less may lose money.
    """
    change = SlaChanged(contract, severity, within)
    sampler = asking.sampler([Scenario("tighter", (("sla_changed", change),))])
    sampler.more((0, 1), asking.patience.most)
    money = sampler.compare(1, "cost", -1)
    customers = {one.customer for one in demand_of(asking.case).sources if one.contract == contract}
    month = DAYS_A_MONTH / asking.days
    upper = money.difference if money.high is None else money.high
    return {
        "contract": contract,
        "customers": len(customers),
        "least": money.difference * month,
        "safe": upper * month,
        "least_per_customer": money.difference * month / max(1, len(customers)),
        "safe_per_customer": upper * month / max(1, len(customers)),
        "on_time": sampler.compare(1, "on_time", 1).difference,
        "on_time_critical": sampler.compare(1, CRITICAL, 1).difference,
        "runs": money.replications,
    }


def breaking_demand(
    asking: Asking, share: float, *, most: float = 4.0, accuracy: float = 0.1
) -> dict[str, Any]:
    """Find the demand at which today's team no longer keeps a share of critical arrivals.

    Returns
    -------
    dict
        ``holds`` is the largest factor tried that is kept, ``breaks`` the smallest that is not;
        None where there is none up to ``most``.
    """
    tried: list[dict[str, Any]] = []

    def kept(factor: float) -> bool:
        scaled = DemandScaled(DemandScale(factor))
        sampler = asking.sampler([Scenario(f"x {factor:g}", (("demand_scaled", scaled),))])
        good, sure, mean, many = sampler.keeps(1, CRITICAL, share)
        tried.append({"factor": factor, "on_time": mean, "kept": good, "sure": sure, "runs": many})
        return good

    if not kept(1.0):
        return {"holds": None, "breaks": 1.0, "tried": tried}
    low, high = 1.0, most
    if kept(most):
        return {"holds": most, "breaks": None, "tried": tried}
    while high - low > accuracy:
        middle = round((low + high) / 2, 3)
        low, high = (middle, high) if kept(middle) else (low, middle)
    return {"holds": low, "breaks": high, "tried": tried}
