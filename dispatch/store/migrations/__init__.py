"""The one tree of migrations for SQLite and PostgreSQL; Alembic runs them at start.

Only `dispatch.store.migration` comes in here.
"""
