"""The words of the business as frozen data and pure rules, without any technique.

Every other room may come in; this one imports nothing but ``dispatch.errors``.
"""

from dispatch.domain.clock import (
    Clock,
    ClockKind,
    ClockReading,
    ClockState,
    ClockTerms,
    Pause,
    PauseReason,
)
from dispatch.domain.complaint import Complaint, complaint_clocks
from dispatch.domain.contract import BreachPrice, ClockLimit, Contract, ServicePolicy, SeverityTerms
from dispatch.domain.coverage import CoverageHours
from dispatch.domain.current_plan import CurrentPlan, CurrentRoute, CurrentStop
from dispatch.domain.depot import Depot, Inbound
from dispatch.domain.due import DueWindow
from dispatch.domain.engineer import Engineer
from dispatch.domain.equipment import Equipment, EquipmentType, FaultKind, Grade
from dispatch.domain.events import VISIT_STEPS, Event, EventKind
from dispatch.domain.intake import Commitment, build_case
from dispatch.domain.location import Location
from dispatch.domain.maintenance import (
    MaintenancePolicy,
    MaintenanceRound,
    RoundKind,
    due_rounds,
    new_rounds,
    next_round,
    rounds_to_notify,
)
from dispatch.domain.part import Part
from dispatch.domain.plan import Plan, PlanRoute, PlanStatus, PlanStop, StopKind
from dispatch.domain.plan_figures import CostBreakdown, Kpis, LoadSpread, RunBound, RunInfo
from dispatch.domain.policy import default_policies, policy_from_mapping, policy_to_mapping
from dispatch.domain.promise import Promise, PromiseStage
from dispatch.domain.request import TRANSITIONS, Request, RequestState, Stage, Step
from dispatch.domain.request_visits import loaner_visit, needs_visit, request_visit, visit_id
from dispatch.domain.roster import Roster
from dispatch.domain.round_visits import round_visit
from dispatch.domain.severity import Severity
from dispatch.domain.shift import Break, Shift
from dispatch.domain.site import Access, Site
from dispatch.domain.skill import RequiredSkill, Skill
from dispatch.domain.sla import Sla, arrival_terms, sla_of
from dispatch.domain.sla_terms import SlaTerms
from dispatch.domain.snapshot import Case
from dispatch.domain.stock import Delivery, Reservation, Stock, StockLevel
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
from dispatch.domain.working_days import BeyondPublished, WorkingDays
from dispatch.domain.world import CompanyWorld, WorldIndex

__all__ = [
    "TRANSITIONS",
    "UNREACHABLE",
    "VISIT_STEPS",
    "Access",
    "After",
    "BeyondPublished",
    "BreachPrice",
    "Break",
    "Case",
    "ChurnWeights",
    "Clock",
    "ClockKind",
    "ClockLimit",
    "ClockReading",
    "ClockState",
    "ClockTerms",
    "Commitment",
    "CompanyWorld",
    "Complaint",
    "Contract",
    "CostBreakdown",
    "CoverageHours",
    "CurrentPlan",
    "CurrentRoute",
    "CurrentStop",
    "Delivery",
    "Depot",
    "DueWindow",
    "Engineer",
    "EngineerRules",
    "Equipment",
    "EquipmentType",
    "Event",
    "EventKind",
    "FaultKind",
    "GivenMatrix",
    "Grade",
    "Inbound",
    "Kpis",
    "LoadSpread",
    "Location",
    "MaintenancePolicy",
    "MaintenanceRound",
    "Objective",
    "Part",
    "Pause",
    "PauseReason",
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
    "Request",
    "RequestState",
    "RequiredSkill",
    "Reservation",
    "Roster",
    "RoundKind",
    "RunBound",
    "RunInfo",
    "ServicePolicy",
    "Severity",
    "SeverityTerms",
    "Shift",
    "Site",
    "Skill",
    "Sla",
    "SlaTerms",
    "Stage",
    "Step",
    "Stock",
    "StockLevel",
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
    "WorkingDays",
    "WorldIndex",
    "arrival_terms",
    "build_case",
    "complaint_clocks",
    "default_policies",
    "due_rounds",
    "loaner_visit",
    "needs_visit",
    "new_rounds",
    "next_round",
    "policy_from_mapping",
    "policy_to_mapping",
    "request_visit",
    "round_visit",
    "rounds_to_notify",
    "sla_of",
    "visit_id",
]
