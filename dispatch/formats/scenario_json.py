"""Scenario files: a what-if as a list of changes (docs/what-if.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from dispatch.domain import Case, Location, Severity
from dispatch.domain.change import (
    Change,
    DepotOpened,
    DepotStock,
    EngineerAbsent,
    EngineerAdded,
    EngineerLike,
    EngineerRemoved,
    ShiftExtended,
    ShiftMoved,
    SkillTrained,
    VanStock,
)
from dispatch.domain.demand import DemandScale
from dispatch.domain.scenario import (
    CustomerLost,
    CustomerWon,
    DemandScaled,
    Scenario,
    SlaChanged,
    TravelSlower,
    make_changes,
)
from dispatch.errors import InputError
from dispatch.formats.case_engineers import read_engineer, read_skill
from dispatch.formats.case_places import read_depot, read_location
from dispatch.formats.case_references import References
from dispatch.formats.demand_json import read_source
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.json_text import load_json, read_limited
from dispatch.formats.limits import MOST_LEVEL, MOST_PIECES
from dispatch.formats.unfit import Unfit
from dispatch.formats.values import (
    boolean,
    choice,
    duration,
    identifier,
    instant,
    integer,
    money,
    number,
    text,
)

__all__ = ["parse_scenario", "read_scenario", "scenario_from_document"]

MOST_SCENARIO_BYTES = 4 * 1024 * 1024
MOST_CHANGES = 1_000
LONGEST_MOVE = timedelta(days=1)
LONGEST_PROMISE = timedelta(days=366)
Reader = Callable[[Fields], Callable[[], Change]]
T = TypeVar("T")


def read_scenario(path: Path, case: Case | None = None) -> Scenario:
    """Read a scenario file from disk; without a name it is called as the file."""
    data = read_limited(path, most_bytes=MOST_SCENARIO_BYTES)
    return parse_scenario(data, name=path.stem, case=case)


def parse_scenario(
    data: bytes | str, *, name: str = "scenario", case: Case | None = None
) -> Scenario:
    """Read a scenario document.

    Parameters
    ----------
    data
        UTF-8 bytes, or text: an object with ``changes``, or the list of changes alone.
    name
        Taken where the document has none.
    case
        Where each change is tried once; None: only the document itself is looked at.

    Raises
    ------
    InputError
        With all issues at once: of the document, and of what its changes name in the case.
    """
    document = load_json(data, most_bytes=MOST_SCENARIO_BYTES)
    return scenario_from_document(document, name=name, case=case)


def scenario_from_document(
    document: object, *, name: str = "scenario", case: Case | None = None
) -> Scenario:
    """Make a scenario of a JSON document that was read already; see `parse_scenario`."""
    found = Findings()
    numbered: list[tuple[int, str, Change]] = []
    unread: list[str] = []

    def read(found: Findings, value: object, pointer: str) -> tuple[str, Change] | None:
        made = _read_change(found, value, pointer)
        number = int(pointer.rpartition("/")[2])
        if made is not None:
            numbered.append((number, *made))
        elif isinstance(value, dict):
            unread.extend(_ids_in(value))
        return made

    if isinstance(document, list):
        document = {"changes": document}
    fields = Fields(found, document, "")
    own = fields.nullable("name", text) or name
    fields.nullable("description", text)
    policy = fields.nullable("policy", identifier)
    price = fields.optional("price_per_day", money, 0)
    changes = fields.each("changes", read, MOST_CHANGES)
    scenario = fields.build(lambda: Scenario(own, changes, policy, price))
    if case is not None:
        for issue in make_changes(case, numbered, unread)[1]:
            found.add(issue.pointer, issue.value, issue.expected, issue.message)
    found.raise_if_any()
    if scenario is None:
        raise InputError.at("", "a document", "a scenario")
    return scenario


def _ids_in(change: dict[str, object]) -> list[str]:
    """Ids that a change may have been meant to add."""
    parts = [change, change.get("engineer"), change.get("depot")]
    named = [part.get("id") for part in parts if isinstance(part, dict)]
    return [one for one in (*named, change.get("customer")) if isinstance(one, str)]


def _read_change(found: Findings, value: object, pointer: str) -> tuple[str, Change] | None:
    fields = Fields(found, value, pointer)
    kind: str | None = fields.required("change", identifier)
    if kind is None:
        return None
    if kind not in READERS:
        found.add(f"{pointer}/change", kind, "one of " + ", ".join(READERS))
        return None
    make = READERS[kind](fields)
    change = fields.build(make)
    return None if change is None else (kind, change)


def _places(fields: Fields) -> tuple[Location, ...]:
    free = References(Findings())
    return fields.each("locations", lambda found, item, at: _place(found, free, item, at), 100)


def _place(found: Findings, free: References, value: object, pointer: str) -> Location | None:
    free.found = found
    return read_location(free, value, pointer, needs_coordinates=False)


def _engineer_added(fields: Fields) -> Callable[[], Change]:
    places = _places(fields)
    if fields.has("like"):
        like, id = fields.required("like", identifier), fields.required("id", identifier)
        home, territory = fields.nullable("home", identifier), fields.nullable("territory", text)
        skills = fields.each("skills", read_skill) if fields.has("skills") else None
        return lambda: EngineerLike(id, like, home, skills, territory, places)
    # Ids of places are checked when the change is made, for only then the case is known.
    free = References(fields.found)
    engineer = fields.required_part("engineer", lambda _, item, at: read_engineer(free, item, at))
    return lambda: EngineerAdded(_there(engineer), places)


def _engineer_removed(fields: Fields) -> Callable[[], Change]:
    engineer = fields.required("engineer", identifier)
    return lambda: EngineerRemoved(engineer)


def _engineer_absent(fields: Fields) -> Callable[[], Change]:
    engineer = fields.required("engineer", identifier)
    start, until = fields.nullable("from", instant), fields.nullable("until", instant)
    return lambda: EngineerAbsent(engineer, start, until)


def _skill_trained(fields: Fields) -> Callable[[], Change]:
    engineer, skill = fields.required("engineer", identifier), fields.required("skill", identifier)
    level = fields.optional("level", integer(1, MOST_LEVEL, "a level"), 1)
    return lambda: SkillTrained(engineer, skill, level)


def _signed(value: object) -> timedelta:
    """Read a duration that may have a minus before it."""
    read = duration(LONGEST_MOVE)
    if isinstance(value, str) and value.startswith("-"):
        return -read(value[1:])
    return read(value)


def _shift_moved(fields: Fields) -> Callable[[], Change]:
    by = fields.required("by", _signed)
    shift, engineer = fields.nullable("shift", identifier), fields.nullable("engineer", identifier)
    _one_of(fields, "shift", "engineer")
    return lambda: ShiftMoved(by, shift, engineer)


def _shift_extended(fields: Fields) -> Callable[[], Change]:
    by = fields.required("by", _signed)
    shift, engineer = fields.nullable("shift", identifier), fields.nullable("engineer", identifier)
    _one_of(fields, "shift", "engineer")
    return lambda: ShiftExtended(by, shift, engineer)


def _one_of(fields: Fields, one: str, other: str) -> None:
    if fields.has(one) == fields.has(other):
        fields.found.add(fields.at(one), fields.raw(one), f"either {one} or {other}")


def _depot_opened(fields: Fields) -> Callable[[], Change]:
    places = _places(fields)
    free = References(fields.found)
    depot = fields.required_part("depot", lambda _, item, at: read_depot(free, item, at))
    return lambda: DepotOpened(_there(depot), places)


def _there(read: T | None) -> T:
    """What was read; changes are made only when nothing was wrong with any part of them."""
    assert read is not None, "a change with an issue is never made"
    return read


def _pieces(fields: Fields) -> tuple[int | None, int]:
    to = fields.nullable("to", integer(0, MOST_PIECES, "a number of pieces"))
    by = fields.optional("by", integer(-MOST_PIECES, MOST_PIECES, "a number of pieces"), 0)
    _one_of(fields, "by", "to")
    return to, by


def _van_stock(fields: Fields) -> Callable[[], Change]:
    part, engineer = fields.required("part", identifier), fields.nullable("engineer", identifier)
    to, by = _pieces(fields)
    return lambda: VanStock(part, engineer, to, by)


def _depot_stock(fields: Fields) -> Callable[[], Change]:
    depot, part = fields.required("depot", identifier), fields.required("part", identifier)
    to, by = _pieces(fields)
    return lambda: DepotStock(depot, part, to, by)


def _sla_changed(fields: Fields) -> Callable[[], Change]:
    contract = fields.nullable("contract", identifier)
    severity = fields.nullable("severity", choice(Severity))
    within = fields.nullable("arrive_within", duration(LONGEST_PROMISE))
    fee, rate = fields.nullable("breach_fee", money), fields.nullable("lateness_per_hour", money)
    always = fields.nullable("around_the_clock", boolean)
    return lambda: SlaChanged(contract, severity, within, fee, rate, always)


def _day(value: object) -> date:
    try:
        read = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        read = None
    if read is None:
        raise Unfit("a date such as 2026-11-23")
    return read


def _demand_scaled(fields: Fields) -> Callable[[], Change]:
    factor = fields.required("factor", number(0, 100, what="a factor"))
    names = {
        name: fields.nullable(name, identifier)
        for name in ("type", "location", "territory", "customer")
    }
    severity = fields.nullable("severity", choice(Severity))
    start, until = fields.nullable("from", _day), fields.nullable("until", _day)
    return lambda: DemandScaled(
        DemandScale(factor=factor, severity=severity, start=start, until=until, **names)
    )


def _customer_won(fields: Fields) -> Callable[[], Change]:
    customer = fields.required("customer", identifier)
    like, location = fields.nullable("like", identifier), fields.nullable("location", identifier)
    contract = fields.nullable("contract", identifier)
    places = _places(fields)
    free = References(fields.found)
    sources = fields.each("sources", lambda _, item, at: read_source(free, item, at))
    if not sources and like is None:
        fields.found.add(fields.at("sources"), None, "sources, or a customer to be like")
    named = {"sources": sources, "like": like, "location": location, "contract": contract}
    return lambda: CustomerWon(customer, locations=places, **named)  # type: ignore[arg-type]


def _customer_lost(fields: Fields) -> Callable[[], Change]:
    customer = fields.required("customer", identifier)
    return lambda: CustomerLost(customer)


def _travel_slower(fields: Fields) -> Callable[[], Change]:
    factor = fields.required("factor", number(0.1, 10, what="a factor"))
    return lambda: TravelSlower(factor)


READERS: dict[str, Reader] = {
    "engineer_added": _engineer_added,
    "engineer_removed": _engineer_removed,
    "engineer_absent": _engineer_absent,
    "skill_trained": _skill_trained,
    "shift_moved": _shift_moved,
    "shift_extended": _shift_extended,
    "depot_opened": _depot_opened,
    "van_stock": _van_stock,
    "depot_stock": _depot_stock,
    "sla_changed": _sla_changed,
    "demand_scaled": _demand_scaled,
    "customer_won": _customer_won,
    "customer_lost": _customer_lost,
    "travel_slower": _travel_slower,
}
"""How each kind of change is read."""
