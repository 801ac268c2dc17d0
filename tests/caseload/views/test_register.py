import datetime as dt

from django.test import Client as Browser
from django.urls import reverse

from caseload.evidence import index_of_nino
from caseload.models import Client, PossibleMatch
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory

BORN = dt.date(1979, 2, 3)
TYPED = {"given_name": "Asha", "family_name": "Invented", "date_of_birth": "3/2/1979"}


def url() -> str:
    return reverse("caseload:register")


def test_a_known_client_is_shown_with_the_reason(adviser: StaffMember) -> None:
    ClientFactory(given_name="Asha", family_name="Invented", date_of_birth=BORN, organisation=adviser.organisation)

    text = signed_in(adviser).post(url(), {"step": "look", **TYPED}).content.decode()

    assert "Invented, Asha" in text
    assert "same date of birth" in text
    assert "None of these: register a new client" in text


def test_a_national_insurance_number_alone_finds_somebody(adviser: StaffMember) -> None:
    index = index_of_nino("AB123456C")
    ClientFactory(given_name="Asha", family_name="Invented", nino_index=index, organisation=adviser.organisation)

    text = signed_in(adviser).post(url(), {"step": "look", "nino": "AB 12 34 56 C"}).content.decode()

    assert "Invented, Asha" in text
    assert "same National Insurance number" in text


def test_what_finds_nobody_by_itself_is_not_searched_for(adviser: StaffMember) -> None:
    response = signed_in(adviser).post(url(), {"step": "look", "given_name": "Asha", "postcode": "LE1 1AA"})

    assert response.context["form"].errors == {"family_name": ["Enter a family name or a National Insurance number."]}
    assert "(optional)" not in response.content.decode()


def test_nobody_learns_of_a_client_they_may_not_see(adviser: StaffMember, outsider: StaffMember) -> None:
    ClientFactory(given_name="Asha", family_name="Invented", date_of_birth=BORN, organisation=outsider.organisation)

    text = signed_in(adviser).post(url(), {"step": "look", **TYPED}).content.decode()

    assert "Nobody among the clients you may open" in text


def test_none_of_these_takes_the_words_along(adviser: StaffMember) -> None:
    response = signed_in(adviser).post(url(), {"step": "none", **TYPED})

    form = response.context["form"]
    assert form["family_name"].value() == "Invented"
    assert "Take consent with the client" in response.content.decode()


def test_registering_makes_the_client_mine(adviser: StaffMember) -> None:
    typed = {"step": "register", **TYPED, "registered_on": "today", "tracking": "on", "consent_method": "paper"}

    response = signed_in(adviser).post(url(), typed)

    client = Client.objects.get()
    assert response.url == reverse("caseload:client", args=[client.uid])
    assert client.adviser == adviser


REGISTER = {"step": "register", **TYPED, "registered_on": "today", "tracking": "on", "consent_method": "paper"}


def test_the_same_name_and_birth_date_are_asked_about_before_a_second_record(
    adviser: StaffMember, outsider: StaffMember
) -> None:
    arabic = {"given_name": "محمد", "family_name": "الحسيني"}
    known = ClientFactory(**arabic, date_of_birth=BORN, organisation=adviser.organisation)
    ClientFactory(given_name="محمد", family_name="حسن", date_of_birth=BORN, organisation=outsider.organisation)
    ClientFactory(**arabic, date_of_birth=dt.date(1980, 1, 1), organisation=adviser.organisation)
    browser = signed_in(adviser)

    asked = browser.post(url(), REGISTER | arabic)

    text = asked.content.decode()
    assert f"This looks like {known}, born 3 February 1979, of {adviser.organisation}" in text
    assert reverse("caseload:client", args=[known.uid]) in text
    assert 'value="الحسيني"' in text
    assert Client.objects.count() == 3
    tick = asked.context["form"].fields["another"].widget.token
    assert browser.post(url(), REGISTER | arabic | {"another": tick}).status_code == 302
    assert PossibleMatch.objects.filter(other=known).count() == 1


