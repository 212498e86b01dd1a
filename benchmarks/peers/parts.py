"""Which part of a family's problem each peer is told, in words for the tables."""

from __future__ import annotations

WHOLE = "whole"
PARTS = {
    ("ortools_plain", "hhcrsp"): "without the price of the largest tardiness",
    ("vroom", "praxedo"): "travel time instead of working time",
    ("vroom", "trsp-lite"): "travel time instead of working time",
    ("nextroute", "praxedo"): "time since the shift began instead of working time",
    ("nextroute", "trsp-lite"): "time since the shift began instead of working time",
}
"""Peer and family to what it spares or leaves out, where that is not the whole problem."""


def part_said(peer: str, family: str) -> str:
    """Return which part of a family's problem a peer is told; what it refuses is told by its run."""
    return PARTS.get((peer, family), WHOLE)
