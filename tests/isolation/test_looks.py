"""Who looked stands on the page of each kind of record, for those who read the trail."""

import pytest
from django.urls import reverse

from partners.enums import Role
from partners.models import StaffMember
from partners.tenancy.models import TenantRecord
from partners.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.partners import StaffFactory
from tests.isolation.conftest import World

# The page of each kind of record on which the data lead reads who looked.
PAGES_OF_RECORDS = {
    "Client": "caseload:client",
    "Referral": "caseload:referral",
    "PossibleMatch": "caseload:match",
    "Employer": "employers:employer",
    "Contract": "commissioning:contract",
    "Return": "reporting:return",
}


@pytest.fixture
def lead(db: None, world: World) -> StaffMember:
    """The data lead, who sees every kind of record."""
    body = world.ours[Role.MONITORING_OFFICER].organisation
    with in_consortium(body.consortium_id):
        return StaffFactory(organisation=body, role=Role.AUDITOR, data_lead=True, name="Dana Lead")


def newest(kind: str, world: World) -> TenantRecord:
    """Return a record of ours that stands for itself: a merged client's page leads to the survivor's."""
    found = [each for each in world.records if type(each).__name__ == kind]
    return next(each for each in found if not getattr(each, "merged_into_id", None))


@pytest.mark.parametrize("kind", PAGES_OF_RECORDS)
def test_who_looked_at_a_record_stands_on_it(world: World, lead: StaffMember, kind: str) -> None:
    record, is_match = newest(kind, world), kind == "PossibleMatch"
    reader = world.ours[Role.TRACKING_TEAM] if is_match else lead
    page = reverse(PAGES_OF_RECORDS[kind], args=[record.uid])
    with in_consortium(reader.consortium_id):
        StaffMember.objects.filter(pk=reader.pk).update(data_lead=True)
    browser = signed_in(reader)

    answer = browser.get(page)
    looked = reverse("partners:who-looked", args=[record._meta.label_lower, record.pk])

    assert answer.status_code == 200
    assert looked in answer.content.decode()
    who = browser.get(looked)
    assert [(name, entry.get_action_display(), bool(entry.purpose)) for name, entry in who.context["entries"]][:1] == [
        (reader.name, "Viewed", True)
    ]


@pytest.mark.parametrize("kind", PAGES_OF_RECORDS)
def test_who_may_not_read_the_trail_is_not_led_to_it(world: World, kind: str) -> None:
    tracker = world.ours[Role.MONITORING_OFFICER]
    page = signed_in(tracker).get(reverse(PAGES_OF_RECORDS[kind], args=[newest(kind, world).uid]))

    assert page.status_code == 200
    assert "/admin/audit/looked/" not in page.content.decode()
