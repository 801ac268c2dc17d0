"""A signed return is frozen with its files and chained to the one before it; whoever alters a byte of it is found."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import InternalError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from caseload.enums import Stage
from partners.enums import Role
from partners.models import Consortium, StaffMember
from partners.platform.jobs import queue as jobs
from partners.platform.tenancy.scope import in_consortium
from reporting.enums import ReturnState
from reporting.models import (
    Milestone,
    Narrative,
    Objective,
    Return,
    ReturnLine,
    ReturnMember,
    SignedDocument,
    SignedPiece,
)
from reporting.services.freezing import CANONICAL, PIECE, freeze
from reporting.services.ledger import faults, first_difference
from reporting.services.returns import ask_for_build
from tests.conftest import signed_in
from tests.factories.caseload import StageEventFactory
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.module_data import shared_rows

TODAY = date(2007, 10, 10)


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
        yield


def sign(by: StaffMember, quarter: str) -> Return:
    filed, job = ask_for_build(consortium=by.consortium, kind="journey", quarter=quarter, by=by, today=TODAY)
    jobs.run(by.consortium_id, job.pk)
    filed.refresh_from_db()
    freeze(filed, filed.builds.get(), by=by, at=timezone.now())
    return filed


@pytest.fixture(scope="module")
def both_signed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[StaffMember]:
    """Sign two returns once for all tests of this file, and give who signed them."""
    with shared_rows(django_db_blocker):
        with django_db_blocker.unblock(), patch("partners.platform.jobs.queue._tell"):
            consortium = ConsortiumFactory(slug="leicester")
            with in_consortium(consortium.pk):
                council = OrganisationFactory(accountable_body=True)
                officer = StaffFactory(organisation=council, role=Role.MONITORING_OFFICER)
                for day in ("2007-05-14", "2007-05-15", "2007-08-02"):
                    StageEventFactory(stage=Stage.ENGAGED, occurred_on=day, client__family_name="Okonkwo")
                for quarter in ("2007-08-Q1", "2007-08-Q2"):
                    sign(officer, quarter)
        yield officer


@pytest.fixture
def monitoring_officer(both_signed: StaffMember, db: None) -> Iterator[StaffMember]:
    with in_consortium(both_signed.consortium_id):
        yield StaffMember.objects.get(pk=both_signed.pk)


@pytest.fixture
def signed(monitoring_officer: StaffMember) -> list[Return]:
    return list(Return.objects.order_by("quarter"))


def file_of(filed: Return, name: str) -> bytes:
    pieces = SignedPiece.objects.filter(file__document__filed=filed, file__name=name, copy=1).order_by("number")
    return b"".join(bytes(piece.content) for piece in pieces)


def test_what_is_signed_is_chained_and_can_be_hashed_by_anybody(signed: list[Return]) -> None:
    first, second = (file_of(filed, CANONICAL) for filed in signed)

    assert sha256(first).hexdigest() == signed[0].own_hash
    assert f"document,previous_sha256,{signed[0].own_hash}\n".encode() in second
    assert signed[1].previous_hash == signed[0].own_hash
    assert f"file,return.csv,{len(file_of(signed[0], 'return.csv'))}," in first.decode()
    assert list(faults()) == []


def test_the_canonical_file_holds_records_by_key_and_no_name(signed: list[Return]) -> None:
    content = file_of(signed[0], CANONICAL).decode()

    rows = [row for row in content.splitlines() if row.startswith("member,journey_engaged,")]
    people = ReturnMember.objects.filter(build_id=signed[0].signed_build_id, line="journey_engaged")
    assert {row.split(",")[4] for row in rows} == {str(person) for person in people.values_list("person_id", flat=True)}
    assert "Okonkwo" not in content
    assert "definition,journey_engaged," in content


@pytest.fixture
def officer_elsewhere(other_consortium: Consortium) -> Iterator[StaffMember]:
    """Enter the other consortium, where nothing is signed yet, and give its monitoring officer."""
    with in_consortium(other_consortium.pk):
        yield StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.MONITORING_OFFICER)


def test_what_people_wrote_is_frozen_as_it_stood(other_consortium: Consortium, officer_elsewhere: StaffMember) -> None:
    by = officer_elsewhere
    filed, job = ask_for_build(consortium=other_consortium, kind="journey", quarter="2007-08-Q1", by=by, today=TODAY)
    jobs.run(job.consortium_id, job.pk)
    filed.refresh_from_db()
    objective = Objective(code="1", title="Into work")
    objective.save()
    Narrative(filed=filed, objective=objective, body="Two job fairs").save()
    milestone = Milestone(title="Open the centre", due_on="2007-06-01", forecast_on="2007-08-01", mitigation="Hurry")
    milestone.save()
    freeze(filed, filed.builds.get(), by=by, at=timezone.now())

    Milestone.objects.update(mitigation="Something else", forecast_on="2009-01-01")

    report = file_of(filed, "report.csv").decode()
    assert "narrative,1,Two job fairs\n" in report
    assert "milestone,Open the centre,2007-06-01,2007-08-01,61,Hurry\n" in report
    assert list(faults()) == []


def test_a_reduced_copy_is_frozen_for_readers_who_may_not_open_the_people(signed: list[Return]) -> None:
    whole, reduced = (file_of(signed[0], name).decode() for name in ("return.csv", "return-reduced.csv"))

    def figure(text: str) -> list[str]:
        return next(row for row in text.splitlines() if row.startswith("journey_engaged,")).split(",")[7:10]

    assert (figure(whole), figure(reduced)) == (["2", "2", "2"], ["*", "*", "*"])


def test_the_signed_files_are_no_drafts_and_are_what_is_downloaded(
    signed: list[Return], monitoring_officer: StaffMember
) -> None:
    Milestone.objects.create(title="Changed after the signature", due_on=date(2007, 7, 1))

    whole = signed_in(monitoring_officer).get(reverse("reporting:download", args=[signed[0].uid, "pdf"]))
    viewer = StaffFactory(organisation=OrganisationFactory(), role=Role.VIEWER)
    reduced = signed_in(viewer).get(reverse("reporting:download", args=[signed[0].uid, "xlsx"]))

    assert whole.content == file_of(signed[0], "return.pdf")
    assert reduced.content == file_of(signed[0], "return-reduced.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file_of(signed[0], "return.xlsx")))
    assert str(book["Contents"]["B4"].value).startswith("Signed ")
    assert not book["Totals"].oddHeader.center.text
    names = openpyxl.load_workbook(io.BytesIO(reduced.content)).sheetnames
    assert ("Spend" in book.sheetnames, "Spend" in names) == (True, False)


@pytest.mark.parametrize("table", ["signeddocument", "signedfile", "signedpiece"])
@pytest.mark.parametrize("verb", ["UPDATE reporting_{} SET id = id", "DELETE FROM reporting_{}"])
def test_the_applications_role_changes_nothing_that_was_signed(signed: list[Return], table: str, verb: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as at:
        at.execute(verb.format(table))


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE reporting_returnline SET quarter = '9'",
        "DELETE FROM reporting_returnmember",
        (
            "INSERT INTO reporting_returndefinition"
            " (consortium_id, build_id, line, title, counts, measured, unit, source)"
            " SELECT consortium_id, build_id, 'new', '', '', '', '', '' FROM reporting_returnline LIMIT 1"
        ),
        "UPDATE reporting_return SET state = 'built'",
        "UPDATE reporting_return SET own_hash = 'x'",
        "DELETE FROM reporting_return",
    ],
)
def test_lines_records_and_state_of_a_signed_return_stay(signed: list[Return], verb: str) -> None:
    with pytest.raises(InternalError, match=r"signed|Cannot"), transaction.atomic(), connection.cursor() as at:
        at.execute(verb)


@contextmanager
def owner_at_work() -> Iterator[Any]:
    """Do as somebody with the owner's rights could: turn the triggers off and write what they like."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        cursor.execute("RESET ROLE")
        tables = ("signeddocument", "signedfile", "signedpiece", "returnline", "returnmember", "return")
        for table in tables:
            cursor.execute(f"ALTER TABLE reporting_{table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE reporting_{table} ENABLE TRIGGER USER")
        cursor.execute(f'SET ROLE "{role}"')


