"""Employers whose account manager goes: counted, handed over in the same step or later in bulk, with undo."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from employers.models import AccountManager
from partners.enums import Role
from partners.models import Notice, StaffMember
from tests.conftest import signed_in
from tests.factories.employers import EmployerFactory
from tests.factories.partners import StaffFactory

TODAY = timezone.localdate()
EARLIER = TODAY - dt.timedelta(days=90)


@pytest.fixture
def leaver(adviser: StaffMember) -> StaffMember:
    """An account manager of three employers, one of them from today; a colleague looks after another."""
    person = StaffFactory(organisation=adviser.organisation, role=Role.ACCOUNT_MANAGER, name="Lou Leaver")
    for begun in (EARLIER, EARLIER, TODAY):
        AccountManager(employer=EmployerFactory(), staff=person, from_date=begun).save()
    colleague = StaffFactory(organisation=adviser.organisation, role=Role.ACCOUNT_MANAGER, name="Cora Colleague")
    AccountManager(employer=EmployerFactory(), staff=colleague, from_date=EARLIER).save()
    return person


def colleague() -> StaffMember:
    found: StaffMember = StaffMember.objects.get(name="Cora Colleague")
    return found


def looked_after(staff: StaffMember) -> int:
    return AccountManager.objects.in_force(on=TODAY).filter(staff=staff).count()


def spells() -> list[tuple[int, int, dt.date, dt.date | None]]:
    rows = AccountManager.objects.order_by("employer", "from_date", "pk")
    return list(rows.values_list("employer", "staff", "from_date", "to_date"))


def test_they_go_over_in_the_step_that_ends_access(leaver: StaffMember, administrator: StaffMember) -> None:
    page, browser = reverse("partners:person-end", args=[leaver.uid]), signed_in(administrator)
    assert "3 employers they look after" in browser.get(page).content.decode()

    browser.post(page, {"reason": "Gone", "heir_employers": colleague().uid})

    assert (looked_after(leaver), looked_after(colleague())) == (0, 4)
    words = [notice.words for notice in Notice.objects.of(colleague())]
    assert f"{administrator.name} made you the account manager of 3 employers." in words


def test_what_nobody_takes_over_is_marked_listed_and_handed_on_in_bulk_with_undo(
    leaver: StaffMember, administrator: StaffMember, manager: StaffMember
) -> None:
    signed_in(administrator).post(reverse("partners:person-end", args=[leaver.uid]), {"reason": "Gone"})
    before, browser = spells(), signed_in(manager)

    assert "employers whose account manager has left" in browser.get(reverse("home")).content.decode()
    listed = browser.get(f"{reverse('employers:employers')}?left=on").content.decode()
    assert listed.count("Lou Leaver (has left)") == 3
    assert "Cora Colleague" not in listed.split("<tbody", 1)[1]
    everybody = f"{reverse('employers:hand-on')}?list=left"
    browser.post(everybody, {"staff": colleague().uid})
    assert looked_after(colleague()) == 4

    browser.post(reverse("employers:hand-on-undo"))
    assert spells() == before


def test_ticked_employers_get_another_account_manager(leaver: StaffMember, manager: StaffMember) -> None:
    ticked = AccountManager.objects.filter(staff=leaver).first().employer
    page = f"{reverse('employers:hand-on')}?chosen={ticked.uid}&chosen=nonsense"

    signed_in(manager).post(page, {"staff": colleague().uid})

    assert (looked_after(leaver), looked_after(colleague())) == (2, 2)


def test_who_manages_nothing_hands_nothing_on(leaver: StaffMember, adviser: StaffMember) -> None:
    assert signed_in(adviser).get(reverse("employers:hand-on")).status_code == 403
