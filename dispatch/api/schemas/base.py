"""What many answers share."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from dispatch.operations.master_data import Resource

__all__ = ["Out", "Page", "PathId", "Problem", "ProblemIssue", "stored_model"]

T = TypeVar("T")
PathId = Annotated[str, Field(min_length=1, max_length=200)]


class Out(BaseModel):
    """An answer, or a part of one."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True
    )


class Page(Out, Generic[T]):
    """Part of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="To be given as `cursor`; null at the end.")


class ProblemIssue(BaseModel):
    """One thing wrong with an input."""

    pointer: str = Field(description="JSON pointer (RFC 6901) into the body.")
    value: Any = Field(description="What stood there, shortened.")
    expected: str
    message: str
    parameter: str | None = Field(default=None, description="Set for parts of the address.")


class Problem(BaseModel):
    """RFC 9457 problem; some codes carry further fields."""

    type: str
    title: str
    status: int
    code: str = Field(description="Short stable word for programs.")
    detail: str
    advice: str | None = None
    issues: list[ProblemIssue] | None = None


def stored_model(resource: Resource) -> type[BaseModel]:
    """Schema of a stored record: the record and its version."""
    name = resource.record.__name__.removesuffix("Record") + "Stored"
    version = (int, Field(description="Counts changes; the ETag is this number in quotes."))
    return create_model(name, __base__=resource.record, version=version)
