"""What every kind that is kept in the browser does alike; a new kind joins by its declaration."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.models import Consortium, Note, StaffMember
from partners.platform.dates import long_date
from partners.platform.exchange.declarations import all_tables
from partners.platform.exchange.exporting import export_package
from partners.platform.records.keeping import Verb, keeper_of
from partners.platform.records.kinds import RecordKind
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.exchange.packages import load
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.kinds.cast import FACTORIES, KEPT, as_typed, keeper_for, reader_without, somebody_without, typed

pytestmark = pytest.mark.usefixtures("scope")
MOST_QUERIES = 15
KINDS = pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.slug)
ADDED = pytest.mark.parametrize(
    "kind", [kind for kind in KEPT if kind.keeps and Verb.ADD in kind.keeps.may], ids=lambda kind: kind.slug
)


def verbs(*wanted: Verb) -> Any:
    found = [(kind, verb) for kind in KEPT for verb in wanted if kind.keeps and verb in kind.keeps.may]
    return pytest.mark.parametrize(("kind", "verb"), found, ids=lambda each: str(getattr(each, "slug", each)))


def made(kind: RecordKind) -> Any:
    """Make several records of a kind, of several parents; return the last."""
    FACTORIES[kind.model]()
    record = FACTORIES[kind.model]()
    record.refresh_from_db()
    return record


def errors(answer: Any) -> list[str]:
    found = re.findall(r'class="govuk-error-message"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", each).strip() for each in found]


def tick(answer: Any, data: dict[str, str]) -> dict[str, str]:
    """Say that it is another one, when the form asks."""
    found = re.search(r'name="another"[^>]*value="(\w+)"', answer.content.decode())
    return {**data, "another": found[1]} if found else data


@ADDED
def test_what_is_typed_is_recorded_listed_and_opened(kind: RecordKind) -> None:
    record = made(kind)
    person = keeper_for(kind, record, Verb.ADD)
    data = typed(kind, record)
    record.delete()
    browser = signed_in(person)
    page = kind.address("record-add")

    answer = browser.post(page, data)
    if answer.status_code == 200:
        answer = browser.post(page, tick(answer, data))

    assert answer.status_code == 302, errors(answer)
    stored = kind.rows(person).order_by("-pk").first()
    assert typed(kind, stored) == data
    assert browser.get(answer.url).status_code == 200
    if not kind.list_page:
        assert kind.address("record", stored.uid) in browser.get(kind.address("record-list")).content.decode()


@KINDS
def test_a_list_a_record_and_its_history_take_few_queries(kind: RecordKind) -> None:
    record = made(kind)
    assert kind.keeps is not None
    person = keeper_for(kind, record, next(iter(kind.keeps.may)))
    browser = signed_in(person)
    counts = {}
    for name, args in (("record-list", ()), ("record", (record.uid,)), ("record-history", (record.uid,))):
        browser.get(kind.address(name, *args))
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(kind.address(name, *args)).status_code == 200
        scoping = [each for each in asked if "set_config" in each["sql"] or "SAVEPOINT" in each["sql"]]
        counts[name] = len(asked) - len(scoping)

    assert max(counts.values()) <= MOST_QUERIES, counts


@verbs(Verb.CHANGE)
def test_a_second_window_is_shown_what_the_first_one_changed(kind: RecordKind, verb: Verb) -> None:
    record = made(kind)
    person = keeper_for(kind, record, verb)
    browser = signed_in(person)
    page = kind.address("record-change", record.uid)
    data = {**typed(kind, record), "version": str(record.version), "reason": "Put right"}
    type(record).objects.filter(pk=record.pk).update(version=record.version + 1)

    answer = browser.post(page, data)

    assert answer.status_code == 200
    assert "changed this record while you had it open" in answer.content.decode()
    record.refresh_from_db()
    assert record.version == int(data["version"]) + 1


@verbs(Verb.CHANGE)
def test_a_change_is_kept_with_what_was_before(kind: RecordKind, verb: Verb) -> None:
    record = made(kind)
    person = keeper_for(kind, record, verb)
    browser = signed_in(person)
    data = {**typed(kind, record), "version": str(record.version), "reason": "Put right"}
    name = next((each for each in reversed(kind.keeps.fields) if is_words(kind, each)), None) if kind.keeps else None
    if name:
        data[name] = "Words of another kind"

    answer = browser.post(kind.address("record-change", record.uid), data)

    assert answer.status_code == 302, errors(answer)
    record.refresh_from_db()
    assert record.version == int(data["version"]) + 1
    if name:
        history = browser.get(kind.address("record-history", record.uid)).content.decode()
        assert "Words of another kind" in history
        assert person.name in history


def is_words(kind: RecordKind, name: str) -> bool:
    field = kind.model._meta.get_field(name)
    return (
        field.get_internal_type() in {"CharField", "TextField"}
        and not field.choices
        and not field.max_length
        and name not in kind.codes
    )


@verbs(Verb.END)
def test_an_end_before_the_start_is_refused_and_a_later_one_kept(kind: RecordKind, verb: Verb) -> None:
    assert kind.keeps
    record = made(kind)
    type(record).objects.filter(pk=record.pk).update(**{kind.keeps.ending: None})
    record.refresh_from_db()
    browser = signed_in(keeper_for(kind, record, verb))
    page = kind.address("record-end", record.uid)
    day = getattr(record, kind.day)

    refused = browser.post(page, {"on": long_date(day - timedelta(days=1)), "version": str(record.version)})
    ended = browser.post(page, {"on": long_date(day + timedelta(days=1)), "version": str(record.version)})

    assert refused.status_code == 200
    assert errors(refused)
    assert ended.status_code == 302, errors(ended)
    record.refresh_from_db()
    assert getattr(record, kind.keeps.ending) == day + timedelta(days=1)


@verbs(Verb.END)
def test_a_second_end_is_told_of_the_first_and_puts_no_other_day(kind: RecordKind, verb: Verb) -> None:
    assert kind.keeps
    record = made(kind)
    day = getattr(record, kind.day) + timedelta(days=1)
    type(record).objects.filter(pk=record.pk).update(**{kind.keeps.ending: day})
    browser = signed_in(keeper_for(kind, record, verb))
    page = kind.address("record-end", record.uid)

    opened = browser.get(page, follow=True)
    again = browser.post(page, {"on": long_date(day + timedelta(days=1)), "version": str(record.version)}, follow=True)

    for answer in (opened, again):
        assert answer.redirect_chain[0][0] == kind.address("record", record.uid)
        assert f"is ended already: its last day is {long_date(day)}. To put another" in answer.content.decode()
    record.refresh_from_db()
    assert getattr(record, kind.keeps.ending) == day


@verbs(Verb.REMOVE)
def test_what_is_removed_can_be_put_back_as_it_was(kind: RecordKind, verb: Verb) -> None:
    record = made(kind)
    browser = signed_in(keeper_for(kind, record, verb))
    before = typed(kind, record)
    page = kind.address("record-remove", record.uid)

    without_reason = browser.post(page, {"version": str(record.version)})
    stale = browser.post(page, {"reason": "Twice", "version": str(record.version + 7)})
    assert type(record).objects.filter(pk=record.pk).exists()
    removed = browser.post(page, {"reason": "It was recorded twice", "version": str(record.version)})

    assert (without_reason.status_code, stale.status_code, removed.status_code) == (200, 200, 302)
    assert not type(record).objects.filter(pk=record.pk).exists()
    gone = browser.get(kind.address("records-removed")).content.decode()
    assert "It was recorded twice" in gone
    back = browser.post(kind.address("records-removed"), {"record": str(record.uid)})
    assert back.url == kind.address("record", record.uid)
    assert typed(kind, type(record).objects.get(pk=record.pk)) == before


@verbs(Verb.CHANGE)
def test_a_note_stands_on_its_page_and_whose_role_does_not_change_it_adds_none(
    kind: RecordKind, verb: Verb, other_consortium: Consortium
) -> None:
    record = made(kind)
    person = keeper_for(kind, record, verb)
    page = reverse("partners:note-add", args=[record._meta.label_lower, record.uid])
    with in_consortium(other_consortium.pk):
        stranger = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=person.role)

    # Who keeps something with an employer or a contract has rules of its own.
    others = [stranger, reader_without(kind, verb)] if kind.parts else [stranger]

    refused = [signed_in(each).post(page, {"text": "x"}) for each in others]
    kept = signed_in(person).post(page, {"text": "The letter came back"})

    assert [each.status_code for each in refused] == [404, 403][: len(others)]
    assert kept.status_code == 302, errors(kept)
    assert [note.text for note in Note.objects.all()] == ["The letter came back"]
    assert "The letter came back" in signed_in(person).get(kind.address("record", record.uid)).content.decode()


@verbs(Verb.REMOVE)
def test_what_has_a_note_is_removed_after_it_and_both_can_come_back(kind: RecordKind, verb: Verb) -> None:
    record = made(kind)
    person = keeper_for(kind, record, verb)
    browser = signed_in(person)
    about = {"subject_kind": record._meta.label_lower, "subject_id": record.pk}
    note = Note.objects.create(text="x", organisation=person.organisation, recorded_by=person, **about)
    page, sent = kind.address("record-remove", record.uid), {"reason": "Twice", "version": str(record.version)}

    refused = browser.post(page, sent)
    first = browser.post(reverse("partners:note-remove", args=[note.uid]), {"reason": "Twice", "version": "1"})
    removed = browser.post(page, sent)

    assert "Remove those first" in refused.content.decode()
    assert (first.status_code, removed.status_code) == (302, 302)
    assert browser.get(reverse("partners:note", args=[note.uid])).status_code == 404
    browser.post(kind.address("records-removed"), {"record": str(record.uid)})
    browser.post(reverse("partners:note-back", args=[note.uid]))
    assert kind.rows(person).filter(pk=record.pk).exists()
    assert Note.objects.kept().filter(pk=note.pk).exists()


@verbs(*Verb)
def test_whose_role_does_not_write_it_is_refused(kind: RecordKind, verb: Verb) -> None:
    record = made(kind)
    person = somebody_without(kind, verb)
    args = () if verb == Verb.ADD else (record.uid,)
    before = type(record).objects.count()

    answer = signed_in(person).post(kind.address(f"record-{verb}", *args), typed(kind, record))

    assert answer.status_code in {403, 404}
    assert type(record).objects.count() == before


@verbs(*Verb)
def test_another_consortium_reaches_none_of_it(kind: RecordKind, verb: Verb, other_consortium: Consortium) -> None:
    record = made(kind)
    role = keeper_for(kind, record, verb).role
    with in_consortium(other_consortium.pk):
        stranger = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=role)
    browser = signed_in(stranger)

    if verb != Verb.ADD:
        assert browser.get(kind.address(f"record-{verb}", record.uid)).status_code == 404
    for name in ("record", "record-history"):
        assert browser.get(kind.address(name, record.uid)).status_code == 404


@ADDED
def test_a_reference_out_of_sight_and_a_name_of_300_characters_are_refused(
    kind: RecordKind, other_consortium: Consortium
) -> None:
    assert kind.keeps
    record = made(kind)
    browser = signed_in(keeper_for(kind, record, Verb.ADD))
    data = typed(kind, record)
    before = type(record).objects.count()
    for name in kind.keeps.fields:
        field = kind.model._meta.get_field(name)
        if field.is_relation:
            with in_consortium(other_consortium.pk):
                theirs = FACTORIES[field.related_model]()
            bad: str = str(theirs.uid)
        elif is_words(kind, name) and field.get_internal_type() == "CharField":
            bad = "x" * 301
        else:
            continue
        answer = browser.post(kind.address("record-add"), {**data, name: bad})
        assert answer.status_code == 200
        assert errors(answer), name
    assert type(record).objects.count() == before


@ADDED
def test_what_is_kept_here_leaves_and_comes_back_the_same(
    kind: RecordKind, monitoring_officer: StaffMember, tmp_path: Path
) -> None:
    if kind.model not in {table.model for table in all_tables()}:
        pytest.skip("not in the package")
    record = made(kind)
    browser = signed_in(keeper_for(kind, record, Verb.ADD))
    data = {**typed(kind, record), "version": str(record.version), "reason": "Put right"}
    if kind.keeps and Verb.CHANGE in kind.keeps.may:
        assert browser.post(kind.address("record-change", record.uid), data).status_code == 302

    export_package(tmp_path / "out")
    outcome, findings = load(tmp_path / "out")

    assert [each for each in findings if not each.is_warning] == []
    assert outcome.changes_nothing


def test_there_is_a_factory_for_each_kind() -> None:
    assert [kind.slug for kind in KEPT if kind.model not in FACTORIES] == []
    assert keeper_of(KEPT[0]).may(Verb.ADD, somebody_without(KEPT[0], Verb.ADD)) is False
    assert as_typed(timezone.localdate()) == long_date(timezone.localdate())
