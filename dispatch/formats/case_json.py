"""Case files: JSON to Case, with every problem told at once (contract section 3)."""

from __future__ import annotations

from pathlib import Path

from dispatch.domain import Case, TimeWindow, TravelSettings, Weights
from dispatch.domain.risk import DEFAULT_RISK
from dispatch.errors import InputError
from dispatch.formats.case_current_plan import read_current_plan, refuse_second_stops
from dispatch.formats.case_engineers import read_engineer
from dispatch.formats.case_places import read_depot, read_location, read_window
from dispatch.formats.case_references import References
from dispatch.formats.case_risk import read_risk_model
from dispatch.formats.case_travel import is_matrix, read_travel
from dispatch.formats.case_visits import read_visit
from dispatch.formats.case_weights import read_weights
from dispatch.formats.demand_json import read_demand
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.json_text import load_json, read_limited
from dispatch.formats.limits import (
    LONGEST_PLANNING_WINDOW,
    MOST_BYTES,
    MOST_DEPOTS,
    MOST_ENGINEERS,
    MOST_LOCATIONS,
    MOST_VISITS,
)
from dispatch.formats.values import instant

__all__ = ["case_from_document", "parse_case", "read_case"]


def read_case(path: Path) -> Case:
    """Read a case file from disk; see `parse_case`."""
    return parse_case(read_limited(path))


def parse_case(data: bytes | str, *, most_bytes: int = MOST_BYTES) -> Case:
    """Read a case document.

    Parameters
    ----------
    data
        UTF-8 bytes, or text.
    most_bytes
        Largest size accepted.

    Returns
    -------
    Case
        Complete: every default is filled in, every reference leads somewhere.

    Raises
    ------
    InputError
        With all issues of the document at once.
    LimitExceeded
        When nothing is wrong with it but its size.
    """
    return case_from_document(load_json(data, most_bytes=most_bytes))


def case_from_document(document: object) -> Case:
    """Make a case of a JSON document that was read already; see `parse_case`."""
    found = Findings()
    references = References(found)
    fields = Fields(found, document, "")
    window = fields.required_part("planning_window", _read_planning_window)
    now = fields.nullable("now", instant)
    freeze_until = fields.nullable("freeze_until", instant)
    needs_coordinates = not is_matrix(fields.raw("travel"))
    for kind in ("location", "depot", "engineer", "visit"):
        if not isinstance(fields.raw(f"{kind}s"), list | None):
            references.unreadable(kind)
            references.unreadable("shift" if kind == "engineer" else kind)
    locations = fields.each(
        "locations",
        lambda _, item, at: read_location(
            references, item, at, needs_coordinates=needs_coordinates
        ),
        MOST_LOCATIONS,
    )
    travel = fields.part("travel", lambda _, item, at: read_travel(references, item, at))
    depots = fields.each(
        "depots", lambda _, item, at: read_depot(references, item, at), MOST_DEPOTS
    )
    engineers = fields.each(
        "engineers", lambda _, item, at: read_engineer(references, item, at), MOST_ENGINEERS
    )
    visits = fields.each(
        "visits", lambda _, item, at: read_visit(references, window, item, at), MOST_VISITS
    )
    current_plan = fields.part(
        "current_plan", lambda _, item, at: read_current_plan(references, item, at)
    )
    weights = fields.part("weights", read_weights) or Weights()
    demand = fields.part("demand", lambda _, item, at: read_demand(references, item, at))
    risk_model = fields.part("risk_model", read_risk_model)
    references.resolve()
    case = fields.build(
        lambda: Case(
            planning_window=window,
            locations=locations,
            depots=depots,
            engineers=engineers,
            visits=visits,
            now=now,
            freeze_until=freeze_until,
            travel=travel or TravelSettings(),
            current_plan=current_plan,
            weights=weights,
            demand=demand,
            risk_model=risk_model or DEFAULT_RISK,
        )
    )
    if case is not None:
        refuse_second_stops(found, case)
    found.raise_if_any()
    if case is None:
        raise InputError.at("", "a document", "a case")
    return case


def _read_planning_window(found: Findings, value: object, pointer: str) -> TimeWindow:
    window = read_window(found, value, pointer)
    if window is not None:
        length = window.end - window.start
        if not length:
            found.add(f"{pointer}/end", window.end.isoformat(), "after the start")
        elif length > LONGEST_PLANNING_WINDOW:
            expected = f"at most {LONGEST_PLANNING_WINDOW.days} days after the start"
            found.add(f"{pointer}/end", window.end.isoformat(), expected, limit=True)
    return window  # type: ignore[return-value]  # None only beside an issue; see Fields
