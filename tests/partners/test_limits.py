"""How long work may keep the database busy, and what is said of what takes longer."""

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from caseload.api.referrals import Referrals
from config.work import LIMITS, kind_of
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from partners.views import home
from tests.caseload.api.conftest import calling
from tests.conftest import signed_in
from tests.factories.partners import OrganisationFactory


@pytest.mark.parametrize(
    ("arguments", "given", "kind"),
    [
        (["-m"], "web", "web"),
        (["/opt/venv/bin/celery", "--app", "config", "worker", "--concurrency", "2"], "", "worker"),
        (["celery", "--app", "config", "beat"], "", "scheduler"),
        (["manage.py", "import_package"], "command", "command"),
        (["manage.py", "migrate"], "migration", "migration"),
        (["somewhere.py"], "", "command"),
        (["somewhere.py"], "nonsense", "command"),
    ],
)
def test_each_kind_of_work_has_its_limits(arguments: list[str], given: str, kind: str) -> None:
    assert kind_of(arguments, given) == kind


def test_postgres_reads_the_limits(db: None) -> None:
    for option in LIMITS["web"].as_options().split(" -c "):
        name, _, value = option.removeprefix("-c ").partition("=")
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL {name} = '{value}'")
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone()[0] == value
    web = LIMITS["web"]
    assert 0 < web.lock < web.statement <= 20
    assert 0 < web.idle <= 60
    assert 0 < LIMITS["worker"].idle <= 15 * 60


def sleeping(*_: Any, **__: Any) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        cursor.execute("SELECT pg_sleep(5)")
    return HttpResponse()


def test_what_takes_too_long_is_told_on_a_page_and_by_the_api(
    adviser: StaffMember, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home.Home, "get", sleeping)
    monkeypatch.setattr(Referrals, "get", sleeping)
    browser = signed_in(adviser)
    browser.raise_request_exception = False
    _, secret = create_key(organisation, label="Theirs", scopes=["referrals:read"])

    page = browser.get(reverse("home"))
    answer = calling(secret)("get", "/referrals/")

    for each in (page, answer):
        assert (each.status_code, each["Retry-After"]) == (503, "5")
        assert "took too long" in each.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_others_hold_is_told(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.factories.partners import ConsortiumFactory, StaffFactory  # noqa: PLC0415

    consortium: Consortium = ConsortiumFactory(slug="leicester")
    with in_consortium(consortium.pk):
        staff = StaffFactory(organisation=OrganisationFactory())
    held, end = threading.Event(), threading.Event()

    def hold() -> None:
        with in_consortium(consortium.pk):
            StaffMember.objects.select_for_update().get(pk=staff.pk)
            held.set()
            end.wait(10)
        connection.close()

    def waiting(_view: Any, _request: HttpRequest, **_: Any) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        StaffMember.objects.select_for_update().get(pk=staff.pk)
        return HttpResponse()

    monkeypatch.setattr(home.Home, "get", waiting)
    browser = signed_in(staff)
    browser.raise_request_exception = False
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    answer = browser.get(reverse("home"))
    end.set()
    thread.join()
    connections.close_all()

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Other work holds the same records" in answer.content.decode()
