"""Walk through a JSON document and collect everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from difflib import get_close_matches
from types import TracebackType
from typing import Self, TypeVar, cast

from dispatch.errors import InputError, Issue, LimitExceeded
from dispatch.formats.iso_time import format_duration, format_instant
from dispatch.formats.json_text import JsonObject
from dispatch.formats.limits import MOST_ENTRIES, MOST_ISSUES
from dispatch.formats.unfit import Unfit
from dispatch.formats.values import identifier

__all__ = ["Fields", "Findings", "shown", "step"]

T = TypeVar("T")
LONGEST_SHOWN = 120
MOST_SPELLED = 100


def shown(value: object) -> object:
    """Make what is told about a wrong value: short, flat and always JSON itself."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, dict):
        return f"an object with {len(value)} fields"
    if isinstance(value, list):
        return f"an array of {len(value)} values"
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    if isinstance(value, float) and abs(value) < float("inf"):
        return value
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, float):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\u0000")
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def step(pointer: str, name: str | int) -> str:
    """Lengthen a JSON pointer by one step (RFC 6901)."""
    text = cast("str", shown(str(name))).replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{text}"


class Findings:
    """Issues found so far, in the order of reading."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self._only_limits = True

    def __len__(self) -> int:
        return len(self.issues)

    def add(
        self, pointer: str, value: object, expected: str, message: str = "", *, limit: bool = False
    ) -> None:
        """Note one wrong value."""
        self.issues.append(Issue(pointer, shown(value), expected, message))
        self._only_limits &= limit
        if len(self.issues) >= MOST_ISSUES:
            self.issues.append(Issue("", "more issues", f"fewer than {MOST_ISSUES} issues"))
            self.raise_if_any()

    def adopt(self, pointer: str, error: InputError) -> None:
        """Note what a constructor of the domain refused, with pointers from the document."""
        for issue in error.issues:
            self.add(pointer + issue.pointer, issue.value, issue.expected, issue.message)

    def raise_if_any(self) -> None:
        """Raise everything at once; as LimitExceeded when nothing but size is wrong."""
        if self.issues:
            raise (LimitExceeded if self._only_limits else InputError)(self.issues)


class Fields:
    """One JSON object while it is read; each field that was asked for counts as known.

    A value that does not fit becomes an issue, and None stands in its place whatever the type
    says. That is safe because `build` makes nothing once an issue was found here.

    Parameters
    ----------
    found
        Where issues go.
    value
        What should be an object.
    pointer
        Its place in the document.
    """

    def __init__(self, found: Findings, value: object, pointer: str) -> None:
        self.found = found
        self.pointer = pointer
        self._mark = len(found)
        self._known: dict[str, None] = {}
        self._usable = isinstance(value, dict)
        self._given: dict[str, object] = value if isinstance(value, dict) else {}
        if not self._usable:
            found.add(pointer, value, "an object")
        if isinstance(value, JsonObject):
            for name in value.duplicates:
                found.add(step(pointer, name), name, "each field only once")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.finish()

    def at(self, name: str) -> str:
        """Pointer to a field."""
        return step(self.pointer, name)

    def has(self, name: str) -> bool:
        """Tell whether a field is given and is not null; it counts as known from now on."""
        return self.raw(name) is not None

    def raw(self, name: str) -> object:
        """Value of a field as it stands, None when absent; it counts as known from now on."""
        self._known[name] = None
        return self._given.get(name)

    def required(self, name: str, read: Callable[[object], T]) -> T:
        """Read a field that must be there."""
        value = self.raw(name)
        if name in self._given:
            return self.fit(value, self.at(name), read)
        if self._usable:
            self.found.add(self.at(name), None, "a value", f"{name} is missing, expected a value")
        return cast("T", None)

    def optional(self, name: str, read: Callable[[object], T], default: T) -> T:
        """Read a field with a default; null does not stand for it."""
        value = self.raw(name)
        return self.fit(value, self.at(name), read) if name in self._given else default

    def nullable(self, name: str, read: Callable[[object], T]) -> T | None:
        """Read a field that may be absent or null."""
        value = self.raw(name)
        return None if value is None else self.fit(value, self.at(name), read)

    def fit(self, value: object, pointer: str, read: Callable[[object], T]) -> T:
        """Read one value, noting an issue when it does not fit."""
        try:
            return read(value)
        except Unfit as unfit:
            self.found.add(pointer, value, unfit.expected, limit=unfit.too_large)
            return cast("T", None)

    def part(self, name: str, read: Callable[[Findings, object, str], T]) -> T | None:
        """Read a nested value that may be absent or null."""
        value = self.raw(name)
        return None if value is None else read(self.found, value, self.at(name))

    def required_part(self, name: str, read: Callable[[Findings, object, str], T]) -> T:
        """Read a nested value that must be there."""
        if self.required(name, lambda value: value is not None) is None:
            return cast("T", None)
        return read(self.found, self.raw(name), self.at(name))

    def each(
        self,
        name: str,
        read: Callable[[Findings, object, str], T | None],
        most: int = MOST_ENTRIES,
    ) -> tuple[T, ...]:
        """Read a list of nested values; absent means empty, those with issues are left out."""
        value = self.raw(name)
        pointer = self.at(name)
        if name not in self._given:
            return ()
        if not isinstance(value, list):
            self.found.add(pointer, value, "an array")
            return ()
        if len(value) > most:
            self.found.add(pointer, value, f"at most {most} entries", limit=True)
            return ()
        read_all = (read(self.found, item, f"{pointer}/{i}") for i, item in enumerate(value))
        return tuple(item for item in read_all if item is not None)

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of ids or names, each only once; absent means empty."""
        seen: set[str] = set()

        def read(found: Findings, value: object, pointer: str) -> str | None:
            text = self.fit(value, pointer, identifier)
            if text in seen:
                found.add(pointer, value, "each value only once")
            seen.add(text)
            return text

        return self.each(name, read)

    def mapping(self, name: str, read: Callable[[object], T]) -> dict[str, T]:
        """Read an object used as a map from names to values; absent means empty."""
        value = self.raw(name)
        if name not in self._given:
            return {}
        entries = Fields(self.found, value, self.at(name))
        if len(entries._given) > MOST_ENTRIES:
            self.found.add(self.at(name), value, f"at most {MOST_ENTRIES} entries", limit=True)
            return {}
        for key in entries._given:
            self.fit(key, entries.at(key), identifier)
        return {key: self.fit(item, entries.at(key), read) for key, item in entries._given.items()}

    def finish(self) -> None:
        """Refuse the fields that nobody asked for."""
        for name in self._given:
            if name not in self._known:
                # Comparing names is slow, and who has many wrong ones did not mistype.
                spelled = len(self.found) < MOST_SPELLED and len(name) < LONGEST_SHOWN
                near = get_close_matches(name, self._known, n=1) if spelled else []
                maybe = f"; maybe {near[0]} was meant" if near else ""
                message = f"unknown field {shown(name)!r}, expected a field of the contract{maybe}"
                self.found.add(self.at(name), self._given[name], "no such field", message)

    def build(self, make: Callable[[], T]) -> T | None:
        """Finish, and make the object unless an issue was found in it.

        Parameters
        ----------
        make
            Calls the constructor; what that refuses is noted too.

        Returns
        -------
        object or None
            None when anything is wrong.
        """
        self.finish()
        if len(self.found) > self._mark:
            return None
        try:
            return make()
        except InputError as error:
            self.found.adopt(self.pointer, error)
            return None
