"""The kinds of values that records are made of, each strict about what it takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)

from dispatch.domain.local_time import zone_named
from dispatch.errors import InputError
from dispatch.formats import format_duration, format_instant, parse_duration, parse_instant

__all__ = [
    "Coordinates",
    "Count",
    "Day",
    "Duration",
    "Identifier",
    "Instant",
    "LongText",
    "Moment",
    "Money",
    "Name",
    "Pieces",
    "Record",
    "ShortText",
    "WallTime",
    "YesNo",
    "Zone",
]

T = TypeVar("T")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FRACTION = re.compile(r"(?<=T\d\d:\d\d:\d\d)[.,]\d{1,9}(?=Z|[+-])", re.ASCII)
WALL_TIME = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
# XML and some terminals choke on these; names of people and places never hold them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Record(BaseModel):
    """A record refuses fields it does not know and never changes once it is made."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        # A record that goes out is complete; only one that comes in may leave things out.
        json_schema_serialization_defaults_required=True,
    )


def _without_control(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError("must not hold control characters")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("must not hold lone surrogates")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _reader(kind: type[T], read: Callable[[str], T], expected: str) -> Callable[[Any], T]:
    def before(value: Any) -> T:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise ValueError(f"must be {expected}")
        return read(value)

    return before


def _day(text: str) -> date:
    found = date.fromisoformat(text) if DAY.fullmatch(text) else None
    if found is None or not 1970 <= found.year <= 2199:
        raise ValueError("must be a date such as 2026-11-23 in the years 1970 to 2199")
    return found


def _moment(text: str) -> datetime:
    """Read what the clock of a device says; most write milliseconds, of which nobody is told."""
    return parse_instant(FRACTION.sub("", text, count=1))


def _wall_time(text: str) -> time:
    if not WALL_TIME.fullmatch(text):
        raise ValueError("must be a time of day such as 09:00")
    return time.fromisoformat(text)


def _zone(text: str) -> str:
    try:
        zone_named(text)
    except InputError as error:
        raise ValueError("must be an IANA zone name such as Asia/Shanghai") from error
    return text


def _id(text: str) -> str:
    # An id stands in addresses, where a slash or a question mark would end it.
    if any(letter in "/?#\\" or letter.isspace() for letter in text) or text in (".", ".."):
        raise ValueError("must not hold blanks, slashes, question marks or hashes")
    return text


def _duration(text: str) -> timedelta:
    found = parse_duration(text)
    if not timedelta(0) <= found <= timedelta(days=31):
        raise ValueError("must be a duration from PT0S to P31D")
    return found


_Text = Annotated[str, Strict(), AfterValidator(_without_control)]
Name = Annotated[_Text, StringConstraints(min_length=1, max_length=200), AfterValidator(_not_blank)]
Identifier = Annotated[
    _Text,
    StringConstraints(min_length=1, max_length=100),
    AfterValidator(_not_blank),
    AfterValidator(_id),
]
ShortText = Annotated[_Text, StringConstraints(max_length=200)]
LongText = Annotated[_Text, StringConstraints(max_length=5000)]
Zone = Annotated[_Text, StringConstraints(max_length=60), AfterValidator(_zone)]
YesNo = Annotated[bool, Strict()]
Money = Annotated[int, Strict(), Field(ge=0, le=10**9, description="Minor units.")]
Pieces = Annotated[int, Strict(), Field(ge=0, le=10**6)]
Count = Annotated[int, Strict(), Field(ge=1, le=1000)]
Instant = Annotated[
    datetime,
    BeforeValidator(_reader(datetime, parse_instant, "a time with an offset")),
    PlainSerializer(format_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "With an offset."}),
]
Moment = Annotated[
    datetime,
    BeforeValidator(_reader(datetime, _moment, "a time with an offset")),
    PlainSerializer(format_instant, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "description": "By the clock of a device, with an offset; fractions of a second fall.",
        }
    ),
]
Duration = Annotated[
    timedelta,
    BeforeValidator(_reader(timedelta, _duration, "an ISO-8601 duration such as PT1H30M")),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["PT1H30M"]}),
]
Day = Annotated[
    date,
    BeforeValidator(_reader(date, _day, "a date")),
    PlainSerializer(date.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date"}),
]
WallTime = Annotated[
    time,
    BeforeValidator(_reader(time, _wall_time, "a time of day")),
    PlainSerializer(lambda value: value.isoformat("minutes"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$", "examples": ["09:00"]}),
]


class Coordinates(Record):
    """A place on the map, WGS-84 degrees."""

    lat: Annotated[float, Strict(), Field(ge=-90, le=90, description="Degrees north.")]
    lon: Annotated[float, Strict(), Field(ge=-180, le=180, description="Degrees east.")]
