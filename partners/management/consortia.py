"""The consortium a command names."""

from django.core.management.base import CommandError

from partners.models import Consortium


def consortium_named(slug: str) -> Consortium:
    consortium = Consortium.objects.filter(slug=slug).first()
    if consortium is None:
        known = ", ".join(Consortium.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no consortium {slug!r}. Consortia here: {known}.", returncode=2)
    return consortium
