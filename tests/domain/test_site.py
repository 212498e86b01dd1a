"""When one may come in."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from dispatch.domain.location import Location
from dispatch.domain.site import Access, Site
from dispatch.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")


def bank(access: Access) -> Site:
    """A branch of a bank in Chikan."""
    return Site("s-1", "c-1", Location("l-1", 21.27, 110.36), "赤坎支行", access=access)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in November 2026; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def spans(site: Site, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The windows as plain pairs."""
    return [(window.start, window.end) for window in site.access_windows(start, end)]


def test_working_days_skip_the_weekend_and_the_ends_are_clipped() -> None:
    """From Friday noon to Monday ten: what is left of Friday, and Monday's first hour and a half."""
    site = bank(Access(time(8, 30), time(17)))
    assert spans(site, at(20, 12), at(23, 10)) == [
        (at(20, 12), at(20, 17)),
        (at(23, 8, 30), at(23, 10)),
    ]


def test_a_shop_lets_people_in_every_day() -> None:
    """Friday, Saturday, Sunday."""
    site = bank(Access(time(10), time(22), every_day=True))
    assert len(spans(site, at(20, 0), at(22, 23))) == 3


def test_a_hospital_is_always_open() -> None:
    """One window, the whole stretch."""
    assert spans(bank(Access()), at(20, 3), at(23, 10)) == [(at(20, 3), at(23, 10))]


def test_after_hours_nobody_opens() -> None:
    """From 17:01 on there is no window; at 17:00 sharp there is an instant."""
    site = bank(Access(time(8, 30), time(17)))
    assert spans(site, at(20, 17, 1), at(20, 23)) == []
    assert spans(site, at(20, 17), at(20, 23)) == [(at(20, 17), at(20, 17))]


def test_hours_need_both_ends_in_order() -> None:
    """Half a statement, and hours that close before they open, are refused."""
    with pytest.raises(InputError, match="both"):
        Access(time(8))
    with pytest.raises(InputError, match="after 17:00"):
        Access(time(17), time(8))
