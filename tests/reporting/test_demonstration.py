"""What the demonstration holds once it is loaded."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from caseload.models import (
    Client,
    ClientRestriction,
    LeadProposal,
    PossibleMatch,
    Referral,
    ServiceWorker,
)
from partners.models import Consortium, Notice, Organisation, Postcode, StaffMember, User
from partners.permissions import ROLES
from partners.platform.frame.today import counts_for, lists_for
from partners.platform.tenancy.scope import in_consortium
from reporting.models import Forecast, Return
from reporting.services.demonstration import PASSWORD, demonstration_sign_ins, load_demonstration
from reporting.services.scenes.referrals import UNNAMED
from reporting.synthetic.cast import CAST
from tests.module_data import shared_rows
from tests.reporting.test_load_demonstration import SMALL, TODAY, load_both


@pytest.fixture(scope="module")
def both_consortia(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Consortium]]:
    with shared_rows(django_db_blocker):
        with django_db_blocker.unblock():
            made = load_both()
        yield made


@pytest.fixture
def loaded(both_consortia: list[Consortium], db: None) -> list[Consortium]:
    return both_consortia


def test_the_demonstration_is_two_consortia_marked_as_such(loaded: list[Consortium]) -> None:
    assert [(one.slug, one.pack, one.is_demonstration) for one in loaded] == [
        ("leicester", "leicester", True),
        ("riverside", "blank", True),
    ]


def test_loading_again_changes_nothing(loaded: list[Consortium]) -> None:
    before = (User.objects.count(), Postcode.objects.count())

    assert load_demonstration(today=date(2027, 1, 1), cities=SMALL) == []
    assert (User.objects.count(), Postcode.objects.count()) == before


def test_each_consortium_has_a_sign_in_for_every_role(loaded: list[Consortium]) -> None:
    for consortium in loaded:
        with in_consortium(consortium.pk):
            people = StaffMember.objects.exclude(user=None)
            assert {person.role for person in people} == set(ROLES)
            assert people.filter(data_lead=True).count() == 1


def test_everybody_who_is_listed_can_sign_in(loaded: list[Consortium]) -> None:
    emails = {one.email for one in demonstration_sign_ins()}

    assert all(Browser().login(request=None, email=email, password=PASSWORD) for email in sorted(emails)[:3])
    assert {user.email for user in User.objects.all()} == emails


def test_one_person_belongs_to_both_and_the_operator_to_none(loaded: list[Consortium]) -> None:
    listed = list(demonstration_sign_ins())

    assert [one.consortium for one in listed if one.email == "two.places@example.org"] == ["leicester", "riverside"]
    assert User.objects.get(email="operator@example.org").is_operator


def test_the_unit_of_the_pack_and_of_the_package_are_one(loaded: list[Consortium]) -> None:
    with in_consortium(loaded[0].pk):
        units = Organisation.objects.filter(name="Employment Support Unit")
        assert [unit.external_id for unit in units] == ["employment-support-unit"]
        assert not Organisation.objects.filter(group=None).exists()


def test_referrals_wait_in_the_units_inbox(loaded: list[Consortium]) -> None:
    with in_consortium(loaded[0].pk):
        assert Client.objects.count() == 60 + 3  # three people are known twice
        assert (
            Referral.objects.filter(to_organisation__external_id="employment-support-unit", status="sent").count() >= 3
        )


@pytest.mark.parametrize("part", [part.id for part in CAST])
def test_something_waits_for_everybody_on_today(loaded: list[Consortium], part: str) -> None:
    for consortium in loaded:
        with in_consortium(consortium.pk):
            person = StaffMember.objects.select_related("organisation").get(external_id=part)
            counts = counts_for(person, today=TODAY)
            lists = lists_for(person, today=TODAY)
        assert sum(count.number for count in counts) > 0 or any(each.has_rows for each in lists), consortium.slug


def test_today_opens_for_everybody_within_its_queries(loaded: list[Consortium], client: Browser) -> None:
    for part in CAST:
        email = part.email("Leicester")
        client.force_login(User.objects.get(email=email))

        with CaptureQueriesContext(connection) as done:
            page = client.get("/")

        assert page.status_code == 200, part.id
        assert "Nothing waits for you" not in page.content.decode(), part.id
        scoping = ("set_config", "SAVEPOINT", "django_session", "partners_user")
        # The person sets the scope; they come on top of the page's fifteen.
        own = [q["sql"] for q in done if not any(word in q["sql"] for word in scoping)]
        assert len(own) <= 15 + 1, (part.id, len(own))


def test_what_a_package_cannot_carry_was_acted(loaded: list[Consortium]) -> None:
    for consortium in loaded:
        with in_consortium(consortium.pk):
            assert Notice.objects.unread().filter(staff__external_id="staff-adviser").count() >= 2
            assert LeadProposal.objects.filter(state="proposed").count() == 1
            assert PossibleMatch.objects.filter(decided_on=None).count() >= 3
            assert ClientRestriction.objects.filter(to_date=None).count() == 1
            claims = len(consortium.pack_data["claims"])
            assert Return.objects.filter(state="draft").count() == 2 + claims
            assert Forecast.objects.count() >= 4
            assert Notice.objects.filter(staff__external_id="staff-tracking", about__startswith="problem").exists()
            waiting = Referral.objects.filter(status="sent")
            assert waiting.filter(answer_by=TODAY).exists()
            assert waiting.values("to_organisation").distinct().count() >= 3
            assert not waiting.filter(answer_by__lt=TODAY).exists()


def test_few_of_those_taken_on_wait_for_a_name(loaded: list[Consortium]) -> None:
    for consortium in loaded:
        with in_consortium(consortium.pk):
            unnamed = ServiceWorker.objects.now().filter(staff=None)
            by_receiver = Counter(unnamed.values_list("referral__to_organisation", flat=True))
            assert max(by_receiver.values(), default=0) <= UNNAMED


def test_the_programme_began_when_its_story_does(loaded: list[Consortium]) -> None:
    for consortium in loaded:
        began = Consortium.objects.get(pk=consortium.pk).programme_start
        assert began is not None
        assert 360 < (TODAY - began).days < 460


def test_the_table_names_role_name_email_password_and_consortium(loaded: list[Consortium]) -> None:
    told = StringIO()

    call_command("demonstration_sign_ins", stdout=told)

    heading, *lines = told.getvalue().splitlines()
    assert heading.split() == ["Role", "Name", "E-mail", "Password", "Consortium"]
    assert len(lines) == 1 + 2 * 16
    assert any(line.split()[-3:] == ["adviser.leicester@example.org", PASSWORD, "leicester"] for line in lines)
