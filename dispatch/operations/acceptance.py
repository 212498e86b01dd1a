"""Taking a proposal over, whole or visit by visit, by compare-and-set on the plan it was made for.

Trying writes nothing. What was tried out for a day on which something goes wrong is told together
with the plan, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.domain import Case, Plan, PlanStatus
from dispatch.errors import Conflict, PlanConflict
from dispatch.formats import case_hash, format_case, format_plan, parse_case, parse_plan
from dispatch.operations.disruptions import tell_supposed
from dispatch.operations.publish import SoundDraft, examine_draft, fallen_away, publish_in
from dispatch.operations.retiming import smaller_case
from dispatch.planning.churn import compare_plans
from dispatch.planning.mixed_orders import without_unknown
from dispatch.planning.part_acceptance import PartAccepted, accept_part
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import PlanRow

__all__ = ["TriedPart", "keep_part", "publish_whole", "try_part", "try_whole"]

NOTHING = Plan(PlanStatus.PARTIAL, ())


@dataclass(frozen=True, slots=True)
class TriedPart:
    """Some changes of a proposal on the plan in force.

    Parameters
    ----------
    version, base
        Of the proposal and of the plan that it was made for; 0: none was in force.
    part
        What came of it.
    """

    version: int
    base: int
    part: PartAccepted


def try_part(database: Database, version: int, visits: Sequence[str]) -> TriedPart:
    """Find out what taking some changes over makes of the plan in force; nothing is written.

    Parameters
    ----------
    database
        Where the plans are.
    version
        Of the proposal.
    visits
        Those whose change is taken over.

    Raises
    ------
    PlanConflict
        Another plan has been published since the proposal was begun.
    InputError
        A visit is none that the proposal changes.
    """
    base, case, before, proposed = database.read(lambda work: _read(work, version))
    return TriedPart(version, base, accept_part(case, before, proposed, visits))


def _read(work: UnitOfWork, version: int) -> tuple[int, Case, Plan, Plan]:
    row = work.plans.get(version)
    current = work.plans.current(row.region, row.day)
    now = 0 if current is None else current.version
    base = row.base_plan or 0
    if row.state != "draft" or base != now:
        by = None if current is None else current.published_by
        raise PlanConflict(base, now, work.accounts.name_of(by or "nobody"))
    text = row.case_text
    if row.run_id is not None:
        # A re-plan binds promises in a case of its own; what is left as it was keeps the free one.
        text = work.runs.get(row.run_id).case_text or text
    before = NOTHING if current is None else parse_plan(current.plan_text)
    proposed = parse_plan(row.plan_text)
    gone = {one["visit"] for plan in (before, proposed) for one in fallen_away(work, plan)}
    return base, smaller_case(parse_case(text), gone), before, proposed


def try_whole(database: Database, version: int) -> tuple[TriedPart, SoundDraft]:
    """Look at a proposal as it is: what it changes, and whether the auditor passes it.

    Raises
    ------
    PlanConflict
        Another plan has been published since the proposal was begun.
    PlanRejected
        The auditor found violations.
    """
    base, case, before, _ = database.read(lambda work: _read(work, version))
    draft = examine_draft(database, version)
    known = without_unknown(before, case)
    bill = compare_plans(case, known, draft.plan)
    # A part is taken from what the case of the run knows, be it less than the draft has by now.
    part_of_it = compare_plans(case, known, without_unknown(draft.plan, case))
    chosen = [one.visit for one in part_of_it.changes]
    # Priced like a part, against the plan in force as it would go on in the present world.
    part = accept_part(case, before, draft.plan, chosen)
    part = replace(part, plan=draft.plan, broken=(), together=(), bill=bill)
    return TriedPart(version, base, part), draft


def keep_part(work: UnitOfWork, tried: TriedPart, *, publish: bool) -> PlanRow:
    """Keep what was tried as a draft, and publish it where that is asked for.

    Parameters
    ----------
    work
        The transaction.
    tried
        What `try_part` found, a sound plan among it.
    publish
        Whether the draft becomes the plan in force.

    Raises
    ------
    PlanConflict
        Another plan has been published since: nothing is overwritten.
    Conflict
        A visit is no longer to be planned.
    """
    made = tried.part.plan
    assert made is not None, "what breaks a rule is refused before"
    case = tried.part.case
    if made.run is not None:
        made = replace(made, run=replace(made.run, case_hash=case_hash(case)))
    proposal = work.plans.get(tried.version)
    row = PlanRow(
        version=work.log.take_numbers(1, counter="plan"),
        region=proposal.region,
        day=proposal.day,
        until=proposal.until,
        state="draft",
        base_plan=tried.base or None,
        run_id=proposal.run_id,
        plan_text=format_plan(made),
        case_text=format_case(case),
        created_by=work.actor,
        created_at=work.now,
    )
    work.plans.add(row)
    told = {"version": row.version, "proposal": tried.version, "base": tried.base}
    work.tell("proposal_accepted", str(row.version), {**told, "visits": list(tried.part.chosen)})
    if publish:
        dropped = fallen_away(work, made)
        if dropped:
            gone = ", ".join(one["visit"] for one in dropped)
            raise Conflict(f"plan {row.version}: {gone} no longer to be planned, expected visits")
        _tell_supposed(work, proposal)
        draft = SoundDraft(row.version, case, made, ())
        publish_in(work, draft, version=row.version, expected_current=tried.base, as_supposed=True)
    return row


def publish_whole(work: UnitOfWork, draft: SoundDraft | None, version: int) -> PlanRow:
    """Publish a proposal as it is, and tell what it supposes.

    Parameters
    ----------
    work
        The transaction.
    draft
        What `examine_draft` passed; None when the plan was no draft any more.
    version
        Of the proposal.
    """
    row = work.plans.get(version)
    if row.state == "draft":
        _tell_supposed(work, row)
    return publish_in(work, draft, version=version, as_supposed=True).row


def _tell_supposed(work: UnitOfWork, proposal: PlanRow) -> None:
    if proposal.run_id is not None:
        tell_supposed(work, work.runs.get(proposal.run_id))
