"""Other solvers that read the same case files, so that a table compares like with like.

They write only the orders of stops; `benchmarks.recompute` does the arithmetic for everybody.
"""

from benchmarks.peers.parts import part_said

__all__ = ["part_said"]
