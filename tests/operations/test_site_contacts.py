"""People to ask for at a site, and those of them who get notices by mail."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dispatch.operations import master_data
from dispatch.operations.notify.giving import give_notice
from dispatch.operations.notify.templates import NoticeKind
from dispatch.operations.records import ContactRecord, SiteRecord
from dispatch.store import Database
from tests.operations.small_company import found_company

SITES = master_data.RESOURCES["sites"]
WANG = {"name": "王工", "phone": "+86 759-123 4567", "email": "wang@example.com", "notices": True}
LI = {"name": "李主任", "email": "li@example.com"}


def with_contacts(work: Any, *contacts: dict[str, Any]) -> None:
    """Give s1 its contacts."""
    found_company(work)
    record, _ = master_data.get(work, SITES, "s1")
    assert isinstance(record, SiteRecord)
    people = [ContactRecord.model_validate(one) for one in contacts]
    master_data.change(work, SITES, "s1", record.model_copy(update={"contacts": people}))


def test_contacts_are_kept_in_their_order(database: Database) -> None:
    """What was left out is empty; nobody gets mail who did not ask for it."""
    database.write(lambda work: with_contacts(work, WANG, LI))
    record, _ = database.read(lambda work: master_data.get(work, SITES, "s1"))
    assert isinstance(record, SiteRecord)
    assert [one.name for one in record.contacts] == ["王工", "李主任"]
    assert [one.notices for one in record.contacts] == [True, False]


def test_a_notice_names_those_who_want_it(database: Database) -> None:
    """Only the address of the one who asked for notices stands in it."""

    def give(work: Any) -> dict[str, Any]:
        with_contacts(work, WANG, LI)
        give_notice(work, NoticeKind.SURVEY, "x", site="s1", request=None, data={})
        notice = work.notices.notice("survey:x")
        return dict(notice.data)

    assert database.write(give)["to"] == ["wang@example.com"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a@b"),
        ("email", "a@b.example\nBcc: all@example.com"),
        ("email", "two@example.com, three@example.com"),
        ("phone", "javascript:alert(1)"),
        ("phone", "1" * 61),
        ("name", ""),
    ],
)
def test_what_is_no_address_is_refused(field: str, value: str) -> None:
    """An e-mail address cannot hold a second line or a second address, a phone no letters."""
    with pytest.raises(ValidationError) as caught:
        ContactRecord.model_validate({**WANG, field: value})
    assert [one["loc"] for one in caught.value.errors()] == [(field,)]
