"""The ``dispatch`` command: arguments in, exit status out, every decision elsewhere.

Commands import what they need when they run, so that asking for help costs no solver.
"""

from dispatch.cli.app import main

__all__ = ["main"]
