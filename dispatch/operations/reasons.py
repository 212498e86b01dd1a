"""Why a visit of a stored plan has its engineer, or none."""

from __future__ import annotations

from dispatch.domain import Unassigned
from dispatch.formats import parse_case, parse_plan
from dispatch.planning.explain_plan import Missed, explain_one
from dispatch.planning.why_engineer import WhyEngineer
from dispatch.store import Database

__all__ = ["why_in_plan"]


def why_in_plan(database: Database, version: int, visit: str) -> Unassigned | Missed | WhyEngineer:
    """Find out what everybody else would cost for a visit, or what is in the way.

    Parameters
    ----------
    database
        Where the plan is.
    version
        Of the plan.
    visit
        A visit of its case.

    Raises
    ------
    NotFound
        There is no such plan, or its case has no such visit.
    InputError
        The plan breaks a rule, by hand, so that nothing follows from it.
    """
    row = database.read(lambda work: work.plans.get(version))
    return explain_one(parse_case(row.case_text), parse_plan(row.plan_text), visit)
