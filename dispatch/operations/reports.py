"""The SLA and quality report: the figures of a stretch in all, by time and by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dispatch.domain.local_time import add_months
from dispatch.domain.severity import Severity
from dispatch.errors import InputError
from dispatch.operations.company import company_settings
from dispatch.operations.report_facts import Fact, facts_between
from dispatch.operations.report_figures import Figures
from dispatch.store import UnitOfWork
from dispatch.store.tables import ContractRow, EngineerRow, SiteRow

__all__ = ["GROUPINGS", "Group", "QualityReport", "ReportQuery", "quality_report"]

GROUPINGS = ("day", "week", "month")
LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """Which report is wanted.

    Parameters
    ----------
    first, last
        Local days, both included; None: the 91 days up to today.
    by
        How time is cut: day, week (from Monday) or month.
    territory
        Only this one; None: all.
    """

    first: date | None = None
    last: date | None = None
    by: str = "week"
    territory: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of a part.

    Parameters
    ----------
    key
        First day of a period, or id; empty: what belongs to none.
    name, name_en
        For people, where there is a name.
    until
        Last day of a period; None where it is none.
    figures
        Its figures.
    """

    key: str
    figures: Figures
    name: str = ""
    name_en: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class QualityReport:
    """A report.

    Parameters
    ----------
    first, last, by, territory
        What was asked for.
    zone
        Whose days are meant.
    territories
        All there are to choose from.
    total
        The whole stretch.
    periods, by_territory, by_severity, by_contract
        Its parts; every period is there, and of the others those that something belongs to.
    """

    first: date
    last: date
    by: str
    territory: str | None
    zone: str
    territories: tuple[str, ...]
    total: Figures
    periods: tuple[Group, ...]
    by_territory: tuple[Group, ...]
    by_severity: tuple[Group, ...]
    by_contract: tuple[Group, ...]


def quality_report(work: UnitOfWork, query: ReportQuery) -> QualityReport:
    """Make a report.

    Raises
    ------
    InputError
        When the stretch is upside down or longer than a year.
    """
    settings = company_settings(work)
    last = query.last or settings.local_day(work.now)
    first = query.first or last - USUAL
    if not first <= last <= first + LONGEST:
        expected = f"a day from {first} to {first + LONGEST}"
        raise InputError.at("/until", last.isoformat(), expected)
    facts = [
        fact
        for fact in facts_between(work, first, last)
        if query.territory is None or fact.territory == query.territory
    ]
    return QualityReport(
        first=first,
        last=last,
        by=query.by,
        territory=query.territory,
        zone=settings.zone,
        territories=_territories(work),
        total=Figures.sum(fact.figures for fact in facts),
        periods=_periods(facts, first, last, query.by),
        by_territory=_parts(facts, lambda fact: fact.territory or ""),
        by_severity=_in_order(
            _parts(facts, lambda fact: fact.severity), [one.value for one in Severity]
        ),
        by_contract=_named(work, _parts(facts, lambda fact: fact.contract)),
    )


def _territories(work: UnitOfWork) -> tuple[str, ...]:
    found = {row.territory for row in work.catalogue.all(SiteRow)}
    found |= {row.territory for row in work.catalogue.all(EngineerRow)}
    return tuple(sorted(one for one in found if one is not None))


def _parts(facts: Sequence[Fact], key: Callable[[Fact], str | None]) -> tuple[Group, ...]:
    found: dict[str, Figures] = defaultdict(Figures)
    for fact in facts:
        name = key(fact)
        if name is not None:
            found[name].add(fact.figures)
    return tuple(Group(name, found[name], name) for name in sorted(found))


def _in_order(groups: Sequence[Group], order: Sequence[str]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda one: order.index(one.key)))


def _named(work: UnitOfWork, groups: Sequence[Group]) -> tuple[Group, ...]:
    known = {row.id: row for row in work.catalogue.some(ContractRow, (one.key for one in groups))}
    return tuple(
        Group(one.key, one.figures, known[one.key].customer, known[one.key].customer_en)
        for one in groups
    )


def _periods(facts: Sequence[Fact], first: date, last: date, by: str) -> tuple[Group, ...]:
    found: dict[date, Figures] = defaultdict(Figures)
    for fact in facts:
        found[_start(fact.day, by)].add(fact.figures)
    return tuple(
        Group(str(max(start, first)), found[start], until=min(end - timedelta(days=1), last))
        for start, end in _cuts(first, last, by)
    )


def _start(day: date, by: str) -> date:
    if by == "day":
        return day
    return day - timedelta(days=day.weekday()) if by == "week" else day.replace(day=1)


def _cuts(first: date, last: date, by: str) -> Iterator[tuple[date, date]]:
    """First day of each period, and the one after its last."""
    start = _start(first, by)
    while start <= last:
        steps = {"day": timedelta(days=1), "week": timedelta(days=7)}
        end = start + steps[by] if by in steps else add_months(start, 1)
        yield start, end
        start = end
