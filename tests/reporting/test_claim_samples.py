"""A sample of a signed claim: the same seed draws the same lines; what is found holds for the whole by its method."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from partners.enums import Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import Organisation, StaffMember
from partners.platform.frame.today import counts_for
from reporting.models import Claim, ClaimSample, SampledLine
from reporting.services.samples import decide, draw, drawn, extrapolated, find, population
from tests.conftest import signed_in
from tests.factories.partners import StaffFactory
from tests.factories.reporting import ClaimFactory, ClaimLineFactory

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def auditor(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.AUDITOR)


@pytest.fixture
def finance(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)


@pytest.fixture
def claim() -> Claim:
    """Ten lines of £100 to £1,000, a correction, and the lines of another claim beside."""
    made: Claim = ClaimFactory()
    for number in range(1, 11):
        ClaimLineFactory(claim=made, amount=100 * number)
    ClaimLineFactory(claim=made, item="correction", amount=-50)
    ClaimLineFactory.create_batch(3)
    return made


def examine(sample: ClaimSample, auditor: StaffMember, wrong: dict[int, Any] | None = None) -> None:
    for row in SampledLine.objects.filter(sample=sample):
        pounds = (wrong or {}).get(row.place)
        facts = {"finding": "fail" if pounds else "pass", "wrong": pounds, "note": "No payslip" if pounds else ""}
        find(row, **facts, version=row.version, by=auditor)


@pytest.mark.parametrize("method", ["random", "monetary_unit"])
def test_the_same_seed_draws_the_same_lines_and_another_others(claim: Claim, method: str) -> None:
    lines = population(claim)
    assert len(lines) == 10

    first = drawn(lines, method=method, seed="7 May", size=4)

    assert first == drawn(list(reversed(lines)), method=method, seed="7 May", size=4)
    assert sum(hits for _, hits in first) == 4
    others = {tuple(line.pk for line, _ in drawn(lines, method=method, seed=str(n), size=4)) for n in range(20)}
    assert len(others) > 10


def test_by_monetary_unit_a_large_amount_is_met_as_often_as_its_pounds_say(claim: Claim) -> None:
    lines = population(claim)
    met = {line.pk: 0 for line in lines}
    for n in range(400):
        for line, hits in drawn(lines, method="monetary_unit", seed=str(n), size=5):
            met[line.pk] += hits
    largest, smallest = lines[-1], lines[0]
    # £1,000 and £100 of £5,500: 5 draws of 400 meet them about 364 and 36 times.
    assert 330 < met[largest.pk] < 400
    assert 15 < met[smallest.pk] < 60
    one = ClaimLineFactory(claim=claim, amount=50_000)
    again = drawn(population(claim), method="monetary_unit", seed="x", size=10)
    assert next(hits for line, hits in again if line == one) >= 9


def test_at_random_what_is_wrong_per_pound_holds_for_the_whole(claim: Claim, auditor: StaffMember) -> None:
    sample = draw(claim, method="random", seed="seven", size=4, by=auditor)
    assert (sample.number, sample.amount) == (10, Decimal(5500))
    assert extrapolated(sample) is None
    rows = list(SampledLine.objects.filter(sample=sample).order_by("place").select_related("line"))
    asked = sum(row.line.amount for row in rows)

    examine(sample, auditor, {1: Decimal(40)})

    found = extrapolated(sample)
    assert found is not None
    assert found.rate == Fraction(40) / Fraction(asked)
    assert found.amount == (Decimal(40) / asked * 5500).quantize(Decimal("0.01"))


def test_by_monetary_unit_the_mean_of_the_wrong_shares_holds_for_the_whole(claim: Claim, auditor: StaffMember) -> None:
    sample = draw(claim, method="monetary_unit", seed="seven", size=5, by=auditor)
    first = SampledLine.objects.select_related("line").get(sample=sample, place=1)

    examine(sample, auditor, {1: first.line.amount / 2})

    found = extrapolated(sample)
    assert found is not None
    assert found.rate == Fraction(first.hits, 10)
    assert found.amount == Decimal(550) * first.hits


def test_it_is_decided_once_by_somebody_else_and_then_stays(
    claim: Claim, auditor: StaffMember, finance: StaffMember
) -> None:
    sample = draw(claim, method="random", seed="seven", size=2, by=auditor)
    with pytest.raises(CaseloadError, match="are not examined, or are in question"):
        decide(sample, decision="accepted", reason="As found", by=finance)
    examine(sample, auditor, {1: Decimal(10)})
    with pytest.raises(NotAllowed):
        decide(sample, decision="accepted", reason="As found", by=auditor)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        ClaimSample.objects.filter(pk=sample.pk).update(
            decision="accepted", correction=1, decided_by=auditor, decided_at=timezone.now()
        )

    decided = decide(sample, decision="accepted", reason="As found", by=finance)

    assert decided.correction == extrapolated(sample).amount  # type: ignore[union-attr]
    row = SampledLine.objects.filter(sample=sample).first()
    assert row is not None
    with pytest.raises(CaseloadError, match="its findings stay"):
        find(row, finding="pass", wrong=None, note="", version=row.version, by=auditor)
    with pytest.raises(InternalError), transaction.atomic():
        ClaimSample.objects.filter(pk=sample.pk).update(reason="Another")


def test_whoever_wrote_a_finding_does_not_decide(
    claim: Claim, auditor: StaffMember, city_council: Organisation, finance: StaffMember
) -> None:
    """A head of finance who is the data lead may examine, and keeps the money."""
    lead = StaffFactory(organisation=city_council, role=Role.HEAD_OF_FINANCE, data_lead=True)
    other, sample = (draw(claim, method="random", seed=seed, size=2, by=auditor) for seed in ("six", "seven"))
    examine(other, auditor)
    examine(sample, auditor, {1: Decimal(10)})
    first = SampledLine.objects.get(sample=sample, place=1)
    find(first, finding="fail", wrong=Decimal(20), note="No payslip", version=first.version, by=lead)

    with pytest.raises(NotAllowed, match="examined a line"):
        decide(sample, decision="refused", reason="Mine", by=lead)
    assert decide(other, decision="refused", reason="As found", by=lead).decision == "refused"
    assert decide(sample, decision="accepted", reason="As found", by=finance).decision == "accepted"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"size": 11}, "Enter a size of 1 to 10"),
        ({"size": 0}, "Enter a size of 1 to 10"),
        ({"seed": " "}, "Enter a seed"),
    ],
)
def test_what_cannot_be_drawn_is_refused(claim: Claim, auditor: StaffMember, facts: dict[str, Any], told: str) -> None:
    with pytest.raises(CaseloadError, match=told):
        draw(claim, **{"method": "random", "seed": "seven", "size": 2, "by": auditor, **facts})
    assert not ClaimSample.objects.exists()


def test_a_finding_says_how_much_and_why(claim: Claim, auditor: StaffMember, finance: StaffMember) -> None:
    sample = draw(claim, method="random", seed="seven", size=2, by=auditor)
    with pytest.raises(CaseloadError, match="drawn already"):
        draw(claim, method="random", seed="seven", size=2, by=auditor)
    row = SampledLine.objects.select_related("line").filter(sample=sample).first()
    assert row is not None
    given: dict[str, Any] = {"version": row.version, "by": auditor}
    with pytest.raises(CaseloadError, match="at most £"):
        find(row, finding="fail", wrong=row.line.amount + 1, note="No payslip", **given)
    with pytest.raises(CaseloadError, match="Say what is missing"):
        find(row, finding="query", wrong=None, note="", **given)
    with pytest.raises(CaseloadError, match="Only of a line that is not proven"):
        find(row, finding="pass", wrong=Decimal(1), note="", **given)
    with pytest.raises(NotAllowed):
        find(row, finding="pass", wrong=None, note="", version=row.version, by=finance)


def test_the_auditor_follows_the_pound_to_the_person_in_the_browser(
    claim: Claim, auditor: StaffMember, finance: StaffMember, monitoring_officer: StaffMember
) -> None:
    browser = signed_in(auditor)
    drawing = reverse("reporting:draw-sample", args=[claim.uid])
    assert browser.post(drawing, {"method": "random", "size": "2", "seed": "seven"}).status_code == 302
    sample = ClaimSample.objects.get()
    page = reverse("reporting:sample", args=[sample.uid])
    row = SampledLine.objects.filter(sample=sample).select_related("line__job").first()
    assert row is not None
    assert row.line.job is not None

    shown = browser.get(page).content.decode()

    assert "Random" in shown
    assert "seven" in shown
    line_url = reverse("reporting:record", args=["claim-lines", row.line.uid])
    assert line_url in shown
    assert reverse("caseload:record", args=["jobs", row.line.job.uid]) in shown
    assert browser.get(line_url).status_code == 200
    assert "sample of a claim to examine" in [each.text for each in counts_for(auditor, today=timezone.localdate())]
    for each in SampledLine.objects.filter(sample=sample):
        sent = browser.post(
            reverse("reporting:find", args=[each.uid]),
            {"finding": "fail", "wrong": "10", "note": "No payslip", "version": str(each.version)},
        )
        assert sent.status_code == 302
    assert "sample of a claim to decide" in [each.text for each in counts_for(finance, today=timezone.localdate())]
    deciding = reverse("reporting:decide-sample", args=[sample.uid])
    assert deciding in signed_in(finance).get(page).content.decode()
    assert signed_in(finance).post(deciding, {"decision": "accepted", "reason": "As found"}).status_code == 302
    sample.refresh_from_db()
    assert sample.decision == "accepted"
    assert signed_in(monitoring_officer).get(drawing).status_code in (403, 404)
