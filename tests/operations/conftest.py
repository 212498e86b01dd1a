"""Empty databases of both kinds, and somebody who listens."""

from __future__ import annotations

from tests.databases import database, database_url, postgres_server
from tests.operations.receiver import receiver

__all__ = ["database", "database_url", "postgres_server", "receiver"]
