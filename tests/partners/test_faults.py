"""What people and partners' systems are told while the database is away, full or held."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.test import Client as Browser
from django.urls import reverse

from partners import consortium_middleware as middleware
from partners.models import Organisation, StaffMember
from partners.platform.frame import faults
from partners.services.api_keys import create_key
from tests.conftest import signed_in

NOTHING = "Nothing of what you sent was saved"
PERHAPS = "cannot be told from here"


def calm(staff: StaffMember) -> Browser:
    browser = signed_in(staff)
    browser.raise_request_exception = False
    return browser


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OperationalError("server closed the connection unexpectedly"), faults.AWAY),
        (InterfaceError("connection already closed"), faults.AWAY),
    ],
)
def test_a_broken_connection_is_a_database_that_is_away(error: Exception, fault: faults.Fault) -> None:
    assert faults.fault_of(error) is fault


@pytest.mark.parametrize(
    ("code", "outer", "fault"),
    [
        ("57P01", OperationalError, faults.AWAY),
        ("57P03", OperationalError, faults.AWAY),
        ("53100", OperationalError, faults.FULL),
        ("53300", OperationalError, faults.CROWDED),
        ("25006", InternalError, faults.READ_ONLY),
        ("25P03", InternalError, faults.AWAY),
        ("57014", OperationalError, faults.TOO_LONG),
        ("55P03", OperationalError, faults.LOCKED),
        ("40P01", OperationalError, faults.LOCKED),
        ("23505", DatabaseError, None),
        ("42P01", DatabaseError, None),
    ],
)
def test_what_the_server_says_is_told_apart(code: str, outer: type[DatabaseError], fault: faults.Fault | None) -> None:
    class FromServer(Exception):
        pgcode = code

    error = outer()
    error.__cause__ = FromServer()

    assert faults.fault_of(error) is fault


def fail(*_: object, **__: object) -> None:
    raise OperationalError("connection to server at 10.0.0.5 failed")


@contextmanager
def losing_the_answer(consortium_id: int, **_: Any) -> Iterator[None]:
    """A scope whose COMMIT is not answered."""
    with entering(consortium_id):
        yield
    raise OperationalError("server closed the connection unexpectedly")


entering = middleware.in_consortium


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_says_to_try_again_while_the_database_is_away(
    adviser: StaffMember, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    browser = calm(adviser)
    monkeypatch.setattr(middleware, "memberships_of", fail)

    answer = getattr(browser, method)(reverse("partners:shortcuts"))

    said = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "no-store" in answer["Cache-Control"]
    assert "The database does not answer." in said
    assert "10.0.0.5" not in said
    assert (NOTHING in said) == (method == "post")


def test_after_the_commit_nobody_is_told_that_nothing_was_saved(
    adviser: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = calm(adviser)
    monkeypatch.setattr(middleware, "in_consortium", losing_the_answer)

    answer = browser.post(reverse("partners:shortcuts"), {"shortcuts": "off"})

    said = answer.content.decode()
    assert answer.status_code == 503
    assert PERHAPS in said
    assert NOTHING not in said


def test_a_mistake_of_ours_inside_the_scope_stored_nothing(
    adviser: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partners.views import home  # noqa: PLC0415

    monkeypatch.setattr(home.Shortcuts, "post", broken_view)

    answer = calm(adviser).post(reverse("partners:shortcuts"), {"shortcuts": "off"})

    assert answer.status_code == 500
    assert NOTHING in answer.content.decode()
    assert "Retry-After" not in answer


def broken_view(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def test_a_partners_system_is_told_what_is_known(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = create_key(organisation, label="Theirs", scopes=["referrals:write", "referrals:read"])
    browser = Browser(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    address = reverse("api:referrals")

    with monkeypatch.context() as before:
        before.setattr(middleware, "find_key", fail)
        early = browser.post(address, {}, "application/json")
        reading = browser.get(address)
    monkeypatch.setattr(middleware, "in_consortium", losing_the_answer)
    late = browser.post(address, {}, "application/json")

    for answer in (early, reading, late):
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert answer["Content-Type"] == "application/problem+json"
        assert "10.0.0.5" not in answer.content.decode()
    assert "Nothing was stored" in early.json()["detail"]
    assert "stored" not in reading.json()["detail"]
    assert "a repeat is safe" in late.json()["detail"]


def test_a_database_that_is_away_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    once = faults.OneLineForFaults()
    records = [
        logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error: /", (), exc_info(error))
        for error in [OperationalError("gone")] * 100 + [ZeroDivisionError()] * 2
    ]

    written = [record for record in records if once.filter(record)]

    assert [record.levelname for record in written] == ["WARNING", "ERROR", "ERROR"]
    assert written[0].getMessage() == "The database does not answer. (Internal Server Error: /)"
    assert written[0].exc_info is None


def test_answers_that_say_so_are_written_once() -> None:
    once = faults.OneLineForFaults()
    records = [logging.LogRecord("django.request", logging.ERROR, "", 0, "/readyz", (), None) for _ in range(20)]
    for record in records:
        record.status_code = 503

    assert [once.filter(record) for record in records] == [True] + [False] * 19


def exc_info(error: Exception) -> Any:
    return type(error), error, None
