"""Norms of vans as records."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dispatch.operations.records.base import Identifier, Pieces, Record

__all__ = ["VanNormRecord"]


class VanNormRecord(Record):
    """What an engineer's van should hold of one part in the morning."""

    id: Identifier
    engineer: Identifier
    part: Identifier
    quantity: Annotated[Pieces, Field(ge=1)]
