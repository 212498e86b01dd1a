"""What the application shares between calls."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from dispatch.api.event_hub import EventHub
from dispatch.api.metrics import Metrics
from dispatch.api.settings import Settings
from dispatch.api.throttle import Throttle
from dispatch.api.tokens import TokenMint
from dispatch.operations.base_map import MapExtract
from dispatch.operations.executor import RunExecutor
from dispatch.operations.notify.courier import Courier
from dispatch.operations.rehearsal import Rehearsal
from dispatch.operations.watch import Watch
from dispatch.operations.what_if_executor import WhatIfExecutor
from dispatch.store import Database

__all__ = ["Services"]


@dataclass(slots=True)
class Services:
    """Database, signing, executor and what else lives as long as the application.

    Parameters
    ----------
    settings, database, mint, executor, what_ifs, hub, watch, keeper, courier, metrics
        Each made once.
    rehearsal
        The clock that is moved by hand; None: the machine's clock is used.
    solve_slots
        Bounds the stateless solves at the same time.
    map_extract
        What the board's plain map is drawn from.
    throttle
        Slows down password guessing.
    ready
        Set when the service may be used.
    trouble
        Why it will never be ready; empty while there is hope.
    """

    settings: Settings
    database: Database
    mint: TokenMint
    executor: RunExecutor
    what_ifs: WhatIfExecutor
    hub: EventHub
    watch: Watch
    keeper: Watch
    courier: Courier
    metrics: Metrics
    solve_slots: threading.BoundedSemaphore
    map_extract: MapExtract = field(default_factory=lambda: MapExtract(""))
    rehearsal: Rehearsal | None = None
    throttle: Throttle = field(default_factory=Throttle)
    ready: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    trouble: list[str] = field(default_factory=list)
