"""Attempts to reach another consortium's rows from inside the process. Each first makes the row that could leak."""

import hashlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone

from partners.consortium_middleware import SESSION_KEY, TenantMiddleware
from partners.errors import NoConsortiumInScope
from partners.models import Consortium, Invitation, Organisation, StaffMember
from partners.platform.tenancy.scope import (
    across_consortia,
    current_consortium_id,
    has_consortium,
    in_consortium,
    own_memberships,
)
from tests.conftest import signed_in
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory


@pytest.fixture
def both(consortium: Consortium, other_consortium: Consortium) -> tuple[Consortium, Consortium]:
    for each in (consortium, other_consortium):
        with in_consortium(each.pk):
            OrganisationFactory(name=f"Secret of {each.slug}")
    return consortium, other_consortium


def names_by_sql() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM partners_organisation WHERE name LIKE 'Secret%%' ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def through_middleware(staff: StaffMember, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    request = RequestFactory().get("/")
    request.user, request.session = staff.user, {}  # type: ignore[assignment]
    return TenantMiddleware(view)(request)


def test_raw_sql_in_a_view_sees_its_own_consortium_only(
    both: tuple[Consortium, Consortium], foreigner: StaffMember
) -> None:
    answer = through_middleware(foreigner, lambda _: HttpResponse(", ".join(names_by_sql())))

    assert answer.content.decode() == "Secret of elsewhere"


def test_raw_sql_outside_any_consortium_sees_nothing(both: tuple[Consortium, Consortium]) -> None:
    assert names_by_sql() == []


def test_the_manager_is_loud_outside_any_consortium(both: tuple[Consortium, Consortium]) -> None:
    with pytest.raises(NoConsortiumInScope):
        Organisation.objects.count()


def test_the_base_manager_is_held_by_the_database(both: tuple[Consortium, Consortium]) -> None:
    with in_consortium(both[0].pk):
        assert Organisation._base_manager.filter(name__startswith="Secret").count() == 1


def test_an_error_leaves_no_consortium_behind_on_a_pooled_connection(both: tuple[Consortium, Consortium]) -> None:
    def fail_inside() -> None:
        with in_consortium(both[0].pk):
            assert names_by_sql() == ["Secret of leicester"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()

    assert not has_consortium()
    assert names_by_sql() == []


def test_an_inner_scope_gives_the_outer_one_back(both: tuple[Consortium, Consortium]) -> None:
    ours, theirs = both
    with in_consortium(ours.pk):
        with in_consortium(theirs.pk):
            assert names_by_sql() == ["Secret of elsewhere"]

        assert current_consortium_id() == ours.pk
        assert names_by_sql() == ["Secret of leicester"]


def test_an_inner_scope_that_fails_gives_the_outer_one_back(both: tuple[Consortium, Consortium]) -> None:
    ours, theirs = both
    with in_consortium(ours.pk):
        with pytest.raises(ZeroDivisionError), in_consortium(theirs.pk):
            raise ZeroDivisionError

        assert current_consortium_id() == ours.pk
        assert names_by_sql() == ["Secret of leicester"]


def test_a_template_rendered_late_still_sees_its_own_consortium_only(
    both: tuple[Consortium, Consortium], foreigner: StaffMember
) -> None:
    browser = signed_in(foreigner)

    page = browser.get("/organisations/").content.decode()  # a generic view: the list is asked for by its template

    assert "Secret of elsewhere" in page
    assert "Secret of leicester" not in page


def test_going_through_all_consortia_never_sees_two_at_once(both: tuple[Consortium, Consortium]) -> None:
    seen = [names_by_sql() for _ in across_consortia(reason="this test")]

    assert sorted(seen) == [["Secret of elsewhere"], ["Secret of leicester"]]


def test_a_session_is_in_one_of_its_two_consortia_at_a_time(both: tuple[Consortium, Consortium]) -> None:
    ours, theirs = both
    with in_consortium(ours.pk):
        person = StaffFactory()
    with in_consortium(theirs.pk):
        StaffFactory(user=person.user, email=person.email)
    browser = signed_in(person)

    before = browser.get("/organisations/").content.decode()
    browser.post("/switch/", {"consortium": ours.uid if "Secret of elsewhere" in before else theirs.uid})
    after = browser.get("/organisations/").content.decode()

    assert ("Secret of elsewhere" in before) != ("Secret of leicester" in before)
    assert ("Secret of elsewhere" in after) != ("Secret of leicester" in after)
    assert ("Secret of elsewhere" in before) != ("Secret of elsewhere" in after)


def test_a_session_that_names_a_foreign_consortium_stays_at_home(
    both: tuple[Consortium, Consortium], foreigner: StaffMember
) -> None:
    browser: Browser = signed_in(foreigner)
    session = browser.session
    session[SESSION_KEY] = both[0].pk
    session.save()

    page = browser.get("/organisations/").content.decode()

    assert "Secret of elsewhere" in page
    assert "Secret of leicester" not in page


def test_somebody_who_left_comes_in_no_more_with_a_session_that_lives_on(
    both: tuple[Consortium, Consortium], foreigner: StaffMember
) -> None:
    browser = signed_in(foreigner)
    assert browser.get("/organisations/").status_code == 200

    with in_consortium(foreigner.consortium_id):
        StaffMember.objects.filter(pk=foreigner.pk).update(left_at=timezone.now())

    assert browser.get("/organisations/").status_code == 403


def test_nobody_switches_into_a_consortium_they_do_not_belong_to(
    both: tuple[Consortium, Consortium], foreigner: StaffMember
) -> None:
    assert signed_in(foreigner).post("/switch/", {"consortium": both[0].uid}).status_code == 404


def test_memberships_elsewhere_are_read_only(both: tuple[Consortium, Consortium], foreigner: StaffMember) -> None:
    with own_memberships(foreigner.user_id), connection.cursor() as cursor:
        cursor.execute("UPDATE partners_staffmember SET role = 'administrator' WHERE user_id = %s", [foreigner.user_id])
        assert cursor.rowcount == 0


def test_finding_memberships_opens_them_no_longer_than_that(
    both: tuple[Consortium, Consortium], foreigner: StaffMember
) -> None:
    with in_consortium(both[0].pk):
        StaffFactory(user=foreigner.user, email=foreigner.email)
        with own_memberships(foreigner.user_id):
            assert memberships_by_sql(foreigner) == 2

        assert memberships_by_sql(foreigner) == 1


def memberships_by_sql(person: StaffMember) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM partners_staffmember WHERE user_id = %s", [person.user_id])
        return int(cursor.fetchone()[0])


def test_each_thread_is_in_its_own_consortium(both: tuple[Consortium, Consortium]) -> None:
    inside = Barrier(2)

    def work(each: Consortium) -> int:
        try:
            with in_consortium(each.pk):
                inside.wait(timeout=10)
                found = current_consortium_id()
                inside.wait(timeout=10)
                return found
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, both)) == [each.pk for each in both]


