"""A claim is signed by four people, becomes a signed claim with its lines, and the next one starts from it."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

import reporting.packs
from caseload.models import Job
from commissioning.models import Contract
from commissioning.services.months import closed_months
from partners.enums import JobState, Role
from partners.errors import NotAllowed
from partners.models import BackgroundJob, Consortium, StaffMember
from partners.platform.jobs import queue as jobs
from partners.platform.signoff.engine import do_step
from partners.platform.signoff.posts import ensure_posts
from partners.platform.signoff.standing import standing_of
from partners.platform.tenancy.scope import in_consortium
from partners.signals import package_loaded
from reporting.models import Claim, ClaimEntry, ClaimLine, Return, SignedDocument
from reporting.services.ledger import faults_of_return
from reporting.services.returns import ask_for_build
from tests.conftest import signed_in
from tests.exchange.packages import load, write
from tests.factories.commissioning import ContractFactory
from tests.factories.partners import StaffFactory
from tests.reporting.test_claim_count import PACKAGE, built

TODAY = date(2008, 4, 10)
CHAINS = json.loads((Path(reporting.packs.__file__).parent / "leicester" / "sign_off.json").read_text())
LINES = {name: PACKAGE[name] for name in PACKAGE if name not in ("claims", "claim_lines")}
CHAIN = (Role.MONITORING_OFFICER, Role.PROJECT_MANAGER, Role.FINANCE_OFFICER, Role.SENIOR_FINANCE_OFFICER)


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one, and its transaction is one."""
    with (
        patch("partners.platform.jobs.queue._tell"),
        patch("reporting.services.returns.snapshot_moment", timezone.now),
    ):
        yield


@pytest.fixture
def people(scope: Consortium, monitoring_officer: StaffMember, tmp_path: Path) -> list[StaffMember]:
    """The four people of the chain, over the records of a small package."""
    scope.pack_data = {"returns": [{"code": "dwp_claim", "chain": "claims"}], "sign_off": CHAINS}
    scope.save()
    ensure_posts(scope)
    outcome, findings = load(write(tmp_path / "records", dict(LINES)))
    assert outcome.loaded, findings
    others = [StaffFactory(organisation=monitoring_officer.organisation, role=role) for role in CHAIN[1:]]
    return [monitoring_officer, *others]


def run(job: BackgroundJob | None) -> BackgroundJob:
    assert job is not None
    jobs.run(job.consortium_id, job.pk)
    job.refresh_from_db()
    return job


def build(by: StaffMember, quarter: str) -> Return:
    filed, job = ask_for_build(consortium=by.consortium, kind="dwp_claim", quarter=quarter, by=by, today=TODAY)
    assert run(job).state == JobState.DONE, job.message
    filed.refresh_from_db()
    return filed


def act(filed: Return, by: StaffMember) -> BackgroundJob | None:
    standing = standing_of(filed, None, today=TODAY)
    assert standing is not None
    return do_step(filed, by=by, seen=standing.version, today=TODAY)


def sign(filed: Return, people: list[StaffMember]) -> BackgroundJob:
    for person in people[:-1]:
        act(filed, person)
    return run(act(filed, people[-1]))


def test_signing_writes_a_line_for_each_item_and_the_next_claim_starts_from_them(
    people: list[StaffMember], tmp_path: Path
) -> None:
    filed = build(people[0], "2007-08-Q1")

    assert sign(filed, people).state == JobState.DONE

    claim = Claim.objects.get()
    assert (claim.kind, claim.quarter, claim.filed) == ("dwp_claim", "2007-08-Q1", filed)
    lines = claim.lines.values_list("item", "job__external_id", "expenditure__external_id", "amount")
    assert sorted(lines, key=str) == [
        ("job_start", "j1", None, Decimal(500)),
        ("job_start", "j2", None, Decimal(500)),
        ("spend", None, "x1", Decimal(300)),
    ]
    assert list(faults_of_return(SignedDocument.objects.get())) == []
    Job.objects.filter(external_id="j2").update(verified_on=None)
    figures = built(people[0].consortium, tmp_path, "2007-08-Q2")
    assert figures["corrections", "amount", "contract", "t1"] == ("-500.00", "-500.00", "-500.00")
    again = build(people[0], "2007-08-Q2")
    taken_back = ClaimEntry.objects.filter(build_id=again.builds.get().pk).exclude(cause="")
    assert list(taken_back.values_list("item", "cause", "amount")) == [("correction", "not_proven", Decimal(-500))]
    # j2's place under the cap is free again, and j3 takes it.
    assert figures["job_start", "number", "", ""] == ("2", "4", "4")


