"""The processor that machine code is made for, and the place where it is loaded."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import llvmlite.binding as llvm

_llvm = cast("Any", llvm)


@cache
def processor() -> tuple[str, str]:
    """Name of this machine's processor and what it can do, in LLVM's words."""
    _llvm.initialize_native_target()
    _llvm.initialize_native_asmprinter()
    try:
        features = _llvm.get_host_cpu_features().flatten()
    except RuntimeError:
        # Not every processor can be asked; its name alone says less but enough.
        features = ""
    return _llvm.get_host_cpu_name(), features


def target_machine() -> Any:
    """What assembles for this machine's processor."""
    name, features = processor()
    target = _llvm.Target.from_triple(_llvm.get_process_triple())
    # Code that is loaded next to the caller has all its addresses fixed when it is loaded.
    static = target.name.startswith("x86")
    return target.create_target_machine(
        cpu=name,
        features=features,
        opt=3,
        reloc="static" if static else "default",
        codemodel="jitdefault",
        jit=True,
    )


def pass_builder(machine: Any) -> Any:
    """What LLVM does to kernels to make them fast."""
    tuning = _llvm.create_pipeline_tuning_options(speed_level=3)
    # Loops here are short and end early: wide or unrolled they take half of the time to compile and
    # twice the room, and the search is as fast without.
    tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_unrolling = False
    return _llvm.create_pass_builder(machine, tuning)


class Loaded:
    """Machine code in memory, callable while this object lives."""

    def __init__(self, code: bytes) -> None:
        empty = _llvm.parse_assembly("")
        self.engine = _llvm.create_mcjit_compiler(empty, target_machine())
        self.engine.add_object_file(_llvm.ObjectFileRef.from_data(code))
        self.engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function begins.

        Raises
        ------
        ValueError
            There is none of this name.
        """
        found = int(self.engine.get_function_address(name))
        if found == 0:
            raise ValueError(f"machine code: no function {name!r}")
        return found
