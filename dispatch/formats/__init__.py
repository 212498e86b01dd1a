"""Outside files: case and plan documents as JSON, tables of master data, and what else leaves.

Everything that is read here is a stranger's: whoever comes in gets domain objects or every issue
at once; this room imports ``domain`` and nothing above it.
"""

from dispatch.formats.case_json import case_from_document, parse_case, read_case
from dispatch.formats.case_writing import (
    canonical_case,
    case_hash,
    case_to_document,
    format_case,
)
from dispatch.formats.iso_time import (
    format_duration,
    format_instant,
    parse_duration,
    parse_instant,
)
from dispatch.formats.json_text import dump_json, load_json
from dispatch.formats.plan_json import parse_plan, plan_from_document, read_plan
from dispatch.formats.plan_writing import format_plan, plan_to_document
from dispatch.formats.tables import Table, TableRow, parse_tables, read_tables

__all__ = [
    "Table",
    "TableRow",
    "canonical_case",
    "case_from_document",
    "case_hash",
    "case_to_document",
    "dump_json",
    "format_case",
    "format_duration",
    "format_instant",
    "format_plan",
    "load_json",
    "parse_case",
    "parse_duration",
    "parse_instant",
    "parse_plan",
    "parse_tables",
    "plan_from_document",
    "plan_to_document",
    "read_case",
    "read_plan",
    "read_tables",
]