def alter_byte(filed: Return, name: str, place: int, copies: tuple[int, ...] = (1,)) -> None:
    with owner_at_work() as cursor:
        cursor.execute(
            "UPDATE reporting_signedpiece SET content = set_byte(content, %s, get_byte(content, %s) # 1)"
            " WHERE number = 0 AND copy = ANY(%s) AND file_id = (SELECT file.id FROM reporting_signedfile file"
            " JOIN reporting_signeddocument document ON document.id = file.document_id"
            " WHERE document.filed_id = %s AND file.name = %s)",
            [place, place, list(copies), filed.pk, name],
        )


@pytest.mark.parametrize("name", [CANONICAL, "return.csv", "return-reduced.csv"])
def test_one_byte_altered_is_named(signed: list[Return], name: str) -> None:
    alter_byte(signed[0], name, 77)

    assert list(faults()) == [
        f"journey 2007-08-Q1, number 1 of its chain: {name}, copy 1: byte 77 is not as it was signed."
    ]


def test_a_byte_altered_in_both_copies_is_named_from_the_records(signed: list[Return]) -> None:
    alter_byte(signed[1], CANONICAL, 77, copies=(1, 2))

    told = "\n".join(faults())

    assert "neither copy has the hash that was signed" in told
    assert f"its records now differ from {CANONICAL} from byte 77 on" in told


