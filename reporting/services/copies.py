"""Who gets a copy of a signed return, as the chain of its pack names them: posts and bodies (REP-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models.functions import Lower
from django.urls import reverse

from partners.models import PostHolder, StaffMember
from partners.permissions import Capability, may
from partners.platform.signoff.declarations import Chain
from partners.platform.signoff.posts import code_of_post
from partners.services.notices import tell
from reporting.models import Return
from reporting.queries.report import return_name


@dataclass(frozen=True)
class Copy:
    """One of those named; nobody here stands for a body that has neither a post nor an organisation of its name."""

    name: str
    people: Sequence[StaffMember]


def copies_of(chain: Chain | None, *, today: date) -> list[Copy]:
    """Return the posts and bodies that get a copy, with their people who may read returns: two queries."""
    names = chain.copied_to if chain else ()
    posts = {code_of_post(name): name for name in names}
    bodies = {name.lower(): name for name in names}
    people: dict[str, dict[int, StaffMember]] = {name: {} for name in names}
    held = PostHolder.objects.on(today).filter(post__code__in=posts, is_deputy=False)
    for each in held.select_related("post", "staff__organisation"):
        people[posts[each.post.code]][each.staff.pk] = each.staff
    here = StaffMember.objects.at_work().annotate(body=Lower("organisation__name")).filter(body__in=bodies)
    for person in here.select_related("organisation").order_by("name", "pk"):
        people[bodies[person.organisation.name.lower()]][person.pk] = person
    return [
        Copy(name, [each for each in own.values() if may(each, Capability.VIEW_RETURNS)])
        for name, own in people.items()
    ]


def tell_copied(filed: Return, chain: Chain | None, *, by: StaffMember, today: date) -> None:
    """Tell everybody who gets a copy that the return is signed; each once, and not whoever signed it."""
    people = {each.pk: each for copy in copies_of(chain, today=today) for each in copy.people if each.pk != by.pk}
    tell(
        people.values(),
        words=f"{return_name(filed)} is signed. You get a copy of it.",
        link=reverse("reporting:return", args=[filed.uid]),
        about=f"signed {filed.pk}",
    )
