"""Every error this product raises on purpose.

The tree::

    DispatchError
    ├── InputError              what was handed in is wrong (carries every Issue at once)
    │   └── LimitExceeded       well formed, but larger than this installation accepts
    ├── NotFound                a named thing does not exist
    ├── Conflict                true when asked, not true any more or not allowed in this state
    │   ├── PlanConflict        somebody else published a plan first
    │   ├── KeyReused           an idempotency key came back with another body
    │   ├── TransitionRefused   the life cycle has no such step from here
    │   └── HoldExpired         the held slot is free again
    ├── Stale                   the precondition (If-Match) names an older version
    ├── Unauthenticated         nobody is signed in, or the proof is not valid
    ├── Forbidden               somebody is signed in and may not do this
    ├── RunFailed               a run of the planner ended without a plan
    │   ├── RunCancelled        because somebody asked for that
    │   ├── PlanRejected        the auditor found violations in the finished plan
    │   └── SolverDisagreement  two clocks read different times for the same order
    └── Unavailable             something outside is away; the same call may work later
        └── TravelUnavailable   no travel source gave a usable matrix

A message says the name, the value and what was expected; advice stands on a second line that
starts with "Maybe". HTTP statuses and exit codes are given elsewhere, each in one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "Conflict",
    "DispatchError",
    "Forbidden",
    "HoldExpired",
    "InputError",
    "Issue",
    "KeyReused",
    "LimitExceeded",
    "NotFound",
    "PlanConflict",
    "PlanRejected",
    "RunCancelled",
    "RunFailed",
    "SolverDisagreement",
    "Stale",
    "TransitionRefused",
    "TravelUnavailable",
    "Unauthenticated",
    "Unavailable",
]

LONGEST_VALUE = 120


def shorten(value: object) -> str:
    """Write a value for a message, cut when a reader would no longer look at all of it.

    Parameters
    ----------
    value
        Anything that was read from outside.

    Returns
    -------
    str
        Its ``repr``, at most `LONGEST_VALUE` characters.
    """
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with an input.

    Parameters
    ----------
    pointer
        JSON pointer (RFC 6901) to the value; empty for the document as a whole.
    value
        What stood there.
    expected
        What should have stood there, as a noun phrase.
    message
        A whole sentence for a person; made from the other three when left empty.
    """

    pointer: str
    value: object
    expected: str
    message: str = ""

    def __str__(self) -> str:
        if self.message:
            return f"{self.pointer or '(document)'}: {self.message}"
        place = self.pointer or "(document)"
        return f"{place}: {shorten(self.value)} given, expected {self.expected}"


class DispatchError(Exception):
    """Anything this product refuses or cannot do, said on purpose.

    Parameters
    ----------
    message
        Name, value and what was expected.
    advice
        What to try; printed on a second line after "Maybe".
    """

    def __init__(self, message: str, *, advice: str = "") -> None:
        self.message = message
        self.advice = advice
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.message}\nMaybe {self.advice}" if self.advice else self.message


class InputError(DispatchError):
    """What was handed in is wrong; all issues are told at once.

    Parameters
    ----------
    issues
        One issue or several, in the order of the document; never none.
    advice
        What to try.
    """

    def __init__(self, issues: Issue | Iterable[Issue], *, advice: str = "") -> None:
        found = (issues,) if isinstance(issues, Issue) else tuple(issues)
        if not found:
            msg = "InputError: no issues given, expected at least one"
            raise ValueError(msg)
        self.issues = found
        super().__init__("\n".join(str(issue) for issue in found), advice=advice)

    @classmethod
    def at(cls, pointer: str, value: object, expected: str, message: str = "") -> InputError:
        """Make the error for a single wrong value."""
        return cls(Issue(pointer, value, expected, message))

    def __reduce__(self) -> tuple[object, ...]:
        return (_input_error, (type(self), self.issues, self.advice))


class LimitExceeded(InputError):
    """The input is well formed but larger than this installation accepts."""


class NotFound(DispatchError):
    """A named thing does not exist.

    Parameters
    ----------
    kind
        The word of the glossary, for example ``"visit"``.
    id
        The id that was asked for.
    """

    def __init__(self, kind: str, id: str, *, advice: str = "") -> None:
        self.kind = kind
        self.id = id
        super().__init__(f"{kind} {shorten(id)}: not found, expected a known id", advice=advice)

    def __reduce__(self) -> tuple[object, ...]:
        return (_not_found, (type(self), self.kind, self.id, self.advice))


class Conflict(DispatchError):
    """The request makes sense, but not in the state the world is in now."""


class PlanConflict(Conflict):
    """Somebody else published a plan first.

    Parameters
    ----------
    expected
        Version the publisher started from.
    current
        Version that is current now.
    published_by
        Who was first.
    """

    def __init__(self, expected: int, current: int, published_by: str) -> None:
        self.expected = expected
        self.current = current
        self.published_by = published_by
        super().__init__(
            f"plan: version {current} was published by {published_by},"
            f" expected version {expected} to be current",
            advice="plan again from the current version.",
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.expected, self.current, self.published_by))


class KeyReused(Conflict):
    """An idempotency key came back with another body than the first time."""


class TransitionRefused(Conflict):
    """The life cycle has no such step from the present state."""


class HoldExpired(Conflict):
    """The hold on a slot (and on its part) has ended."""


class Stale(DispatchError):
    """The precondition names an older version than the stored one.

    Parameters
    ----------
    kind, id
        What was to be written.
    expected
        Version the writer had read.
    current
        Version that is stored.
    """

    def __init__(self, kind: str, id: str, expected: int, current: int) -> None:
        self.kind = kind
        self.id = id
        self.expected = expected
        self.current = current
        super().__init__(
            f"{kind} {shorten(id)}: version {expected} given, expected version {current}",
            advice="read it again and repeat the change.",
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.kind, self.id, self.expected, self.current))


class Unauthenticated(DispatchError):
    """Nobody is signed in, or the proof of who it is does not hold."""


class Forbidden(DispatchError):
    """Somebody is signed in and may not do this."""


class RunFailed(DispatchError):
    """A run of the planner ended without a plan that can be used."""


class RunCancelled(RunFailed):
    """The run ended because somebody asked for that."""


class PlanRejected(RunFailed):
    """The auditor found violations in a finished plan, so it goes nowhere.

    Parameters
    ----------
    violations
        One sentence each, as the auditor wrote them; never none.
    """

    def __init__(self, violations: Sequence[object]) -> None:
        self.violations = tuple(str(violation) for violation in violations)
        lines = "\n".join(f"- {violation}" for violation in self.violations)
        super().__init__(
            f"plan: {len(self.violations)} violations found by the auditor, expected none\n{lines}"
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.violations,))


class SolverDisagreement(RunFailed):
    """Two clocks read different times, loads or costs for the same order of stops."""


class Unavailable(DispatchError):
    """Something outside is away; the same call may work later.

    Parameters
    ----------
    retry_after_s
        Seconds after which trying again makes sense; None when nobody knows.
    """

    def __init__(self, message: str, *, advice: str = "", retry_after_s: int | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message, advice=advice)


class TravelUnavailable(Unavailable):
    """No travel source gave a usable matrix."""


# Errors cross the border of the solving process by pickle, which calls the class with
# ``args`` alone; keyword-only parts would be lost without these two makers.


def _input_error(cls: type[InputError], issues: tuple[Issue, ...], advice: str) -> InputError:
    return cls(issues, advice=advice)


def _not_found(cls: type[NotFound], kind: str, id: str, advice: str) -> NotFound:
    return cls(kind, id, advice=advice)
