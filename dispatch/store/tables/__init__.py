"""The tables, one file per subject; a row is nothing but what a table holds.

Only the store comes in here: everyone else sees domain objects or plain records.
"""

from dispatch.store.tables.accounts import ApiKeyRow, SessionRow, UserRow
from dispatch.store.tables.audit import AuditRow, TrackRow
from dispatch.store.tables.base import Versioned
from dispatch.store.tables.catalogue import (
    ContractRow,
    DepotRow,
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    InboundRow,
    PartRow,
    ShiftRow,
    SiteRow,
    StockRow,
)
from dispatch.store.tables.day import DisruptionRow, ReservationRow, SlotRow
from dispatch.store.tables.field import RouteConfirmationRow
from dispatch.store.tables.half_year import HalfYearRow
from dispatch.store.tables.log import (
    CounterRow,
    EventRow,
    IdempotencyRow,
    OutboxRow,
    SettingRow,
)
from dispatch.store.tables.notices import DeliveryRow, NoticeRow, WebhookRow
from dispatch.store.tables.plans import AssignmentRow, PlanRow, RunRow
from dispatch.store.tables.remedies import AppliedRemedyRow
from dispatch.store.tables.service import ClockAlertRow, ComplaintRow, EtaRow, ServiceReportRow
from dispatch.store.tables.supplies import ReceiptRow, VanNormRow
from dispatch.store.tables.what_if import WhatIfOutcomeRow, WhatIfRow
from dispatch.store.tables.work import PositionRow, RequestRow, VisitEventRow, VisitRow

__all__ = [
    "ApiKeyRow",
    "AppliedRemedyRow",
    "AssignmentRow",
    "AuditRow",
    "ClockAlertRow",
    "ComplaintRow",
    "ContractRow",
    "CounterRow",
    "DeliveryRow",
    "DepotRow",
    "DisruptionRow",
    "EngineerRow",
    "EquipmentRow",
    "EquipmentTypeRow",
    "EtaRow",
    "EventRow",
    "HalfYearRow",
    "IdempotencyRow",
    "InboundRow",
    "NoticeRow",
    "OutboxRow",
    "PartRow",
    "PlanRow",
    "PositionRow",
    "ReceiptRow",
    "RequestRow",
    "ReservationRow",
    "RouteConfirmationRow",
    "RunRow",
    "ServiceReportRow",
    "SessionRow",
    "SettingRow",
    "ShiftRow",
    "SiteRow",
    "SlotRow",
    "StockRow",
    "TrackRow",
    "UserRow",
    "VanNormRow",
    "Versioned",
    "VisitEventRow",
    "VisitRow",
    "WebhookRow",
    "WhatIfOutcomeRow",
    "WhatIfRow",
]
