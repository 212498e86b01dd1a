"""The SLA and quality report as a file: every count beside the shares that are made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from dispatch.formats.csv_writing import format_csv, with_apostrophe
from dispatch.formats.xlsx_writing import Cell, Sheet, format_xlsx
from dispatch.operations.report_figures import Figures
from dispatch.operations.reports import Group, QualityReport

__all__ = ["COLUMNS", "report_file"]

SHARES = (
    "first_time_fix",
    "repeat_share",
    "repeat_visit_share",
    "score_mean",
    "satisfaction",
    "utilisation",
    "travel_share",
    "maintenance_in_time",
    "mean_arrive_s",
    "mean_fix_s",
)
COUNTS = tuple(one.name for one in fields(Figures) if one.name != "clocks")
CLOCK_COLUMNS = tuple(
    f"{clock}_{state}"
    for clock in Figures().clocks
    for state in ("met", "breached", "open", "waived", "on_time")
)
HEAD = ("part", "key", "name", "until")
COLUMNS = (*HEAD, *SHARES, *CLOCK_COLUMNS, *COUNTS)
"""Header of the file."""


def report_file(report: QualityReport, format: str) -> bytes:
    """Write a report as ``csv`` (one table) or ``xlsx`` (one sheet for each part)."""
    parts = _parts(report)
    if format == "xlsx":
        return format_xlsx(
            [
                Sheet(name, COLUMNS, [[row[one] for one in COLUMNS] for row in _rows(name, groups)])
                for name, groups in parts.items()
            ]
        )
    rows = (row for name, groups in parts.items() for row in _rows(name, groups))
    texts = ({name: _text(cell) for name, cell in row.items()} for row in rows)
    return format_csv(COLUMNS, texts).encode("utf-8-sig")


def _parts(report: QualityReport) -> Mapping[str, Sequence[Group]]:
    return {
        "total": [Group(str(report.first), report.total, until=report.last)],
        report.by: report.periods,
        "territory": report.by_territory,
        "severity": report.by_severity,
        "contract": report.by_contract,
    }


def _rows(part: str, groups: Sequence[Group]) -> Iterator[Mapping[str, Cell]]:
    for group in groups:
        until = None if group.until is None else str(group.until)
        row: dict[str, Cell] = {"part": part, "key": group.key, "name": group.name, "until": until}
        for name in SHARES:
            row[name] = _rounded(getattr(group.figures, name))
        for clock, standing in group.figures.clocks.items():
            for state in ("met", "breached", "open", "waived"):
                row[f"{clock}_{state}"] = getattr(standing, state)
            row[f"{clock}_on_time"] = _rounded(standing.on_time)
        for name in COUNTS:
            row[name] = getattr(group.figures, name)
        yield row


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return with_apostrophe(cell) if isinstance(cell, str) else str(cell)
