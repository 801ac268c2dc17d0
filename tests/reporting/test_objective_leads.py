"""Whoever leads an objective writes what returns say of that one, and of no other (REP-07, item 1)."""

from typing import Any

import pytest
from django.urls import reverse

from partners.enums import Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import Consortium, StaffMember
from partners.platform.records.keeping import Keeper, keeper_of
from partners.platform.records.kinds import kind_of
from partners.platform.tenancy.scope import in_consortium
from reporting.enums import ReturnState
from reporting.models import Narrative, Objective, Return
from tests.conftest import signed_in
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.factories.reporting import NarrativeFactory, ObjectiveFactory, ReturnFactory


@pytest.fixture
def lead(scope: Consortium) -> StaffMember:
    return StaffFactory(organisation=OrganisationFactory(), role=Role.PROJECT_MANAGER)


@pytest.fixture
def own(lead: StaffMember) -> Objective:
    """Theirs, beside one that somebody else leads and one that nobody does."""
    ObjectiveFactory(lead_person=StaffFactory(role=Role.PROJECT_MANAGER))
    ObjectiveFactory()
    return ObjectiveFactory(lead_person=lead)


@pytest.fixture
def filed(scope: Consortium) -> Return:
    ReturnFactory()
    return ReturnFactory()


def keeper(model: Any) -> Keeper:
    kind = kind_of(model)
    assert kind is not None
    return keeper_of(kind)


def of_others(own: Objective) -> list[Objective]:
    return list(Objective.objects.exclude(pk=own.pk))


def test_a_lead_writes_and_changes_the_words_of_their_own_objective_in_the_browser(
    lead: StaffMember, own: Objective, filed: Return
) -> None:
    browser, report = signed_in(lead), reverse("reporting:report", args=[filed.uid])
    page = f"{reverse('reporting:write-narrative')}?filed={filed.uid}&objective={own.uid}"

    told = browser.get(report).content.decode().replace("&amp;", "&")
    assert page in told
    assert not any(f"objective={each.uid}" in told for each in of_others(own))
    form = browser.get(page).content.decode()
    assert str(own.uid) in form
    assert not any(str(each.uid) in form for each in of_others(own))
    answer = browser.post(page, {"filed": filed.uid, "objective": own.uid, "body": "Forty visits"})
    assert answer.headers["Location"] == report

    written = Narrative.objects.get()
    change = reverse("reporting:change-narrative", args=[written.uid])
    assert change in browser.get(report).content.decode()
    browser.post(change, {"filed": filed.uid, "objective": own.uid, "body": "Fifty visits", "version": written.version})
    written.refresh_from_db()
    assert written.body == "Fifty visits"


def test_a_lead_writes_of_no_other_objective_and_moves_no_words_between_them(
    lead: StaffMember, own: Objective, filed: Return
) -> None:
    mine, browser = NarrativeFactory(filed=filed, objective=own), signed_in(lead)
    for other in of_others(own):
        theirs = NarrativeFactory(filed=ReturnFactory(), objective=other)
        with pytest.raises(NotAllowed):
            keeper(Narrative).add({"filed": filed, "objective": other, "body": "Mine now"}, by=lead)
        with pytest.raises(NotAllowed):
            keeper(Narrative).change(theirs, {"body": "Mine now"}, version=1, by=lead)
        with pytest.raises(NotAllowed):
            keeper(Narrative).change(theirs, {"objective": own}, version=1, by=lead)
        with pytest.raises(NotAllowed):
            keeper(Narrative).change(mine, {"objective": other}, version=1, by=lead)
        assert browser.get(reverse("reporting:change-narrative", args=[theirs.uid])).status_code == 403
        typed = {"filed": filed.uid, "objective": other.uid, "body": "Mine now"}
        assert browser.post(reverse("reporting:write-narrative"), typed).status_code == 200
    with pytest.raises(NotAllowed):
        keeper(Narrative).remove(mine, reason="Wrong", version=1, by=lead)
    assert not Narrative.objects.filter(body="Mine now").exists()
    assert set(Narrative.objects.filter(objective=own)) == {mine}


