"""Locations, depots and windows of a case file."""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain import Depot, Inbound, Location, TimeWindow
from dispatch.formats.case_references import References
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.limits import LONGEST_PICKUP, MOST_PIECES, MOST_WINDOWS
from dispatch.formats.values import (
    duration,
    identifier,
    instant,
    integer,
    number,
    pieces_or_unlimited,
)

__all__ = ["read_depot", "read_location", "read_window"]


def read_window(found: Findings, value: object, pointer: str) -> TimeWindow | None:
    """Read ``{"start", "end"}``."""
    fields = Fields(found, value, pointer)
    start = fields.required("start", instant)
    end = fields.required("end", instant)
    return fields.build(lambda: TimeWindow(start, end))


def read_location(
    references: References, value: object, pointer: str, *, needs_coordinates: bool
) -> Location | None:
    """Read an entry of ``locations``; without a matrix it needs coordinates."""
    fields = Fields(references.found, value, pointer)
    id = fields.required("id", identifier)
    references.define("location", id, fields.at("id"))
    read_lat, read_lon = number(-90, 90, what="degrees"), number(-180, 180, what="degrees")
    lat: float | None
    lon: float | None
    # One coordinate without the other is never meant, whatever the source.
    if needs_coordinates or fields.has("lat") or fields.has("lon"):
        lat, lon = fields.required("lat", read_lat), fields.required("lon", read_lon)
    else:
        lat, lon = fields.nullable("lat", read_lat), fields.nullable("lon", read_lon)
    return fields.build(lambda: Location(id, lat, lon))


def read_depot(references: References, value: object, pointer: str) -> Depot | None:
    """Read an entry of ``depots``."""
    fields = Fields(references.found, value, pointer)
    id = fields.required("id", identifier)
    references.define("depot", id, fields.at("id"))
    location = fields.required("location", identifier)
    references.name("location", location, fields.at("location"))
    unlimited = fields.raw("stock") is None and isinstance(value, dict) and "stock" in value
    stock = None if unlimited else fields.mapping("stock", pieces_or_unlimited)
    tools = fields.texts("tools")
    pickup = fields.optional("pickup_duration", duration(LONGEST_PICKUP), timedelta(0))
    opening = fields.each("opening", read_window, MOST_WINDOWS)
    inbound = fields.each("inbound", _read_inbound)
    return fields.build(lambda: Depot(id, location, stock, tools, pickup, opening, inbound))


def _read_inbound(found: Findings, value: object, pointer: str) -> Inbound | None:
    fields = Fields(found, value, pointer)
    part = fields.required("part", identifier)
    quantity = fields.required("quantity", integer(1, MOST_PIECES, "a number of pieces"))
    available_from = fields.required("available_from", instant)
    return fields.build(lambda: Inbound(part, quantity, available_from))
