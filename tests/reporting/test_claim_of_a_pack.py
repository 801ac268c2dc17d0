"""A claim that a pack declares: its streams, items and rules, counted by the engine of all claims."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from partners.enums import JobState, Role
from partners.errors import NotAllowed
from partners.models import Consortium, Post, PostHolder, StaffMember
from partners.platform.signoff.engine import do_step
from partners.platform.signoff.posts import ensure_posts
from partners.platform.signoff.standing import standing_of
from partners.platform.tenancy.scope import in_consortium
from reporting.models import Claim, Return
from reporting.packs.loading import FOLDER, FaultyPack, load_pack
from reporting.services.returns import ask_for_build
from tests.conftest import signed_in
from tests.exchange.packages import load, write
from tests.factories.partners import StaffFactory
from tests.reporting.test_claim_signing import CHAIN, CHAINS, TODAY, no_progress, run

__all__ = ["no_progress"]

QUARTER = "2007-08-Q1"
# Two streams are Europe's, of which the claim names one; the third is the Department's.
PACKAGE = {
    "organisations": "id,name,type\no2,Training,provider\n",
    "funding_streams": (
        "id,name,funder,mainstream\n"
        "e1,ESF one, european SOCIAL fund ,false\ne2,ESF two,European Social Fund,false\nd1,DAF,DWP,false\n"
    ),
    "contracts": (
        "id,title,provider_id,funding_stream_id,starts_on,ends_on,value\n"
        "t1,Outputs,o2,e1,2007-04-01,2008-03-31,2000\n"
        "t2,More outputs,o2,e1,2007-04-01,2008-03-31,1000\n"
        "t3,Not named,o2,e2,2007-04-01,2008-03-31,2000\n"
        "t4,The Department,o2,d1,2007-04-01,2008-03-31,2000\n"
    ),
    "contract_terms": (
        "id,contract_id,item,unit_price,cap\n"
        "m1,t1,job_start,100,1\nm2,t1,sustained_13w,40,\nm3,t2,job_start,70,\nm4,t3,job_start,1,\nm5,t4,job_start,9,\n"
    ),
    "clients": (
        "id,given_name,family_name,date_of_birth,registered_on,organisation_id\n"
        + "".join(f"c{n},Asha,Testperson,198{n}-02-28,2007-04-01,o2\n" for n in range(1, 6))
    ),
    "jobs": (
        "id,client_id,contract_id,started_on,evidence,verified_on,recorded_on\n"
        "j1,c1,t1,2007-04-10,payslip,2007-04-20,2007-04-11\n"
        "j2,c2,t1,2007-04-11,payslip,2007-04-20,2007-04-11\n"
        "j3,c1,t2,2007-05-12,payslip,2007-05-20,2007-05-11\n"
        "j4,c3,t2,2007-04-13,payslip,,2007-04-11\n"
        "j5,c4,t3,2007-04-14,payslip,2007-04-20,2007-04-11\n"
        "j6,c5,t4,2007-04-15,payslip,2007-04-20,2007-04-11\n"
    ),
    "employment_checks": (
        "id,job_id,week,checked_on,in_work,evidence,verified_on\nk1,j1,13,2007-06-30,true,payslip,2007-06-30\n"
    ),
    "expenditure": (
        "id,contract_id,incurred_on,amount,defrayed_on,eligible\n"
        "x1,t1,2007-05-01,300,2007-05-10,\nx2,t1,2007-05-02,5,2007-05-10,false\nx3,t4,2007-05-02,7,2007-05-10,\n"
    ),
}
ALL_RULES = [
    *("ineligible", "paid_by_outputs", "outside_contract", "not_enrolled", "not_proven", "no_price"),
    *("person_claimed", "over_cap", "over_value"),
]


def declared(*off: str, items: tuple[str, ...] = ("job_start", "spend")) -> list[dict[str, Any]]:
    return [
        {
            "code": "esf_claim",
            "title": "Claim to Europe",
            "about": "What Europe pays.",
            "funders": ["European Social Fund"],
            "streams": ["e1"],
            "items": list(items),
            "rules": [rule for rule in ALL_RULES if rule not in off],
        }
    ]


def declare(consortium: Consortium, *off: str, **kwargs: Any) -> None:
    consortium.pack_data = {
        "claims": declared(*off, **kwargs),
        "returns": [{"code": "dwp_claim", "chain": "claims"}, {"code": "esf_claim", "chain": "esf_claims"}],
        "sign_off": CHAINS,
    }
    consortium.save()


@pytest.fixture
def loaded(consortium: Consortium, other_consortium: Consortium, tmp_path: Path) -> Consortium:
    """Load the package beside another consortium with the same records, whose pack declares no such claim."""
    for each in (other_consortium, consortium):
        with in_consortium(each.pk):
            outcome, findings = load(write(tmp_path / each.slug, dict(PACKAGE)))
            assert outcome.loaded, [finding for finding in findings if not finding.is_warning]
    return consortium


def counted(consortium: Consortium, tmp_path: Path, kind: str = "esf_claim") -> Iterator[tuple[str, str]]:
    """Yield each total row with its number or pounds this quarter, and each reason with a number."""
    output, trace = tmp_path / "claim.csv", tmp_path / "trace.csv"
    call_command(
        "build_return", consortium=consortium.slug, kind=kind, quarter=QUARTER, output=str(output), trace=str(trace)
    )
    with output.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["line"].removeprefix("claim_")
            if row["dimension"] == "reason" and row["measure"] == "number" and row["quarter"] != "0":
                yield row["member"], row["quarter"]
            elif not row["dimension"]:
                yield f"{name} {row['measure']}", row["quarter"]


def test_only_its_streams_and_items_are_claimed_by_the_rules_that_it_has(loaded: Consortium, tmp_path: Path) -> None:
    declare(loaded, "paid_by_outputs", "over_cap", "person_claimed")

    figures = dict(counted(loaded, tmp_path))

    # j1, j2 at 100 whatever the cap, j3 of the same person under the same stream at 70; x1 although outputs are paid.
    assert figures == {
        "job_start number": "3",
        "job_start amount": "270.00",
        "spend number": "1",
        "spend amount": "300.00",
        "corrections number": "0",
        "corrections amount": "0.00",
        "total value": "570.00",
        "left_out number": "2",
        "left_out amount": "75.00",
        "ineligible": "1",
        "not_proven": "1",
    }


def test_each_rule_that_is_on_leaves_out_what_it_is_about(loaded: Consortium, tmp_path: Path) -> None:
    declare(loaded, items=("job_start", "sustained_13w", "spend"))

    figures = dict(counted(loaded, tmp_path))

    assert figures["job_start number"] == "1"
    assert figures["sustained_13w number"] == "0"  # its day, 91 days after 10 April, is in the next quarter
    assert {name: number for name, number in figures.items() if " " not in name} == {
        "ineligible": "1",
        "paid_by_outputs": "1",
        "not_proven": "1",
        "person_claimed": "1",
        "over_cap": "1",
    }
    declare(loaded, "ineligible", "not_proven", "paid_by_outputs", items=("spend", "job_start"))
    figures = dict(counted(loaded, tmp_path))
    assert (figures["spend amount"], figures["job_start amount"]) == ("305.00", "170.00")


def test_the_departments_claim_is_what_it_was(loaded: Consortium, tmp_path: Path) -> None:
    before = list(counted(loaded, tmp_path, "dwp_claim"))

    declare(loaded, "not_proven")

    assert list(counted(loaded, tmp_path, "dwp_claim")) == before
    assert dict(before)["total value"] == "9.00"


def test_who_has_no_such_claim_is_told_which_there_are(
    loaded: Consortium, other_consortium: Consortium, tmp_path: Path
) -> None:
    declare(loaded)

    with pytest.raises(Exception, match="Returns of this consortium: dwp_claim, journey"):
        list(counted(other_consortium, tmp_path))


def test_it_is_signed_by_its_own_chain_and_the_next_one_starts_from_what_stands(
    scope: Consortium, monitoring_officer: StaffMember, tmp_path: Path
) -> None:
    declare(scope, "paid_by_outputs", "over_cap")
    ensure_posts(scope)
    assert load(write(tmp_path / "records", dict(PACKAGE)))[0].loaded
    body = monitoring_officer.organisation
    others = [StaffFactory(organisation=body, role=role) for role in CHAIN[1:3]]
    filed, job = ask_for_build(consortium=scope, kind="esf_claim", quarter=QUARTER, by=monitoring_officer, today=TODAY)
    assert run(job).state == JobState.DONE, job.message

    for person in (monitoring_officer, *others):
        act(filed, person)
    with pytest.raises(NotAllowed, match="head of finance"):
        act(filed, StaffFactory(organisation=body, role=Role.SENIOR_FINANCE_OFFICER))
    head = StaffFactory(organisation=body, role=Role.HEAD_OF_FINANCE)
    hold(head, "Departmental head of finance")
    assert run(act(filed, head)).state == JobState.DONE

    claim = Claim.objects.get()
    assert (claim.kind, str(claim)) == ("esf_claim", "Claim to ESF 2007-08-Q1")
    assert sorted(claim.lines.values_list("job__external_id", "amount"), key=str) == [
        ("j1", 100),
        ("j2", 100),
        (None, 300),
    ]
    client = signed_in(monitoring_officer)
    listed = client.get(reverse("reporting:record-list", args=["claims"])).content.decode()
    assert "Claim to ESF" in listed
    assert "Claim to Europe, 2007-08 Q1" in client.get(reverse("reporting:returns")).content.decode()
    assert client.get(reverse("reporting:claim-items", args=[filed.uid])).status_code == 200
    # It goes to another partnership that has the claim, and to none that has not.
    call_command("export_package", str(tmp_path / "out"), consortium=scope.slug, verbosity=0)
    assert "esf_claim" in (tmp_path / "out" / "claims.csv").read_text()


def test_a_package_brings_a_claim_of_the_pack_and_no_other(
    loaded: Consortium, other_consortium: Consortium, tmp_path: Path
) -> None:
    declare(loaded)
    package = {"claims": "id,kind,quarter,signed_on\nq1,esf_claim,2007-08-Q1,2007-07-10\n"}

    with in_consortium(loaded.pk):
        assert load(write(tmp_path / "one", dict(package)))[0].loaded
    with in_consortium(other_consortium.pk):
        outcome, findings = load(write(tmp_path / "two", dict(package)))
        assert not outcome.loaded
        assert ("claims.csv", "kind") in {(finding.file, finding.column) for finding in findings}


def test_no_claim_is_open_or_asked_for_by_who_reads_no_money_of_others(
    scope: Consortium, monitoring_officer: StaffMember
) -> None:
    declare(scope)
    filed = Return.objects.create(kind="esf_claim", quarter=QUARTER)
    viewer = StaffFactory(organisation=monitoring_officer.organisation, role=Role.VIEWER)
    elsewhere = StaffFactory(role=Role.MONITORING_OFFICER)

    assert not elsewhere.organisation.accountable_body
    for outsider in (viewer, elsewhere):
        page = signed_in(outsider).get(reverse("reporting:return", args=[filed.uid]))
        assert page.status_code == 404
    for kind in ("esf_claim", "dwp_claim"):
        with pytest.raises(NotAllowed):
            ask_for_build(consortium=scope, kind=kind, quarter=QUARTER, by=elsewhere, today=TODAY)
    assert not Return.objects.exclude(pk=filed.pk).exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"code": "dwp_claim"}, "is every pack's own"),
        ({"funders": ["Dwp"]}, "is asked by dwp_claim already"),
        ({"rules": ["over_value"]}, "nothing is claimed without a price"),
        ({"items": ["correction"]}, "'correction' is not one of"),
        ({"streams": ["leicester-stream-of-nobody"]}, "is not in streams.json"),
        ({"code": "another_claim"}, "'another_claim' is not among the returns of pack.json"),
    ],
)
def test_a_faulty_declaration_is_refused_with_what_is_wrong(change: dict[str, Any], told: str, tmp_path: Path) -> None:
    folder = tmp_path / "leicester"
    folder.mkdir()
    for path in (FOLDER / "leicester").iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    rows = json.loads((folder / "claims.json").read_text())
    (folder / "claims.json").write_text(json.dumps([rows[0] | change]))

    with pytest.raises(FaultyPack, match=told):
        load_pack("leicester", folder=tmp_path)


def act(filed: Return, by: StaffMember) -> Any:
    standing = standing_of(filed, None, today=TODAY)
    assert standing is not None
    return do_step(filed, by=by, seen=standing.version, today=TODAY)


def hold(staff: StaffMember, title: str) -> None:
    PostHolder(post=Post.objects.get(title=title), staff=staff, from_date=date(2007, 4, 1)).save()
