"""Who holds the posts that sign documents off."""

from partners.models import Post, PostHolder
from reporting.services.scenes.stage import Stage

HOLDERS = (
    ("Programme manager", "staff-programme-manager"),
    ("Departmental head of finance", "staff-head-of-finance"),
)


def name_holders(stage: Stage) -> None:
    for title, part in HOLDERS:
        for post in Post.objects.filter(title=title):
            PostHolder(
                post=post, staff=stage.person(part), from_date=stage.consortium.programme_start or stage.today
            ).save()
