"""The two ways a function becomes machine code here, and where the machine code is kept."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba
import numpy as np
from numba import TypingError, boolean, config, float64, int64, types
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.dispatcher import Dispatcher
from numba.core.typed_passes import AnnotateTypes, NativeLowering
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

F = TypeVar("F", bound="Callable[..., Any]")

_numba = cast("Any", numba)
"""Numba names fewer options in its types than it has."""

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


_waiting: dict[Any, tuple[Any, ...]] = {}
"""Kernels that wait, with their types, for an entry above them that must be compiled."""

_unit: list[Any] = []
"""The code library that the kernels being compiled go into; empty when there is none yet."""


def _unit_of(context: Any, name: str) -> Any:
    """The library of the entry being compiled and of all kernels that wait for it."""
    if not _unit:
        library = context.codegen().create_library(name)
        library.enable_object_caching()
        link = library.add_linking_library
        # Kernels in this library call each other without linking it to itself.
        library.add_linking_library = lambda other: None if other is library else link(other)
        _unit.append(library)
    return _unit[0]


class _JoinUnit(LoweringPass):
    """Have a function lowered into the library of its unit.

    Left to itself numba makes a library of each function, with a copy of all that lies below, and
    optimises and assembles every one of them.
    """

    _name = "dispatch_join_unit"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def run_pass(self, state: Any) -> bool:
        state.library = _unit_of(state.targetctx, state.func_id.func_qualname)
        return False


class _JoinAsKernel(_JoinUnit):
    """Have a kernel lowered into the library of its unit, and nothing assembled yet."""

    _name = "dispatch_join_as_kernel"

    def run_pass(self, state: Any) -> bool:
        state.flags.no_compile = True
        return super().run_pass(state)


class _Publish(LoweringPass):
    """Let other kernels call a kernel that has no machine code yet."""

    _name = "dispatch_publish"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def run_pass(self, state: Any) -> bool:
        # Numba knows a compiled function by its entry point, which must be a builtin: the method of
        # a list of its own is one, and equal to no other.
        nothing: list[None] = []
        stand_in = nothing.append
        result = state["cr"]
        state["cr"] = result._replace(cfunc=stand_in)
        state.targetctx.insert_user_function(stand_in, result.fndesc, [state.library])
        return False


for _pass in (_JoinUnit, _JoinAsKernel, _Publish):
    cast("Any", register_pass)(mutates_CFG=False, analysis_only=True)(_pass)


class _EntryCompiler(CompilerBase):
    """Numba's own pipeline, but that the code goes into the library of the unit."""

    def define_pipelines(self) -> list[Any]:
        passes = cast("Any", DefaultPassBuilder).define_nopython_pipeline(self.state)
        passes.add_pass_after(_JoinUnit, AnnotateTypes)
        passes.finalize()
        return [passes]


class _KernelCompiler(CompilerBase):
    """The same for a kernel, which is assembled with its entry."""

    def define_pipelines(self) -> list[Any]:
        passes = cast("Any", DefaultPassBuilder).define_nopython_pipeline(self.state)
        passes.add_pass_after(_JoinAsKernel, AnnotateTypes)
        passes.add_pass_after(_Publish, NativeLowering)
        passes.finalize()
        return [passes]


def kernel(function: F) -> F:
    """Compile a function for the types its annotations name, as part of the entries above it.

    The signature is fixed from the annotations because a lazily typed function is compiled again
    for every literal it is called with: eleven times over, for the search, and a minute of waiting.
    Only other kernels may call it; what Python calls is an `entry`.
    """
    compiled: Any = _numba.njit(
        nogil=True,
        error_model="numpy",
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        pipeline_class=_KernelCompiler,
    )(function)
    # Not before the right moment, and then for the right types: numba has no public word for it.
    compiled._can_compile = False  # noqa: SLF001
    _waiting[compiled] = _signature(function)
    return cast("F", compiled)


def entry(function: F) -> F:
    """Compile a kernel that Python calls, with addresses for buffers.

    The machine code of an entry has that of all the kernels below it inside. When it is on disk,
    they need not be loaded, which saves most of the time that importing the search would take.
    """

    def made() -> Any:
        return _numba.njit(
            cache=True,
            nogil=True,
            error_model="numpy",
            no_cfunc_wrapper=True,
            pipeline_class=_EntryCompiler,
        )(function)

    compiled, signature = made(), _signature(function)
    try:
        compiled.compile(signature)
    except TypingError:
        # It is not on disk, and the kernels that it calls have no machine code yet.
        _compile_below(function)
        # A second dispatcher, for the first remembers that it failed.
        compiled = made()
        compiled.compile(signature)
    _unit.clear()
    compiled.disable_compile()
    return cast("F", compiled)


def _compile_below(function: Callable[..., Any]) -> None:
    """Compile the kernels that a function calls by name, those below them first."""
    for name in function.__code__.co_names:
        below = function.__globals__.get(name)
        if not isinstance(below, Dispatcher) or below not in _waiting:
            continue
        kinds = _waiting.pop(below)
        _compile_below(below.py_func)
        below.disable_compile(False)
        below.compile(kinds)
        below.disable_compile()


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
