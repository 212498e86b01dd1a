"""Runs of the planner: asking for one, watching it, calling it off."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from dispatch.errors import InputError, Issue, Unavailable
from dispatch.store import UnitOfWork
from dispatch.store.run_ledger import FINAL_STATES
from dispatch.store.tables import RunRow

__all__ = [
    "DEFAULT_REGION",
    "ENGINES",
    "MOST_WAITING",
    "RunParameters",
    "call_off",
    "parameters_of",
    "start_run",
]

DEFAULT_REGION = "all"
ENGINES = ("auto", "ortools", "lns")
PURPOSES = ("plan", "replan", "insert")
LONGEST_SPAN = timedelta(days=31)
LONGEST_TIME_LIMIT_S = 3600.0
MOST_WAITING = 50
"""Runs that may wait at once; whoever asks for more is told to come back."""


@dataclass(frozen=True, slots=True)
class RunParameters:
    """How to plan one day.

    Parameters
    ----------
    day
        The local day that is planned.
    until
        First local day after; None: only that one day.
    region
        Territory of the engineers and sites; `DEFAULT_REGION` means all of them.
    engine, seed
        As in ``dispatch plan``.
    time_limit_s
        Seconds of search.
    iterations
        Bound in iterations, or None.
    purpose
        ``plan`` everything anew, ``replan`` with promises bound, or ``insert`` one visit.
    visit
        Id of the visit to insert.
    most_moved
        Promises that a re-plan may move; None: as many as it pays.
    curve
        Whether a re-plan tries every budget of the curve; its draft is the last and cheapest.
    freeze_s
        Starts of the plan in force within this time from the snapshot stay.
    cause
        Why it was started, for people; empty when somebody asked for it.
    by_itself
        Whether the policy may publish the outcome.
    settled
        Whether a person has decided already that the outcome is wanted, as with an appointment
        that was confirmed to the customer; then it is published unless others have to be told.
    """

    day: date
    until: date | None = None
    region: str = DEFAULT_REGION
    engine: str = "auto"
    seed: int = 1
    time_limit_s: float = 10.0
    iterations: int | None = None
    purpose: str = "plan"
    visit: str | None = None
    most_moved: int | None = None
    curve: bool = False
    freeze_s: int = 0
    cause: str = ""
    by_itself: bool = False
    settled: bool = False

    def __post_init__(self) -> None:
        issues = []
        last = self.day + LONGEST_SPAN if self.until is None else self.until
        if not self.day < last <= self.day + LONGEST_SPAN:
            expected = f"a day after {self.day}, at most {LONGEST_SPAN.days} days later"
            issues.append(Issue("/until", str(self.until), expected))
        if self.engine not in ENGINES:
            issues.append(Issue("/engine", self.engine, "one of " + ", ".join(ENGINES)))
        if not 0 < self.time_limit_s <= LONGEST_TIME_LIMIT_S:
            expected = f"seconds above 0 up to {LONGEST_TIME_LIMIT_S:g}"
            issues.append(Issue("/time_limit_s", self.time_limit_s, expected))
        if self.iterations is not None and self.iterations < 0:
            issues.append(Issue("/iterations", self.iterations, "0 or more"))
        if self.purpose not in PURPOSES:
            issues.append(Issue("/purpose", self.purpose, "one of " + ", ".join(PURPOSES)))
        if (self.purpose == "insert") != (self.visit is not None):
            issues.append(Issue("/visit", self.visit, "a visit exactly when one is inserted"))
        if issues:
            raise InputError(issues)

    @property
    def span_end(self) -> date:
        """First local day that is not planned any more."""
        return self.until or self.day + timedelta(days=1)


def start_run(work: UnitOfWork, parameters: RunParameters) -> RunRow:
    """Queue a run; an executor takes it up as soon as this transaction is committed.

    Raises
    ------
    Unavailable
        When too many wait already.
    """
    waiting = work.runs.waiting()
    if waiting >= MOST_WAITING:
        raise Unavailable(
            f"runs: {waiting} waiting, expected fewer than {MOST_WAITING}", retry_after_s=10
        )
    written = {
        **asdict(parameters),
        "day": parameters.day.isoformat(),
        "until": parameters.span_end.isoformat(),
    }
    row = RunRow(
        id=str(uuid.uuid4()),
        state="queued",
        region=parameters.region,
        day=parameters.day,
        parameters=written,
        created_by=work.actor,
        created_at=work.now,
    )
    work.runs.add(row)
    work.tell("run_queued", row.id, {"day": written["day"], "region": row.region})
    return row


def parameters_of(row: RunRow) -> RunParameters:
    """Read the parameters of a run back."""
    values = dict(row.parameters)
    values["day"] = date.fromisoformat(values["day"])
    values["until"] = date.fromisoformat(values["until"])
    return RunParameters(**values)


def call_off(work: UnitOfWork, id: str) -> RunRow:
    """Ask for the end of a run; what it has found so far is kept as a draft.

    A run that has ended already stays as it is.
    """
    row = work.runs.get(id)
    if row.state in FINAL_STATES or row.cancel_requested:
        return row
    row.cancel_requested = True
    if row.state == "queued":
        row.state = "cancelled"
        row.finished_at = work.now
        row.error = "called off before it started"
        work.tell("run_ended", row.id, {"state": row.state})
    work.runs.save(row)
    return row
