"""Due maintenance, surveys and hand-overs: what falls due when, under which name.

The next round of a piece of equipment counts from its last *completed* round, never from the
day it had been planned for, so at most one round per piece is open at any time. The id of a
round is made of the equipment and of that day; asking twice gives the same rounds, and a
changed pace moves an open round instead of adding a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dispatch.domain.checks import require_duration
from dispatch.domain.equipment import Equipment, Grade
from dispatch.domain.local_time import add_months

__all__ = [
    "MaintenancePolicy",
    "MaintenanceRound",
    "RoundKind",
    "due_rounds",
    "new_rounds",
    "next_round",
    "rounds_to_notify",
]


class RoundKind(StrEnum):
    """What falls due."""

    MAINTENANCE = "maintenance"
    SURVEY = "survey"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class MaintenancePolicy:
    """How much play a due day has, and how early the customer is told.

    Parameters
    ----------
    key_tolerance, general_tolerance
        Days before and after the due day in which a round may be done, by grade.
    survey_tolerance, hand_over_tolerance
        The same for surveys and hand-overs.
    notice
        How long before the due day the customer is told.
    """

    key_tolerance: timedelta = timedelta(days=7)
    general_tolerance: timedelta = timedelta(days=14)
    survey_tolerance: timedelta = timedelta(days=14)
    hand_over_tolerance: timedelta = timedelta(days=7)
    notice: timedelta = timedelta(days=30)

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            require_duration(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class MaintenanceRound:
    """Something that falls due at one piece of equipment.

    Parameters
    ----------
    id
        Stable: equal whenever the same thing falls due.
    kind, equipment, site
        What, and where.
    due
        The day it should be done.
    earliest, latest
        First and last day on which it may be done.
    notify_on
        Day on which the customer is to be told.
    """

    id: str
    kind: RoundKind
    equipment: str
    site: str
    due: date
    earliest: date
    latest: date
    notify_on: date

    def is_overdue(self, today: date) -> bool:
        """Tell whether the last day on which it may be done has gone by."""
        return today > self.latest

    def latest_on(self, today: date) -> date:
        """Last day on which it may be planned, as seen from `today`.

        Equipment that is overdue must stay plannable: from the day after `latest` on, the
        last day is always the present one.
        """
        return max(self.latest, today)


def next_round(equipment: Equipment, policy: MaintenancePolicy | None = None) -> MaintenanceRound:
    """Compute the one open maintenance round of a piece of equipment."""
    rules = policy or MaintenancePolicy()
    anchor = equipment.maintenance_anchor
    by_grade = {Grade.KEY: rules.key_tolerance, Grade.GENERAL: rules.general_tolerance}
    return _round(
        RoundKind.MAINTENANCE,
        equipment,
        f"after-{anchor:%Y%m%d}",
        add_months(anchor, equipment.interval_months),
        by_grade[equipment.grade],
        rules,
    )


def due_rounds(
    equipment: Iterable[Equipment],
    today: date,
    until: date,
    policy: MaintenancePolicy | None = None,
) -> tuple[MaintenanceRound, ...]:
    """List all that may or must be done from `today` to `until`.

    Parameters
    ----------
    equipment
        Pieces to look at.
    today
        Overdue maintenance is included; surveys and hand-overs whose last day has gone by are
        not, because they belong to a month that is over.
    until
        Last day; a round is included when its `earliest` day is not after it.
    policy
        Tolerances and notice.

    Returns
    -------
    tuple of MaintenanceRound
        Ordered by due day, then by id. One survey a site and month at most, at the piece with
        the smallest id: it asks about all the others too.
    """
    rules = policy or MaintenancePolicy()
    found: dict[str, MaintenanceRound] = {}
    for piece in sorted(equipment, key=lambda one: one.id):
        coming = next_round(piece, rules)
        if coming.earliest <= until:
            found[coming.id] = coming
        for warranty in _warranty_rounds(piece, today, until, rules):
            if warranty.earliest <= until and not warranty.is_overdue(today):
                found.setdefault(warranty.id, warranty)
    return tuple(sorted(found.values(), key=lambda one: (one.due, one.id)))


def new_rounds(
    found: Iterable[MaintenanceRound], known_ids: Iterable[str]
) -> tuple[MaintenanceRound, ...]:
    """Leave out what is known already, so that generating twice adds nothing."""
    known = set(known_ids)
    return tuple(one for one in found if one.id not in known)


def rounds_to_notify(
    found: Iterable[MaintenanceRound], today: date, notified_ids: Iterable[str] = ()
) -> tuple[MaintenanceRound, ...]:
    """List the rounds whose customers are to be told by `today` and have not been yet."""
    told = set(notified_ids)
    return tuple(one for one in found if one.notify_on <= today and one.id not in told)


def _warranty_rounds(
    piece: Equipment, today: date, until: date, rules: MaintenancePolicy
) -> Iterator[MaintenanceRound]:
    """Surveys in every month of the warranty, and the hand-over a month before its end."""
    ends = piece.warranty_end
    if ends is None:
        return
    hand_over = max(piece.installed, add_months(ends, -1))
    yield _round(
        RoundKind.HAND_OVER, piece, f"{ends:%Y%m%d}", hand_over, rules.hand_over_tolerance, rules
    )
    # The months are counted from the installation each time; adding one month after the other
    # would turn the 31st into the 28th for good.
    months = max(
        1, (today.year - piece.installed.year) * 12 + today.month - piece.installed.month - 1
    )
    while (due := add_months(piece.installed, months)) <= ends:
        if due - rules.survey_tolerance > until:
            return
        yield _round(
            RoundKind.SURVEY, piece, f"{due:%Y%m}", due, rules.survey_tolerance, rules, piece.site
        )
        months += 1


def _round(
    kind: RoundKind,
    piece: Equipment,
    name: str,
    due: date,
    tolerance: timedelta,
    rules: MaintenancePolicy,
    subject: str = "",
) -> MaintenanceRound:
    return MaintenanceRound(
        id=f"{kind.value}-{subject or piece.id}-{name}",
        kind=kind,
        equipment=piece.id,
        site=piece.site,
        due=due,
        earliest=due - tolerance,
        latest=due + tolerance,
        notify_on=due - rules.notice,
    )
