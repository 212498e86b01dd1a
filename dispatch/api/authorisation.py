"""Who may call what: one table over all routes; what is not in it is forbidden."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.operations.accounts import Role

__all__ = ["ANYBODY", "RULES", "allowed"]

D, M, E, I, A = Role.DISPATCHER, Role.MANAGER, Role.ENGINEER, Role.INTEGRATOR, Role.ADMIN  # noqa: E741
ANYBODY: frozenset[Role] = frozenset()
"""Stands for a route that needs no sign-in at all."""
SIGNED_IN = frozenset(Role)
OFFICE = frozenset({D, M, A})
READERS = frozenset({D, M, I, A})
WRITERS = frozenset({D, I, A})
PLANNERS = frozenset({D, A})
ADMINS = frozenset({A})
MANAGERS = frozenset({M, A})

_V1 = "/api/v1"
_MASTER = (
    "engineers",
    "shifts",
    "contracts",
    "sites",
    "equipment-types",
    "equipment",
    "parts",
    "depots",
    "stock",
    "inbound",
    "van-norms",
)


def _rules() -> dict[tuple[str, str], frozenset[Role]]:
    rules: dict[tuple[str, str], frozenset[Role]] = {
        ("GET", "/healthz"): ANYBODY,
        ("GET", "/readyz"): ANYBODY,
        ("GET", "/metrics"): frozenset({M, I, A}),
        ("GET", "/openapi.json"): ANYBODY,
        ("GET", "/docs"): ANYBODY,
        ("GET", f"{_V1}/session"): ANYBODY,
        ("POST", f"{_V1}/session"): ANYBODY,
        ("POST", f"{_V1}/session/refresh"): ANYBODY,
        ("DELETE", f"{_V1}/session"): SIGNED_IN,
        ("PUT", f"{_V1}/session/password"): SIGNED_IN,
        ("GET", f"{_V1}/users"): ADMINS,
        ("POST", f"{_V1}/users"): ADMINS,
        ("PUT", f"{_V1}/users/{{id}}/disabled"): ADMINS,
        ("GET", f"{_V1}/api-keys"): ADMINS,
        ("POST", f"{_V1}/api-keys"): ADMINS,
        ("DELETE", f"{_V1}/api-keys/{{id}}"): ADMINS,
        ("GET", f"{_V1}/requests"): READERS,
        ("POST", f"{_V1}/requests"): WRITERS,
        ("GET", f"{_V1}/requests/{{id}}"): READERS,
        ("POST", f"{_V1}/urgent-requests"): WRITERS,
        ("POST", f"{_V1}/requests/{{id}}/insertion"): PLANNERS,
        ("POST", f"{_V1}/replans"): PLANNERS,
        ("GET", f"{_V1}/disruptions"): READERS,
        ("POST", f"{_V1}/disruptions"): WRITERS,
        ("POST", f"{_V1}/disruptions/tryouts"): PLANNERS,
        ("POST", f"{_V1}/disruptions/{{id}}/lift"): WRITERS,
        ("GET", f"{_V1}/picking-lists"): READERS,
        ("GET", f"{_V1}/picking-lists.csv"): READERS,
        ("GET", f"{_V1}/shortages"): READERS,
        ("GET", f"{_V1}/shortage-forecast"): READERS,
        ("GET", f"{_V1}/van-stock"): frozenset({D, M, E, I, A}),
        ("POST", f"{_V1}/inbound/{{id}}/receive"): WRITERS,
        ("POST", f"{_V1}/replenishments"): WRITERS,
        ("POST", f"{_V1}/reservations/{{id}}/collect"): frozenset({D, E, I, A}),
        ("GET", f"{_V1}/plans/{{version}}/risk"): READERS,
        ("GET", f"{_V1}/risk-model"): READERS,
        ("POST", f"{_V1}/risk-model"): PLANNERS,
        ("POST", f"{_V1}/slots"): WRITERS,
        ("GET", f"{_V1}/slots/{{id}}"): READERS,
        ("POST", f"{_V1}/slots/{{id}}/hold"): WRITERS,
        ("POST", f"{_V1}/slots/{{id}}/confirm"): WRITERS,
        ("POST", f"{_V1}/slots/{{id}}/release"): WRITERS,
        ("GET", f"{_V1}/replanning-policy"): READERS,
        ("PUT", f"{_V1}/replanning-policy"): PLANNERS,
        ("GET", f"{_V1}/requests/{{id}}/proposal"): READERS,
        ("POST", f"{_V1}/requests/{{id}}/satisfaction"): WRITERS,
        ("GET", f"{_V1}/complaints"): READERS,
        ("POST", f"{_V1}/complaints"): frozenset({D, M, I, A}),
        ("GET", f"{_V1}/complaints/{{id}}"): READERS,
        ("POST", f"{_V1}/complaints/{{id}}/{{step}}"): frozenset({D, M, A}),
        ("GET", f"{_V1}/maintenance-rounds"): READERS,
        ("POST", f"{_V1}/maintenance-rounds"): PLANNERS,
        ("GET", f"{_V1}/maintenance-rounds/notices"): READERS,
        ("GET", f"{_V1}/half-year"): READERS,
        ("POST", f"{_V1}/half-year"): PLANNERS,
        ("POST", f"{_V1}/maintenance-rounds/notices"): WRITERS,
        ("GET", f"{_V1}/plans"): READERS,
        ("POST", f"{_V1}/plans"): PLANNERS,
        ("POST", f"{_V1}/plans/solve"): READERS,
        ("GET", f"{_V1}/plans/current"): READERS,
        ("GET", f"{_V1}/plans/current/case"): READERS,
        ("GET", f"{_V1}/plans/{{version}}"): READERS,
        ("GET", f"{_V1}/plans/{{version}}/case"): READERS,
        ("POST", f"{_V1}/plans/{{version}}/publish"): PLANNERS,
        ("POST", f"{_V1}/plans/{{version}}/moves"): PLANNERS,
        ("POST", f"{_V1}/plans/{{version}}/accept"): PLANNERS,
        ("GET", f"{_V1}/plans/{{version}}/visits/{{id}}/why"): READERS,
        ("POST", f"{_V1}/plans/{{version}}/remedies/{{visit}}"): PLANNERS,
        ("GET", f"{_V1}/plans/{{version}}/diff/{{other}}"): READERS,
        ("GET", f"{_V1}/runs"): READERS,
        ("GET", f"{_V1}/runs/{{id}}"): READERS,
        ("DELETE", f"{_V1}/runs/{{id}}"): PLANNERS,
        ("GET", f"{_V1}/scenarios"): MANAGERS,
        ("POST", f"{_V1}/scenarios"): MANAGERS,
        ("GET", f"{_V1}/scenarios/choices"): MANAGERS,
        ("GET", f"{_V1}/scenarios/{{id}}"): MANAGERS,
        ("DELETE", f"{_V1}/scenarios/{{id}}"): MANAGERS,
        ("POST", f"{_V1}/scenarios/{{id}}/resume"): MANAGERS,
        ("GET", f"{_V1}/scenarios/{{id}}/report"): MANAGERS,
        ("GET", f"{_V1}/scenarios/{{id}}/case"): MANAGERS,
        ("GET", f"{_V1}/engineers/{{id}}/route"): frozenset({D, M, E, I, A}),
        ("GET", f"{_V1}/engineers/{{id}}/route.ics"): frozenset({D, M, E, I, A}),
        ("GET", f"{_V1}/engineers/{{id}}/day"): frozenset({D, M, E, I, A}),
        ("GET", f"{_V1}/engineers/{{id}}/picking-list"): frozenset({D, M, E, I, A}),
        ("GET", f"{_V1}/engineers/{{id}}/route/confirmation"): frozenset({D, M, E, I, A}),
        ("POST", f"{_V1}/engineers/{{id}}/route/confirmation"): frozenset({D, E, I, A}),
        ("GET", f"{_V1}/route-confirmations"): READERS,
        ("GET", f"{_V1}/visits/{{id}}/sheet"): frozenset({D, M, E, I, A}),
        ("POST", f"{_V1}/field-reports"): frozenset({D, E, I, A}),
        ("POST", f"{_V1}/engineers/{{id}}/position"): frozenset({E, I, A}),
        ("GET", f"{_V1}/engineers/{{id}}/position"): frozenset({D, E, A}),
        ("GET", f"{_V1}/engineers/{{id}}/track"): frozenset({D, E, A}),
        ("GET", f"{_V1}/engineers/{{id}}/position/looks"): frozenset({M, E, A}),
        ("GET", f"{_V1}/base-map"): READERS,
        ("GET", f"{_V1}/positions"): frozenset({D, A}),
        ("GET", f"{_V1}/audit"): frozenset({M, A}),
        ("GET", f"{_V1}/audit/chain"): frozenset({M, A}),
        ("GET", f"{_V1}/visits/{{id}}"): frozenset({D, M, E, I, A}),
        ("GET", f"{_V1}/visits/{{id}}/events"): frozenset({D, M, E, I, A}),
        ("POST", f"{_V1}/visits/{{id}}/events"): frozenset({D, E, I, A}),
        ("GET", f"{_V1}/webhooks"): ADMINS,
        ("POST", f"{_V1}/webhooks"): ADMINS,
        ("GET", f"{_V1}/webhooks/{{id}}"): ADMINS,
        ("DELETE", f"{_V1}/webhooks/{{id}}"): ADMINS,
        ("POST", f"{_V1}/webhooks/{{id}}/rotate"): ADMINS,
        ("POST", f"{_V1}/webhooks/{{id}}/redrive"): ADMINS,
        ("GET", f"{_V1}/notices"): READERS,
        ("GET", f"{_V1}/deliveries"): READERS,
        ("POST", f"{_V1}/deliveries/{{id}}/redrive"): frozenset({D, I, A}),
        ("GET", f"{_V1}/expected-times"): READERS,
        ("GET", f"{_V1}/visits/{{id}}/report"): frozenset({D, M, E, I, A}),
        ("POST", f"{_V1}/visits/{{id}}/report"): frozenset({D, E, I, A}),
        ("GET", f"{_V1}/clock"): SIGNED_IN,
        ("POST", f"{_V1}/clock"): ADMINS,
        ("GET", f"{_V1}/events"): frozenset({D, M, E, I, A}),
        ("GET", f"{_V1}/kpis"): READERS,
        ("GET", f"{_V1}/reports/quality"): OFFICE,
        ("GET", f"{_V1}/reports/quality/file"): OFFICE,
        ("GET", f"{_V1}/maintenance-calendar"): OFFICE,
        ("GET", f"{_V1}/maintenance-calendar/rounds"): OFFICE,
        ("GET", f"{_V1}/tables"): OFFICE,
        ("GET", f"{_V1}/tables/{{kind}}"): OFFICE,
        ("GET", f"{_V1}/tables/{{kind}}/file"): OFFICE,
        ("GET", f"{_V1}/tables/{{kind}}/records/{{id}}"): OFFICE,
        # A file may hold every kind, contracts among them.
        ("POST", f"{_V1}/imports/preview"): PLANNERS,
        ("POST", f"{_V1}/imports"): PLANNERS,
    }
    for step in ("acknowledge", "diagnose", "resolve-remotely", "pause", "resume", "cancel"):
        rules["POST", f"{_V1}/requests/{{id}}/{step}"] = WRITERS
    for step in ("confirm", "reopen"):
        rules["POST", f"{_V1}/requests/{{id}}/{step}"] = WRITERS
    for name in _MASTER:
        rules["GET", f"{_V1}/{name}"] = READERS
        rules["POST", f"{_V1}/{name}"] = WRITERS
        rules["GET", f"{_V1}/{name}/{{id}}"] = READERS
        rules["PUT", f"{_V1}/{name}/{{id}}"] = WRITERS
        rules["DELETE", f"{_V1}/{name}/{{id}}"] = WRITERS
    # Promises and tariffs are the business of the office, not of another system.
    for method in ("POST", "PUT", "DELETE"):
        for address in (f"{_V1}/contracts", f"{_V1}/contracts/{{id}}"):
            if (method, address) in rules:
                rules[method, address] = PLANNERS
    return rules


RULES: Mapping[tuple[str, str], frozenset[Role]] = _rules()
"""By method and path template: the roles that may, or `ANYBODY`."""


def allowed(method: str, path: str, role: Role | None) -> bool:
    """Tell whether a role (None: nobody is signed in) may call a route."""
    rule = RULES.get((method, path))
    if rule is None:
        return False
    return rule is ANYBODY or (role is not None and role in rule)
