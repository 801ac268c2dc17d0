import factory
from factory.django import DjangoModelFactory

from partners.enums import CentreKind, OrganisationType, Role
from partners.models import (
    Centre,
    Consortium,
    Notice,
    Organisation,
    Post,
    PostHolder,
    PriorityArea,
    SavedView,
    StaffMember,
    User,
)


class ConsortiumFactory(DjangoModelFactory):
    class Meta:
        model = Consortium

    slug = factory.Sequence(lambda n: f"consortium-{n}")
    name = factory.Sequence(lambda n: f"Consortium {n}")
    pack = "blank"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    type = OrganisationType.PROVIDER


class StaffFactory(DjangoModelFactory):
    class Meta:
        model = StaffMember

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Staff Member {n}")
    email = factory.SelfAttribute("user.email")
    role = Role.ADVISER


class CentreFactory(DjangoModelFactory):
    class Meta:
        model = Centre

    name = factory.Sequence(lambda n: f"Centre {n}")
    kind = CentreKind.TRAINING_EMPLOYMENT_CENTRE
    opened_on = "2007-04-01"


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = Notice

    staff = factory.SubFactory(StaffFactory)
    words = factory.Sequence(lambda n: f"The referral of C-{n:04}-0001 is declined.")
    link = "/caseload/referrals/"


class PriorityAreaFactory(DjangoModelFactory):
    class Meta:
        model = PriorityArea

    lsoa = factory.Sequence(lambda n: f"E01{n:06}")


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = SavedView

    owner = factory.SubFactory(StaffFactory)
    path = "/caseload/"
    name = factory.Sequence(lambda n: f"View {n}")
    query = "stage=engaged&whose=mine"


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    code = factory.Sequence(lambda n: f"post-{n}")
    title = factory.Sequence(lambda n: f"Post {n}")
    role = Role.PROJECT_MANAGER


class PostHolderFactory(DjangoModelFactory):
    class Meta:
        model = PostHolder

    post = factory.SubFactory(PostFactory)
    staff = factory.SubFactory(StaffFactory, organisation__accountable_body=True, role=Role.PROJECT_MANAGER)
    from_date = "2007-04-01"
