"""Moves made by hand: tried while a visit is dragged, then kept as a draft or published at once.

Trying writes nothing. Keeping is a compare-and-set on the plan the dispatcher looked at, so two of
them never overwrite each other silently; who breaks a rule says why, and the log keeps the reason.
"""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakKeyDictionary

from dispatch.domain import (
    Case,
    CurrentPlan,
    Plan,
    Promise,
    PromiseStage,
    Reason,
    Unassigned,
    Verdict,
)
from dispatch.errors import Conflict, InputError, PlanRejected
from dispatch.formats import case_hash, format_case, format_plan, parse_case, parse_plan
from dispatch.operations.publish import Published, SoundDraft, fallen_away, publish_in
from dispatch.planning.audit import audit
from dispatch.planning.explain_plan import explain_all
from dispatch.planning.move_words import HARD_RULES
from dispatch.planning.moves import Move, Moved, make_moves
from dispatch.planning.plan_money import whole_price
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import PlanRow

__all__ = ["HandMade", "examine_moves", "keep_moves", "try_moves"]

REMEMBERED = 4
NOT_LOOKED_FOR = Reason(
    code="NO_CAPACITY",
    message="Nobody has looked for a place since the plan was changed by hand.",
    message_zh="计划手动调整后尚未重新寻找时段。",
)
BIG = 500
"""Visits from which on a plan in memory is worth being kept from the collector of garbage."""


