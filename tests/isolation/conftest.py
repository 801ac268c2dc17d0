"""Two consortia side by side: one with a record of every kind, one whose people try to reach them."""

import importlib
import inspect
import pkgutil
from datetime import timedelta

import pytest
from django.utils import timezone
from factory.django import DjangoModelFactory

import tests.factories
from partners.enums import Role
from partners.models import BackgroundJob, Consortium, Invitation, Organisation, StaffMember, Team
from partners.services.api_keys import create_key
from partners.tenancy.models import TenantRecord
from partners.tenancy.scope import in_consortium
from reporting.models import Return
from tests.emptying import quick_emptying
from tests.factories.partners import OrganisationFactory, StaffFactory

__all__ = ["quick_emptying"]

CAST = (Role.TRACKING_TEAM, Role.ADMINISTRATOR, Role.MONITORING_OFFICER, Role.ACCOUNT_MANAGER, Role.HEAD_OF_FINANCE)


def record_factories() -> list[type[DjangoModelFactory]]:
    """Return every factory of a record; a new one joins the tests by itself."""
    found = []
    for module in pkgutil.iter_modules(tests.factories.__path__, "tests.factories."):
        for _, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            is_factory = issubclass(member, DjangoModelFactory) and member is not DjangoModelFactory
            if is_factory and issubclass(member._meta.get_model_class(), TenantRecord) and member not in found:
                found.append(member)
    return found


def record_of_every_kind() -> list[TenantRecord]:
    """Make one record of each kind, with two of its neighbours that have no factory."""
    records: list[TenantRecord] = [factory() for factory in record_factories()]
    boss = cast_of()[Role.ADMINISTRATOR]
    team = Team(organisation=boss.organisation, name="Outreach")
    team.save()
    job = BackgroundJob(kind="nothing", title="Work", asked_by=boss)
    job.save()
    invitation = Invitation(
        staff_member=boss, invited_by=boss, token_hash="x", expires_at=timezone.now() + timedelta(days=1)
    )
    invitation.save()
    filed = Return(kind="leap", quarter="2007-08-Q1")
    filed.save()
    key, _ = create_key(boss.organisation, label="Key", scopes=["referrals:read"])
    return [*records, team, job, invitation, filed, key, boss, boss.organisation]


def cast_of() -> dict[str, StaffMember]:
    """Return one person of each role in the accountable body of the consortium in scope."""
    body = Organisation.objects.filter(accountable_body=True).first() or OrganisationFactory(accountable_body=True)
    known = {person.role: person for person in StaffMember.objects.filter(organisation=body, user__isnull=False)}
    return {role: known.get(role) or StaffFactory(organisation=body, role=role) for role in CAST}


@pytest.fixture
def ours(consortium: Consortium) -> list[TenantRecord]:
    with in_consortium(consortium.pk):
        return record_of_every_kind()


@pytest.fixture
def our_cast(consortium: Consortium, ours: list[TenantRecord]) -> dict[str, StaffMember]:
    with in_consortium(consortium.pk):
        return cast_of()


@pytest.fixture
def their_cast(other_consortium: Consortium) -> dict[str, StaffMember]:
    with in_consortium(other_consortium.pk):
        return cast_of()