def test_a_signed_claim_never_moves_but_for_the_word_of_the_funder(people: list[StaffMember], tmp_path: Path) -> None:
    sign(build(people[0], "2007-08-Q1"), people)
    line = ClaimLine.objects.get(job__external_id="j1")

    for change in (
        "UPDATE reporting_claimline SET amount = 1",
        "DELETE FROM reporting_claimline",
        "UPDATE reporting_claim SET quarter = '2007-08-Q4'",
    ):
        with pytest.raises(InternalError, match=r"signed here|Cannot"), transaction.atomic():
            connection.cursor().execute(change)
    package = {
        "claim_lines": f"id,amount\n{line.external_id},1\n",
        "claims": "id,kind,quarter,signed_on\nq9,dwp_claim,2007-08-Q1,2007-07-10\n",
    }
    outcome, findings = load(write(tmp_path / "later", package))
    assert not outcome.loaded
    assert {(finding.file, finding.column) for finding in findings if not finding.is_warning} == {
        ("claim_lines.csv", "amount"),
        ("claims.csv", "quarter"),
    }
    rejected = {"claim_lines": f"id,rejected_on\n{line.external_id},2007-08-01\n"}
    assert load(write(tmp_path / "funder", rejected))[0].loaded
    assert built(people[0].consortium, tmp_path, "2007-08-Q2")["corrections", "number", "", ""][0] == "1"


def test_no_claim_is_signed_after_a_later_one_or_without_knowing_an_earlier_one(
    people: list[StaffMember], tmp_path: Path
) -> None:
    first, second = build(people[0], "2007-08-Q1"), build(people[0], "2007-08-Q2")
    for person in people[:-1]:
        act(second, person)
    sign(first, people)

    job = run(act(second, people[-1]))

    assert "earlier claim was signed" in job.message
    assert Claim.objects.count() == 1
    second.refresh_from_db()
    assert not second.documents.exists()
    third = build(people[0], "2007-08-Q4")
    assert sign(third, people).state == JobState.DONE
    late = build(people[0], "2007-08-Q3")
    with pytest.raises(NotAllowed, match="none is signed after a later one"):
        act(late, people[0])


def test_a_claim_comes_out_and_gives_the_same_next_one_elsewhere(
    people: list[StaffMember], other_consortium: Consortium, tmp_path: Path
) -> None:
    sign(build(people[0], "2007-08-Q1"), people)
    call_command("export_package", str(tmp_path / "out"), consortium=people[0].consortium.slug, verbosity=0)

    with in_consortium(other_consortium.pk):
        outcome, findings = load(tmp_path / "out")
        assert outcome.loaded, [finding for finding in findings if not finding.is_warning]

    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    ours = built(people[0].consortium, tmp_path / "a", "2007-08-Q2")
    assert built(other_consortium, tmp_path / "b", "2007-08-Q2") == ours


def test_who_reads_no_rivals_money_opens_no_claim(people: list[StaffMember]) -> None:
    filed = build(people[0], "2007-08-Q1")
    viewer = StaffFactory(organisation=people[0].organisation, role=Role.VIEWER)
    provider = StaffFactory(organisation=Contract.objects.first().provider, role=Role.PROJECT_MANAGER)

    for reader, expected in ((people[0], 200), (people[1], 200), (viewer, 404), (provider, 404)):
        client = signed_in(reader)
        assert client.get(reverse("reporting:return", args=[filed.uid])).status_code == expected
        assert (filed.quarter.replace("-Q", " Q") in client.get(reverse("reporting:returns")).content.decode()) is (
            expected == 200
        )


def test_each_item_stands_with_its_reason_what_would_mend_it_and_its_record(people: list[StaffMember]) -> None:
    filed = build(people[0], "2007-08-Q2")
    page = reverse("reporting:claim-items", args=[filed.uid])
    client = signed_in(people[0])
    contract = Contract.objects.get(external_id="t1")

    whole = client.get(page).content.decode()
    left = client.get(page, {"state": "left_out", "contract": str(contract.uid), "reason": "not_enrolled"})

    assert whole.count("Testperson") > 3
    shown = left.content.decode()
    assert "Record the enrolment that was open when the job started." in shown
    assert reverse("caseload:record", args=["jobs", Job.objects.get(external_id="j4").uid]) in shown
    assert shown.count("<tr") == 2
    rows = client.get(page, {"export": "csv"}).content.decode().strip().splitlines()
    assert len(rows) == 1 + ClaimEntry.objects.count()
    leap = Return.objects.create(kind="journey", quarter="2007-08-Q2")
    assert client.get(reverse("reporting:claim-items", args=[leap.uid])).status_code == 404


def test_what_was_planned_up_to_a_signed_claim_stands_and_other_streams_stay_open(people: list[StaffMember]) -> None:
    dwp = Contract.objects.get(external_id="t1")
    others = ContractFactory()

    sign(build(people[0], "2007-08-Q1"), people)

    assert closed_months(dwp).until == date(2007, 6, 30)
    assert "is signed" in str(closed_months(dwp))
    assert closed_months(others).until is None


def test_a_claim_that_is_brought_in_closes_its_months_and_opens_them_when_it_is_taken_back(
    people: list[StaffMember], tmp_path: Path
) -> None:
    dwp = Contract.objects.get(external_id="t1")
    brought = {name: PACKAGE[name] for name in ("claims", "claim_lines")}
    outcome, findings = load(write(tmp_path / "claims", {**dict(LINES), **brought}))
    assert outcome.loaded, findings
    assert closed_months(dwp).until is not None

    ClaimLine.objects.all().delete()
    Claim.objects.all().delete()
    package_loaded.send(sender=None, batch=None, tables=["claims"])

    assert closed_months(dwp).until is None
