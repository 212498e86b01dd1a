"""Our own arithmetic over finished orders, in the instances' units, independent of dispatch.

It trusts nothing a plan says but the order of stops: clocks, loads and sums are its own, so a
number in a benchmark table does not rest on the program that is being measured.
"""

from benchmarks.recompute.hhcrsp import orders_of_home_care_plan, recompute_hhcrsp
from benchmarks.recompute.orders import Order, orders_of_plan, orders_of_published_routes
from benchmarks.recompute.trsp import Recomputed, recompute_trsp
from benchmarks.recompute.vrptw import recompute_vrptw

__all__ = [
    "Order",
    "Recomputed",
    "orders_of_home_care_plan",
    "orders_of_plan",
    "orders_of_published_routes",
    "recompute_hhcrsp",
    "recompute_trsp",
    "recompute_vrptw",
]
