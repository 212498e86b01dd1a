"""The compiled search as Python calls it: one entry for all that is done to a state.

An entry carries the machine code of all that lies below it, so two entries would be compiled
twice.
"""

from __future__ import annotations

from dispatch.solver.bank import enter_bank, leave_bank
from dispatch.solver.equipment import equipped
from dispatch.solver.kernel import kernel, pointer
from dispatch.solver.layout import LENGTH, ROUTE, STOPS
from dispatch.solver.route_state import refresh
from dispatch.solver.ruin_recreate import anneal
from dispatch.solver.undo import copy_all, open_step

Address = int

ANNEAL, REFRESH, EQUIP, LEAVE_BANK, ENTER_BANK, OPEN, SAVE, RESTORE = range(8)


@kernel
def operate(
    what: int,
    world: Address,
    state: Address,
    undo: Address,
    best: Address,
    subject: int,
    temperature: float,
    blink: float,
) -> int:
    """Do one thing to a state.

    Parameters
    ----------
    what
        `ANNEAL` runs `subject` iterations and returns how often the best was beaten; `REFRESH`
        recomputes shift `subject` and returns 1 if it keeps the rules; `EQUIP` notes what shift
        `subject` carries and loads; `LEAVE_BANK` and `ENTER_BANK` take visit `subject` out of
        the bank and back; `OPEN` begins a step; `SAVE` and `RESTORE` copy the state to the best and back.
    world, state, undo, best
        Addresses of the buffers, see `kernel.address`.
    temperature, blink
        Of `ruin_recreate.anneal`.
    """
    w, st, u, b = pointer(world), pointer(state), pointer(undo), pointer(best)
    if what == ANNEAL:
        return anneal(w, st, u, b, subject, temperature, blink)
    if what == REFRESH:
        return int(refresh(w, st, subject))
    if what == EQUIP:
        seq = st[ROUTE] + subject * st[STOPS]
        return int(equipped(w, st, subject, seq, st[st[LENGTH] + subject], -1))
    if what == LEAVE_BANK:
        leave_bank(w, st, subject)
    elif what == ENTER_BANK:
        enter_bank(w, st, subject)
    elif what == OPEN:
        open_step(w, st, u)
    elif what == SAVE:
        copy_all(w, st, b)
    elif what == RESTORE:
        copy_all(w, b, st)
    return 0
