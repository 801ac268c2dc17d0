from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from partners.models import Consortium, StaffMember, User
from partners.platform.tenancy.scope import in_consortium
from reporting.services import demonstration
from reporting.services.consortia import create_consortium
from reporting.services.demonstration import City, load_demonstration

TODAY = timezone.localdate()  # its people act today
SMALL = (
    City("leicester", "Leicester City Strategy Consortium", "leicester", clients=60, quarters=5, seed=1),
    City("riverside", "Riverside Demonstration Partnership", "blank", clients=40, quarters=5, seed=1),
)


def load_both() -> list[Consortium]:
    """Each city is a transaction of its own; a test has one for both, so the importer's tables go in between."""
    made = []
    for city in SMALL:
        made += load_demonstration(today=TODAY, cities=(city,))
        with connection.cursor() as cursor:
            cursor.execute("DISCARD TEMPORARY")
    return made


def test_a_real_consortium_of_that_name_is_left_alone(db: None) -> None:
    real = create_consortium(pack="blank", slug="leicester")

    made = load_demonstration(today=TODAY, cities=SMALL)

    assert [each.slug for each in made] == ["riverside"]
    with in_consortium(real.pk):
        assert not StaffMember.objects.exists()


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


def test_without_a_demonstration_the_table_says_how_to_make_one(db: None) -> None:
    told = StringIO()

    call_command("demonstration_sign_ins", stdout=told)

    assert told.getvalue() == "No demonstration is loaded; load_demonstration makes it.\n"
