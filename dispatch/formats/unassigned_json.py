"""Unassigned visits of a plan file with reasons, remedy and price."""

from __future__ import annotations

import math
from typing import Any

from dispatch.domain import Reason, Remedy, Unassigned, Verdict
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.limits import MOST_DEPTH
from dispatch.formats.plan_figures_json import AMOUNT
from dispatch.formats.unfit import Unfit
from dispatch.formats.values import choice, identifier, text

__all__ = ["read_unassigned"]


def read_unassigned(found: Findings, value: object, pointer: str) -> Unassigned | None:
    """Read an entry of ``unassigned``; ``remedy`` and ``price`` may be absent."""
    fields = Fields(found, value, pointer)
    visit = fields.required("visit", identifier)
    verdict = fields.required("verdict", choice(Verdict))
    reasons = fields.each("reasons", _read_reason)
    remedy = fields.part("remedy", _read_remedy)
    displaces = fields.texts("displaces")
    price = fields.nullable("price", AMOUNT)
    return fields.build(lambda: Unassigned(visit, verdict, reasons, remedy, displaces, price))


def _read_reason(found: Findings, value: object, pointer: str) -> Reason | None:
    fields = Fields(found, value, pointer)
    code = fields.required("code", identifier)
    engineer = fields.nullable("engineer", identifier)
    shift = fields.nullable("shift", identifier)
    shortfall: dict[str, Any] = fields.optional("shortfall", _free_object, {})
    message = fields.optional("message", text, "")
    message_zh = fields.optional("message_zh", text, "")
    return fields.build(lambda: Reason(code, engineer, shift, shortfall, message, message_zh))


def _read_remedy(found: Findings, value: object, pointer: str) -> Remedy | None:
    fields = Fields(found, value, pointer)
    change = fields.required("change", text)
    message = fields.optional("message", text, "")
    edits = fields.each("edits", _read_edit)
    message_zh = fields.optional("message_zh", text, "")
    return fields.build(lambda: Remedy(change, message, edits, message_zh))


def _read_edit(found: Findings, value: object, pointer: str) -> dict[str, Any] | None:
    try:
        return _free_object(value)
    except Unfit as unfit:
        found.add(pointer, value, unfit.expected)
        return None


def _free_object(value: object) -> dict[str, Any]:
    """Read an object whose fields belong to a blocker code or an edit, not to the format."""
    if not isinstance(value, dict):
        raise Unfit("an object")
    plain = _free(value, MOST_DEPTH)
    assert isinstance(plain, dict)
    return plain


def _free(value: object, depth: int) -> object:
    if depth == 0:
        raise Unfit(f"values nested at most {MOST_DEPTH} levels", too_large=True)
    if isinstance(value, dict):
        return {text(key): _free(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_free(item, depth - 1) for item in value]
    if isinstance(value, str):
        return text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise Unfit("finite numbers")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise Unfit("numbers of usual size")
