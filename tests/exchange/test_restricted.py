"""Restricted people in a package: they leave only with those who may open them, and come back as they were."""

from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from caseload.models import Client, ClientRestriction, EmploymentCheck, Job, RestrictionReader
from partners.enums import Role
from partners.models import Consortium, ExchangeBatch, StaffMember
from partners.platform.exchange.exporting import export_package
from partners.platform.exchange.undoing import CannotBeUndone, undo
from partners.platform.tenancy.scope import in_consortium
from tests.exchange.conftest import Load
from tests.exchange.packages import load, places
from tests.factories.caseload import ClientFactory, restrict_to
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory

RESTRICTIONS = "id,reason,from_date,review_on\n"
READERS = "id,client_id,staff_id,from_date\n"


@pytest.fixture
def officer(settled: Consortium) -> StaffMember:
    body = OrganisationFactory(name="City Council", external_id="body", accountable_body=True)
    return StaffFactory(organisation=body, role=Role.MONITORING_OFFICER, external_id="officer")


@pytest.fixture
def lead(officer: StaffMember) -> StaffMember:
    return StaffFactory(organisation=officer.organisation, role=Role.ADMINISTRATOR, data_lead=True, external_id="lead")


@pytest.fixture
def restricted(officer: StaffMember) -> Client:
    """The client of the package about whom there is a row in every table; the other stays open."""
    return restrict_to(Client.objects.get(external_id="c1"), StaffMember.objects.get(external_id="s1"))


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def test_what_is_written_says_who_is_restricted_and_goes_in_again_byte_for_byte(
    restricted: Client, tmp_path: Path
) -> None:
    export_package(tmp_path / "first")
    written = files(tmp_path / "first")
    assert b"c1,At risk,2007-05-14,2007-05-14,," in written["client_restrictions.csv"]
    assert b'"name": "restriction_readers"' in written["datapackage.json"]

    other = ConsortiumFactory(slug="other")
    with transaction.atomic(), in_consortium(other.pk):
        outcome, findings = load(tmp_path / "first")
        assert [each for each in findings if not each.is_warning] == []
        export_package(tmp_path / "second")
        assert Client.objects.get(external_id="c1").restricted
        assert not Client.objects.get(external_id="c2").restricted

    assert outcome.loaded
    assert files(tmp_path / "second") == written


def test_nothing_of_somebody_restricted_leaves_with_who_may_not_open_them(
    restricted: Client, officer: StaffMember, tmp_path: Path
) -> None:
    export_package(tmp_path / "out", by=officer)

    written = files(tmp_path / "out")
    assert not [name for name, content in written.items() if b"c1" in content or b"jb1" in content]
    assert b"c2," in written["clients.csv"]
    assert "client_restrictions.csv" not in written

    RestrictionReader(client=restricted, staff=officer, from_date=date(2020, 1, 1)).save()
    export_package(tmp_path / "all", by=officer)
    assert b"jb1" in files(tmp_path / "all")["employment_checks.csv"]


@pytest.mark.parametrize(
    ("tables", "wrong"),
    [
        ({"clients": "id,phone\nc1,0116 496 0000\nc2,0116 496 0001\n"}, [("clients", 2)]),
        ({"activities": "id,note\ni1,Seen\n"}, [("activities", 2)]),
        ({"jobs": "id,client_id\njb1,c2\n"}, [("jobs", 2)]),
        ({"client_circumstances": "id,client_id\nu1,c2\n"}, [("client_circumstances", 2)]),
        ({"plan_actions": "id,client_id,title,owner\nnew,c1,X,client\nx,c2,Y,client\n"}, [("plan_actions", 2)]),
        ({"employment_checks": "id,in_work\nck1,false\n"}, [("employment_checks", 2)]),
        (
            {"client_restrictions": "id,to_date\nc1,2026-01-01\n"},
            [("client_restrictions", 2), ("client_restrictions", 2)],
        ),
        (
            {"restriction_readers": f"{READERS}x,c1,officer,2026-01-01\n"},
            [("restriction_readers", 2), ("restriction_readers", 2)],
        ),
    ],
)
def test_a_package_writes_nothing_on_a_restricted_record_unread_by_its_bringer(
    restricted: Client,
    officer: StaffMember,
    send: Load,
    tables: dict[str, str],
    wrong: list[tuple[str, int]],
) -> None:
    outcome, findings = send(by=officer, **tables)

    assert not outcome.loaded
    assert [place[:2] for place in places([each for each in findings if not each.is_warning])] == wrong


def test_what_changes_nothing_is_the_same(restricted: Client, officer: StaffMember, tmp_path: Path) -> None:
    export_package(tmp_path / "operator")

    outcome, _ = load(tmp_path / "operator", by=officer)

    assert outcome.loaded
    assert outcome.changes_nothing


def test_an_adviser_in_a_package_opens_nothing(restricted: Client, send: Load) -> None:
    send(clients="id,adviser_id\nc1,s2\n")
    s2 = StaffMember.objects.select_related("organisation").get(external_id="s2")
    assert Client.objects.get(external_id="c1").adviser == s2
    assert not Client.objects.visible_to(s2).filter(pk=restricted.pk).exists()


