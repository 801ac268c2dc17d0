"""Who looked stands on the page of each kind of record; nobody is named on any page without a look in their trail."""

import re
from collections.abc import Iterable

import pytest
from django.urls import reverse

from caseload.models import Client
from partners.enums import Role
from partners.models import AccessEntry, StaffMember
from partners.platform.tenancy.models import TenantRecord
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.partners import StaffFactory
from tests.isolation.addresses import Door, lists
from tests.isolation.conftest import World

NAMED = re.compile(r"Testperson\d+")
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
    looked = reverse("partners:who-looked", args=[record._meta.label_lower, record.uid])

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


@pytest.mark.slow
def test_whoever_a_page_names_has_the_look_in_their_own_trail(db: None, world: World, doors: list[Door]) -> None:
    """Every page that one can open is opened; each client named on it is found in the trail of that very request."""
    searches = [f"{path}?q=Alex" for path in lists()]
    paths = [*lists(), *(door.path for door in doors)]
    unseen, named, broken = [], set(), []
    for role in (Role.TRACKING_TEAM, Role.ADVISER, Role.MONITORING_OFFICER):
        person = world.ours[role]
        browser = signed_in(person)
        with in_consortium(person.consortium_id):
            keys = dict(Client.objects.values_list("family_name", "pk"))
            for path in [*paths, *(searches if role == Role.TRACKING_TEAM else [])]:
                before = AccessEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                answer = browser.get(path)
                if answer.streaming:
                    list(answer.streaming_content)  # or the file stays open
                    continue
                if "text/html" not in answer.get("Content-Type", ""):
                    continue
                said = answer.content.decode()
                broken += [path] if "%}" in said or "{{" in said else []
                shown = {keys[name] for name in NAMED.findall(said) if name in keys}
                missing = shown - looked_at(AccessEntry.objects.filter(pk__gt=before))
                unseen += [(role, path, missing)] if missing else []
                named |= {path} if shown else set()

    assert (unseen, broken) == ([], [])
    assert len(named) > 30


def looked_at(entries: Iterable[AccessEntry]) -> set[int]:
    found: set[int] = set()
    for entry in entries:
        if entry.subject == "caseload.client":
            found |= set(entry.subject_ids or []) | ({entry.subject_id} if entry.subject_id else set())
    return found


def test_a_list_is_one_line_of_the_trail_and_found_from_each_person_on_it(world: World, lead: StaffMember) -> None:
    tracker = world.ours[Role.TRACKING_TEAM]
    with in_consortium(tracker.consortium_id):
        before = AccessEntry.objects.count()
        signed_in(tracker).get(reverse("caseload:caseload"), {"whose": "all"})
        written = AccessEntry.objects.order_by("-pk")[: AccessEntry.objects.count() - before]
        assert [(entry.action, entry.staff_member_id) for entry in written] == [("listed", tracker.pk)]
        people = Client.objects.filter(pk__in=written[0].subject_ids)
        assert len(people) > 2
        trail = reverse("partners:audit")
        for person in people:
            asked = {"kind": "caseload.client", "record": person.external_id, "action": "listed"}
            assert tracker.name in signed_in(lead).get(trail, asked).content.decode()
        strange = {"kind": "caseload.client", "record": "nobody", "action": "listed"}
        assert tracker.name not in signed_in(lead).get(trail, strange).content.decode().split("</form>")[-1]
