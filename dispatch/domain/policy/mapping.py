"""Policies as plain JSON data, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

from dispatch.domain.clock import ClockKind, PauseReason
from dispatch.domain.contract import BreachPrice, ClockLimit, ServicePolicy, SeverityTerms
from dispatch.domain.coverage import CoverageHours
from dispatch.domain.severity import Severity
from dispatch.domain.visit import Priority
from dispatch.domain.working_days import WorkingDays
from dispatch.errors import InputError

__all__ = ["default_policies", "policy_from_mapping", "policy_to_mapping"]

_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?")


@lru_cache(maxsize=1)
def default_policies() -> Mapping[str, ServicePolicy]:
    """Read the policies that are shipped, by name: ``platinum`` and ``standard``."""
    text = resources.files("dispatch.domain.policy").joinpath("default.json").read_text("utf-8")
    return {name: policy_from_mapping(name, data) for name, data in json.loads(text).items()}


def policy_from_mapping(name: str, data: Mapping[str, Any]) -> ServicePolicy:
    """Build a policy from its JSON form.

    Parameters
    ----------
    name
        Name of the policy.
    data
        As in ``default.json``: durations in ISO 8601, money in minor units, a limit either a
        duration on contract hours or ``{"limit": ..., "on": ...}``.

    Raises
    ------
    InputError
        When something is missing, unknown or out of range.
    """
    try:
        return ServicePolicy(
            name=name,
            coverage=_coverage(data["coverage"]),
            office=_coverage(data["office"]),
            severities={
                Severity(severity): SeverityTerms(
                    limits=_limits(terms["limits"]),
                    tier=Priority(terms["tier"]),
                    breach=BreachPrice(**terms["breach"]),
                )
                for severity, terms in data["severities"].items()
            },
            stops_for=frozenset(PauseReason(reason) for reason in data["stops_for"]),
            complaints=_limits(data["complaints"]),
            loaner_after=_duration(data["loaner_after"]),
        )
    except KeyError as error:
        raise InputError.at(
            f"/policies/{name}", error.args[0], "this member to be present"
        ) from error
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError.at(f"/policies/{name}", str(error), "the form of default.json") from error


def policy_to_mapping(policy: ServicePolicy) -> dict[str, Any]:
    """Write a policy in the JSON form that `policy_from_mapping` reads."""
    return {
        "coverage": _coverage_data(policy.coverage),
        "office": _coverage_data(policy.office),
        "stops_for": sorted(policy.stops_for),
        "loaner_after": _iso(policy.loaner_after),
        "severities": {
            severity.value: {
                "tier": terms.tier.value,
                "limits": _limits_data(terms.limits),
                "breach": {
                    "fee_percent": terms.breach.fee_percent,
                    "free_maintenance_visits": terms.breach.free_maintenance_visits,
                    "lateness_per_hour": terms.breach.lateness_per_hour,
                },
            }
            for severity, terms in policy.severities.items()
        },
        "complaints": _limits_data(policy.complaints),
    }


def _coverage(data: Mapping[str, Any]) -> CoverageHours:
    days = WorkingDays(
        data.get("country"), data.get("subdivision"), every_day=data.get("every_day", False)
    )
    if data.get("hours") == "24x7":
        return CoverageHours(zone=data["zone"], working_days=days)
    opens, closes = time.fromisoformat(data["opens"]), time.fromisoformat(data["closes"])
    return CoverageHours(data["zone"], opens, closes, days)


def _coverage_data(coverage: CoverageHours) -> dict[str, Any]:
    data: dict[str, Any] = {"hours": "24x7" if coverage.is_always else "office"}
    if coverage.opens is not None and coverage.closes is not None:
        data["opens"] = coverage.opens.isoformat("minutes")
        data["closes"] = coverage.closes.isoformat("minutes")
    data["zone"] = coverage.zone
    data["country"] = coverage.working_days.country
    if coverage.working_days.subdivision is not None:
        data["subdivision"] = coverage.working_days.subdivision
    if coverage.working_days.every_day:
        data["every_day"] = True
    return data


def _limits(data: Mapping[str, Any]) -> dict[ClockKind, ClockLimit]:
    return {
        ClockKind(kind): ClockLimit(_duration(entry))
        if isinstance(entry, str)
        else ClockLimit(_duration(entry["limit"]), entry["on"])
        for kind, entry in data.items()
    }


def _limits_data(limits: Mapping[ClockKind, ClockLimit]) -> dict[str, Any]:
    return {
        kind.value: _iso(entry.limit)
        if entry.on == "contract"
        else {"limit": _iso(entry.limit), "on": entry.on}
        for kind, entry in limits.items()
    }


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        raise InputError.at("/duration", text, "an ISO 8601 duration of days, hours and minutes")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _iso(duration: timedelta) -> str:
    return f"PT{duration // timedelta(seconds=1)}S"
