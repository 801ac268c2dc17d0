"""A return goes through its chain: each step once, by the right person, never two steps by one, and is told about."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

import reporting.packs
from partners.enums import JobState, Role
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import (
    BackgroundJob,
    Consortium,
    Notice,
    Post,
    PostHolder,
    SignOff,
    SignOffAct,
    SignOffPart,
    StaffMember,
)
from partners.platform.jobs import queue as jobs
from partners.platform.signoff.digest import ask_for_digests
from partners.platform.signoff.engine import do_step, send_back
from partners.platform.signoff.panel import panel_of
from partners.platform.signoff.posts import ensure_posts
from partners.platform.signoff.standing import standing_of
from partners.platform.signoff.telling import tell_of_late_steps
from partners.platform.signoff.today import steps_waiting_for
from partners.platform.tenancy.scope import in_consortium
from reporting.enums import ReturnState
from reporting.models import Return
from reporting.services.returns import ReturnLocked, ask_for_build
from tests.conftest import signed_in
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.module_data import shared_rows

TODAY = date(2007, 7, 10)
CHAINS = json.loads((Path(reporting.packs.__file__).parent / "leicester" / "sign_off.json").read_text())


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
        yield


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[StaffMember]:
    """Build two returns once for all tests of this file, and give who built them."""
    with shared_rows(django_db_blocker):
        with django_db_blocker.unblock(), patch("partners.platform.jobs.queue._tell"):
            consortium = ConsortiumFactory(slug="leicester")
            with in_consortium(consortium.pk):
                consortium.pack_data = {
                    "returns": [{"code": "journey", "chain": "quarterly_reports"}],
                    "sign_off": CHAINS,
                }
                consortium.save()
                ensure_posts(consortium)
                council = OrganisationFactory(accountable_body=True)
                officer = StaffFactory(organisation=council, role=Role.MONITORING_OFFICER)
                build(officer, "2006-07-Q4")  # another return, that nothing here touches
                build(officer)
        yield officer


@pytest.fixture
def scope(built: StaffMember, db: None) -> Iterator[Consortium]:
    with in_consortium(built.consortium_id):
        yield Consortium.objects.get(pk=built.consortium_id)


@pytest.fixture
def monitoring_officer(built: StaffMember, scope: Consortium) -> StaffMember:
    return StaffMember.objects.get(pk=built.pk)


@pytest.fixture
def filed(scope: Consortium) -> Return:
    return Return.objects.get(quarter="2007-08-Q1")


def someone(role: Role, *, of: StaffMember, post: str = "", is_deputy: bool = False) -> StaffMember:
    person: StaffMember = StaffFactory(organisation=of.organisation, role=role)
    if post:
        PostHolder(post=Post.objects.get(title=post), staff=person, is_deputy=is_deputy, from_date="2007-01-01").save()
    return person


@pytest.fixture
def programme_manager(monitoring_officer: StaffMember) -> StaffMember:
    return someone(Role.PROJECT_MANAGER, of=monitoring_officer, post="Programme manager")


@pytest.fixture
def finance(monitoring_officer: StaffMember) -> StaffMember:
    return someone(Role.FINANCE_OFFICER, of=monitoring_officer)


@pytest.fixture
def head(monitoring_officer: StaffMember) -> StaffMember:
    return someone(Role.HEAD_OF_FINANCE, of=monitoring_officer, post="Departmental head of finance")


def build(by: StaffMember, quarter: str = "2007-08-Q1") -> Return:
    filed, job = ask_for_build(consortium=by.consortium, kind="journey", quarter=quarter, by=by, today=TODAY)
    run(job)
    filed.refresh_from_db()
    return filed


def run(job: BackgroundJob | None) -> BackgroundJob:
    assert job is not None
    jobs.run(job.consortium_id, job.pk)
    job.refresh_from_db()
    return job


def seen(filed: Return) -> int:
    standing = standing_of(filed, None, today=TODAY)
    assert standing is not None
    return standing.version


def act(filed: Return, by: StaffMember) -> BackgroundJob | None:
    return do_step(filed, by=by, seen=seen(filed), today=TODAY)


def back(filed: Return, by: StaffMember, to: int, reason: str = "The wages are wrong") -> None:
    send_back(filed, by=by, to=to, reason=reason, seen=seen(filed), today=TODAY)


def state_of(filed: Return) -> ReturnState:
    return ReturnState(Return.objects.get(pk=filed.pk).state)


def test_four_people_sign_a_return(
    filed: Return,
    monitoring_officer: StaffMember,
    programme_manager: StaffMember,
    finance: StaffMember,
    head: StaffMember,
) -> None:
    for person in (monitoring_officer, programme_manager, finance):
        assert act(filed, person) is None
        assert state_of(filed) == ReturnState.IN_SIGN_OFF

    job = run(act(filed, head))

    assert (job.state, job.message) == (JobState.DONE, "")
    filed.refresh_from_db()
    assert (filed.state, filed.signed_build, len(filed.own_hash)) == (ReturnState.SIGNED, filed.builds.get(), 64)
    assert [each.part.staff for each in SignOffAct.objects.order_by("id")] == [
        *(monitoring_officer, programme_manager, finance),
        head,
    ]
    assert [each.state for each in Return.objects.exclude(pk=filed.pk)] == [ReturnState.BUILT]


def test_posts_and_bodies_that_get_a_copy_are_told_once_it_is_signed(
    filed: Return,
    monitoring_officer: StaffMember,
    programme_manager: StaffMember,
    finance: StaffMember,
    head: StaffMember,
) -> None:
    partnership = OrganisationFactory(name="LEICESTER Economic Action Partnership")
    reads = StaffFactory(organisation=partnership, role=Role.VIEWER)
    StaffFactory(organisation=partnership, role=Role.ADVISER)
    StaffFactory(role=Role.VIEWER)
    report = reverse("reporting:report", args=[filed.uid])
    for person in (monitoring_officer, programme_manager, finance):
        act(filed, person)
    assert not Notice.objects.filter(about=f"signed {filed.pk}").exists()

    run(act(filed, head))

    told = Notice.objects.filter(about=f"signed {filed.pk}").values_list("staff", flat=True)
    assert set(told) == {programme_manager.pk, reads.pk}
    page = " ".join(signed_in(reads).get(report).content.decode().split())
    assert f"Leicester Economic Action Partnership: {reads.name}" in page
    assert "Project board: nobody here; send them the file" in page


def test_nobody_checks_what_they_built_and_nobody_does_two_steps(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember, finance: StaffMember
) -> None:
    other = someone(Role.MONITORING_OFFICER, of=monitoring_officer)
    act(filed, other)  # somebody else hands in what the first one built
    for person in (monitoring_officer, other):
        StaffMember.objects.filter(pk=person.pk).update(role=Role.PROJECT_MANAGER)
        person.refresh_from_db()
        PostHolder(
            post=Post.objects.get(title="Programme manager"), staff=person, is_deputy=True, from_date="2007-01-01"
        ).save()

    with pytest.raises(NotAllowed, match="You built it, and somebody else checks it"):
        act(filed, monitoring_officer)
    with pytest.raises(NotAllowed, match="You did another step of it: Compile, Monitoring officer"):
        act(filed, other)

    act(filed, programme_manager)
    assert SignOff.objects.get().position == 3


def test_the_database_lets_nobody_have_two_steps(filed: Return, monitoring_officer: StaffMember) -> None:
    act(filed, monitoring_officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        SignOffPart(sign_off=SignOff.objects.get(), staff=monitoring_officer, position=3).save()


@pytest.mark.parametrize("table", ["signoffact", "signoffpart", "signoffstep"])
@pytest.mark.parametrize("verb", ["UPDATE partners_{} SET position = 1", "DELETE FROM partners_{}"])
def test_what_was_done_is_never_changed(filed: Return, monitoring_officer: StaffMember, table: str, verb: str) -> None:
    act(filed, monitoring_officer)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as at:
        at.execute(verb.format(table))


def test_a_return_sent_back_to_be_compiled_opens_and_goes_through_all_steps_again(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember, finance: StaffMember
) -> None:
    for person in (monitoring_officer, programme_manager):
        act(filed, person)
    with pytest.raises(ReturnLocked):
        build(monitoring_officer)

    back(filed, finance, to=1)

    assert (state_of(filed), SignOff.objects.get().round) == (ReturnState.SENT_BACK, 2)
    build(monitoring_officer)
    for person in (monitoring_officer, programme_manager, finance):
        act(filed, person)
    assert SignOff.objects.get().position == 4


def test_a_return_sent_back_to_a_check_stays_shut(
    filed: Return,
    monitoring_officer: StaffMember,
    programme_manager: StaffMember,
    finance: StaffMember,
    head: StaffMember,
) -> None:
    for person in (monitoring_officer, programme_manager, finance):
        act(filed, person)

    back(filed, head, to=2)

    assert state_of(filed) == ReturnState.IN_SIGN_OFF
    with pytest.raises(NotAllowed, match="waits for"):
        act(filed, finance)
    for person in (programme_manager, finance):
        act(filed, person)
    assert run(act(filed, head)).state == JobState.DONE


def test_sending_back_needs_a_reason_and_an_earlier_step(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember
) -> None:
    act(filed, monitoring_officer)

    for to, reason, field in ((1, "  ", "reason"), (2, "Wrong", "to"), (9, "Wrong", "to")):
        with pytest.raises(CaseloadError) as refused:
            back(filed, programme_manager, to=to, reason=reason)
        assert list(refused.value.fields) == [field]

    assert SignOffAct.objects.count() == 1


def test_a_deputy_acts_openly_as_one(filed: Return, monitoring_officer: StaffMember) -> None:
    deputy = someone(Role.PROJECT_MANAGER, of=monitoring_officer, post="Programme manager", is_deputy=True)
    act(filed, monitoring_officer)

    act(filed, deputy)

    assert SignOffAct.objects.get(position=2).deputises
    page = signed_in(monitoring_officer).get(reverse("reporting:return", args=[filed.uid])).content.decode()
    assert f"{deputy.name}, deputy" in page


def test_the_role_alone_holds_no_post_and_a_vacant_one_says_what_to_do(
    filed: Return, monitoring_officer: StaffMember, outsider: StaffMember
) -> None:
    role_only = someone(Role.PROJECT_MANAGER, of=monitoring_officer)
    elsewhere = someone(Role.PROJECT_MANAGER, of=outsider)
    act(filed, monitoring_officer)

    for person in (role_only, elsewhere):
        with pytest.raises(NotAllowed, match=r"the post is vacant, .*An administrator names a holder"):
            act(filed, person)


def test_whoever_left_or_held_the_post_before_does_not_act(filed: Return, monitoring_officer: StaffMember) -> None:
    before = someone(Role.PROJECT_MANAGER, of=monitoring_officer, post="Programme manager", is_deputy=True)
    PostHolder.objects.update(to_date="2007-07-09")
    gone = someone(Role.PROJECT_MANAGER, of=monitoring_officer, post="Programme manager")
    StaffMember.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    act(filed, monitoring_officer)

    for person in (before, gone):
        with pytest.raises(NotAllowed):
            act(filed, person)


def test_of_two_who_act_the_second_is_told_what_the_first_did(
    filed: Return, monitoring_officer: StaffMember, finance: StaffMember, programme_manager: StaffMember
) -> None:
    deputy = someone(Role.PROJECT_MANAGER, of=monitoring_officer, post="Programme manager", is_deputy=True)
    act(filed, monitoring_officer)
    before = seen(filed)
    do_step(filed, by=programme_manager, seen=before, today=TODAY)

    with pytest.raises(ChangedMeanwhile, match=f"{programme_manager.name} did this step: Check, Programme manager"):
        send_back(filed, by=deputy, to=1, reason="No", seen=before, today=TODAY)
    do_step(filed, by=programme_manager, seen=before, today=TODAY)  # a second click

    assert SignOffAct.objects.count() == 2


def test_the_next_in_the_chain_and_whoever_is_sent_back_are_told(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember, finance: StaffMember
) -> None:
    act(filed, monitoring_officer)
    assert [each.staff for each in Notice.objects.filter(words__contains="waits for you")] == [programme_manager]

    back(filed, programme_manager, to=1, reason="Ward figures are missing")

    assert [each.words for each in Notice.objects.filter(staff=monitoring_officer)] == [
        f"Client journeys, 2007-08 Q1 was sent back to you by {programme_manager.name}: Ward figures are missing"
    ]


def test_a_step_waits_on_today_for_those_who_can_do_it_and_for_nobody_else(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember, finance: StaffMember
) -> None:
    act(filed, monitoring_officer)
    waiting = [
        len(steps_waiting_for(person, today=TODAY)) for person in (monitoring_officer, programme_manager, finance)
    ]
    assert waiting == [0, 1, 0]

    act(filed, programme_manager)
    assert "To sign off" in signed_in(finance).get(reverse("home")).content.decode()
    assert "To sign off" not in signed_in(programme_manager).get(reverse("home")).content.decode()


def test_a_late_step_is_told_once_to_the_post_that_the_chain_names(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember, finance: StaffMember
) -> None:
    for person in (monitoring_officer, programme_manager):
        act(filed, person)
    SignOff.objects.update(due_on="2007-07-17")

    for day in (date(2007, 7, 19), date(2007, 7, 20), date(2007, 7, 23)):
        tell_of_late_steps(today=day)

    late = Notice.objects.filter(words__contains="is late: Check, Finance team was due on 17 Jul 2007")
    assert {each.staff for each in late} == {programme_manager, finance}
    assert late.count() == 2


def test_signing_that_fails_leaves_the_step_to_be_done_and_is_done_once_afterwards(
    filed: Return,
    monitoring_officer: StaffMember,
    programme_manager: StaffMember,
    finance: StaffMember,
    head: StaffMember,
) -> None:
    for person in (monitoring_officer, programme_manager, finance):
        act(filed, person)
    job = act(filed, head)
    assert act(filed, head) == job  # a double click asks for the same work
    with patch("reporting.services.signing.freeze", side_effect=OSError("No space left on device")):
        assert run(job).state == JobState.FAILED

    assert (state_of(filed), SignOffAct.objects.filter(position=4).count()) == (ReturnState.IN_SIGN_OFF, 0)
    again = run(act(filed, head))
    run(again)
    assert (state_of(filed), SignOffAct.objects.filter(position=4).count()) == (ReturnState.SIGNED, 1)
    with pytest.raises(NotAllowed, match="Every step is done"):
        act(filed, head)
    step = reverse("partners:sign-off-step", args=["reporting.return", filed.uid])
    answer = signed_in(head).post(step, {"seen": "3"}, follow=True)
    assert "Every step of it is done already." in answer.content.decode()


def test_the_pages_ask_do_and_send_back(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember
) -> None:
    step, return_page, send = (
        reverse("partners:sign-off-step", args=["reporting.return", filed.uid]),
        reverse("reporting:return", args=[filed.uid]),
        reverse("partners:sign-off-send-back", args=["reporting.return", filed.uid]),
    )
    browser = signed_in(monitoring_officer)
    assert "This step is yours" in browser.get(return_page).content.decode()
    form = browser.get(step)
    assert "It goes on to the next step: Check, Programme manager" in form.content.decode()

    answer = browser.post(step, {"seen": hidden(form)}, follow=True).content.decode()
    assert f"This step waits for {programme_manager.name} (programme manager)." in answer
    assert browser.get(step).status_code == 403

    other = signed_in(programme_manager)
    refused = other.post(send, {"seen": hidden(other.get(send)), "to": "1", "reason": ""})
    assert refused.context["form"].errors == {"reason": ["Say what is to be put right."]}
    answer = other.post(send, {"seen": hidden(other.get(send)), "to": "1", "reason": "Add the wards"}, follow=True)
    assert "Add the wards" in answer.content.decode()
    assert state_of(filed) == ReturnState.SENT_BACK


def hidden(page: Any) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page.content.decode())
    assert found
    return found[1]


def test_another_consortium_finds_nothing(filed: Return, monitoring_officer: StaffMember) -> None:
    stranger = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.ADVISER)

    step = reverse("partners:sign-off-step", args=["reporting.return", filed.uid])

    assert signed_in(stranger).get(step).status_code == 404  # an adviser reads no returns
    assert signed_in(monitoring_officer).get(step.replace("reporting.return", "caseload.client")).status_code == 404


def test_a_letter_a_working_day_says_what_waits_and_stops_when_it_is_done(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember, mailoutbox: list[Any]
) -> None:
    act(filed, monitoring_officer)
    friday, saturday = date(2007, 7, 13), date(2007, 7, 14)

    for day in (friday, friday, saturday):
        ask_for_digests(today=day)
    for job in BackgroundJob.objects.filter(kind="sign-off-digest"):
        run(job)

    assert [letter.to for letter in mailoutbox] == [[programme_manager.email]]
    assert "Client journeys, 2007-08 Q1: Check, Programme manager" in mailoutbox[0].body

    ask_for_digests(today=date(2007, 7, 16))
    act(filed, programme_manager)
    run(BackgroundJob.objects.get(kind="sign-off-digest", subject_key__endswith="2007-07-16"))
    assert len(mailoutbox) == 1


def test_the_page_asks_little_for_its_steps(
    filed: Return, monitoring_officer: StaffMember, programme_manager: StaffMember, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(5):  # steps, posts, people, and whether it is built or being built
        panel_of(filed, monitoring_officer, today=TODAY)
    act(filed, monitoring_officer)
    with django_assert_num_queries(5):  # steps, acts, holders, who built it, work on the last step
        panel_of(filed, monitoring_officer, today=TODAY)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_holder_whose_role_or_organisation_is_another_now_does_not_act(
    filed: Return, monitoring_officer: StaffMember, outsider: StaffMember, *, elsewhere: bool
) -> None:
    changed = someone(Role.PROJECT_MANAGER, of=monitoring_officer, post="Programme manager", is_deputy=True)
    stays = someone(Role.PROJECT_MANAGER, of=monitoring_officer, post="Programme manager", is_deputy=True)
    now = {"organisation": outsider.organisation} if elsewhere else {"role": Role.ADVISER}
    StaffMember.objects.filter(pk=changed.pk).update(**now)
    act(filed, monitoring_officer)

    assert steps_waiting_for(StaffMember.objects.get(pk=changed.pk), today=TODAY) == []
    with pytest.raises(NotAllowed):
        act(filed, StaffMember.objects.get(pk=changed.pk))
    act(filed, stays)