def test_a_figure_or_a_record_altered_behind_the_file_is_named(signed: list[Return]) -> None:
    line = ReturnLine.objects.get(build=signed[0].signed_build_id, line="journey_engaged", dimension="")
    with owner_at_work() as cursor:
        cursor.execute("UPDATE reporting_returnline SET quarter = '9' WHERE id = %s", [line.pk])
    row = next(
        number
        for number, text in enumerate(file_of(signed[0], CANONICAL).decode().split("\n"), 1)
        if text.startswith("line,journey_engaged,") and ",value,,," in text
    )

    (told,) = faults()

    assert told.endswith(f"in row {row}.")


def test_a_document_taken_out_of_the_chain_is_missed(signed: list[Return]) -> None:
    def delete(filed: Return) -> None:
        with owner_at_work() as cursor:
            document = SignedDocument.objects.get(filed=filed).pk
            of_it = f"document_id = {document}"
            cursor.execute(
                "DELETE FROM reporting_signedpiece"
                f" WHERE file_id IN (SELECT id FROM reporting_signedfile WHERE {of_it})"
            )
            cursor.execute(f"DELETE FROM reporting_signedfile WHERE {of_it}")
            cursor.execute("DELETE FROM reporting_signeddocument WHERE id = %s", [document])

    delete(signed[0])
    assert list(faults()) == [
        "journey 2007-08-Q2, number 2 of its chain: the one before it, number 1, is gone.",
        "journey 2007-08-Q1: it was signed, and its document is gone.",
    ]
    delete(signed[1])
    assert len(list(faults())) == 2


def test_two_documents_that_change_places_are_found(signed: list[Return]) -> None:
    with owner_at_work() as cursor:
        for position in ("9 WHERE position = 1", "1 WHERE position = 2", "2 WHERE position = 9"):
            cursor.execute(f"UPDATE reporting_signeddocument SET position = {position}")

    assert any("as the hash before it" in each for each in faults())


def test_a_return_called_signed_in_the_list_alone_is_found(
    signed: list[Return], monitoring_officer: StaffMember
) -> None:
    with owner_at_work() as cursor:
        cursor.execute("UPDATE reporting_return SET state = 'built' WHERE id = %s", [signed[1].pk])

    assert list(faults()) == [
        "journey 2007-08-Q2, number 2 of its chain: its state in the list of returns differs from the document's."
    ]
    assert Return.objects.get(pk=signed[1].pk).state == ReturnState.BUILT


def test_the_command_says_what_is_whole_and_ends_with_1_when_a_byte_is_not(signed: list[Return]) -> None:
    out = io.StringIO()
    call_command("verify_ledger", consortium="leicester", stdout=out)
    assert f"journey 2007-08-Q1  {signed[0].own_hash}" in out.getvalue()

    alter_byte(signed[0], CANONICAL, 3)
    with pytest.raises(CommandError, match=r"First broken link: journey 2007-08-Q1.*byte 3 is") as refused:
        call_command("verify_ledger", consortium="leicester", stdout=io.StringIO())
    assert refused.value.returncode == 1
    with pytest.raises(CommandError) as unknown:
        call_command("verify_ledger", consortium="nowhere", stdout=io.StringIO())
    assert unknown.value.returncode == 2


def test_each_consortium_has_a_chain_of_its_own(signed: list[Return], officer_elsewhere: StaffMember) -> None:
    theirs = sign(officer_elsewhere, "2007-08-Q1")

    assert (theirs.previous_hash, SignedDocument.objects.get().position) == ("", 1)
    assert list(faults()) == []


def test_where_two_texts_part() -> None:
    def parts(one: bytes, other: bytes) -> int | None:
        return first_difference(io.BytesIO(one), io.BytesIO(other))

    assert [parts(b"abc", other) for other in (b"abc", b"abd", b"ab", b"abcd", b"xbc")] == [None, 2, 2, 3, 0]
    long = bytes(PIECE)
    assert [parts(long + b"abc", long + other) for other in (b"abc", b"abd", b"")] == [None, PIECE + 2, PIECE]
