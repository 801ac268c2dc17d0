import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from employers.models import AccountManager, Employer, EmployerContact
from employers.queries.alike import alike
from employers.queries.directory import find_employers
from employers.services.account_managers import give_account_manager
from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import Notice, StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, JobFactory
from tests.factories.employers import (
    AccountManagerFactory,
    EmployerAgreementFactory,
    EmployerContactFactory,
    EmployerFactory,
)
from tests.factories.partners import StaffFactory


@pytest.fixture
def account_manager(city_council: Any) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.ACCOUNT_MANAGER, name="Grace Manager")


def test_names_that_repeat_are_told_apart_by_postcode(scope: Any) -> None:
    EmployerFactory(name="Stadium Stores", postcode="LE1 1AA")
    wanted = EmployerFactory(name="Stadium Stores", postcode="LE2 2BB")

    assert [each.employer for each in find_employers("Stadium Stores, LE2 2BB")] == [wanted]


def test_a_likely_double_is_shown_first(scope: Any) -> None:
    known = EmployerFactory(name="Stadium Stores Ltd")
    EmployerFactory(name="Elsewhere")

    assert alike("Stadium Stores") == [known]


def test_a_new_manager_ends_the_one_before_the_day_before(account_manager: StaffMember) -> None:
    before = AccountManagerFactory(from_date=dt.date(2007, 4, 1))

    give_account_manager(before.employer, staff=account_manager, on=dt.date(2007, 6, 1), by=account_manager)

    before.refresh_from_db()
    assert before.to_date == dt.date(2007, 5, 31)
    assert AccountManager.objects.in_force(on=dt.date(2007, 6, 1)).get().staff == account_manager


def add_url(slug: str, employer: Employer) -> str:
    return f"{reverse('employers:record-add', args=[slug])}?employer={employer.uid}"


def hand_over(by: StaffMember, employer: Employer, staff: StaffMember, on: str) -> Any:
    typed = {"employer": employer.name, "staff": staff.uid, "from_date": on}
    return signed_in(by).post(add_url("account-managers", employer), typed)


def test_each_employer_has_its_own_manager(account_manager: StaffMember) -> None:
    looked_after = [AccountManagerFactory(from_date=dt.date(2007, 4, 1)) for _ in range(3)]
    nobodys = EmployerFactory()

    answer = hand_over(account_manager, nobodys, account_manager, "today")

    assert answer.url == reverse("employers:employer", args=[nobodys.uid])
    assert AccountManager.objects.get(employer=nobodys).staff == account_manager
    assert AccountManager.objects.filter(to_date=None).count() == len(looked_after) + 1


def test_a_hand_over_can_be_planned_and_both_are_told(account_manager: StaffMember) -> None:
    AccountManagerFactory(from_date=dt.date(2007, 4, 1))
    before = AccountManagerFactory(from_date=dt.date(2007, 4, 1), staff__name="Ada Former")
    heir = StaffFactory(organisation=account_manager.organisation, role=Role.ACCOUNT_MANAGER, name="Kofi Heir")
    monday = timezone.localdate() + dt.timedelta(days=9)

    hand_over(account_manager, before.employer, heir, f"{monday:%d/%m/%Y}")

    before.refresh_from_db()
    assert before.to_date == monday - dt.timedelta(days=1)
    assert AccountManager.objects.get(staff=heir).from_date == monday
    assert set(Notice.objects.values_list("staff__name", flat=True)) == {"Ada Former", "Kofi Heir"}
    page = signed_in(account_manager).get(reverse("employers:employer", args=[before.employer.uid])).content.decode()
    assert "Takes over" in page
    assert page.count("Kofi Heir") >= 1

    hand_over(account_manager, before.employer, account_manager, "today")

    spells = AccountManager.objects.filter(employer=before.employer).order_by("from_date")
    assert [spell.staff.name for spell in spells] == ["Ada Former", "Grace Manager", "Kofi Heir"]
    assert spells[1].to_date == monday - dt.timedelta(days=1)


