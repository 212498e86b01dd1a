"""The ``travel`` object of a case file."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.domain import TravelSettings, TravelSourceName
from dispatch.formats.case_references import References
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.limits import MOST_DETOUR, MOST_SPEED_KMH
from dispatch.formats.matrix_json import read_matrix
from dispatch.formats.unfit import Unfit
from dispatch.formats.values import choice, number

__all__ = ["AVAILABLE_SOURCES", "is_matrix", "read_travel"]

AVAILABLE_SOURCES = (TravelSourceName.HAVERSINE, TravelSourceName.MATRIX)
"""Sources that this version has; the other words of the contract are refused as such."""


def is_matrix(value: object) -> bool:
    """Tell whether the ``travel`` object asks for its own matrix."""
    return isinstance(value, dict) and value.get("source") == TravelSourceName.MATRIX.value


def read_travel(references: References, value: object, pointer: str) -> TravelSettings | None:
    """Read ``travel``; every location of the case has to be in the matrix that is used."""
    fields = Fields(references.found, value, pointer)
    usual = TravelSettings()
    source = fields.optional("source", _source, usual.source)
    speed = number(0, MOST_SPEED_KMH, above=True, what="km/h")
    speed_kmh = fields.optional("speed_kmh", speed, usual.speed_kmh)
    detour = fields.optional("detour_factor", number(1, MOST_DETOUR), usual.detour_factor)
    by_hour = fields.part("speed_by_hour", _read_speed_by_hour) or {}
    matrix = fields.part("matrix", read_matrix)
    if source is TravelSourceName.MATRIX and not fields.has("matrix"):
        references.found.add(fields.at("matrix"), None, "a matrix, since the source is matrix")
    if fields.has("matrix"):
        used = source is TravelSourceName.MATRIX
        _match_locations(references, fields.raw("matrix"), fields.at("matrix"), used=used)
    return fields.build(lambda: TravelSettings(source, speed_kmh, detour, by_hour, matrix))


def _source(value: object) -> TravelSourceName:
    source = choice(TravelSourceName)(value)
    if source not in AVAILABLE_SOURCES:
        words = " or ".join(one.value for one in AVAILABLE_SOURCES)
        raise Unfit(f"{words}; {source.value} is not available in this version")
    return source


def _read_speed_by_hour(found: Findings, value: object, pointer: str) -> Mapping[int, float]:
    entries = Fields(found, value, pointer)
    read = number(0, MOST_SPEED_KMH, above=True, what="km/h")
    speeds = {
        hour: entries.required(str(hour), read)
        for hour in range(24)
        if isinstance(value, dict) and str(hour) in value
    }
    entries.finish()
    return speeds


def _match_locations(references: References, value: object, pointer: str, *, used: bool) -> None:
    """Compare the ids of the matrix with the locations of the case; when used, both ways."""
    given = value.get("locations") if isinstance(value, dict) else None
    if not isinstance(given, list):
        return
    place = f"{pointer}/locations"
    ids = [one if isinstance(one, str) else None for one in given]
    for i, id in enumerate(ids):
        references.name("location", id, f"{place}/{i}")
    if used and references.is_readable("location"):
        known = set(ids)
        for id in (one for one in references.defined("location") if one not in known):
            references.found.add(place, id, f"an entry for location {id!r} too")
