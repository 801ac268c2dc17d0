"""POST /referrals/ as contract/API.md has it."""

import copy
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caseload.evidence import index_of_nino
from caseload.models import (
    Client,
    ClientAddress,
    ClientCircumstance,
    ClientReference,
    Consent,
    PossibleMatch,
    Referral,
    Share,
)
from partners.models import AccessEntry, Notice, Organisation, Postcode, StaffMember
from tests.caseload.api.conftest import Call, caller
from tests.factories.caseload import ClientAddressFactory, ClientFactory
from tests.factories.commissioning import ServiceFactory
from tests.factories.partners import OrganisationFactory

TOMORROW = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
STORED = (Client, ClientAddress, ClientCircumstance, ClientReference, Consent, Referral, Share, PossibleMatch)


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in STORED}


def pointers(answer: Any) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}


def test_a_referral_is_stored_with_everything_it_said(
    sender: Call, body: dict[str, Any], jobcentre: Organisation
) -> None:
    answer = sender("post", "/referrals/", body)

    assert answer.status_code == 201
    said = answer.json()
    referral = Referral.objects.get()
    assert said["id"] == str(referral.uid)
    assert (said["status"], said["status_on"], said["external_id"]) == ("sent", "2007-05-14", "JCP-2007-000123")
    client = referral.client
    assert said["client"]["id"] == str(client.uid)
    assert (client.nino, client.organisation, client.registered_on) == ("QQ123456C", jobcentre, dt.date(2007, 5, 14))
    assert client.addresses.values_list("postcode", "lsoa").get() == ("LE5 3GH", "E01013664")
    assert client.circumstances.values_list("kind", "code").get() == ("benefit", "jsa")
    assert client.references.get().reference == "JCP-99812"
    assert answer["Location"] == said["links"]["self"]
    assert set(said["links"]) == {"self", "client", "withdraw"}
    assert rows() == dict.fromkeys((model.__name__ for model in STORED), 1) | {"PossibleMatch": 0}


def test_the_receiver_sees_the_client_at_once(sender: Call, body: dict[str, Any], adviser: StaffMember) -> None:
    sender("post", "/referrals/", body)

    now = StaffMember.objects.get(pk=adviser.pk)
    assert Client.objects.visible_to(now).get().given_name == "Sam"


def test_a_repeat_is_the_same_referral(sender: Call, body: dict[str, Any]) -> None:
    first = sender("post", "/referrals/", body)
    before = rows()

    again = sender("post", "/referrals/", body)

    assert again.status_code == 200
    assert again.json() == first.json()
    assert rows() == before


def test_a_repeat_spelt_otherwise_is_a_repeat(sender: Call, body: dict[str, Any]) -> None:
    sender("post", "/referrals/", body)
    body["client"]["nino"] = "qq 12 34 56 c"
    body["client"]["postcode"] = "le53gh"
    del body["urgent"]

    assert sender("post", "/referrals/", body).status_code == 200


def test_a_reference_with_other_content_is_a_conflict(sender: Call, body: dict[str, Any]) -> None:
    sender("post", "/referrals/", body)
    before = rows()

    answer = sender("post", "/referrals/", body | {"reason": "something else"})

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert rows() == before


