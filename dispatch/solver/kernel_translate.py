"""Kernels in the language of LLVM: numba types and translates them, each by itself.

A kernel's annotations say all that those who call it need to know, so none has to wait for another
and several processes share the work (`kernel_build`). Numba assembles nothing.
"""

from __future__ import annotations

import base64
import gc
import json
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import llvmlite.binding as llvm
from numba import boolean, float64, int64, types
from numba.core import cgutils, compiler, funcdesc
from numba.core.codegen import CodeLibrary
from numba.core.registry import cpu_target
from numba.core.typing.templates import make_concrete_template, signature
from numba.extending import intrinsic, overload

from dispatch.solver.kernel import below, pointer, symbol
from dispatch.solver.kernel_target import pass_builder, target_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_llvm: Any = llvm
_types: Any = types
_target: Any = cpu_target
_machine = target_machine()

_BUFFER: Any = _types.CPointer(int64)
"""An array would be counted at each call, and all the time would go into counting."""

_TYPES = {
    "Buffer": _BUFFER,
    "Address": int64,
    "int": int64,
    "bool": boolean,
    "float": float64,
    "None": _types.none,
}


def _pointer_typed(context: Any, address: Any) -> Any:  # noqa: ARG001
    """Have an address read as the buffer that begins there."""

    def generate(target: Any, builder: Any, given: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], target.get_value_type(given.return_type))

    return _BUFFER(address), generate


_to_pointer: Any = cast("Any", intrinsic)(_pointer_typed)


def _pointer_compiled(address: Any) -> Any:  # noqa: ARG001
    def there(address: Any) -> Any:
        return _to_pointer(address)

    return there


cast("Any", overload)(pointer)(_pointer_compiled)


@contextmanager
def _remembering(context: Any) -> Iterator[None]:
    """Have numba find out once what a call with some types is, instead of at each such call."""
    known: dict[tuple[Any, Any], Any] = {}
    ask = context.resolve_function_type

    def resolve(func: Any, args: Any, kws: Any) -> Any:
        if kws:
            return ask(func, args, kws)
        if known.get((func, args)) is None:
            known[func, args] = ask(func, args, kws)
        return known[func, args]

    context.resolve_function_type = resolve
    try:
        yield
    finally:
        del context.resolve_function_type


class _Texts(CodeLibrary):
    """What numba has translated, function by function, as text."""

    def __init__(self) -> None:
        super().__init__(_target.target_context.codegen(), "dispatch kernels")
        self.texts: list[str] = []
        self.helpers: list[Any] = []

    def add_ir_module(self, ir_module: Any) -> None:
        self.texts.append(cgutils.normalize_ir_text(str(ir_module)))  # type: ignore[no-untyped-call]

    def add_linking_library(self, library: Any) -> None:
        if library is not self and library not in self.helpers:
            self.helpers.append(library)

    def finalize(self) -> None:
        raise RuntimeError("numba assembles no kernels")

    get_function = get_llvm_str = get_asm_str = finalize  # type: ignore[assignment]


def translate(kernels: Sequence[Callable[..., Any]]) -> list[bytes]:
    """Translate kernels, whatever they call.

    Returns
    -------
    Modules of LLVM in its binary form: one of each kernel, which bears the name `kernel.symbol`, and
    those of numba's own functions that they call.
    """
    texts = _Texts()
    flags = cast("Any", compiler).Flags()
    options = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    _target.options.parse_as_flags(flags, options)
    flags.no_compile = flags.no_rewrites = True
    made = []
    _target.typing_context.refresh()
    with _remembering(_target.typing_context):
        for function in kernels:
            for one in (function, *below(function)):
                _declare(one)
            made.append(_module(function, flags, texts))
    return made + [_helper(library) for library in texts.helpers]


def _module(function: Callable[..., Any], flags: Any, texts: _Texts) -> bytes:
    arguments, result = _signature(function)
    done = cast("Any", compiler).compile_extra(
        _target.typing_context,
        _target.target_context,
        function,
        arguments,
        result,
        flags,
        {},
        library=texts,
    )
    (text,) = texts.texts
    texts.texts.clear()
    module = _llvm.parse_assembly(text)
    module.get_function(done.fndesc.llvm_func_name).name = symbol(function)
    # What can be done to one function alone is done here, by all processes at once.
    builder = pass_builder(_machine)
    builder.getFunctionPassManager().run(module.get_function(symbol(function)), builder)
    return bytes(module.as_bitcode())


_declared: set[Callable[..., Any]] = set()
"""Kernels that numba knows in this process."""


def _declare(function: Callable[..., Any]) -> None:
    """Let kernels call a kernel by its name, wherever it is translated."""
    if function in _declared:
        return
    _declared.add(function)
    arguments, result = _signature(function)
    given = cast("Any", signature)(result, *arguments)
    template = cast("Any", make_concrete_template)(function.__name__, function, [given])
    _target.typing_context.insert_user_function(function, template)
    about = cast("Any", funcdesc).ExternalFunctionDescriptor(symbol(function), result, arguments)
    _target.target_context.insert_user_function(function, about)


def _signature(function: Callable[..., Any]) -> tuple[tuple[Any, ...], Any]:
    kinds = dict(function.__annotations__)
    result = kinds.pop("return")
    arguments = tuple(_TYPES[kind] for kind in kinds.values())
    if not result.startswith("tuple["):
        return arguments, _TYPES[result]
    inside = result.removeprefix("tuple[").removesuffix("]").split(", ")
    return arguments, _types.Tuple([_TYPES[kind] for kind in inside])


def _helper(library: Any) -> bytes:
    """A function of numba's own, which several processes may have translated."""
    module = _llvm.parse_bitcode(library.serialize_using_bitcode()[2])
    for one in module.functions:
        if not one.is_declaration:
            one.linkage = "linkonce_odr"
    return bytes(module.as_bitcode())


def named(names: Iterable[str]) -> list[Callable[..., Any]]:
    """Functions by names such as ``dispatch.solver.clock:visit_next``."""
    pairs = [name.split(":") for name in names]
    return [getattr(import_module(module), name) for module, name in pairs]


def main() -> None:
    """Translate the kernels named in standard input, and write their modules to standard output."""
    # Hardly anything becomes garbage here, and looking for it takes a tenth of the time.
    gc.disable()
    kernels = named(json.load(sys.stdin))
    json.dump([base64.b64encode(module).decode() for module in translate(kernels)], sys.stdout)


if __name__ == "__main__":
    main()
