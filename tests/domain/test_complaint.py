"""Complaints: contact within 4 h, proposal within 24 h, done in 2 days, closed in 5 working days."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dispatch.domain.clock import ClockKind, ClockState
from dispatch.domain.complaint import Complaint, complaint_clocks
from dispatch.domain.contract import Contract
from dispatch.domain.policy import default_policies
from dispatch.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")
STANDARD = Contract("c-1", "红树林学校", default_policies()["standard"])


def at(day: int, hour: int) -> datetime:
    """An instant in November 2026; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


def test_a_complaint_has_four_deadlines() -> None:
    """Raised on Friday at 16:00; a weekend counts for all but the closing."""
    clocks = complaint_clocks(Complaint("k-1", "c-1", at(20, 16)), STANDARD)
    assert {clock.kind: clock.deadline(at(20, 16)) for clock in clocks} == {
        ClockKind.COMPLAINT_CONTACT: at(20, 20),
        ClockKind.COMPLAINT_PROPOSAL: at(21, 16),
        ClockKind.COMPLAINT_DONE: at(22, 16),
        ClockKind.COMPLAINT_CLOSED: at(27, 16),
    }


def test_each_step_stops_its_clock() -> None:
    """Contacted in time, proposed too late, nothing done yet."""
    complaint = Complaint("k-1", "c-1", at(20, 16), at(20, 19), at(21, 17))
    states = [clock.reading(at(21, 18)).state for clock in complaint_clocks(complaint, STANDARD)]
    assert states == [
        ClockState.MET,
        ClockState.BREACHED,
        ClockState.RUNNING,
        ClockState.RUNNING,
    ]


def test_steps_come_in_order() -> None:
    """A proposal before the contact, and a contact before the complaint, are refused."""
    with pytest.raises(InputError, match="contacted_at"):
        Complaint("k-1", "c-1", at(20, 16), at(20, 15))
    with pytest.raises(InputError, match="proposed_at"):
        Complaint("k-1", "c-1", at(20, 16), proposed_at=at(20, 17))
