"""Exit statuses of the command line (contract section 2), in one table.

====  =====================================================================
0     done
1     done, and the answer is bad news: violations, a sick installation
2     what was handed in is wrong; every problem is listed on stderr
3     done nothing: the plan was rejected, a run failed, something is away
130   interrupted by Ctrl-C before there was anything to give
141   nobody reads the output any more
====  =====================================================================
"""

from __future__ import annotations

import sys

from dispatch.cli.terminal import plain
from dispatch.errors import DispatchError, InputError, NotFound

__all__ = [
    "BAD_INPUT",
    "BAD_NEWS",
    "BROKEN_PIPE",
    "FAILED",
    "INTERRUPTED",
    "OK",
    "exit_status",
    "tell",
]

OK = 0
BAD_NEWS = 1
BAD_INPUT = 2
FAILED = 3
INTERRUPTED = 130
BROKEN_PIPE = 141


def exit_status(error: Exception) -> int | None:
    """Exit status of an error, or None when nobody meant it to happen."""
    if isinstance(error, InputError | NotFound):
        return BAD_INPUT
    if isinstance(error, DispatchError | OSError):
        return FAILED
    return None


def tell(message: str) -> None:
    """Say something to the person at the terminal without touching the output."""
    print(plain(message), file=sys.stderr, flush=True)
