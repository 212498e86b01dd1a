"""Decide who goes where, when and with which part, and keep that decision true all day.

Each sub-package is one room with its own kind of dependency; ``docs/`` and the README draw
the arrows between them, and ``tests/architecture`` holds those arrows.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
