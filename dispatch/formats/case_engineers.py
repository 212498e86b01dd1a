"""Engineers of a case file with their shifts, breaks and tariffs."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from dispatch.domain import Break, Engineer, Shift, Skill, Tariff
from dispatch.formats.case_references import References
from dispatch.formats.json_reading import Fields, Findings, step
from dispatch.formats.limits import (
    LONGEST_BREAK,
    LONGEST_HISTORY,
    LONGEST_SHIFT,
    LONGEST_TRAVEL,
    MOST_BREAKS,
    MOST_FACTOR,
    MOST_LEVEL,
    MOST_SHIFTS,
)
from dispatch.formats.values import (
    boolean,
    duration,
    identifier,
    instant,
    integer,
    money,
    number,
    pieces,
    text,
)

__all__ = ["read_engineer", "read_skill", "refuse_repeats"]


def read_engineer(references: References, value: object, pointer: str) -> Engineer | None:
    """Read an entry of ``engineers``."""
    fields = Fields(references.found, value, pointer)
    id = fields.required("id", identifier)
    references.define("engineer", id, fields.at("id"))
    name = fields.nullable("name", text) or ""
    skills = fields.each("skills", read_skill)
    refuse_repeats(references.found, fields.at("skills"), fields.raw("skills"))
    tools = fields.texts("tools")
    van_stock = fields.mapping("van_stock", pieces)
    territory = fields.nullable("territory", text)
    factors = fields.mapping("duration_factor", number(0, MOST_FACTOR, above=True))
    if not isinstance(value, dict) or not isinstance(fields.raw("shifts"), list | None):
        references.unreadable("shift")
    shifts = fields.each(
        "shifts", lambda _, item, place: _read_shift(references, item, place), MOST_SHIFTS
    )
    tariff = fields.part("cost", _read_tariff) or Tariff()
    history = fields.optional("workload_history", duration(LONGEST_HISTORY), timedelta(0))
    _refuse_overlaps(references.found, fields, shifts)
    return fields.build(
        lambda: Engineer(
            id=id,
            name=name,
            skills=skills,
            tools=tools,
            van_stock=van_stock,
            territory=territory,
            duration_factor=factors,
            shifts=shifts,
            tariff=tariff,
            workload_history=history,
        )
    )


def read_skill(found: Findings, value: object, pointer: str) -> Skill | None:
    """Read ``{"name", "level"}``."""
    fields = Fields(found, value, pointer)
    name = fields.required("name", identifier)
    level = fields.optional("level", integer(1, MOST_LEVEL, "a level"), 1)
    return fields.build(lambda: Skill(name, level))


def refuse_repeats(found: Findings, pointer: str, value: object, key: str = "name") -> None:
    """Refuse entries of a list of objects that repeat the ``key`` of an earlier one."""
    seen: set[str] = set()
    for i, item in enumerate(value if isinstance(value, list) else ()):
        name = item.get(key) if isinstance(item, dict) else None
        if isinstance(name, str):
            if name in seen:
                found.add(f"{pointer}/{i}/{key}", name, f"each {key} only once")
            seen.add(name)


def _read_shift(references: References, value: object, pointer: str) -> Shift | None:
    fields = Fields(references.found, value, pointer)
    id = fields.required("id", identifier)
    references.define("shift", id, fields.at("id"))
    start = fields.required("start", instant)
    end = fields.required("end", instant)
    overtime_end = fields.nullable("overtime_end", instant)
    start_location = fields.required("start_location", identifier)
    references.name("location", start_location, fields.at("start_location"))
    end_location = fields.nullable("end_location", identifier)
    references.name("location", end_location, fields.at("end_location"))
    max_travel = fields.nullable("max_travel", duration(LONGEST_TRAVEL))
    fixed_start = fields.optional("fixed_start", boolean, False)
    breaks = fields.each("breaks", _read_break, MOST_BREAKS)
    shift = fields.build(
        lambda: Shift(
            id=id,
            start=start,
            end=end,
            start_location=start_location,
            end_location=end_location or start_location,
            overtime_end=overtime_end,
            max_travel=max_travel,
            fixed_start=fixed_start,
            breaks=breaks,
        )
    )
    if shift is not None:
        _refuse_long(references.found, shift, pointer)
    return shift


def _refuse_long(found: Findings, shift: Shift, pointer: str) -> None:
    if shift.limit - shift.start > LONGEST_SHIFT:
        name = "end" if shift.overtime_end is None else "overtime_end"
        expected = f"a time at most {LONGEST_SHIFT.days} days after the start of the shift"
        found.add(step(pointer, name), shift.limit.isoformat(), expected)
    for i, one in enumerate(shift.breaks):
        place = f"{pointer}/breaks/{i}"
        if one.latest < shift.start:
            found.add(f"{place}/latest", one.latest.isoformat(), "not before the shift starts")
        if one.earliest > shift.limit:
            found.add(f"{place}/earliest", one.earliest.isoformat(), "not after the shift ends")


def _read_break(found: Findings, value: object, pointer: str) -> Break | None:
    fields = Fields(found, value, pointer)
    earliest = fields.required("earliest", instant)
    latest = fields.required("latest", instant)
    rest = fields.required("duration", duration(LONGEST_BREAK, least=timedelta(seconds=1)))
    return fields.build(lambda: Break(earliest, latest, rest))


def _read_tariff(found: Findings, value: object, pointer: str) -> Tariff | None:
    fields = Fields(found, value, pointer)
    usual = Tariff()
    per_shift = fields.optional("per_shift", money, usual.per_shift)
    per_hour = fields.optional("per_hour", money, usual.per_hour)
    per_overtime_hour = fields.optional("per_overtime_hour", money, usual.per_overtime_hour)
    per_km = fields.optional("per_km", money, usual.per_km)
    return fields.build(lambda: Tariff(per_shift, per_hour, per_overtime_hour, per_km))


def _refuse_overlaps(found: Findings, fields: Fields, shifts: tuple[Shift, ...]) -> None:
    """Refuse shifts of one engineer that share time, overtime included.

    Where a shift could not be read the positions no longer fit the document, and the case is
    refused anyway, so nothing is compared then.
    """
    given = fields.raw("shifts")
    if not isinstance(given, list) or len(given) != len(shifts):
        return
    order = sorted(range(len(shifts)), key=lambda i: (shifts[i].start, i))
    for before, after in pairwise(order):
        earlier, later = shifts[before], shifts[after]
        if later.start < earlier.limit:
            message = (
                f"shift {later.id!r} starts at {later.start.isoformat()} while shift"
                f" {earlier.id!r} lasts until {earlier.limit.isoformat()}, expected shifts of"
                " one engineer one after the other, overtime included"
            )
            place = f"{fields.at('shifts')}/{after}/start"
            found.add(place, later.start.isoformat(), "a start after the shift before", message)
