"""Posts of a consortium, and who may do a step: the holders of its post, or the people of its role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import slugify

from partners.models import Consortium, Post, PostHolder, SignOffStep, StaffMember


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
    """Somebody who may do a step; as ``is_deputy`` they do it openly as one."""

    staff: StaffMember
    is_deputy: bool = False


def able_to(steps: Iterable[SignOffStep], *, today: date) -> Mapping[int, list[Able]]:
    """Return for each step, by its position, who may do it by their post or role, holders before deputies."""
    steps = list(steps)
    held = PostHolder.objects.on(today).filter(post__in=[step.post_id for step in steps if step.post_id])
    holders = list(held.select_related("staff__organisation").order_by("is_deputy", "staff__name", "pk"))
    of_role = StaffMember.objects.at_work().filter(
        organisation__accountable_body=True, role__in={step.role for step in steps if not step.post_id}
    )
    people = list(of_role.select_related("organisation").order_by("name", "pk"))
    return {
        step.position: [Able(each.staff, each.is_deputy) for each in holders if each.post_id == step.post_id]
        if step.post_id
        else [Able(person) for person in people if person.role == step.role]
        for step in steps
    }


def holders_of(code: str, *, today: date) -> list[StaffMember]:
    """Return who holds a post on a day; nobody for one that is vacant."""
    held = PostHolder.objects.on(today).filter(post__code=code, is_deputy=False).select_related("staff")
    return [each.staff for each in held]
