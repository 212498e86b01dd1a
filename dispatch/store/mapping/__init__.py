"""Between rows and domain objects, one file per subject; neither side knows the other.

Operations come in to turn what a query gave into what a rule understands.
"""

from dispatch.store.mapping.catalogue import (
    contract_of,
    equipment_of,
    equipment_type_of,
    equipment_type_values,
    part_of,
    site_of,
    site_place,
)
from dispatch.store.mapping.crews import depot_place, engineer_of, home_place, locations_of
from dispatch.store.mapping.field_work import field_report_of
from dispatch.store.mapping.requests import request_of, request_values, work_of, work_values

__all__ = [
    "contract_of",
    "depot_place",
    "engineer_of",
    "equipment_of",
    "equipment_type_of",
    "equipment_type_values",
    "field_report_of",
    "home_place",
    "locations_of",
    "part_of",
    "request_of",
    "request_values",
    "site_of",
    "site_place",
    "work_of",
    "work_values",
]