def test_a_first_load_brings_restrictions_with_somebody_who_may_open_them(officer: StaffMember, send: Load) -> None:
    clients = (
        "id,given_name,family_name,registered_on,organisation_id\n"
        "n1,A,New,2007-05-01,o1\nn2,B,New,2007-05-01,o2\nn3,C,New,2007-05-01,o1\n"
    )
    both = f"{RESTRICTIONS}n1,Threatened,2007-05-01,2027-01-01\nn2,Staff,2007-05-01,2027-01-01\n"
    refused, findings = send(
        by=officer,
        clients=clients,
        client_restrictions=f"{both}nobody,X,2007-05-01,2027-01-01\n",
        restriction_readers=f"{READERS}x1,n1,s1,2007-05-01\nx2,n2,s1,2007-05-01\n",
    )
    assert not refused.loaded
    assert sorted((each.line, each.value) for each in findings if not each.is_warning) == [
        (3, "n2"),
        (4, "nobody"),
        (4, "nobody"),
    ]

    send(staff="id,role\ns2,adviser\n")
    outcome, _ = send(
        by=officer,
        clients=clients,
        client_restrictions=both,
        restriction_readers=f"{READERS}x1,n1,s1,2007-05-01\nx2,n2,s2,2007-05-01\n",
    )

    assert outcome.loaded
    assert set(Client.objects.filter(restricted=True).values_list("external_id", flat=True)) == {"n1", "n2"}


def test_a_package_leaves_no_restricted_record_to_nobody(restricted: Client, send: Load) -> None:
    """Not even the operator's: by a role, an organisation, or the end of a reading."""
    for tables in (
        {"staff": "id,role\ns1,viewer\ns2,adviser\n"},
        {"staff": "id,organisation_id\ns1,o2\n"},
        {"restriction_readers": f"id,to_date\n{RestrictionReader.objects.get().external_id},2026-01-01\n"},
    ):
        outcome, findings = send(**tables)
        assert not outcome.loaded
        assert [each.value for each in findings if not each.is_warning] == ["c1"]


def test_undoing_lifts_no_restriction_without_the_right(officer: StaffMember, lead: StaffMember, send: Load) -> None:
    send(
        client_restrictions=f"{RESTRICTIONS}c1,Threatened,2007-05-01,2027-01-01\n",
        restriction_readers=f"{READERS}x1,c1,s1,2007-05-01\n",
    )
    batch: ExchangeBatch = ExchangeBatch.objects.latest("pk")
    with pytest.raises(CannotBeUndone, match="data lead"):
        undo(batch, by=officer)

    undo(batch, by=lead)

    assert not ClientRestriction.objects.exists()
    assert not Client.objects.filter(restricted=True).exists()


def test_undoing_moves_nothing_off_or_onto_a_restricted_record_unread_by_who_undoes(
    officer: StaffMember, send: Load
) -> None:
    """Only records that nobody has opened since: a row made on one, one moved there, one moved away, another's."""
    send(jobs="id,client_id,started_on,evidence,recorded_on\njb2,c2,2007-06-01,none,2007-06-02\n")
    batches = []
    for tables in (
        {"client_circumstances": "id,client_id,kind,code,from_date\nu7,c1,status,carer,2007-01-01\n"},
        {"jobs": "id,client_id\njb2,c1\n"},
        {"plan_actions": "id,client_id\nl1,c2\n"},
        {"client_circumstances": "id,client_id,kind,code,from_date\nu8,c2,status,carer,2007-01-01\n"},
    ):
        outcome, _ = send(by=officer, **tables)
        assert outcome.loaded
        batches.append(ExchangeBatch.objects.latest("pk"))
    restrict_to(Client.objects.get(external_id="c1"), StaffMember.objects.get(external_id="s1"))

    for batch in batches[:3]:
        with pytest.raises(CannotBeUndone, match="restricted record, which you may not open"):
            undo(batch, by=officer)
    undo(batches[3], by=officer)
    undo(batches[1], by=None)

    assert Job.objects.get(external_id="jb2").client.external_id == "c2"


def test_a_merged_restriction_leaves_with_the_record_that_stands(
    restricted: Client, officer: StaffMember, tmp_path: Path
) -> None:
    kept = ClientFactory(organisation=restricted.organisation, external_id="kept")
    Client.objects.filter(pk=restricted.pk).update(merged_into=kept)
    Client.objects.filter(pk=kept.pk).update(restricted=True)
    assert Job.objects.exists()
    assert EmploymentCheck.objects.exists()

    export_package(tmp_path / "out")
    export_package(tmp_path / "officers", by=officer)

    assert files(tmp_path / "out")["client_restrictions.csv"].splitlines()[1].startswith(b"kept,")
    assert not [name for name, content in files(tmp_path / "officers").items() if b"kept" in content]
