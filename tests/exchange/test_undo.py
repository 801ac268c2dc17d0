"""A batch can be undone while nothing builds on it, and says why when it cannot."""

from pathlib import Path

import pytest

from caseload.models import AdviserAssignment, Client, StageEvent
from partners.models import Consortium, ExchangeBatch, Organisation
from partners.platform.exchange.declarations import all_tables
from partners.platform.exchange.exporting import export_package
from partners.platform.exchange.undoing import CannotBeUndone, undo, why_not_undone
from tests.exchange.conftest import Load
from tests.exchange.packages import load
from tests.factories.caseload import ActivityFactory


def latest() -> ExchangeBatch:
    batch: ExchangeBatch = ExchangeBatch.objects.latest("pk")
    return batch


def test_undo_takes_everything_back_that_a_batch_made(settled: Consortium) -> None:
    assert AdviserAssignment.objects.exists()

    undo(latest(), by=None)

    assert [table.name for table in all_tables() if table.model.objects.exists()] == []
    assert AdviserAssignment.objects.count() == 0


def test_undo_puts_back_what_a_batch_changed(settled: Consortium, whole: Path, tmp_path: Path, send: Load) -> None:
    export_package(tmp_path / "before")
    send(
        clients="id,given_name,nino,adviser_id,date_of_birth\nc1,Changed,QQ123456C,,\nc2,B,,s2,1990-01-01\n",
        account_managers="id,from_date,to_date\nm1,2008-01-01,\n",
        jobs="id,hourly_wage,hours_per_week,permanent,jigs_agreement_id\njb1,9.99,,true,\n",
        employment_checks="id,week,in_work\nck1,26,false\n",
    )

    undo(latest(), by=None)

    export_package(tmp_path / "after")
    for file in (tmp_path / "before").iterdir():
        assert file.read_bytes() == (tmp_path / "after" / file.name).read_bytes()


def test_a_row_that_was_changed_since_stands_in_the_way(settled: Consortium) -> None:
    Client.objects.filter(external_id="c1").update(given_name="Corrected")

    assert why_not_undone(latest(), by=None) == ["1 record in clients of this import was changed since."]
    with pytest.raises(CannotBeUndone):
        undo(latest(), by=None)


def test_a_later_import_of_the_same_rows_stands_in_the_way(settled: Consortium, send: Load) -> None:
    first = latest()
    send(stage_events="id,note\nh1,Later\n")

    assert why_not_undone(first, by=None) == ["1 record in stage_events of this import was changed since."]
    undo(latest(), by=None)
    assert StageEvent.objects.get(external_id="h1").note == ""


def test_a_record_that_refers_to_a_new_one_stands_in_the_way(settled: Consortium) -> None:
    ActivityFactory(
        client=Client.objects.get(external_id="c1"), organisation=Organisation.objects.get(external_id="o1")
    )

    assert why_not_undone(latest(), by=None) == [
        "1 activity outside this import refers to organisations it made.",
        "1 activity outside this import refers to clients it made.",
    ]


def test_a_batch_is_undone_once(settled: Consortium, whole: Path) -> None:
    undo(latest(), by=None)

    assert why_not_undone(latest(), by=None) == ["This import was undone already."]
    assert load(whole)[0].loaded
