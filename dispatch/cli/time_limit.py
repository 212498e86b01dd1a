"""Time limits as people write them: ``10s``, ``1.5m``, ``500ms``, ``PT10S``."""

from __future__ import annotations

import math
import re

from dispatch.errors import InputError

__all__ = ["parse_time_limit"]

UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
LONGEST = 7 * 86400.0


def parse_time_limit(text: str) -> float:
    """Read a time limit.

    Parameters
    ----------
    text
        A number with ``ms``, ``s`` (also when there is no unit), ``m`` or ``h``, or an ISO-8601
        duration.

    Returns
    -------
    float
        Seconds, above 0 and at most a week.

    Raises
    ------
    InputError
        When it is anything else.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|)", text.strip(), re.ASCII)
    if match is not None:
        seconds = float(match[1]) * UNITS[match[2]]
    else:
        seconds = _iso(text)
    if not (math.isfinite(seconds) and 0 < seconds <= LONGEST):
        raise InputError.at("--time-limit", text, "a time above 0 and at most a week, such as 10s")
    return seconds


def _iso(text: str) -> float:
    pattern = r"PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?"
    match = re.fullmatch(pattern, text.strip(), re.ASCII)
    if match is None or not any(match.groups()):
        return math.nan
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
