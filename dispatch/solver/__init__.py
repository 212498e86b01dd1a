"""The optimiser: an island of integers that imports nothing else of dispatch.

Callers build a `Problem`, ask for a solution and read a timed `Schedule`; engines stay inside.
"""

from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind

__all__ = ["Problem", "Schedule", "Solution", "Stop", "StopKind"]