def test_a_key_makes_a_repeat_safe_without_a_reference(sender: Call, body: dict[str, Any]) -> None:
    del body["external_id"]
    key = "k" * 128

    first = sender("post", "/referrals/", body, idempotency_key=key)
    again = sender("post", "/referrals/", body, idempotency_key=key)
    other = sender("post", "/referrals/", body | {"urgent": True}, idempotency_key=key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()


def test_a_key_over_128_characters_is_refused(sender: Call, body: dict[str, Any]) -> None:
    answer = sender("post", "/referrals/", body, idempotency_key="k" * 129)

    assert answer.status_code == 400
    assert rows()["Referral"] == 0


def test_the_ward_is_where_the_postcode_lies(sender: Call, body: dict[str, Any]) -> None:
    Postcode(postcode="LE53GH", lsoa="E01013999", ward="Charnwood", district="Leicester").save()

    sender("post", "/referrals/", body)

    assert ClientAddress.objects.values_list("lsoa", "ward", "district").get() == (
        "E01013664",
        "Charnwood",
        "Leicester",
    )


def test_without_key_or_reference_each_post_is_a_referral(sender: Call, body: dict[str, Any]) -> None:
    del body["external_id"]

    assert [sender("post", "/referrals/", body).status_code for _ in range(2)] == [201, 201]
    assert Client.objects.count() == 1


def test_another_organisation_may_use_the_same_reference(sender: Call, body: dict[str, Any]) -> None:
    sender("post", "/referrals/", body)

    answer = caller(OrganisationFactory())("post", "/referrals/", body)

    assert answer.status_code == 201
    assert Referral.objects.count() == 2


@pytest.mark.parametrize(
    "consent",
    [
        None,
        {"purpose": "tracking", "given_on": "2007-05-14", "method": "paper"},
        {"purpose": "sharing", "given_on": "2007-05-14", "method": "paper", "expires_on": "2007-06-14"},
    ],
    ids=["none", "for another purpose", "expired"],
)
def test_without_consent_to_share_nothing_is_stored(sender: Call, body: dict[str, Any], consent: Any) -> None:
    answer = sender("post", "/referrals/", body | {"consent": consent})

    assert answer.status_code == 422
    assert rows() == dict.fromkeys((model.__name__ for model in STORED), 0)


def test_no_consent_member_is_no_consent(sender: Call, body: dict[str, Any]) -> None:
    del body["consent"]

    assert sender("post", "/referrals/", body).status_code == 422


def test_every_wrong_field_is_named_at_once(sender: Call, body: dict[str, Any]) -> None:
    client = body["client"] | {
        "nino": "QQ12",
        "date_of_birth": TOMORROW,
        "sex": "f",
        "ethnicity": "indian",
        "postcode": "LEICESTER",
        "lsoa": "E02000001",
        "email": "sam",
        "phone": "none",
        "given_name": "",
        "nickname": "S",
        "circumstances": [
            {"kind": "benefit", "code": "carer", "from_date": "2006-10-01"},
            {"kind": "status", "code": "nonsense", "from_date": "yesterday"},
            "jsa",
        ],
    }
    wrong = body | {
        "to_organisation": "nobody",
        "made_on": TOMORROW,
        "urgent": "yes",
        "hobby": "chess",
        "client": client,
        "consent": {"purpose": "sharing", "given_on": "2007-02-30", "method": "owl"},
    }

    answer = sender("post", "/referrals/", wrong)

    assert answer.status_code == 400
    assert pointers(answer) == {
        "/to_organisation",
        "/made_on",
        "/urgent",
        "/hobby",
        "/client/nino",
        "/client/date_of_birth",
        "/client/sex",
        "/client/ethnicity",
        "/client/given_name",
        "/client/nickname",
        "/client/circumstances/0/code",
        "/client/circumstances/1/code",
        "/client/circumstances/1/from_date",
        "/client/circumstances/2",
        "/consent/given_on",
        "/consent/method",
    }
    assert rows()["Client"] == 0


@pytest.mark.parametrize("born", ["1850-01-01", "2000-01-01", "2007-05-15"], ids=["157", "7", "unborn"])
def test_an_age_out_of_range_is_refused(sender: Call, body: dict[str, Any], born: str) -> None:
    body["client"]["date_of_birth"] = born

    answer = sender("post", "/referrals/", body)

    assert (answer.status_code, pointers(answer)) == (400, {"/client/date_of_birth"})


def test_what_is_missing_is_named(sender: Call) -> None:
    assert pointers(sender("post", "/referrals/", {})) == {"/to_organisation", "/made_on", "/client"}


def test_a_service_of_another_organisation_is_unknown(sender: Call, body: dict[str, Any]) -> None:
    ServiceFactory(external_id="theirs")

    answer = sender("post", "/referrals/", body | {"service": "theirs"})

    assert (answer.status_code, pointers(answer)) == (400, {"/service"})


def test_a_service_is_kept(sender: Call, body: dict[str, Any], organisation: Organisation) -> None:
    service = ServiceFactory(external_id="advice", organisation=organisation)

    answer = sender("post", "/referrals/", body | {"service": "advice"})

    assert answer.json()["service"] == "advice"
    assert Referral.objects.get().service == service


def test_ones_own_organisation_is_no_receiver(sender: Call, body: dict[str, Any]) -> None:
    answer = sender("post", "/referrals/", body | {"to_organisation": "jobcentre"})

    assert (answer.status_code, pointers(answer)) == (400, {"/to_organisation"})


@pytest.mark.parametrize("body", [[], "text", 7, None, True], ids=str)
def test_a_body_that_is_no_object_is_refused(sender: Call, body: Any) -> None:
    answer = sender("post", "/referrals/", body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_person_surely_known_is_linked_and_the_caller_learns_nothing(
    sender: Call, body: dict[str, Any], outsider: StaffMember
) -> None:
    body["client"]["nino"] = "AB123456C"
    known = client_like(body, organisation=outsider.organisation, given_name="Samm")
    other = copy.deepcopy(body)
    other["external_id"], other["client"]["external_id"], other["client"]["nino"] = "R2", "C2", "AB998877D"
    other["client"] |= {"given_name": "Ifeoma", "date_of_birth": "1960-01-02"}

    matched, new = sender("post", "/referrals/", body), sender("post", "/referrals/", other)

    assert matched.status_code == new.status_code == 201
    assert _shape(matched.json()) == _shape(new.json())
    assert matched.json()["client"]["given_name"] == "Sam"
    assert matched.json()["client"]["id"] != str(known.uid)
    referral = Referral.objects.get(sender_ref="JCP-2007-000123")
    assert referral.client == known
    assert referral.sent_record.merged_into == known
    assert referral.consent.client == referral.sent_record
    assert PossibleMatch.objects.count() == 0


def test_the_organisation_of_a_record_that_was_linked_is_told(
    sender: Call, body: dict[str, Any], outsider: StaffMember, adviser: StaffMember
) -> None:
    body["client"]["nino"] = "AB123456C"
    known = client_like(body, organisation=outsider.organisation, adviser=outsider)

    sender("post", "/referrals/", body)

    notice = Notice.objects.get()
    assert notice.staff == outsider
    assert known.external_id in notice.words
    assert "Jobcentre" in notice.words
    assert "Testperson" not in notice.words
    assert notice.link == reverse("caseload:client", args=[known.uid])


def test_one_birth_date_the_same_names_and_the_same_home_are_one_person(
    sender: Call, body: dict[str, Any], outsider: StaffMember
) -> None:
    known = client_like(body, organisation=outsider.organisation, given_name="Sám", nino="")
    ClientAddressFactory(client=known, postcode="le5 3gh")

    sender("post", "/referrals/", body)

    assert Referral.objects.get().client == known


@pytest.mark.parametrize("nino", ["QQ654321A", "AB654321A"])
def test_a_number_of_two_people_makes_two_records(sender: Call, body: dict[str, Any], nino: str) -> None:
    first, second = copy.deepcopy(body), copy.deepcopy(body)
    ana = {"given_name": "Ana", "family_name": "Silva", "date_of_birth": "1985-03-03", "postcode": "LE5 3GH"}
    bob = {"given_name": "Bob", "family_name": "Okafor", "date_of_birth": "1979-01-01", "postcode": "B1 1AA"}
    first["external_id"], second["external_id"] = "A-1", "A-2"
    first["client"] |= ana | {"nino": nino, "external_id": "PA-1"}
    second["client"] |= bob | {"nino": nino, "sex": "male", "external_id": "PA-2"}

    answers = [sender("post", "/referrals/", each) for each in (first, second)]

    assert [answer.status_code for answer in answers] == [201, 201]
    records = [Client.objects.get(uid=answer.json()["client"]["id"]) for answer in answers]
    read = sender("get", f"/clients/{records[1].uid}/").json()
    assert (read["given_name"], read["date_of_birth"], read["sex"]) == ("Bob", "1979-01-01", "male")
    for record in records:
        held = (record.addresses.count(), record.consents.count(), record.referrals.count(), record.merged_into_id)
        assert held == (1, 1, 1, None)
    match = PossibleMatch.objects.get(client=records[1], other=records[0])
    assert {"unlike_name", "other_birth_date", "other_sex"} < set(match.reasons)


@pytest.mark.parametrize("postcode", ["ZZ99 3VZ", "zz993vz", "ZZ99 3WZ"])
def test_nobody_lives_at_a_placeholder(sender: Call, body: dict[str, Any], postcode: str) -> None:
    names = {"given_name": "Mohammed", "family_name": "Rosewarne", "nino": None, "postcode": postcode}
    for number in range(2):
        body["client"] |= names | {"external_id": f"ZP-{number}"}
        assert sender("post", "/referrals/", body | {"external_id": f"Z-{number}"}).status_code == 201

    assert Client.objects.current().count() == 2
    assert PossibleMatch.objects.get().reasons == ["same_birth_date", "similar_name"]


def test_the_receiver_of_a_likely_match_sees_the_senders_record_and_nothing_else(
    sender: Call, body: dict[str, Any], outsider: StaffMember, adviser: StaffMember
) -> None:
    known = client_like(body, organisation=outsider.organisation, nino="AB123456C", sex="male")

    made = sender("post", "/referrals/", body).json()

    now = StaffMember.objects.get(pk=adviser.pk)
    assert [str(each.uid) for each in Client.objects.visible_to(now)] == [made["client"]["id"]]
    assert PossibleMatch.objects.get().other == known


def test_a_restricted_record_is_not_opened_by_a_referral(
    sender: Call, body: dict[str, Any], outsider: StaffMember, adviser: StaffMember
) -> None:
    body["client"]["nino"] = "AB123456C"
    known = client_like(body, organisation=outsider.organisation, restricted=True)

    made = sender("post", "/referrals/", body).json()

    assert made["client"]["given_name"] == "Sam"
    assert Referral.objects.get().client != known
    assert PossibleMatch.objects.get().other == known
    assert Notice.objects.count() == 0


def client_like(body: dict[str, Any], **other: Any) -> Client:
    said = {
        name: body["client"][name] for name in ("given_name", "family_name", "date_of_birth", "sex", "nino")
    } | other
    made: Client = ClientFactory(**said, nino_index=index_of_nino(said["nino"] or ""))
    return made


def test_what_is_malformed_and_optional_is_kept_and_named(sender: Call, body: dict[str, Any]) -> None:
    body["client"] |= {"phone": "ring the hostel", "email": "sam(at)example", "postcode": "LE5", "lsoa": "E02000001"}

    answer = sender("post", "/referrals/", body)

    assert answer.status_code == 201
    warned = {each["pointer"]: each["detail"] for each in answer.json()["warnings"]}
    assert set(warned) == {"/client/phone", "/client/email", "/client/postcode", "/client/lsoa"}
    assert warned["/client/phone"].startswith("Enter a phone number")
    client = Client.objects.get()
    assert (client.phone, client.email) == ("ring the hostel", "sam(at)example")
    assert client.addresses.values_list("postcode", "lsoa").get() == ("LE5", "")
    assert sender("post", "/referrals/", body).json() == answer.json()


def test_an_unknown_postcode_is_kept_and_named(sender: Call, body: dict[str, Any]) -> None:
    Postcode(postcode="LE53GH", lsoa="E01013999", ward="Charnwood", district="Leicester").save()

    known = sender("post", "/referrals/", body)
    body["client"] |= {"external_id": "C2", "postcode": "LE9 9ZZ"}
    unknown = sender("post", "/referrals/", body | {"external_id": "R2"})

    assert known.json()["warnings"] == []
    assert [each["pointer"] for each in unknown.json()["warnings"]] == ["/client/postcode"]


def test_an_empty_string_is_an_absent_member(sender: Call, body: dict[str, Any]) -> None:
    body["client"] |= dict.fromkeys(
        ("sex", "ethnicity", "nino", "postcode", "lsoa", "phone", "email", "external_id"), ""
    )
    body["client"] |= {"date_of_birth": "", "circumstances": ""}
    body |= {"service": "", "reason": "", "urgent": ""}
    body["consent"]["expires_on"] = ""

    answer = sender("post", "/referrals/", body)

    assert (answer.status_code, answer.json()["warnings"]) == (201, [])
    assert Client.objects.values_list("date_of_birth", "sex", "nino_index").get() == (None, "", "")
    assert sender("post", "/referrals/", body | {"made_on": "", "external_id": "R2"}).status_code == 400
    assert sender("post", "/referrals/", body | {"consent": "", "external_id": "R2"}).status_code == 422


def test_what_a_later_call_says_otherwise_is_named_and_changes_nothing(sender: Call, body: dict[str, Any]) -> None:
    sender("post", "/referrals/", body)
    body["client"] |= {"given_name": "Samantha", "sex": "male"}

    answer = sender("post", "/referrals/", body | {"external_id": "R2"})

    named = [each["pointer"] for each in answer.json()["warnings"] if "looks_like" not in each]
    assert named == ["/client/given_name", "/client/sex"]
    assert Client.objects.values_list("given_name", "sex").get() == ("Sam", "female")


def test_a_likely_match_goes_to_a_person_with_its_reasons(
    sender: Call, body: dict[str, Any], outsider: StaffMember
) -> None:
    known = ClientFactory(
        organisation=outsider.organisation, given_name="Sam", family_name="Testperson", date_of_birth="1979-02-03"
    )

    answer = sender("post", "/referrals/", body)

    match = PossibleMatch.objects.get()
    assert (match.other, str(match.client.uid)) == (known, answer.json()["client"]["id"])
    assert match.reasons == ["same_birth_date", "similar_name"]
    assert Referral.objects.get().client != known


def test_a_second_referral_of_ones_own_client_adds_what_is_new(
    sender: Call, body: dict[str, Any], jobcentre: Organisation
) -> None:
    first = sender("post", "/referrals/", body).json()
    third = OrganisationFactory(external_id="third")
    body["client"] |= {"postcode": "LE1 1AA", "lsoa": None, "phone": "0116 496 0001"}
    body["client"]["circumstances"].append({"kind": "status", "code": "carer", "from_date": "2007-01-01"})

    second = sender(
        "post", "/referrals/", body | {"external_id": "R2", "to_organisation": "third", "made_on": "2008-05-14"}
    ).json()

    assert second["client"]["id"] == first["client"]["id"]
    client = Client.objects.get()
    assert client.phone == "0116 496 0000"
    assert list(client.addresses.order_by("from_date").values_list("postcode", flat=True)) == ["LE5 3GH", "LE1 1AA"]
    assert client.circumstances.count() == 2
    assert Share.objects.filter(organisation=third).count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"nino": "AB998877D"},
        {"date_of_birth": "1980-02-03", "given_name": "Ifeoma"},
        {"given_name": "Bob", "family_name": "Okafor", "nino": ""},
        {"given_name": "Bob", "family_name": "Okafor", "date_of_birth": "", "nino": ""},
    ],
    ids=["another number", "another birth date and name", "another name", "another name and no birth date"],
)
def test_a_reference_of_another_person_is_refused(sender: Call, body: dict[str, Any], said: dict[str, Any]) -> None:
    body["client"]["nino"] = "AB123456C"
    sender("post", "/referrals/", body)
    before = rows()
    body["client"] |= said

    answer = sender("post", "/referrals/", body | {"external_id": "R2"})

    assert (answer.status_code, pointers(answer)) == (400, {"/client/external_id"})
    assert rows() == before


def test_the_clock_runs_from_the_day_the_receiver_could_see_it(sender: Call, body: dict[str, Any]) -> None:
    sender("post", "/referrals/", body)

    assert Referral.objects.get().answer_by > timezone.localdate()


def test_a_posted_referral_costs_so_many_queries(sender: Call, body: dict[str, Any]) -> None:
    sender("post", "/referrals/", body)
    body["client"] |= {"external_id": "C2", "given_name": "Ifeoma", "nino": "AB998877D", "date_of_birth": "1980-01-02"}

    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = sender("post", "/referrals/", body | {"external_id": "R2"})

    assert answer.status_code == 201
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 7, "\n".join(q["sql"][:150] for q in queries)


def test_the_reading_of_a_referral_is_on_the_trail(sender: Call, body: dict[str, Any]) -> None:
    made = sender("post", "/referrals/", body).json()

    sender("get", f"/referrals/{made['id']}/")

    entry = AccessEntry.objects.get()
    assert (entry.subject, entry.subject_id, entry.api_key.label) == (
        "caseload.client",
        Client.objects.get().pk,
        "Test",
    )


def _shape(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: _shape(value) for name, value in answer.items()}
    return type(answer)
