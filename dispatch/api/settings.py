"""What one installation of the service is told from outside: environment or caller."""

from __future__ import annotations

import os

from pydantic import AwareDatetime, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from dispatch.store import DEFAULT_DATABASE_URL

__all__ = ["Settings"]


class Settings(BaseSettings):
    """Settings, each also readable as ``DISPATCH_<NAME>`` from the environment.

    Parameters
    ----------
    database_url
        SQLAlchemy address of SQLite or PostgreSQL.
    demo
        Serve the demo world without login; only on 127.0.0.1.
    demo_time_limit_s
        Seconds of search for the demo's plan.
    demo_plants
        Whether the demo plants and plans its world by itself at start.
    rehearsal
        With the demo only, in an empty database: plant its world of this instant, plan nothing,
        and let the clock stand still until ``POST clock`` moves it.
    most_body_bytes, most_case_bytes
        Largest body of a request, and of a case to solve.
    solver_threads, solver_memory_mb
        Runs at the same time, and most memory of each of their processes (0: no bound).
    what_if_processes
        Patient children that simulate a what-if at a time; None: one a core, 0: nobody takes
        what-ifs up. Without solver threads nobody does either.
    parallel_solves
        Stateless solves at the same time.
    longest_solve_s
        Longest time limit of a stateless solve.
    secure_cookies
        Send cookies over HTTPS only; the demo does not.
    watch_s
        Seconds between two looks at clocks, loans and expected times; 0: never.
    position_days
        For how many days engineers' tracks are kept; 0 keeps the last point only, for a day.
    webhook_private
        Let notices go to plain http and to addresses of the own network.
    apprise_urls
        Where receivers of kind apprise lead to, separated by blanks; they hold passwords.
    tile_url
        Address pattern of map tiles, empty for none.
    map_extract
        OpenStreetMap extract (.osm.pbf, .osm, .osm.gz) whose roads and place names the board's
        map shows; empty for a plain background.
    admin_user, admin_password
        First user, made at start when there is none yet.
    docs
        Whether ``/docs`` is served.
    """

    model_config = SettingsConfigDict(env_prefix="DISPATCH_", extra="ignore")

    database_url: str = DEFAULT_DATABASE_URL
    demo: bool = False
    demo_time_limit_s: float = 2.5
    demo_plants: bool = True
    rehearsal: AwareDatetime | None = None
    most_body_bytes: int = 2 * 1024 * 1024
    most_case_bytes: int = 64 * 1024 * 1024
    solver_threads: int = 1
    solver_memory_mb: int = 0
    what_if_processes: int | None = Field(default=None, ge=0)
    parallel_solves: int = 2
    longest_solve_s: float = 600.0
    secure_cookies: bool = True
    watch_s: float = 15.0
    position_days: int = Field(default=0, ge=0, le=60)
    webhook_private: bool = False
    apprise_urls: str = ""
    tile_url: str = ""
    map_extract: str = ""
    admin_user: str = ""
    admin_password: str = ""
    docs: bool = True

    @property
    def what_ifs_at_a_time(self) -> int:
        """Processes that simulate what-ifs here."""
        if not self.solver_threads:
            return 0
        return (os.cpu_count() or 1) if self.what_if_processes is None else self.what_if_processes
