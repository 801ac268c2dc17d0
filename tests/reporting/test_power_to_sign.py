"""Nobody makes themselves, or a friend, somebody whose step of a document it is: by no page, package, key or form."""

from collections.abc import Iterator
from datetime import date
from unittest.mock import patch

import pytest
from django.test import Client as Browser
from django.urls import reverse

from partners.enums import Role, Scope
from partners.errors import CaseloadError, NotAllowed
from partners.models import Consortium, Post, PostHolder, StaffMember
from partners.platform.signoff.posts import ensure_posts
from partners.platform.signoff.standing import standing_of
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from partners.services.people import change_role, invite
from reporting.models import Return
from tests.conftest import signed_in
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, PostHolderFactory, StaffFactory
from tests.reporting.test_signing import CHAINS, TODAY, act, back, build, someone

FORM = reverse("partners:record-add", args=["post-holders"])


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    with patch("partners.platform.jobs.queue._tell"):
        yield


@pytest.fixture
def post(scope: Consortium) -> Post:
    """A post of this consortium; others are held here and elsewhere."""
    chained(scope)
    found: Post = Post.objects.get(title="Programme manager")
    PostHolderFactory(post=Post.objects.get(title="Departmental head of finance"))
    return found


def chained(consortium: Consortium) -> None:
    consortium.pack_data = {"returns": [{"code": "journey", "chain": "quarterly_reports"}], "sign_off": CHAINS}
    consortium.save()
    ensure_posts(consortium)


def typed(post: Post, person: StaffMember) -> dict[str, object]:
    return {
        "post": post.uid,
        "staff": person.uid,
        "from_date": "1 Jan 2007",
        "is_deputy": "false",
        "accountable_body": "on",
    }


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_names_the_holder_of_a_post(
    post: Post, monitoring_officer: StaffMember, role: Role
) -> None:
    manager = someone(Role.PROJECT_MANAGER, of=monitoring_officer)
    me = manager if role == Role.PROJECT_MANAGER else someone(role, of=monitoring_officer)

    assert signed_in(me).post(FORM, typed(post, manager)).status_code == 403
    assert not post.holders.exists()


def test_a_partners_administrator_names_no_holder_not_even_of_their_own(
    post: Post, administrator: StaffMember, manager: StaffMember
) -> None:
    boss = StaffFactory(organisation=manager.organisation, role=Role.ADMINISTRATOR)

    assert signed_in(boss).post(FORM, typed(post, manager)).status_code == 403
    refused = signed_in(administrator).post(FORM, typed(post, manager))

    assert "choose somebody of the accountable body" in refused.content.decode()
    assert not post.holders.exists()


def test_neither_a_post_nor_a_person_of_another_consortium_is_named(
    post: Post, administrator: StaffMember, other_consortium: Consortium
) -> None:
    with in_consortium(other_consortium.pk):
        chained(other_consortium)
        other = Post.objects.get(title="Programme manager")
        theirs = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.PROJECT_MANAGER)
    mine = someone(Role.PROJECT_MANAGER, of=administrator)

    for data in (typed(other, mine), typed(post, theirs)):
        assert "Error:" in signed_in(administrator).post(FORM, data).content.decode()
    assert not post.holders.exists()
    with in_consortium(other_consortium.pk):
        assert not other.holders.exists()
    signed_in(administrator).post(FORM, typed(post, mine))
    assert post.holders.get().staff == mine


def test_a_key_names_nobody(post: Post, administrator: StaffMember) -> None:
    _, token = create_key(administrator.organisation, label="All", scopes=list(Scope.values), by=administrator)
    before = PostHolder.objects.count()

    for path in ("post-holders", "posts", "staff"):
        answer = Browser().post(f"/api/v1/{path}", {}, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code in (404, 405)
    assert PostHolder.objects.count() == before


def test_an_administrator_gives_themselves_no_role(administrator: StaffMember) -> None:
    someone(Role.ADMINISTRATOR, of=administrator)

    with pytest.raises(CaseloadError, match="another administrator"):
        change_role(
            administrator, by=administrator, role=Role.HEAD_OF_FINANCE, team=None, data_lead=False, reason="I sign"
        )

    administrator.refresh_from_db()
    assert administrator.role == Role.ADMINISTRATOR


def test_a_partners_administrator_invites_nobody_who_signs(manager: StaffMember, administrator: StaffMember) -> None:
    boss = StaffFactory(organisation=manager.organisation, role=Role.ADMINISTRATOR)

    with pytest.raises(NotAllowed):
        invite(
            by=boss,
            name="A Friend",
            email="friend@example.org",
            organisation=administrator.organisation,
            role=Role.FINANCE_OFFICER,
            link_for=lambda key: f"/{key}/",
        )


@pytest.mark.django_db(transaction=True)
def test_who_got_a_role_since_the_round_began_waits_for_those_who_had_it() -> None:
    """Each act and each change of a role at a time of its own."""
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        chained(consortium)
        officer = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.MONITORING_OFFICER)
        chief = someone(Role.ADMINISTRATOR, of=officer)
        checker = someone(Role.PROJECT_MANAGER, of=officer, post="Programme manager")
        finance, friend = someone(Role.FINANCE_OFFICER, of=officer), someone(Role.ADVISER, of=officer)
        filed, other = build(officer), build(officer, "2006-07-Q4")
        for each in (filed, other):
            act(each, officer)
            act(each, checker)
    with in_consortium(consortium.pk):
        change_role(friend, by=chief, role=Role.FINANCE_OFFICER, team=None, data_lead=False, reason="Helps out")

        with pytest.raises(NotAllowed, match=f"since this round.*It waits for {finance.name}"):
            act(filed, friend)

        # What is late, or has nobody else, goes on with them; so does a round that begins with them there.
        due_on = filed_due(filed)
        late = standing_of(filed, friend, today=due_on.replace(year=due_on.year + 1))
        assert late is not None
        assert late.may_act
        back(filed, finance, 2)
        act(filed, checker)
        act(filed, finance)
        StaffMember.objects.filter(pk=finance.pk).update(role=Role.ADVISER)
        act(other, friend)


@pytest.mark.django_db(transaction=True)
def test_a_new_round_knows_those_who_came_before_it() -> None:
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        chained(consortium)
        officer = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.MONITORING_OFFICER)
        checker = someone(Role.PROJECT_MANAGER, of=officer, post="Programme manager")
        someone(Role.FINANCE_OFFICER, of=officer)
        filed = build(officer)
        act(filed, officer)
    with in_consortium(consortium.pk):
        friend = someone(Role.FINANCE_OFFICER, of=officer)
    with in_consortium(consortium.pk):
        back(filed, checker, 1)
        act(filed, officer)
        act(filed, checker)

        standing = standing_of(filed, friend, today=TODAY)

        assert standing is not None
        assert standing.may_act


def filed_due(filed: Return) -> date:
    standing = standing_of(filed, None, today=TODAY)
    assert standing is not None
    assert standing.due_on is not None
    return standing.due_on