@pytest.mark.django_db(transaction=True)
def test_a_consortium_ends_with_its_transaction_on_a_pooled_connection() -> None:
    with in_consortium(ConsortiumFactory(slug="leicester").pk):
        person = StaffFactory(organisation=OrganisationFactory(name="Secret of leicester"))
    seen_outside = names_by_sql()

    page = signed_in(person).get("/organisations/")
    seen_by_the_next = names_by_sql()
    with own_memberships(person.user_id):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM partners_staffmember")
        staff_seen = cursor.fetchone()

    assert "Secret of leicester" in page.content.decode()
    assert (seen_outside, seen_by_the_next, staff_seen) == ([], [], (0,))


@pytest.mark.django_db(transaction=True)
def test_requests_of_two_consortia_at_once_never_mix() -> None:
    consortia = [ConsortiumFactory(slug=slug) for slug in ("leicester", "elsewhere")]
    browsers = []
    for each in consortia:
        with in_consortium(each.pk):
            browsers.append(signed_in(StaffFactory(organisation=OrganisationFactory(name=f"Secret of {each.slug}"))))
    together = Barrier(4)

    def work(browser: Browser) -> set[str]:
        mine = Browser()
        mine.cookies = browser.cookies
        seen: set[str] = set()
        try:
            for _ in range(5):
                together.wait(timeout=20)
                seen.update(re.findall("Secret of [a-z]+", mine.get("/organisations/").content.decode()))
                seen.update(names_by_sql())  # the connection as this request leaves it
        finally:
            connections.close_all()
        return seen

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, browsers * 2))

    assert found == [{"Secret of leicester"}, {"Secret of elsewhere"}] * 2


def test_a_view_that_fails_leaves_nothing_behind(both: tuple[Consortium, Consortium], foreigner: StaffMember) -> None:
    def fail(_: HttpRequest) -> HttpResponse:
        OrganisationFactory(name="Secret of nobody")
        return HttpResponse(status=500)  # as Django hands a view's error to middleware

    through_middleware(foreigner, fail)

    with in_consortium(foreigner.consortium_id):
        assert names_by_sql() == ["Secret of elsewhere"]


