"""The two ways a function becomes machine code here, and where the machine code is kept."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import TypingError, boolean, config, float64, int64, njit, types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

F = TypeVar("F", bound="Callable[..., Any]")

_BUFFER: Any = cast("Any", types).CPointer(int64)
"""An array would be counted at each call, and all the time would go into counting."""

_TYPES = {
    "Buffer": _BUFFER,
    "Address": int64,
    "int": int64,
    "bool": boolean,
    "float": float64,
}


if TYPE_CHECKING:

    def pointer(address: int) -> NDArray[np.int64]:
        """Turn an address that Python gave into the buffer that kernels read and write."""

else:

    @intrinsic
    def pointer(typing, address):  # noqa: ARG001
        """Turn an address that Python gave into the buffer that kernels read and write."""

        def generate(context, builder, signature, arguments):
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return _BUFFER(address), generate


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


_waiting: list[tuple[Any, tuple[Any, ...]]] = []
"""Kernels that only other kernels call, and that are compiled when one of those must be."""


def kernel(function: F) -> F:
    """Compile a function for the types its annotations name, once, and keep it on disk.

    The signature is fixed from the annotations because a lazily typed function is compiled again
    for every literal it is called with: eleven times over, for the search, and a minute of waiting.
    Only other kernels may call it; what Python calls is an `entry`.
    """
    compiled: Any = njit(cache=True, nogil=True, error_model="numpy")(function)
    # Not before the right moment, and then for the right types: numba has no public word for it.
    compiled._can_compile = False  # noqa: SLF001
    _waiting.append((compiled, _signature(function)))
    return cast("F", compiled)


def entry(function: F) -> F:
    """Compile a kernel that Python calls, with addresses for buffers.

    The machine code of an entry has that of all the kernels below it inside. When it is on disk,
    they need not be loaded, which saves most of the time that importing the search would take.
    """
    compiled: Any = njit(cache=True, nogil=True, error_model="numpy")(function)
    signature = _signature(function)
    try:
        compiled.compile(signature)
    except TypingError:
        # It is not on disk, and the kernels that it calls have no machine code yet.
        for below, kinds in _waiting:
            below.disable_compile(False)
            below.compile(kinds)
            below.disable_compile()
        _waiting.clear()
        # A second dispatcher, for the first remembers that it failed.
        compiled = njit(cache=True, nogil=True, error_model="numpy")(function)
        compiled.compile(signature)
    compiled.disable_compile()
    return cast("F", compiled)


def _signature(function: Callable[..., Any]) -> tuple[Any, ...]:
    kinds = [kind for name, kind in function.__annotations__.items() if name != "return"]
    return tuple(_TYPES[kind] for kind in kinds)


def _fingerprint() -> str:
    """Hash of every source that compiled code is made of.

    Numba looks at one file only when it asks whether cached machine code is still true, but the
    kernels share constants: a changed layout with stale code in another file would corrupt memory.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_bytes()
        if (
            path.stem in ("layout", "problem_parts")
            or b"from dispatch.solver.kernel import" in text
        ):
            digest.update(path.name.encode())
            digest.update(text)
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


def _keep_machine_code() -> None:
    """Point numba's cache at a folder of our own, named after the sources it was made from."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(given)] if given else [Path(__file__).parent / "__pycache__"]
    places.append(Path(tempfile.gettempdir()) / f"dispatch-kernels-{os.getuid()}")
    for place in places:
        folder = place / f"kernels-{_fingerprint()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            setattr(config, "CACHE_DIR", str(folder))  # noqa: B010
            return


_keep_machine_code()
