"""Visits of a case file."""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain import (
    After,
    DueWindow,
    EngineerRules,
    Pin,
    Priority,
    Promise,
    PromiseStage,
    RequiredSkill,
    Severity,
    SlaTerms,
    TimeWindow,
    Visit,
    VisitKind,
)
from dispatch.formats.case_engineers import refuse_repeats
from dispatch.formats.case_places import read_window
from dispatch.formats.case_references import References
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.limits import (
    LONGEST_DELAY,
    LONGEST_VISIT,
    MOST_CREW,
    MOST_LEVEL,
    MOST_VISITS,
    MOST_WINDOWS,
)
from dispatch.formats.values import (
    choice,
    duration,
    identifier,
    instant,
    integer,
    money,
    pieces,
    text,
)

__all__ = ["read_required_skill", "read_visit"]


def read_visit(
    references: References, window: TimeWindow | None, value: object, pointer: str
) -> Visit | None:
    """Read an entry of ``visits``; a pinned start has to lie in the planning window."""
    fields = Fields(references.found, value, pointer)
    id = fields.required("id", identifier)
    references.define("visit", id, fields.at("id"))
    kind = fields.optional("kind", choice(VisitKind), VisitKind.CORRECTIVE)
    location = fields.required("location", identifier)
    references.name("location", location, fields.at("location"))
    work = fields.required("duration", duration(LONGEST_VISIT))
    title = fields.nullable("title", text) or ""
    time_windows = fields.each("time_windows", read_window, MOST_WINDOWS)
    sla = fields.part("sla", _read_sla)
    due = fields.part("due", _read_due)
    skills = fields.each("required_skills", read_required_skill)
    refuse_repeats(references.found, fields.at("required_skills"), fields.raw("required_skills"))
    tools = fields.texts("required_tools")
    parts = fields.mapping("parts", pieces)
    rules = fields.part("engineers", lambda _, item, at: _read_rules(references, item, at))
    priority = fields.optional("priority", choice(Priority), Priority.NORMAL)
    pinned = fields.part("pinned", lambda _, item, at: _read_pin(references, window, item, at))
    promise = fields.part("promise", _read_promise)
    crew_size = fields.optional("crew_size", integer(1, MOST_CREW, "a number of engineers"), 1)
    after = fields.each("after", lambda _, item, at: _read_after(references, id, item, at))
    refuse_repeats(references.found, fields.at("after"), fields.raw("after"), "visit")
    unpopular = fields.optional("unpopular", duration(LONGEST_VISIT), timedelta(0))
    return fields.build(
        lambda: Visit(
            id=id,
            location=location,
            duration=work,
            kind=kind,
            title=title,
            time_windows=time_windows,
            sla=sla,
            due=due,
            required_skills=skills,
            required_tools=tools,
            parts=parts,
            engineers=rules or EngineerRules(),
            priority=priority,
            pinned=pinned,
            promise=promise,
            crew_size=crew_size,
            after=after,
            unpopular=unpopular,
        )
    )


def _read_sla(found: Findings, value: object, pointer: str) -> SlaTerms | None:
    fields = Fields(found, value, pointer)
    arrive_by = fields.required("arrive_by", instant)
    severity = fields.optional("severity", choice(Severity), Severity.MINOR)
    breach_fee = fields.optional("breach_fee", money, 0)
    lateness = fields.optional("lateness_per_hour", money, 0)
    return fields.build(lambda: SlaTerms(arrive_by, severity, breach_fee, lateness))


def _read_due(found: Findings, value: object, pointer: str) -> DueWindow | None:
    fields = Fields(found, value, pointer)
    earliest = fields.nullable("earliest", instant)
    ideal = fields.nullable("ideal", instant)
    latest = fields.nullable("latest", instant)
    earliness = fields.optional("earliness_per_day", money, 0)
    lateness = fields.optional("lateness_per_day", money, 0)
    return fields.build(lambda: DueWindow(earliest, ideal, latest, earliness, lateness))


def read_required_skill(found: Findings, value: object, pointer: str) -> RequiredSkill | None:
    """Read ``{"name", "min_level"}``."""
    fields = Fields(found, value, pointer)
    name = fields.required("name", identifier)
    min_level = fields.optional("min_level", integer(1, MOST_LEVEL, "a level"), 1)
    return fields.build(lambda: RequiredSkill(name, min_level))


def _read_rules(references: References, value: object, pointer: str) -> EngineerRules | None:
    fields = Fields(references.found, value, pointer)
    required = fields.texts("required")
    preferred = fields.texts("preferred")
    forbidden = fields.texts("forbidden")
    for name in ("required", "preferred", "forbidden"):
        given = fields.raw(name)
        for i, id in enumerate(given if isinstance(given, list) else ()):
            references.name(
                "engineer", id if isinstance(id, str) else None, f"{fields.at(name)}/{i}"
            )
    return fields.build(lambda: EngineerRules(required, preferred, forbidden))


def _read_pin(
    references: References, window: TimeWindow | None, value: object, pointer: str
) -> Pin | None:
    fields = Fields(references.found, value, pointer)
    shift = fields.required("shift", identifier)
    references.name("shift", shift, fields.at("shift"))
    position = fields.nullable("position", integer(0, MOST_VISITS, "a position counted"))
    start = fields.nullable("start", instant)
    if start is not None and window is not None and start not in window:
        inside = f"a time from {window.start.isoformat()} to {window.end.isoformat()}"
        references.found.add(fields.at("start"), start.isoformat(), inside)
    return fields.build(lambda: Pin(shift, position, start))


def _read_promise(found: Findings, value: object, pointer: str) -> Promise | None:
    fields = Fields(found, value, pointer)
    start = fields.required("start", instant)
    end = fields.required("end", instant)
    stage = fields.optional("stage", choice(PromiseStage), PromiseStage.PUBLISHED)
    return fields.build(lambda: Promise(start, end, stage))


def _read_after(
    references: References, visit: str | None, value: object, pointer: str
) -> After | None:
    fields = Fields(references.found, value, pointer)
    other = fields.required("visit", identifier)
    references.name("visit", other, fields.at("visit"))
    if visit is not None and other == visit:
        references.found.add(fields.at("visit"), other, "the id of another visit")
    else:
        references.order(visit, other, fields.at("visit"))
    min_delay = fields.optional("min_delay", duration(LONGEST_DELAY), timedelta(0))
    max_delay = fields.nullable("max_delay", duration(LONGEST_DELAY))
    return fields.build(lambda: After(other, min_delay, max_delay))
