from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings

from caseload.models import Client, Referral
from partners.errors import CaseloadError
from partners.models import Consortium, Organisation, Postcode, StaffMember, User
from partners.permissions import ROLES
from partners.tenancy.scope import in_consortium
from reporting.services import demonstration
from reporting.services.consortia import create_consortium
from reporting.services.demonstration import PASSWORD, City, demonstration_sign_ins, load_demonstration

TODAY = date(2026, 11, 23)
SMALL = (
    City("leicester", "Leicester City Strategy Consortium", "leicester", clients=40, quarters=4, seed=1),
    City("riverside", "Riverside Demonstration Partnership", "blank", clients=10, quarters=4, seed=1),
)


def load_both() -> list[Consortium]:
    """Each city is a transaction of its own; a test has one for both, so the importer's tables go in between."""
    made = []
    for city in SMALL:
        made += load_demonstration(today=TODAY, cities=(city,))
        with connection.cursor() as cursor:
            cursor.execute("DISCARD TEMPORARY")
    return made


@pytest.fixture
def loaded(db: None) -> list[Consortium]:
    return load_both()


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
        assert Client.objects.count() == 40
        assert (
            Referral.objects.filter(to_organisation__external_id="employment-support-unit", status="sent").count() >= 3
        )


def test_a_real_consortium_of_that_name_is_left_alone(db: None) -> None:
    create_consortium(pack="blank", slug="leicester")

    with pytest.raises(CaseloadError, match="is a real one"):
        load_demonstration(today=TODAY, cities=SMALL)


def test_a_killed_load_leaves_no_half_and_the_next_one_finishes(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_city: City) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(demonstration, "_give_sign_ins", die)
        with pytest.raises(KeyboardInterrupt):
            load_demonstration(today=TODAY, cities=SMALL)

    assert not Consortium.objects.exists()
    assert len(load_both()) == 2


@pytest.mark.parametrize("command", ["load_demonstration", "demonstration_sign_ins"])
@override_settings(DEMONSTRATION_ALLOWED=False)
def test_a_deployment_refuses_known_passwords(db: None, command: str) -> None:
    with pytest.raises(CommandError, match="known passwords") as refusal:
        call_command(command)

    assert refusal.value.returncode == 1
    assert not User.objects.exists()


def test_the_table_names_role_name_email_password_and_consortium(loaded: list[Consortium]) -> None:
    told = StringIO()

    call_command("demonstration_sign_ins", stdout=told)

    heading, *lines = told.getvalue().splitlines()
    assert heading.split() == ["Role", "Name", "E-mail", "Password", "Consortium"]
    assert len(lines) == 1 + 2 * 15
    assert any(line.split()[-3:] == ["adviser.leicester@example.org", PASSWORD, "leicester"] for line in lines)


def test_without_a_demonstration_the_table_says_how_to_make_one(db: None) -> None:
    told = StringIO()

    call_command("demonstration_sign_ins", stdout=told)

    assert told.getvalue() == "No demonstration is loaded; load_demonstration makes it.\n"
