"""One converter per family of public instances, each writing the case file of contract section 3.

Converters write plain JSON documents and import nothing of dispatch, so that they measure the
outside contract and not the code behind it.
"""

from benchmarks.cases.boston import boston_case
from benchmarks.cases.google import google_case
from benchmarks.cases.hhcrsp import HhcrspInstance, hhcrsp_case, read_hhcrsp
from benchmarks.cases.instance import InstanceError, Node, TrspInstance, read_instance
from benchmarks.cases.praxedo import praxedo_case
from benchmarks.cases.trsp import trsp_case
from benchmarks.cases.vrptw import VrptwInstance, read_vrptw, vrptw_case

__all__ = [
    "HhcrspInstance",
    "InstanceError",
    "Node",
    "TrspInstance",
    "VrptwInstance",
    "boston_case",
    "google_case",
    "hhcrsp_case",
    "praxedo_case",
    "read_hhcrsp",
    "read_instance",
    "read_vrptw",
    "trsp_case",
    "vrptw_case",
]
