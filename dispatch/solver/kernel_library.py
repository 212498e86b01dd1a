"""Libraries of machine code, as Python calls them."""

from __future__ import annotations

import ctypes
import operator
from collections.abc import Callable
from typing import Any, TypeVar, cast

from dispatch.solver.kernel import symbol
from dispatch.solver.kernel_store import fingerprint, places, read, write
from dispatch.solver.kernel_target import Loaded

F = TypeVar("F", bound="Callable[..., Any]")

_ARGUMENTS: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "int": (ctypes.c_int64, operator.index),
    "Address": (ctypes.c_int64, operator.index),
    "float": (ctypes.c_double, float),
}


class Library:
    """Machine code of the functions that Python calls, with that of all kernels below them.

    Parameters
    ----------
    entries
        Marked functions that take and return numbers; buffers come as addresses.
    kept
        Whether the machine code stays on disk for other processes.
    """

    def __init__(self, *entries: Callable[..., Any], kept: bool = True) -> None:
        name = f"kernels-{fingerprint()}.bin"
        found = read(name, places()) if kept else None
        if found is None:
            # Whoever finds machine code on disk need not wait for the compiler to be imported.
            from dispatch.solver.kernel_build import build

            found = build(entries)
            if kept:
                write(name, found, places())
        self._loaded = Loaded(found)

    def call(self, function: F) -> F:
        """Machine code of one entry, to be called as the function is; no lock is held meanwhile."""
        annotations = dict(function.__annotations__)
        count = _numbers(annotations.pop("return"))
        kinds, plain = zip(*(_ARGUMENTS[kind] for kind in annotations.values()), strict=True)
        result = ctypes.c_int64 * count
        state = ctypes.c_int32
        # Compiled functions return a state, which is 0, and write their results where they are told.
        made = ctypes.CFUNCTYPE(state, ctypes.c_void_p, ctypes.c_void_p, *kinds)
        code = made(self._loaded.address(symbol(function)))

        def call(*arguments: Any) -> Any:
            got = result()
            numbers = [turn(one) for turn, one in zip(plain, arguments, strict=True)]
            failed = code(ctypes.addressof(got), None, *numbers)
            if failed:
                raise RuntimeError(f"{function.__name__}: compiled code ended with state {failed}")
            return got[0] if count == 1 else tuple(got)

        call.__doc__, call.__name__ = function.__doc__, function.__name__
        return cast("F", call)


def _numbers(annotation: str) -> int:
    """How many whole numbers a function returns."""
    names = annotation.removeprefix("tuple[").removesuffix("]").split(", ")
    if set(names) != {"int"}:
        raise TypeError(f"return: {annotation}, expected int or a tuple of int")
    return len(names)