@pytest.fixture
def of_both(both: tuple[Consortium, Consortium]) -> StaffMember:
    """An administrator of both consortia: their membership of ours."""
    ours, theirs = both
    with in_consortium(ours.pk):
        body = OrganisationFactory(accountable_body=True)
        person = StaffFactory(role="administrator", organisation=body)
    with in_consortium(theirs.pk):
        body = OrganisationFactory(accountable_body=True)
        StaffFactory(user=person.user, email=person.email, role="administrator", organisation=body)
    return person


def opened_form(person: StaffMember, *, within: Consortium) -> tuple[Browser, dict[str, str]]:
    """Open the form for a new organisation in one consortium; return it filled in, with its token."""
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session[SESSION_KEY] = within.pk
    session.save()
    page = browser.get("/organisations/new/")
    assert page.context["consortium"] == within
    return browser, {"name": "Late", "type": "other", "csrfmiddlewaretoken": str(page.context["csrf_token"])}


def late_ones(consortium: Consortium) -> int:
    with in_consortium(consortium.pk):
        return int(Organisation.objects.filter(name="Late").count())


def test_a_form_of_a_consortium_one_has_left_does_not_arrive_in_the_other(
    both: tuple[Consortium, Consortium], of_both: StaffMember
) -> None:
    ours, theirs = both
    browser, form = opened_form(of_both, within=ours)
    with in_consortium(ours.pk):
        StaffMember.objects.filter(pk=of_both.pk).update(left_at=timezone.now())

    late = [browser.post("/organisations/new/", form) for _ in range(2)]
    assert browser.get("/organisations/").context["consortium"] == theirs
    late.append(browser.post("/organisations/new/", form))

    assert [answer.status_code for answer in late] == [403, 403, 403]
    assert "Nothing was saved" in late[0].content.decode()
    assert late_ones(theirs) == late_ones(ours) == 0


def test_a_form_left_open_does_not_arrive_where_one_has_accepted_an_invitation(
    both: tuple[Consortium, Consortium], of_both: StaffMember
) -> None:
    ours, theirs = both
    browser, form = opened_form(of_both, within=ours)
    with in_consortium(theirs.pk):
        person = StaffMember.objects.get(user=of_both.user)
        StaffMember.objects.filter(pk=person.pk).update(user=None)
        token = f"{theirs.pk}_secret"
        Invitation(
            staff_member=person,
            invited_by=person,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            expires_at=timezone.now() + timedelta(days=1),
        ).save()

    accepted = browser.post(f"/invitation/{token}/", {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]})
    late = browser.post("/organisations/new/", form)

    assert (accepted.status_code, late.status_code) == (302, 403)
    assert browser.get("/organisations/new/").context["consortium"] == theirs
    assert late_ones(theirs) == late_ones(ours) == 0


@pytest.mark.parametrize("first", ["Aaa", "Zzz"])
def test_a_consortium_joined_later_is_gone_over_to_openly(foreigner: StaffMember, first: str) -> None:
    foreigner.user.set_password("three odd words")
    foreigner.user.save()
    browser = Browser()
    browser.post("/account/login/", {"login": foreigner.email, "password": "three odd words"})
    with in_consortium(ConsortiumFactory(slug="joined", name=first).pk):
        StaffFactory(user=foreigner.user, email=foreigner.email)

    assert browser.get("/organisations/").context["consortium"] == foreigner.consortium


def test_a_form_left_open_in_one_consortium_does_not_arrive_in_another(both: tuple[Consortium, Consortium]) -> None:
    ours, theirs = both
    with in_consortium(ours.pk):
        person = StaffFactory(role="administrator", organisation=OrganisationFactory(accountable_body=True))
    with in_consortium(theirs.pk):
        StaffFactory(
            user=person.user,
            email=person.email,
            role="administrator",
            organisation=OrganisationFactory(accountable_body=True),
        )
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get("/organisations/new/")
    token, here = str(page.context["csrf_token"]), page.context["consortium"]
    there = theirs if here == ours else ours

    browser.post("/switch/", {"consortium": there.uid, "csrfmiddlewaretoken": token})
    late = browser.post("/organisations/new/", {"name": "Late", "type": "other", "csrfmiddlewaretoken": token})

    assert late.status_code == 403
    with in_consortium(there.pk):
        assert not Organisation.objects.filter(name="Late").exists()
