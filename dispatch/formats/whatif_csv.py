"""The report of a what-if as one CSV table: a row for each scenario and figure or reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from dispatch.formats.csv_writing import with_apostrophe
from dispatch.formats.whatif_words import reasons_of

__all__ = ["format_whatif_csv"]

COLUMNS = (
    "base",
    "scenario",
    "difference",
    "low",
    "high",
    "p_value",
    "probability_better",
    "variance_ratio",
    "significant",
)


def format_whatif_csv(report: Mapping[str, Any]) -> str:
    """Write the comparisons of a report; texts that a spreadsheet would run are made harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("name", "figure", *COLUMNS))
    for one in report["scenarios"]:
        for figure, pair in one["comparison"].items():
            cells = ("" if pair[c] is None else pair[c] for c in COLUMNS)
            writer.writerow((with_apostrophe(one["name"]), figure, *cells))
        for code, before, after in reasons_of(one, report["base"]):
            means = (before, after, float(f"{after - before:.9g}"))
            blank = ("",) * (len(COLUMNS) - len(means))
            writer.writerow((with_apostrophe(one["name"]), f"unassigned {code}", *means, *blank))
    return out.getvalue()
