"""From kernels to the machine code of a library; needed only when none is kept on disk.

The kernels are translated by numba in as many processes as there are cores. Then all of them are
optimised and assembled at once, with nothing but the entries visible outside: what is called in one
place is inlined there, what nobody calls is dropped, and the states that kernels return beside
their results, always the same, are not asked for.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import llvmlite.binding as llvm

from dispatch.solver.kernel import below, symbol
from dispatch.solver.kernel_target import pass_builder, target_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_llvm = cast("Any", llvm)

MOST_PROCESSES = 4
"""More would spend their time on importing the compiler."""


def build(entries: Sequence[Callable[..., Any]], processes: int | None = None) -> bytes:
    """Compile functions and all that they call.

    Parameters
    ----------
    entries
        Functions that `kernel.kernel` has marked.
    processes
        How many translate; one is this process itself. None: as many as there are cores, up to
        four.

    Returns
    -------
    An object file for this machine's processor, where an entry's name is its `kernel.symbol`.
    """
    kernels = _reached(entries)
    count = min(os.cpu_count() or 1, MOST_PROCESSES) if processes is None else processes
    modules = _translated_elsewhere(kernels, count) if count > 1 and sys.executable else None
    if modules is None:
        from dispatch.solver.kernel_translate import translate

        modules = translate(kernels)
    return _assembled(modules, {symbol(function) for function in entries})


def _reached(entries: Sequence[Callable[..., Any]]) -> list[Callable[..., Any]]:
    """The entries and all kernels below them, each once."""
    found = list(entries)
    for function in found:
        found += [one for one in below(function) if one not in found]
    return found


def _translated_elsewhere(kernels: Sequence[Callable[..., Any]], count: int) -> list[bytes] | None:
    """Modules of kernels shared out among processes; None if one of them fails."""
    shares: list[list[Callable[..., Any]]] = [[] for _ in range(count)]
    loads = [0] * count
    for function in sorted(kernels, key=lambda one: -len(one.__code__.co_code)):
        least = loads.index(min(loads))
        shares[least].append(function)
        loads[least] += len(function.__code__.co_code)
    names = [[f"{one.__module__}:{one.__name__}" for one in share] for share in shares]
    with ThreadPoolExecutor(count) as pool:
        told = list(pool.map(_translated_in_a_child, names))
    if None in told:
        return None
    return [module for modules in told for module in modules or ()]


def _translated_in_a_child(names: list[str]) -> list[bytes] | None:
    """Modules of the kernels with these names; what goes wrong here goes wrong again and is told."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    done = subprocess.run(
        [sys.executable, "-m", "dispatch.solver.kernel_translate"],
        input=json.dumps(names).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        check=False,
    )
    if done.returncode:
        return None
    return [base64.b64decode(module) for module in json.loads(done.stdout)]


def _assembled(modules: Sequence[bytes], entries: set[str]) -> bytes:
    """Optimise everything at once and give the object file."""
    whole = _llvm.parse_assembly("")
    for module in modules:
        whole.link_in(_llvm.parse_bitcode(module))
    for one in (*whole.functions, *whole.global_variables):
        if not one.is_declaration and one.name not in entries:
            one.linkage = "internal"
    whole.verify()
    machine = target_machine()
    builder = pass_builder(machine)
    builder.getModulePassManager().run(whole, builder)
    return bytes(machine.emit_object(whole))
