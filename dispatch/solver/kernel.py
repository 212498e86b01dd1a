"""Functions that become machine code, and the bare buffers that they read and write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

F = TypeVar("F", bound="Callable[..., Any]")


def kernel(function: F) -> F:
    """Mark a function as one that is compiled for the types that its annotations name.

    ``Buffer`` is a bare pointer to int64, ``Address`` the number of one, and ``int``, ``bool`` and
    ``float`` are what they say. The function stays as it is: what Python calls as machine code is
    named by a `kernel_library.Library`, and one without buffers may be called as Python too.
    """
    setattr(function, MARK, True)
    return function


MARK = "__dispatch_kernel__"
"""Attribute of the functions that `kernel` has marked."""


def below(function: Callable[..., Any]) -> list[Callable[..., Any]]:
    """Kernels that a kernel calls by the names that its module has for them."""
    named = [function.__globals__.get(name) for name in function.__code__.co_names]
    return [one for one in named if one is not None and hasattr(one, MARK)]


def symbol(function: Callable[..., Any]) -> str:
    """Name of a kernel in machine code."""
    return f"{function.__module__}.{function.__qualname__}"


def pointer(address: int) -> NDArray[np.int64]:
    """Turn an address that Python gave into the buffer that kernels read and write.

    Raises
    ------
    TypeError
        It was called by Python; compiled code has instructions of its own in its place.
    """
    raise TypeError(f"pointer({address}): only compiled code has pointers")


def address(buffer: NDArray[np.int64]) -> int:
    """Where the cells of a buffer stand; valid as long as the caller keeps the buffer.

    Raises
    ------
    TypeError
        The buffer is not a contiguous row of int64.
    """
    if buffer.dtype != np.int64 or not buffer.flags.c_contiguous:
        raise TypeError(f"buffer: {buffer.dtype}, expected contiguous int64")
    return int(buffer.ctypes.data)
