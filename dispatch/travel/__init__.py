"""Sources of travel times behind one method, ``matrix(places, depart)``.

Planning and everything above it may come in; this room knows places and never visits.
"""

from dispatch.domain import UNREACHABLE
from dispatch.travel.cached import Cached
from dispatch.travel.matrix import TravelMatrix, TravelSource
from dispatch.travel.outside_answer import matrix_from_answer
from dispatch.travel.reference import largest_deviation, straight_line_m
from dispatch.travel.sources import profile_of, source_for
from dispatch.travel.straight_line import Haversine, great_circle_m
from dispatch.travel.written_out import WrittenOut

__all__ = [
    "UNREACHABLE",
    "Cached",
    "Haversine",
    "TravelMatrix",
    "TravelSource",
    "WrittenOut",
    "great_circle_m",
    "largest_deviation",
    "matrix_from_answer",
    "profile_of",
    "source_for",
    "straight_line_m",
]
