"""What managers ask, each answered by a search over scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

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
from dispatch.simulation.figures import promise_group
from dispatch.simulation.sampling import Kept, Patience, Sampler

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

    def sampler(self, scenarios: Sequence[Scenario], *, guided: bool = True) -> Sampler:
        """The base and its scenarios, ready to be simulated; unguided ones need no base."""
        study = make_study(
            self.case,
            scenarios,
            days=self.days,
            seed=self.seed,
            iterations=self.iterations,
            guided=guided,
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
        Of critical requests whose promise is kept, 0 to 1: of those in the territory that need the
        skill, whoever comes to them.
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
    calling = {one.territory or "" for one in demand_of(asking.case).sources}
    answers = []
    for place in places:
        team = [e for e in engineers if (e.territory or "") == place and _has(e, skill)]
        if not team:
            raise InputError.at("/territory", place, "a territory with an engineer who counts")
        # Where demand knows nothing of a territory, its team answers for the whole company.
        group = promise_group(Severity.CRITICAL, place if place in calling else None, skill)
        smallest, tried = _smallest_of(asking, share, team, group)
        rows = [{"engineers": size} | tried[size].to_row() for size in sorted(tried)]
        answers.append(
            {
                "territory": place,
                "skill": skill,
                "today": len(team),
                "smallest": smallest,
                "tried": rows,
            }
        )
    return answers


def _smallest_of(
    asking: Asking, share: float, team: Sequence[Engineer], group: str
) -> tuple[int | None, dict[int, Kept]]:
    """Change one team until it is just large enough: its size, and what was tried."""
    most = len(team) + MOST_MORE
    worlds = [_team_of(team, size) for size in range(most + 1)]
    sampler = asking.sampler(worlds, guided=False)
    tried: dict[int, Kept] = {}

    def holds(size: int) -> bool:
        tried[size] = sampler.keeps(1 + size, group, share)
        return tried[size].holds

    # What is far too small is clear soon, so the search comes from below.
    size = max(0, len(team) - MOST_MORE)
    if not holds(size):
        return next((more for more in range(size + 1, most + 1) if holds(more)), None), tried
    while size and holds(size - 1):
        size -= 1
    return size, tried


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
        its interval, beside it the visits done more. What is clearly worth less than the best
        is simulated no further.
    """
    wanted = _one_more(asking.case, parts, hour)
    scenarios = [Scenario(one.name, ((one.name, one.change),)) for one in wanted]
    sampler = asking.sampler(scenarios)
    worlds = list(range(1, len(scenarios) + 1))
    sampler.race(worlds, "cost", -1)
    sampler.more((0,), max(len(sampler.row(world, "cost")) for world in worlds))
    rows = [
        {"change": one.name, "kind": one.kind, "who": one.who, "what": one.what}
        | _worth(asking, sampler, world)
        for world, one in enumerate(wanted, start=1)
    ]
    return sorted(rows, key=lambda row: (-float(row["value"] or 0), str(row["change"])))


class _OneMore(NamedTuple):
    """Something that there could be one more of."""

    name: str
    kind: str
    who: str
    what: str
    change: Change


def _one_more(case: Case, parts: Sequence[str], hour: timedelta) -> list[_OneMore]:
    """An engineer in each territory, each skill and hour for who lacks it, each part."""
    wanted = []
    seen: set[str] = set()
    for one in case.engineers:
        place = one.territory or ""
        if place not in seen:
            seen.add(place)
            name = f"engineer more in {place or 'the team'}"
            like = EngineerLike(f"{one.id}-more", one.id)
            wanted.append(_OneMore(name, "engineer", place, "", like))
    for skill in sorted({need.name for fault in demand_of(case).faults for need in fault.skills}):
        pupil = next((one for one in case.engineers if not one.level_of(skill)), None)
        if pupil is not None:
            best = max(one.level_of(skill) for one in case.engineers)
            trained = SkillTrained(pupil.id, skill, max(1, best))
            wanted.append(_OneMore(f"{skill} for {pupil.id}", "skill", pupil.id, skill, trained))
    for one in case.engineers:
        if one.shifts:
            name, longer = f"{_hours(hour)} more for {one.id}", ShiftExtended(hour, engineer=one.id)
            wanted.append(_OneMore(name, "hour", one.id, "", longer))
    needed = sorted({part for fault in demand_of(case).faults for part in fault.parts})
    for part in parts or needed:
        more = VanStock(part, by=1)
        wanted.append(_OneMore(f"{part} +1 in each van", "part", "", part, more))
    return wanted


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
    """Order scenarios by the money they save; what is clearly worse is simulated no further.

    Returns
    -------
    list of dict
        The best first; the ``value`` is the money saved a day against the base in the same
        futures, with its interval; ``left`` tells that it is not clearly worse than the best.
    """
    sampler = asking.sampler(scenarios)
    worlds = list(range(1, len(scenarios) + 1))
    left = sampler.race(worlds, "cost", -1)
    sampler.more((0,), max(len(sampler.row(world, "cost")) for world in worlds))
    return [
        {"place": scenarios[world - 1].name, "left": world in left} | _worth(asking, sampler, world)
        for world in [*left, *(w for w in worlds if w not in left)]
    ]


def _worth(asking: Asking, sampler: Sampler, world: int) -> dict[str, Any]:
    """Money that a world saves a day against the base, and what else it does that has no price.

    Whoever has more time does more visits, and their work and kilometres cost money: a saving below
    nothing beside more visits done is a price for these.
    """
    money = sampler.compare(world, "cost", -1)
    return {
        "value": -money.difference / asking.days,
        "low": None if money.high is None else -money.high / asking.days,
        "high": None if money.low is None else -money.low / asking.days,
        "visits_done": sampler.compare(world, "visits_done", 1).difference / asking.days,
        "on_time_critical": sampler.compare(world, CRITICAL, 1).difference,
        "runs": money.replications,
    }


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
        "on_time_change": sampler.compare(1, "on_time", 1).difference,
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
    # One world for each step of the accuracy: who simulates makes each ready once.
    steps = max(1, round((most - 1.0) / accuracy))
    factors = [round(1.0 + (most - 1.0) * step / steps, 3) for step in range(steps + 1)]
    sampler = asking.sampler([_demand_of(factor) for factor in factors], guided=False)
    tried: dict[int, Kept] = {}

    def holds(step: int) -> bool:
        tried[step] = sampler.keeps(1 + step, Severity.CRITICAL, share)
        return tried[step].holds

    def answer(low: int | None, high: int | None) -> dict[str, Any]:
        return {
            "holds": None if low is None else factors[low],
            "breaks": None if high is None else factors[high],
            "tried": [{"factor": factors[step]} | tried[step].to_row() for step in sorted(tried)],
        }

    if not holds(0):
        return answer(None, 0)
    # Days with much more demand take long to simulate, so the search comes from below.
    low, reach = 0, 2
    while low < steps and holds(min(steps, low + reach)):
        low, reach = min(steps, low + reach), 2 * reach
    if low == steps:
        return answer(steps, None)
    high = min(steps, low + reach)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return answer(low, high)


def _demand_of(factor: float) -> Scenario:
    return Scenario(f"x {factor:g}", (("demand_scaled", DemandScaled(DemandScale(factor))),))