def test_a_mistake_of_the_same_day_is_put_right(account_manager: StaffMember) -> None:
    employer = AccountManagerFactory(from_date=dt.date(2007, 4, 1), staff__name="Ada Former").employer
    right = StaffFactory(organisation=account_manager.organisation, role=Role.ACCOUNT_MANAGER, name="Kofi Heir")
    hand_over(account_manager, employer, account_manager, "today")

    hand_over(account_manager, employer, right, "today")

    spells = AccountManager.objects.filter(employer=employer).order_by("from_date")
    assert [spell.staff.name for spell in spells] == ["Ada Former", "Kofi Heir"]
    page = signed_in(account_manager).get(reverse("employers:employer", args=[employer.uid])).content.decode()
    assert "Before (1)" in page
    assert "Ada Former" in page


def test_whoever_takes_over_ends_a_spell_that_would_have_gone_on(account_manager: StaffMember) -> None:
    AccountManagerFactory(from_date=dt.date(2007, 4, 1))
    today = timezone.localdate()
    known = AccountManagerFactory(from_date=dt.date(2007, 4, 1), to_date=today + dt.timedelta(days=90))

    hand_over(account_manager, known.employer, account_manager, "today")

    known.refresh_from_db()
    assert known.to_date == today - dt.timedelta(days=1)
    assert AccountManager.objects.in_force(on=today).get(employer=known.employer).staff == account_manager


def test_only_who_manages_employers_becomes_an_account_manager(account_manager: StaffMember) -> None:
    other = StaffFactory(organisation=account_manager.organisation, role=Role.ADVISER)

    answer = hand_over(account_manager, EmployerFactory(), other, "today")

    assert answer.status_code == 200
    assert "staff" in answer.context["form"].errors
    assert not AccountManager.objects.exists()


def test_a_manager_before_a_later_one_is_refused(account_manager: StaffMember) -> None:
    later = AccountManagerFactory(from_date=dt.date(2007, 6, 1))

    with pytest.raises(CaseloadError):
        give_account_manager(later.employer, staff=account_manager, on=dt.date(2007, 4, 1), by=account_manager)


def test_who_contacted_last_stands_above_the_form(account_manager: StaffMember) -> None:
    employer = EmployerFactory()
    AccountManagerFactory(employer=employer, staff=account_manager)
    four_days_ago = timezone.localdate() - dt.timedelta(days=4)
    EmployerContactFactory(
        employer=employer, staff__name="Terry Caller", summary="a job fair", occurred_on=four_days_ago
    )

    text = signed_in(account_manager).get(add_url("contacts", employer)).content.decode()

    assert "Grace Manager" in text
    assert "Terry Caller" in text
    assert "about “a job fair”" in text
    assert "4 days ago" in text


def test_a_contact_is_recorded(account_manager: StaffMember) -> None:
    employer = EmployerFactory()

    response = signed_in(account_manager).post(
        add_url("contacts", employer),
        {"employer": employer.name, "occurred_on": "today", "channel": "visit", "summary": "two vacancies soon"},
    )

    assert response.status_code == 302
    assert EmployerContact.objects.get().staff == account_manager


def test_adding_asks_before_making_a_double(account_manager: StaffMember) -> None:
    EmployerFactory(name="Stadium Stores Ltd")
    typed = {"name": "Stadium Stores", "sector": "Retail", "size_band": "small", "ownership": "private"}
    browser = signed_in(account_manager)
    page = reverse("employers:record-add", args=["employers"])

    asked = browser.post(page, typed)
    tick = asked.context["form"].fields["another"].widget.token
    made = browser.post(page, {**typed, "another": tick})

    assert "This looks like Stadium Stores Ltd." in asked.content.decode()
    assert made.url == reverse("employers:employer", args=[Employer.objects.get(name="Stadium Stores").uid])
    assert Employer.objects.count() == 2


def test_an_adviser_logs_contacts_and_leaves_the_directory_alone(adviser: StaffMember) -> None:
    employer = EmployerFactory()
    browser = signed_in(adviser)

    page = browser.get(reverse("employers:employer", args=[employer.uid])).content.decode()

    assert "Record a contact" in page
    assert "Change the account manager" not in page
    assert browser.get(add_url("contacts", employer)).status_code == 200
    for slug in ("agreements", "account-managers", "employers"):
        assert browser.get(add_url(slug, employer)).status_code == 403


