"""Partner organisations and the groups that hold their staff's object permissions."""

from django.contrib.auth.models import Group

from partners.models import Organisation


def ensure_group(organisation: Organisation) -> Group:
    """Return the organisation's group, made on first need and named by its public id: names may repeat or change."""
    if organisation.group is None:
        organisation.group, _ = Group.objects.get_or_create(name=str(organisation.uid))
        organisation.save(update_fields=["group"])
    return organisation.group


def ensure_groups() -> None:
    """Make the missing groups of all the consortium's organisations, in three statements."""
    bare = list(Organisation.objects.filter(group__isnull=True).only("pk", "uid", "consortium_id"))
    if not bare:
        return
    Group.objects.bulk_create([Group(name=str(each.uid)) for each in bare], ignore_conflicts=True)
    groups = dict(Group.objects.filter(name__in=[str(each.uid) for each in bare]).values_list("name", "pk"))
    for each in bare:
        each.group_id = groups[str(each.uid)]
    Organisation.objects.bulk_update(bare, ["group"])
