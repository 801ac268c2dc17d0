"""Partner organisations, their groups and their teams."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from partners.errors import CaseloadError
from partners.judging import may_give_power, may_settle_organisations, require_right
from partners.models import Organisation, StaffMember, Team
from partners.queries.people import administrators_in


def ensure_group(organisation: Organisation) -> Group:
    """Return the group that holds the object permissions of an organisation's staff; make it if there is none yet.

    Its name is the organisation's public id, because groups belong to the installation and must tell nobody's name.
    """
    if organisation.group is None:
        organisation.group, _ = Group.objects.get_or_create(name=_group_name(organisation))
        organisation.save(update_fields=["group"])
    return organisation.group


def ensure_groups() -> None:
    """Make the missing groups of all the consortium's organisations, in a handful of statements."""
    bare = list(Organisation.objects.filter(group__isnull=True).only("pk", "uid", "consortium_id"))
    if not bare:
        return
    Group.objects.bulk_create([Group(name=_group_name(each)) for each in bare], ignore_conflicts=True)
    groups = dict(Group.objects.filter(name__in=[_group_name(each) for each in bare]).values_list("name", "pk"))
    for each in bare:
        each.group_id = groups[_group_name(each)]
    Organisation.objects.bulk_update(bare, ["group"])


def _group_name(organisation: Organisation) -> str:
    return f"organisation:{organisation.uid}"


def create_organisation(*, by: StaffMember, **facts: Any) -> Organisation:
    """Take a partner organisation into the consortium."""
    require_right(held=may_settle_organisations(by))
    organisation = Organisation(**facts)
    _refuse_second_name(organisation)
    organisation.save()
    ensure_group(organisation)
    return organisation


def change_organisation(organisation: Organisation, *, by: StaffMember, **facts: Any) -> Organisation:
    require_right(held=may_settle_organisations(by))
    if organisation.accountable_body and not facts.get("accountable_body", True):
        _keep_an_accountable_body(organisation)
    for name, value in facts.items():
        setattr(organisation, name, value)
    _refuse_second_name(organisation)
    organisation.save(update_fields=list(facts))
    return organisation


def _keep_an_accountable_body(organisation: Organisation) -> None:
    """Refuse to let the last one go that somebody administers: nobody else could say who answers for all."""
    if not administrators_in().exclude(organisation=organisation).exists():
        raise CaseloadError(
            "Nobody would administer the accountable body any more. Name another one with an administrator first.",
            field="accountable_body",
        )


def _refuse_second_name(organisation: Organisation) -> None:
    same = Organisation.objects.filter(name__iexact=organisation.name).exclude(uid=organisation.uid)
    if same.exists():
        raise CaseloadError("There is an organisation of this name already.", field="name")


def create_team(organisation: Organisation, *, by: StaffMember, name: str) -> Team:
    require_right(held=may_give_power(by, organisation.pk))
    team = Team(organisation=organisation, name=name)
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise CaseloadError("This organisation already has a team of this name.", field="name") from error
    return team
