"""The database: tables, queries, transactions and migrations, on SQLite and on PostgreSQL.

Operations come in for a `Database` and its `UnitOfWork`; nobody else writes SQL.
"""

from dispatch.store.database import DEFAULT_DATABASE_URL, Database
from dispatch.store.migration import SchemaRefused, prepare
from dispatch.store.unit_of_work import UnitOfWork

__all__ = ["DEFAULT_DATABASE_URL", "Database", "SchemaRefused", "UnitOfWork", "prepare"]
