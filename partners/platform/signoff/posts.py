"""Posts of a consortium, and who may do a step: the holders of its post, or the people of its role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.text import slugify

from partners.models import Consortium, Post, PostHolder, SignOffStep, StaffMember
from partners.platform.records.history import history_of


def code_of_post(title: str) -> str:
    return slugify(title)[:80]


def ensure_posts(consortium: Consortium) -> None:
    """Make the posts that the chains of a consortium's pack name, where they are not there yet."""
    data: dict[str, Any] = consortium.pack_data
    steps = [step for chain in data.get("sign_off", []) for step in chain["steps"] if step.get("named")]
    for step in steps:
        Post.objects.get_or_create(
            code=code_of_post(step["post"]), defaults={"title": step["post"], "role": step["role"]}
        )


@dataclass(frozen=True)
class Able:
    """Somebody who may do a step; as ``is_deputy`` they do it openly as one.

    ``is_new`` says that they have the step's role only since the round began.
    """

    staff: StaffMember
    is_deputy: bool = False
    is_new: bool = False


def able_to(steps: Iterable[SignOffStep], *, today: date, begun: datetime | None = None) -> Mapping[int, list[Able]]:
    """Return for each step, by its position, who may do it by their post or role, holders before deputies.

    ``begun`` is when the round under way began, if one is.
    """
    steps = list(steps)
    held = PostHolder.objects.on(today).filter(post__in=[step.post_id for step in steps if step.post_id])
    holders = list(held.select_related("staff__organisation").order_by("is_deputy", "staff__name", "pk"))
    of_role = StaffMember.objects.at_work().filter(
        organisation__accountable_body=True, role__in={step.role for step in steps if not step.post_id}
    )
    people = list(_with_place_at(begun, of_role).select_related("organisation").order_by("name", "pk"))
    return {
        step.position: [Able(each.staff, each.is_deputy) for each in holders if each.post_id == step.post_id]
        if step.post_id
        else [Able(person, is_new=_is_new(person, begun)) for person in people if person.role == step.role]
        for step in steps
    }


def _with_place_at(moment: datetime | None, people: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    """Let each know, from the history, the role and organisation they had at a moment."""
    if moment is None:
        return people
    then = history_of(StaffMember).filter(consortium=OuterRef("consortium"), pgh_obj=OuterRef("pk"))
    newest = then.filter(pgh_created_at__lte=moment).order_by("-pgh_id")
    return people.annotate(
        role_then=Subquery(newest.values("role")[:1]), organisation_then=Subquery(newest.values("organisation")[:1])
    )


def _is_new(person: Any, begun: datetime | None) -> bool:
    if begun is None:
        return False
    return (person.role_then, person.organisation_then) != (person.role, person.organisation_id)


def holders_of(code: str, *, today: date) -> list[StaffMember]:
    """Return who holds a post on a day; nobody for one that is vacant."""
    held = PostHolder.objects.on(today).filter(post__code=code, is_deputy=False).select_related("staff")
    return [each.staff for each in held]
