"""The words of the business as frozen data and pure rules, without any technique.

Every other room may come in; this one imports nothing but ``dispatch.errors``.
"""

from dispatch.domain.current_plan import CurrentPlan, CurrentRoute, CurrentStop
from dispatch.domain.depot import Depot, Inbound
from dispatch.domain.due import DueWindow
from dispatch.domain.engineer import Engineer
from dispatch.domain.location import Location
from dispatch.domain.plan import Plan, PlanRoute, PlanStatus, PlanStop, StopKind
from dispatch.domain.plan_figures import CostBreakdown, Kpis, RunInfo
from dispatch.domain.promise import Promise, PromiseStage
from dispatch.domain.severity import Severity
from dispatch.domain.shift import Break, Shift
from dispatch.domain.skill import RequiredSkill, Skill
from dispatch.domain.sla_terms import SlaTerms
from dispatch.domain.snapshot import Case
from dispatch.domain.tariff import Tariff
from dispatch.domain.travel_settings import (
    UNREACHABLE,
    GivenMatrix,
    TravelSettings,
    TravelSourceName,
)
from dispatch.domain.unassigned import Reason, Remedy, Unassigned, Verdict
from dispatch.domain.visit import After, EngineerRules, Pin, Priority, Visit, VisitKind
from dispatch.domain.weights import ChurnWeights, Objective, Weights
from dispatch.domain.window import TimeWindow

__all__ = [
    "UNREACHABLE",
    "After",
    "Break",
    "Case",
    "ChurnWeights",
    "CostBreakdown",
    "CurrentPlan",
    "CurrentRoute",
    "CurrentStop",
    "Depot",
    "DueWindow",
    "Engineer",
    "EngineerRules",
    "GivenMatrix",
    "Inbound",
    "Kpis",
    "Location",
    "Objective",
    "Pin",
    "Plan",
    "PlanRoute",
    "PlanStatus",
    "PlanStop",
    "Priority",
    "Promise",
    "PromiseStage",
    "Reason",
    "Remedy",
    "RequiredSkill",
    "RunInfo",
    "Severity",
    "Shift",
    "Skill",
    "SlaTerms",
    "StopKind",
    "Tariff",
    "TimeWindow",
    "TravelSettings",
    "TravelSourceName",
    "Unassigned",
    "Verdict",
    "Visit",
    "VisitKind",
    "Weights",
]
