"""A package opens no sight and gives no power that its bringer could not give by hand; the operator's is free."""

from pathlib import Path

import pytest

from caseload.models import Client
from partners.enums import Role
from partners.models import Consortium, ExchangeBatch, Organisation, StaffMember
from partners.platform.exchange.exporting import export_package
from partners.platform.exchange.undoing import CannotBeUndone, undo
from tests.exchange.conftest import Load
from tests.exchange.packages import ROWS, load, places, write
from tests.factories.caseload import ClientFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

C = "id,given_name,family_name,registered_on,organisation_id,adviser_id\n"
G = "id,client_id,purpose,organisation_id,given_on,expires_on,withdrawn_on,method\n"
R = "id,client_id,from_organisation_id,to_organisation_id,made_on,status,status_on\n"


@pytest.fixture
def body(settled: Consortium) -> Organisation:
    return OrganisationFactory(name="City Council", external_id="body", accountable_body=True)


@pytest.fixture
def officer(body: Organisation) -> StaffMember:
    return StaffFactory(organisation=body, role=Role.MONITORING_OFFICER, external_id="officer", email="mo@example.org")


@pytest.fixture
def chief(body: Organisation) -> StaffMember:
    return StaffFactory(organisation=body, role=Role.ADMINISTRATOR, external_id="chief", email="chief@example.org")


# Each with rows that may come beside it: every wrong one is named, and no other.
BEYOND = {
    "a role of one's own": (
        {"staff": "id,role\nofficer,administrator\ns1,adviser\ns2,auditor\n"},
        [("staff", 2, "role", "administrator"), ("staff", 4, "role", "auditor")],
    ),
    "an organisation of one's own": (
        {"staff": "id,organisation_id,name\ns1,o1,Ann\ns2,body,Bob\n"},
        [("staff", 3, "organisation_id", "body")],
    ),
    "an organisation that comes along": (
        {
            "organisations": "id,name,type\nnew,New,provider\n",
            "staff": "id,organisation_id\ns1,new\ns2,o2\n",
        },
        [("staff", 2, "organisation_id", "new")],
    ),
    "another's address": (
        {"staff": "id,email\ns1,me@example.org\ns2,bob@example.org\n"},
        [("staff", 2, "email", "me@example.org")],
    ),
    "a new administrator": (
        {
            "staff": "id,organisation_id,name,email,role\n"
            "x1,body,X,x@example.org,administrator\nx2,o1,Y,y@example.org,adviser\n"
        },
        [("staff", 2, "role", "administrator")],
    ),
    "an accountable body": (
        {"organisations": "id,name,type,accountable_body\no1,Council,local_authority,true\nx,X,provider,true\n"},
        [("organisations", 2, "accountable_body", "true"), ("organisations", 3, "accountable_body", "true")],
    ),
    "a client's adviser": (
        {"clients": "id,adviser_id\nc1,officer\nc2,\n"},
        [("clients", 2, "adviser_id", "officer")],
    ),
    "an adviser where there was none": (
        {"clients": "id,adviser_id\nc1,s1\nc2,officer\n"},
        [("clients", 3, "adviser_id", "officer")],
    ),
    "a client's organisation": (
        {"clients": "id,organisation_id\nc1,body\nc2,o2\n"},
        [("clients", 2, "organisation_id", "body")],
    ),
    "a consent": (
        {"consents": f"{G}g1,c1,sharing,,2007-05-01,,,paper\nx1,c2,sharing,body,2007-05-01,,,paper\n"},
        [("consents", 3, "client_id", "c2")],
    ),
    "a consent's purpose, organisation, client and dates": (
        {"consents": f"{G}g1,c2,tracking,body,2007-05-02,2009-01-01,2008-01-01,paper\n"},
        [
            ("consents", 2, "client_id", "c2"),
            ("consents", 2, "expires_on", "2009-01-01"),
            ("consents", 2, "given_on", "2007-05-02"),
            ("consents", 2, "organisation_id", "body"),
            ("consents", 2, "purpose", "tracking"),
            ("consents", 2, "withdrawn_on", "2008-01-01"),
        ],
    ),
    "a referral": (
        {"referrals": f"{R}x1,c2,o2,body,2007-05-02,accepted,2007-05-03\n"},
        [("referrals", 2, "client_id", "c2")],
    ),
    "a referral's parties and state": (
        {"referrals": "id,to_organisation_id,status\nr1,body,completed\n"},
        [("referrals", 2, "status", "completed"), ("referrals", 2, "to_organisation_id", "body")],
    ),
}


