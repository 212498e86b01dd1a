"""The one way a function becomes machine code here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import boolean, float64, int64, njit

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

_TYPES = {
    "Buffer": int64[::1],
    "int": int64,
    "bool": boolean,
    "float": float64,
}


def kernel(function: F) -> F:
    """Compile a function for the types its annotations name, once, and keep it on disk.

    The signature is fixed from the annotations because a lazily typed function is compiled again
    for every literal it is called with: eleven times over, for the search, and a minute of waiting.
    """
    kinds = [kind for name, kind in function.__annotations__.items() if name != "return"]
    signature = tuple(_TYPES[kind] for kind in kinds)
    compiled: Any = njit(signature, cache=True, nogil=True, error_model="numpy")(function)
    return cast("F", compiled)