def test_a_contact_is_corrected_by_its_organisation_only(account_manager: StaffMember, adviser: StaffMember) -> None:
    ours, theirs = EmployerContactFactory(staff=adviser), EmployerContactFactory()
    browser = signed_in(adviser)
    for contact, status in ((ours, 302), (theirs, 403)):
        typed = {
            "employer": contact.employer.name,
            "occurred_on": "14/5/2007",
            "channel": "visit",
            "summary": "A fair",
            "version": "1",
        }
        answer = browser.post(reverse("employers:record-change", args=["contacts", contact.uid]), typed)
        assert answer.status_code == status

    ours.refresh_from_db()
    assert (ours.channel, ours.staff) == ("visit", adviser)


def test_of_two_employers_of_one_name_the_one_of_the_record_stays(adviser: StaffMember) -> None:
    contact = EmployerContactFactory(staff=adviser, employer__name="Tesco")
    EmployerFactory(name="Tesco")
    page = reverse("employers:record-change", args=["contacts", contact.uid])
    browser = signed_in(adviser)
    shown = browser.get(page).context["form"]["employer"].value()

    typed = {"employer": "Tesco", "occurred_on": "14/5/2007", "channel": "visit", "summary": "A", "version": "1"}
    answer = browser.post(page, typed)

    assert (shown, answer.status_code) == ("Tesco", 302)
    assert EmployerContact.objects.get(channel="visit").employer == contact.employer


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("add", False),
        ("change", True),
        ("record-contact", True),
        ("give-manager", True),
        ("add-agreement", True),
        ("open-vacancy", True),
    ],
)
def test_addresses_of_before_lead_to_the_form(account_manager: StaffMember, name: str, args: bool) -> None:
    EmployerFactory()
    employer = EmployerFactory()
    old = reverse(f"employers:{name}", args=[employer.uid] if args else [])

    page = signed_in(account_manager).get(old, follow=True)

    assert page.status_code == 200
    assert page.redirect_chain[0][1] == 307
    assert "<form" in page.content.decode()


def test_words_within_a_name_find_an_employer(adviser: StaffMember) -> None:
    for name in ("Royal Infirmary of Leicester", "Leicester College", "Infirmity Ltd"):
        EmployerFactory(name=name)

    page = signed_in(adviser).get(reverse("employers:employers"), {"q": "leic infirm"})

    assert [row.name for row in page.context["table"].page_rows] == ["Royal Infirmary of Leicester"]


def test_contacts_of_one_employer_are_listed_from_its_page(adviser: StaffMember) -> None:
    wanted = EmployerContactFactory(summary="Ours")
    EmployerContactFactory(employer=wanted.employer, summary="Newer", occurred_on=dt.date(2007, 6, 1))
    EmployerContactFactory(summary="Another")
    browser = signed_in(adviser)
    url = f"{reverse('employers:record-list', args=['contacts'])}?employer={wanted.employer.uid}"

    assert url in browser.get(reverse("employers:employer", args=[wanted.employer.uid])).content.decode()
    page = browser.get(url)

    assert [row.summary for row in page.context["table"].page_rows] == ["Newer", "Ours"]
    assert f'value="{wanted.employer.name}"' in page.content.decode()


def test_another_consortiums_employer_is_not_there(scope: Any, foreigner: StaffMember) -> None:
    employer = EmployerFactory()

    assert signed_in(foreigner).get(reverse("employers:employer", args=[employer.uid])).status_code == 404


def test_people_placed_are_counted_for_all_and_named_for_few(
    account_manager: StaffMember, adviser: StaffMember
) -> None:
    client = ClientFactory(family_name="Invented", organisation=adviser.organisation)
    job = JobFactory(client=client)
    url = reverse("caseload:people-placed", args=[job.employer.uid])

    numbers = signed_in(account_manager).get(url).content.decode()
    names = signed_in(adviser).get(url).content.decode()

    assert "person has started work here" in numbers
    assert "Invented" not in numbers
    assert "Invented" in names


@pytest.mark.parametrize("number", [1, 3])
def test_the_directory_takes_the_same_queries(
    account_manager: StaffMember, number: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(number):
        EmployerContactFactory(employer=EmployerAgreementFactory().employer)
    browser = signed_in(account_manager)

    with django_assert_max_num_queries(20) as counted:
        browser.get(reverse("employers:employers"))

    own = [q for q in counted.captured_queries if "employers_employer" in q["sql"]]
    assert len(own) == 3