def test_what_was_put_aside_in_the_search_is_not_asked_about_again(adviser: StaffMember) -> None:
    for name in ("Invented", "Inventet"):
        ClientFactory(given_name="Asha", family_name=name, date_of_birth=BORN, organisation=adviser.organisation)
    browser = signed_in(adviser)

    form = browser.post(url(), {"step": "none", **TYPED}).context["form"]

    answer = browser.post(url(), REGISTER | {"another": form["another"].value()})
    assert answer.status_code == 302
    assert Client.objects.count() == 3


def test_nobody_learns_by_registering_of_a_client_they_may_not_see(adviser: StaffMember, outsider: StaffMember) -> None:
    nino = {"nino": "AB123456C", "nino_index": index_of_nino("AB123456C")}
    ClientFactory(
        given_name="Asha", family_name="Invented", date_of_birth=BORN, organisation=outsider.organisation, **nino
    )

    assert signed_in(adviser).post(url(), REGISTER | {"nino": "AB123456C"}).status_code == 302
    assert PossibleMatch.objects.get().reasons[0] == "same_nino"


def test_a_number_of_ones_own_organisation_leads_to_its_record(adviser: StaffMember) -> None:
    nino = {"nino": "AB123456C", "nino_index": index_of_nino("AB123456C")}
    known = ClientFactory(given_name="Bob", family_name="Ito", organisation=adviser.organisation, **nino)
    ClientFactory(given_name="Ann", family_name="Else", organisation=adviser.organisation)

    answer = signed_in(adviser).post(url(), REGISTER | {"nino": "ab 12 34 56 c"})

    assert answer.context["form"].errors["nino"][0].startswith("A client of your organisation has this")
    assert reverse("caseload:client", args=[known.uid]) in answer.content.decode()
    assert Client.objects.count() == 2


def test_a_wrong_nino_is_refused_with_what_was_typed(adviser: StaffMember) -> None:
    typed = {"step": "register", **TYPED, "nino": "BG123456C", "registered_on": "today", "consent_method": "paper"}

    text = signed_in(adviser).post(url(), typed).content.decode()

    assert "Enter a National Insurance number" in text
    assert "without consent to keep a record, no record can be made." in text
    assert 'value="BG123456C"' in text
    assert not Client.objects.exists()


def test_a_record_begun_goes_on_after_signing_in_again(adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    begun = browser.post(url(), {"step": "none", **TYPED})
    browser.logout()
    typed = {"step": "register", **TYPED, "phone": "0116 496 0000", "typed_by": begun.context["typed_by"]}

    assert browser.post(url(), typed).status_code == 302
    browser.force_login(adviser.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    again = browser.get(url())

    assert again.context["step"] == "register"
    assert again.context["form"]["phone"].value() == "0116 496 0000"
    assert browser.get(url()).context["step"] == "look"


def test_a_form_opened_before_signing_in_again_is_kept_if_it_is_ours(adviser: StaffMember) -> None:
    browser = Browser(enforce_csrf_checks=True, headers={"host": "localhost"})
    browser.force_login(adviser.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    typed_by = browser.get(url()).context["typed_by"]
    typed = {"step": "register", **TYPED, "csrfmiddlewaretoken": "old", "typed_by": typed_by}

    foreign = browser.post(url(), typed, headers={"origin": "http://elsewhere.example"})
    assert (foreign.status_code, browser.get(url()).context["step"]) == (403, "look")

    own = browser.post(url(), typed, headers={"origin": "http://localhost"})
    assert (own.status_code, own.context["again"]) == (403, url())
    assert browser.get(url()).context["form"]["given_name"].value() == "Asha"


def test_a_birth_to_come_is_refused_before_anybody_is_searched_for(adviser: StaffMember) -> None:
    text = signed_in(adviser).post(url(), {"step": "look", **TYPED, "date_of_birth": "3/2/2099"}).content.decode()

    assert "between 14 and 100 years old" in text
    assert "None of these" not in text
    assert 'value="3/2/2099"' in text


def test_a_search_is_changed_without_typing_it_again(adviser: StaffMember) -> None:
    known = signed_in(adviser).post(url(), {"step": "look", **TYPED})
    assert 'name="step" value="again"' in known.content.decode()

    page = signed_in(adviser).post(url(), {**TYPED, "step": "again"})

    assert page.context["step"] == "look"
    assert page.context["form"]["given_name"].value() == "Asha"
    assert "error-summary" not in page.content.decode()