class PlanMemory:
    """The plans looked at last, read once: dragging asks about the same one again and again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], tuple[Case, Plan]] = OrderedDict()
        self._promised: tuple[tuple[int, int], Case] | None = None
        self._lock = threading.Lock()

    def read(self, row: PlanRow) -> tuple[Case, Plan]:
        """Case and plan of a version."""
        key = (row.version, row.state)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = parse_case(row.case_text), parse_plan(row.plan_text)
        if row.state == "published":
            found = _as_reference(*found)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        if len(found[0].visits) >= BIG:
            _settle()
        return found

    def promised(self, work: UnitOfWork, row: PlanRow, case: Case, moves: Sequence[Move]) -> Case:
        """The case with the promises of this moment; of a draft, those of the visits moved."""
        if row.state != "published":
            named = {name for move in moves for name in (move.visit, move.other) if name}
            return _with_promises(case, work.work.promises(named))
        # Nobody was promised anything else as long as nothing was told.
        key = (row.version, work.log.last_number())
        known = self._promised
        if known is None or known[0] != key:
            known = self._promised = (key, _with_promises(case, work.work.promises()))
        return known[1]


def _settle() -> None:
    # A plan of thousands of visits is millions of small things without a circle among them. To
    # look through them all again and again would hold up every tenth question for as long as
    # three others take.
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@dataclass(frozen=True, slots=True)
class HandMade:
    """Moves that were tried: what they were made on, and what came of them."""

    base: int
    moved: Moved


_memories: WeakKeyDictionary[Database, PlanMemory] = WeakKeyDictionary()


def try_moves(database: Database, version: int, moves: Sequence[Move]) -> HandMade:
    """Find out what moves make of a plan; nothing is written.

    Parameters
    ----------
    database
        Where the plan is.
    version
        Of the plan the dispatcher looks at.
    moves
        What they did, in order.
    """
    memory = _memories.setdefault(database, PlanMemory())

    def look(work: UnitOfWork) -> tuple[Case, Plan, datetime]:
        row = work.plans.get(version)
        case, plan = memory.read(row)
        return memory.promised(work, row, case, moves), plan, work.now

    case, plan, now = database.read(look)
    return HandMade(version, make_moves(case, plan, moves, now=now))


def _as_reference(case: Case, plan: Plan) -> tuple[Case, Plan]:
    """Let moves be held against the plan in force; what it changed itself was paid with it."""
    if plan.cost is not None:
        cost = replace(plan.cost, total=plan.cost.total - plan.cost.churn, churn=0)
        plan = replace(plan, cost=cost)
    return replace(case, current_plan=CurrentPlan.of(plan)), plan


def _with_promises(case: Case, rows: Iterable[tuple[str, datetime, datetime, str | None]]) -> Case:
    """Let visits carry the promise their customers have by now."""
    told = {
        id: Promise(start, end, PromiseStage(stage or "published"))
        for id, start, end, stage in rows
    }
    changed = {
        visit.id: replace(visit, promise=told[visit.id])
        for visit in case.visits
        if visit.id in told and told[visit.id] != visit.promise
    }
    if not changed:
        return case
    return replace(case, visits=tuple(changed.get(one.id, one) for one in case.visits))


def keep_moves(
    work: UnitOfWork,
    made: HandMade,
    *,
    publish: bool,
    reason: str = "",
) -> tuple[PlanRow, Published | None]:
    """Keep tried moves as a draft, and publish it where that is asked for.

    Parameters
    ----------
    work
        The transaction.
    made
        What `try_moves` found.
    publish
        Whether the draft becomes the plan in force.
    reason
        Why broken rules are accepted; the log keeps it.

    Raises
    ------
    PlanConflict
        Another plan has been published since: nothing is overwritten.
    Conflict
        A visit that was moved is no longer to be planned.
    """
    base, moved = work.plans.get(made.base), made.moved
    row = PlanRow(
        version=work.log.take_numbers(1, counter="plan"),
        region=base.region,
        day=base.day,
        until=base.until,
        state="draft",
        base_plan=base.version if base.state == "published" else base.base_plan,
        plan_text=format_plan(moved.plan),
        case_text=format_case(moved.case),
        created_by=work.actor,
        created_at=work.now,
    )
    if base.state not in ("published", "draft"):
        # A plan that was replaced meanwhile: publishing tells who was first.
        row.base_plan = base.version
    work.plans.add(row)
    rules = sorted({one.rule for one in moved.new_broken})
    visits = sorted({change.visit for change in moved.bill.changes})
    told = {"version": row.version, "base": base.version, "visits": visits, "rules": rules}
    work.tell("moves_made", str(row.version), {**told, "reason": reason})
    if not publish:
        return row, None
    dropped = fallen_away(work, moved.plan)
    if dropped and {one["visit"] for one in dropped} & set(visits):
        gone = ", ".join(one["visit"] for one in dropped)
        raise Conflict(f"moves: {gone} no longer to be planned, expected open visits")
    draft = SoundDraft(row.version, moved.case, moved.plan, ())
    return row, publish_in(work, draft, version=row.version, expected_current=row.base_plan)


def examine_moves(made: HandMade) -> HandMade:
    """Price the whole plan and let the auditor look at it; only broken rules told may be there.

    Returns
    -------
    HandMade
        To be kept: dragging tells differences, the plan that is kept tells its whole price.

    Raises
    ------
    PlanRejected
        With everything else.
    """
    case, plan = made.moved.case, made.moved.plan
    run = None if plan.run is None else replace(plan.run, case_hash=case_hash(case))
    plan = replace(plan, cost=whole_price(case, plan), run=run)
    known = {(one.rule, one.visit, one.shift) for one in made.moved.broken}
    known_visits = {(one.rule, one.visit) for one in made.moved.broken}
    violations = audit(case, plan)
    found = [
        one
        for one in violations
        if one.rule in HARD_RULES
        and (one.rule, one.visit, one.shift) not in known
        and (one.visit is None or (one.rule, one.visit) not in known_visits)
    ]
    if found:
        raise PlanRejected(found)
    left: set[str | None] = {one.visit for one in plan.unassigned}
    doubtful = {one.visit for one in violations if one.visit in left}
    if doubtful:
        plan = _explained_anew(case, plan, doubtful)
    return replace(made, moved=replace(made.moved, plan=plan))


def _explained_anew(case: Case, plan: Plan, doubtful: set[str | None]) -> Plan:
    """Say anew why visits are left out where the reason was one of the plan before."""
    try:
        told = {one.visit: one for one in explain_all(case, plan) if isinstance(one, Unassigned)}
    except InputError:
        # A plan that breaks a rule by force explains nothing.
        told = {}
    unassigned = tuple(
        told.get(one.visit, Unassigned(one.visit, Verdict.DISPLACED, (NOT_LOOKED_FOR,)))
        if one.visit in doubtful
        else one
        for one in plan.unassigned
    )
    return replace(plan, unassigned=unassigned)
