"""Partner organisations and the groups that hold their staff's object permissions."""

from django.contrib.auth.models import Group

from partners.models import Organisation


def ensure_group(organisation: Organisation) -> Group:
    """Return the organisation's group, made on first need and named by its public id: names may repeat or change."""
    if organisation.group is None:
        organisation.group, _ = Group.objects.get_or_create(name=str(organisation.uid))
        organisation.save(update_fields=["group"])
    return organisation.group