@pytest.mark.parametrize("case", BEYOND)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_opens_sight_or_gives_power_is_refused_row_by_row(
    officer: StaffMember, chief: StaffMember, send: Load, case: str, *, dry_run: bool
) -> None:
    tables, wrong = BEYOND[case]

    outcome, findings = send(dry_run=dry_run, by=officer, **tables)

    assert not outcome.loaded
    assert sorted(places([each for each in findings if not each.is_warning])) == sorted(wrong)
    assert all("command" in each.reason for each in findings if not each.is_warning)


@pytest.mark.parametrize("case", BEYOND)
def test_the_operator_brings_all_of_it(officer: StaffMember, chief: StaffMember, send: Load, case: str) -> None:
    outcome, _ = send(**BEYOND[case][0])
    assert outcome.loaded


def test_an_administrator_brings_what_they_give_by_hand_and_no_sight_of_clients(chief: StaffMember, send: Load) -> None:
    given, _ = send(
        by=chief,
        staff="id,role,organisation_id\ns1,project_manager,o2\n",
        organisations="id,name,type,accountable_body\no1,Council,local_authority,true\n",
    )
    refused, findings = send(by=chief, clients="id,adviser_id\nc1,chief\n", staff="id,role\ns1,adviser\n")

    assert given.loaded
    assert not refused.loaded
    assert places(findings) == [("clients", 2, "adviser_id", "chief")]


def test_whose_role_signs_in_the_accountable_body_is_brought_by_who_could_invite_them(
    settled: Consortium, officer: StaffMember, chief: StaffMember, send: Load
) -> None:
    step = {"role": Role.HEAD_OF_FINANCE}
    settled.pack_data = {"sign_off": [{"steps": [{"role": Role.ADVISER}]}, {"steps": [step]}]}
    settled.save()
    staff = "id,organisation_id,name,email,role\n"
    staff += "x1,o1,A,a@example.org,head_of_finance\nx2,body,B,b@example.org,viewer\n"

    refused, findings = send(by=officer, staff=f"{staff}x3,body,C,c@example.org,head_of_finance\n")
    brought, _ = send(by=officer, staff=staff)
    by_chief, _ = send(by=chief, staff=f"{staff}x3,body,C,c@example.org,head_of_finance\n")

    assert not refused.loaded
    assert places(findings) == [("staff", 4, "role", "head_of_finance")]
    assert brought.loaded
    assert by_chief.loaded


def test_the_accountable_body_keeps_an_administrator(chief: StaffMember, send: Load) -> None:
    for tables in (
        {"staff": "id,role\nchief,viewer\ns1,administrator\n"},
        {"organisations": "id,name,type,accountable_body\nbody,City Council,local_authority,false\n"},
    ):
        outcome, findings = send(by=chief, **tables)
        assert not outcome.loaded
        assert "Keep one administrator" in findings[0].reason


def test_a_first_load_by_the_monitoring_officer_goes_on(
    scope: Consortium, monitoring_officer: StaffMember, tmp_path: Path
) -> None:
    """New organisations, staff, clients with advisers, consents and referrals."""
    outcome, _ = load(write(tmp_path / "whole", dict(ROWS)), by=monitoring_officer)

    assert outcome.loaded
    assert Client.objects.filter(adviser__external_id="s1").count() == 1


def test_what_was_taken_out_comes_in_as_the_same(officer: StaffMember, tmp_path: Path) -> None:
    """Also where a record was merged: what is written of it stands under the surviving one's id."""
    kept, gone = Client.objects.get(external_id="c2"), Client.objects.get(external_id="c1")
    Client.objects.filter(pk=gone.pk).update(merged_into=kept)
    ClientFactory(organisation=officer.organisation)
    export_package(tmp_path / "out.zip")

    outcome, findings = load(tmp_path / "out.zip", by=officer)

    assert [each for each in findings if not each.is_warning] == []
    assert outcome.loaded
    assert {name: counts for name, counts in outcome.counts.items() if counts["new"] or counts["changed"]} == {}


def test_an_undoing_gives_no_power_back(officer: StaffMember, chief: StaffMember, send: Load) -> None:
    StaffMember.objects.filter(pk=officer.pk).update(role=Role.ADMINISTRATOR)
    send(staff="id,role,name\nofficer,monitoring_officer,Officer\ns1,adviser,Anna\n")
    batch: ExchangeBatch = ExchangeBatch.objects.latest("pk")
    officer.refresh_from_db()

    with pytest.raises(CannotBeUndone, match="1 row of staff: Roles"):
        undo(batch, by=officer)
    undo(batch, by=chief)

    officer.refresh_from_db()
    assert officer.role == Role.ADMINISTRATOR
