"""Who keeps which kind, and what somebody would type into its form: found from the declarations themselves."""

from collections.abc import Iterator
from typing import Any

from partners.enums import Role
from partners.models import Organisation, StaffMember
from partners.permissions import may
from partners.platform.dates import long_date
from partners.platform.records.keeping import Verb, keeper_of
from partners.platform.records.kinds import RecordKind, all_kinds
from partners.platform.tenancy.models import TenantRecord
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.isolation.conftest import record_factories

KEPT = [kind for kind in all_kinds() if kind.keeps is not None]
FACTORIES = {factory._meta.get_model_class(): factory for factory in record_factories()}


def body() -> Organisation:
    found: Organisation | None = Organisation.objects.filter(accountable_body=True).first()
    return found or OrganisationFactory(accountable_body=True, name="The council")


def people(record: TenantRecord | None) -> Iterator[StaffMember]:
    """Make people of each role in the accountable body and in each organisation that a record names."""
    fields = record._meta.concrete_fields if record else ()
    named = [getattr(record, each.name) for each in fields if each.related_model in {Organisation, StaffMember}]
    own = [each.organisation if isinstance(each, StaffMember) else each for each in named if each is not None]
    for organisation in (body(), *own):
        for role in Role.values:
            yield StaffFactory(organisation=organisation, role=role)


def keeper_for(kind: RecordKind, record: TenantRecord, verb: Verb) -> StaffMember:
    """Return somebody who may do something with a record, within their sight."""
    for person in people(record):
        if keeper_of(kind).may(verb, person, record) and kind.rows(person).filter(pk=record.pk).exists():
            return person
    raise AssertionError(f"Nobody may {verb} a record of {kind.slug}")


def somebody_without(kind: RecordKind, verb: Verb) -> StaffMember:
    return next(person for person in people(None) if not keeper_of(kind).may(verb, person))


def reader_without(kind: RecordKind, verb: Verb) -> StaffMember:
    """Return somebody who opens records of a kind and may not do something with them."""
    readers = (person for person in people(None) if may(person, kind.capability))
    return next(person for person in readers if not keeper_of(kind).may(verb, person))


def typed(kind: RecordKind, record: Any) -> dict[str, str]:
    """Return what somebody would type to record the same as a record says."""
    assert kind.keeps is not None
    return {name: as_typed(getattr(record, name)) for name in kind.keeps.fields}


def as_typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, TenantRecord):
        return str(value.uid)
    return long_date(value) if hasattr(value, "toordinal") else str(value)