@pytest.mark.parametrize(
    ("state", "is_let"),
    [(ReturnState.IN_SIGN_OFF, False), (ReturnState.SENT_BACK, True), (ReturnState.BUILT, True)],
)
def test_a_lead_writes_nothing_while_the_return_is_signed_off(
    lead: StaffMember, own: Objective, filed: Return, state: str, *, is_let: bool
) -> None:
    narrative = NarrativeFactory(filed=filed, objective=own)
    Return.objects.filter(pk=filed.pk).update(state=state)

    if is_let:
        keeper(Narrative).change(narrative, {"body": "Later"}, version=1, by=lead)
    else:
        with pytest.raises(NotAllowed):
            keeper(Narrative).change(narrative, {"body": "Later"}, version=1, by=lead)
    report = signed_in(lead).get(reverse("reporting:report", args=[filed.uid])).content.decode()
    assert (reverse("reporting:change-narrative", args=[narrative.uid]) in report) == is_let


def test_a_lead_writes_in_no_return_that_they_do_not_read(lead: StaffMember, own: Objective) -> None:
    claim = ReturnFactory(kind="dwp_claim")

    with pytest.raises(NotAllowed):
        keeper(Narrative).add({"filed": claim, "objective": own, "body": "Of a claim"}, by=lead)
    form = signed_in(lead).get(reverse("reporting:write-narrative")).content.decode()
    assert str(claim.uid) not in form


def test_who_leads_no_more_or_reads_no_returns_any_more_writes_nothing(
    lead: StaffMember, own: Objective, filed: Return
) -> None:
    narrative = NarrativeFactory(filed=filed, objective=own)
    StaffMember.objects.filter(pk=lead.pk).update(role=Role.ADVISER)
    with pytest.raises(NotAllowed):
        keeper(Narrative).change(narrative, {"body": "Later"}, version=1, by=StaffMember.objects.get(pk=lead.pk))
    StaffMember.objects.filter(pk=lead.pk).update(role=Role.PROJECT_MANAGER)
    Objective.objects.filter(pk=own.pk).update(lead_person=None)
    again = StaffMember.objects.get(pk=lead.pk)

    with pytest.raises(NotAllowed):
        keeper(Narrative).change(Narrative.objects.get(pk=narrative.pk), {"body": "Later"}, version=1, by=again)
    assert signed_in(again).get(reverse("reporting:write-narrative")).status_code == 403


def test_a_lead_of_one_consortium_writes_nothing_in_another(
    lead: StaffMember, own: Objective, filed: Return, other_consortium: Consortium
) -> None:
    with in_consortium(other_consortium.pk):
        stranger = StaffFactory(organisation=OrganisationFactory(), role=Role.PROJECT_MANAGER)
        theirs = ObjectiveFactory(lead_person=stranger)
        their_return = ReturnFactory()
    browser, page = signed_in(stranger), reverse("reporting:write-narrative")

    ours = {"filed": filed.uid, "objective": own.uid, "body": "From afar"}
    assert browser.post(page, ours).status_code == 200
    assert browser.post(page, {**ours, "objective": theirs.uid}).status_code == 200
    assert browser.post(page, {**ours, "filed": their_return.uid}).status_code == 200
    assert not Narrative.objects.exists()
    with in_consortium(other_consortium.pk):
        assert not Narrative.objects.exists()


def test_the_plans_keepers_name_the_lead_and_nobody_else(
    lead: StaffMember, own: Objective, monitoring_officer: StaffMember, other_consortium: Consortium
) -> None:
    with in_consortium(other_consortium.pk):
        stranger = StaffFactory(role=Role.PROJECT_MANAGER)
    other = of_others(own)[1]

    with pytest.raises(NotAllowed):
        keeper(Objective).change(other, {"lead_person": lead}, version=1, by=lead)
    with pytest.raises(CaseloadError, match="from the list"):
        keeper(Objective).change(other, {"lead_person": stranger}, version=1, by=monitoring_officer)
    adviser = StaffFactory(role=Role.ADVISER)
    with pytest.raises(CaseloadError, match="reads returns"):
        keeper(Objective).change(other, {"lead_person": adviser}, version=1, by=monitoring_officer)
    keeper(Objective).change(other, {"lead_person": lead}, version=1, by=monitoring_officer)

    other.refresh_from_db()
    assert other.lead_person == lead
