"""One person, one outcome of a kind, once under a stream: counted by the first claim that is signed, and no other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from caseload.models import Client, Job
from commissioning.models import Contract, FundingStream
from partners.enums import JobState, Role
from partners.models import Consortium, StaffMember
from partners.platform.signoff.posts import ensure_posts
from partners.platform.tenancy.scope import in_consortium
from reporting.counting.claims import Funder
from reporting.models import Claim, ClaimedOutcome, ClaimEntry, ClaimLine, Return, SignedDocument
from reporting.services.outcomes import keep_outcomes
from reporting.services.returns import ask_for_build
from tests.exchange.packages import load, write
from tests.factories.employers import EmployerFactory
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.reporting.test_claim_of_a_pack import PACKAGE, QUARTER, TODAY, act, declared
from tests.reporting.test_claim_signing import CHAIN, CHAINS, run, sign

BOTH = (("j1", "c1", "e1", "job_start"), ("j2", "c2", "e1", "job_start"))
# Another claim of the same funder, for its second stream.
RETURNS = [{"code": code, "chain": "claims"} for code in ("dwp_claim", "esf_claim", "second_claim")]


@pytest.fixture
def no_progress() -> Iterator[None]:
    with (
        patch("partners.platform.jobs.queue._tell"),
        patch("reporting.services.returns.snapshot_moment", timezone.now),
    ):
        yield


def two_claims(consortium: Consortium) -> None:
    first = declared("paid_by_outputs", "over_cap")[0]
    second = {**first, "code": "second_claim", "title": "Second claim", "streams": ["e2"]}
    consortium.pack_data = {"claims": [first, second], "returns": RETURNS, "sign_off": CHAINS}
    consortium.save()
    ensure_posts(consortium)


def chain_for(officer: StaffMember) -> list[StaffMember]:
    return [officer, *(StaffFactory(organisation=officer.organisation, role=role) for role in CHAIN[1:])]


@pytest.fixture
def people(scope: Consortium, monitoring_officer: StaffMember, tmp_path: Path) -> list[StaffMember]:
    two_claims(scope)
    assert load(write(tmp_path / "records", dict(PACKAGE)))[0].loaded
    return chain_for(monitoring_officer)


def built(kind: str, by: StaffMember, quarter: str = QUARTER) -> Return:
    filed, job = ask_for_build(consortium=by.consortium, kind=kind, quarter=quarter, by=by, today=TODAY)
    assert run(job).state == JobState.DONE, job.message
    filed.refresh_from_db()
    return filed


def to_the_same_stream_and_person() -> None:
    """The second contract comes to the first one's stream, and its client proves to be the first one's."""
    Contract.objects.filter(external_id="t3").update(funding_stream=FundingStream.objects.get(external_id="e1"))
    merge("c4", "c1")


def merge(record: str, into: str) -> None:
    Client.objects.filter(external_id=record).update(merged_into=Client.objects.get(external_id=into))


def standing() -> set[tuple[str, ...]]:
    rows = ClaimedOutcome.objects.filter(taken_back_by=None)
    return set(rows.values_list("line__job__external_id", "person__external_id", "funding_stream__external_id", "item"))


@pytest.mark.usefixtures("no_progress")
def test_a_signed_claim_writes_each_outcome_of_its_people_down_and_no_spend(people: list[StaffMember]) -> None:
    for kind in ("esf_claim", "dwp_claim"):
        assert sign(built(kind, people[0]), people).state == JobState.DONE

    # j3 is the same person's as j1.
    assert standing() == {*BOTH, ("j6", "c5", "d1", "job_start")}
    assert ClaimLine.objects.filter(item="spend").exists()


@pytest.mark.usefixtures("no_progress")
def test_what_another_claim_counted_since_is_refused_by_its_name_with_nothing_half_stored(
    people: list[StaffMember],
) -> None:
    first, second = built("esf_claim", people[0]), built("second_claim", people[0])
    to_the_same_stream_and_person()
    assert sign(first, people).state == JobState.DONE

    job = sign(second, people)

    assert job.state == JobState.FAILED
    assert "Already counted: Job start by Outputs (Training), Claim to ESF 2007-08-Q1." in job.message
    assert list(Claim.objects.values_list("kind", flat=True)) == ["esf_claim"]
    assert not SignedDocument.objects.filter(filed=second).exists()
    second.refresh_from_db()
    assert second.state == "in_sign_off"


@pytest.mark.usefixtures("no_progress")
def test_what_is_taken_back_is_free_for_whoever_achieved_it_since(people: list[StaffMember]) -> None:
    sign(built("esf_claim", people[0]), people)
    to_the_same_stream_and_person()
    Job.objects.filter(external_id="j1").update(verified_on=None)

    after = built("esf_claim", people[0], "2007-08-Q2")
    assert sign(after, people).state == JobState.DONE

    # j1 is taken back; j3, of the same person, takes its place.
    assert standing() == {("j3", "c1", "e1", "job_start"), BOTH[1]}
    freed = ClaimedOutcome.objects.get(line__job__external_id="j1")
    assert freed.taken_back_by == ClaimLine.objects.get(item="correction")


@pytest.mark.usefixtures("no_progress")
def test_a_merge_an_unmerge_and_another_stream_are_corrections_of_the_next_claim(people: list[StaffMember]) -> None:
    Job.objects.filter(external_id="j2").update(employer=EmployerFactory())
    sign(built("esf_claim", people[0]), people)
    assert standing() == {*BOTH}
    merge("c2", "c1")

    second = built("esf_claim", people[0], "2007-08-Q2")
    assert sign(second, people).state == JobState.DONE

    causes = ClaimEntry.objects.filter(build_id=second.signed_build_id or second.builds.get().pk).exclude(cause="")
    assert list(causes.values_list("cause", flat=True)) == ["twice"]
    assert standing() == {BOTH[0]}
    # They are two people after all: what was taken back is claimed again, as each one's own.
    Client.objects.filter(external_id="c2").update(merged_into=None)
    assert sign(built("esf_claim", people[0], "2007-08-Q3"), people).state == JobState.DONE
    assert standing() == {*BOTH}


@pytest.mark.usefixtures("no_progress")
def test_the_database_itself_holds_one_outcome_of_a_person_under_a_stream(people: list[StaffMember]) -> None:
    sign(built("esf_claim", people[0]), people)
    held = ClaimedOutcome.objects.get(line__job__external_id="j1")
    other = ClaimLine.objects.get(item="spend")
    again: dict[str, Any] = {"funding_stream": held.funding_stream, "person": held.person, "item": held.item}

    with pytest.raises(IntegrityError, match="reporting_claimedoutcome_once"), transaction.atomic():
        ClaimedOutcome(line=other, **again).save()
    ClaimedOutcome(line=other, is_alone=False, **again).save()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_contracts_frozen_in_the_same_second_one_counts_the_outcome(tmp_path: Path) -> None:
    """Two claims with the same person's outcome are signed at once, each on a connection of its own."""
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        two_claims(consortium)
        assert load(write(tmp_path / "records", dict(PACKAGE)))[0].loaded
        officer = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.MONITORING_OFFICER)
        people = chain_for(officer)
        with patch("partners.platform.jobs.queue._tell"):
            filed = [built(kind, officer) for kind in ("esf_claim", "second_claim")]
            to_the_same_stream_and_person()
            for each in filed:
                for person in people[:-1]:
                    act(each, person)
    together = Barrier(2)

    def both_at_once(claim: Claim, funder: Funder) -> None:
        together.wait(timeout=60)
        keep_outcomes(claim, funder)

    def press(each: Return) -> str:
        try:
            with in_consortium(consortium.pk):
                job = act(each, people[-1])  # its work begins where the scope ends
            with in_consortium(consortium.pk):
                job.refresh_from_db()
                return str(job.message)
        finally:
            connection.close()

    with (
        patch("partners.platform.jobs.queue._tell"),
        patch("reporting.services.claims.keep_outcomes", both_at_once),
        ThreadPoolExecutor(2) as pool,
    ):
        said = list(pool.map(press, filed))

    with in_consortium(consortium.pk):
        assert Claim.objects.count() == 1, said
        assert len([each for each in standing() if each[1] == "c1"]) == 1
    assert [("Already counted: Job start by" in each) for each in said].count(True) == 1, said
