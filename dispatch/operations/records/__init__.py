"""Master data as it comes in and goes out: validated records, one file per subject.

The API takes them as bodies and the importer as rows; `dispatch.operations.master_data` turns
them into table rows and back.
"""

from dispatch.operations.records.base import Coordinates, Record
from dispatch.operations.records.people import BreakRecord, EngineerRecord, ShiftRecord
from dispatch.operations.records.places import (
    ContactRecord,
    ContractRecord,
    DepotRecord,
    SiteRecord,
)
from dispatch.operations.records.supplies import VanNormRecord
from dispatch.operations.records.things import (
    EquipmentRecord,
    EquipmentTypeRecord,
    InboundRecord,
    PartRecord,
    StockRecord,
)

__all__ = [
    "BreakRecord",
    "ContactRecord",
    "ContractRecord",
    "Coordinates",
    "DepotRecord",
    "EngineerRecord",
    "EquipmentRecord",
    "EquipmentTypeRecord",
    "InboundRecord",
    "PartRecord",
    "Record",
    "ShiftRecord",
    "SiteRecord",
    "StockRecord",
    "VanNormRecord",
]
