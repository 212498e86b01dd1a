"""The steps of the schema in order; each knows the one before it.

Only Alembic comes in here.
"""
