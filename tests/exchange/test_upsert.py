"""An import is an upsert on the sender's id: all or nothing, and nothing when nothing differs."""

from pathlib import Path

import pytest
from django.db import connection

from caseload.evidence import index_of_nino
from caseload.models import Client, Consent, ConsentForm, EmploymentCheck, Job
from commissioning.models import Expenditure
from employers.models import AccountManager, EmployerAgreement
from partners.models import Consortium, ExchangeBatch, Organisation
from partners.platform.exchange import loading
from partners.platform.tenancy.scope import in_consortium
from tests.exchange.conftest import Load
from tests.exchange.packages import ROWS, load


def test_the_same_package_twice_changes_nothing_and_says_so(settled: Consortium, whole: Path) -> None:
    outcome, _ = load(whole)

    assert outcome.changes_nothing
    assert {table: count["same"] for table, count in outcome.counts.items()} == {
        table: len(content.splitlines()) - 1 for table, content in ROWS.items()
    }
    assert set(Client.objects.values_list("version", flat=True)) == {1}


def test_a_consent_of_a_package_covers_what_the_form_does(settled: Consortium, send: Load) -> None:
    """Its columns can't say; what was loaded under an earlier form keeps what it covered."""
    ConsentForm(parts=["health", "offending"]).save()
    rows = "g1,c1,sharing,2007-05-01,paper\ng2,c2,sharing,2007-05-01,paper\ng3,c2,tracking,2007-05-01,paper\n"

    send(consents=f"id,client_id,purpose,given_on,method\n{rows}")

    covered = dict(Consent.objects.values_list("external_id", "parts"))
    assert covered == {"g1": [], "g2": ["health", "offending"], "g3": []}


def test_a_dry_run_counts_and_changes_nothing(scope: Consortium, send: Load) -> None:
    outcome, _ = send(dry_run=True, organisations=ROWS["organisations"])

    assert outcome.counts == {"organisations": {"new": 2, "changed": 0, "same": 0}}
    assert (Organisation.objects.count(), ExchangeBatch.objects.count()) == (0, 0)


def test_an_empty_cell_empties_and_an_absent_column_leaves(settled: Consortium, send: Load) -> None:
    send(clients="id,sex,phone\nc1,female,0116 496 0000\n")

    outcome, _ = send(clients="id,phone\nc1,\nc2,\n")

    client = Client.objects.get(external_id="c1")
    assert (client.sex, client.phone, client.given_name, client.version) == ("female", "", "Asha", 3)
    assert outcome.counts == {"clients": {"new": 0, "changed": 1, "same": 1}}


def test_rows_may_refer_to_rows_that_come_later(scope: Consortium, send: Load) -> None:
    tables = {name: ROWS[name] for name in reversed(ROWS)}

    assert send(**tables)[0].loaded
    assert EmploymentCheck.objects.get().job == Job.objects.get()


def test_values_are_kept_as_they_are(settled: Consortium, send: Load) -> None:
    given = '=cmd()|"x",\ttab \\N \\. and\r\nlines\rhere '
    quoted = '"' + given.replace('"', '""') + '"'

    send(
        clients=f"\ufeffid,given_name,nino\r\nc1,{quoted},qq 12 34 56 c\r\n",
        expenditure="id,amount,category\nx1,-0012.500,\\.\n",
    )

    client = Client.objects.get(external_id="c1")
    assert (client.given_name, client.nino, client.nino_index) == (given, "qq 12 34 56 c", index_of_nino("QQ123456C"))
    assert [str(e.amount) for e in Expenditure.objects.all()] == ["-12.500"]


def test_a_border_between_two_account_managers_moves(settled: Consortium, send: Load) -> None:
    send(account_managers="id,employer_id,staff_id,from_date,to_date\nm2,e1,s2,2007-10-01,\n")

    outcome, findings = send(account_managers="id,from_date,to_date\nm2,2007-08-01,\nm1,2007-04-01,2007-07-31\n")

    assert (outcome.loaded, findings) == (True, [])
    assert AccountManager.objects.filter(to_date="2007-07-31").count() == 1


def test_two_account_managers_trade_places(settled: Consortium, send: Load) -> None:
    send(account_managers="id,employer_id,staff_id,from_date,to_date\nm2,e1,s2,2007-10-01,2007-12-31\n")

    outcome, _ = send(account_managers="id,from_date,to_date\nm1,2007-10-01,2007-12-31\nm2,2007-04-01,2007-09-30\n")

    assert outcome.counts["account_managers"]["changed"] == 2


def test_a_check_and_its_job_move_together(settled: Consortium, send: Load) -> None:
    outcome, _ = send(jobs="id,started_on\njb1,2007-10-01\n", employment_checks="id,checked_on\nck1,2008-01-02\n")

    assert outcome.loaded


def test_an_agreement_may_change_kind_when_its_jobs_leave_it(settled: Consortium, send: Load) -> None:
    outcome, findings = send(
        employer_agreements="id,kind\na1,agency_standard\n",
        jobs="id,jigs_agreement_id\njb1,\n",
        vacancies="id,jigs_agreement_id\nw1,\n",
    )

    assert (outcome.loaded, findings) == (True, [])
    assert EmployerAgreement.objects.get(external_id="a1").kind == "agency_standard"


def test_one_wrong_row_keeps_the_whole_package_out(settled: Consortium, send: Load) -> None:
    outcome, _ = send(clients="id,given_name\nc1,Changed\n", jobs="id,hours_per_week\njb1,169\n")

    assert outcome.is_refused
    assert Client.objects.get(external_id="c1").given_name == "Asha"


def test_another_consortium_keeps_its_own_rows_of_the_same_ids(
    settled: Consortium, other_consortium: Consortium, whole: Path
) -> None:
    with in_consortium(other_consortium.pk):
        outcome, _ = load(whole)
        Client.objects.filter(external_id="c1").update(given_name="Theirs")

    assert outcome.counts["clients"] == {"new": 2, "changed": 0, "same": 0}
    assert Client.objects.get(external_id="c1").given_name == "Asha"


def test_a_reference_into_another_consortium_leads_to_nothing(
    settled: Consortium, other_consortium: Consortium, send: Load
) -> None:
    with in_consortium(other_consortium.pk):
        outcome, findings = send(staff=ROWS["staff"])

    assert {f.reason for f in findings} == {"There is nothing with this id in organisations."}
    assert outcome.is_refused


def test_the_planner_knows_what_a_load_has_stored_and_what_triggers_made_of_it(
    scope: Consortium, send: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first load of a city otherwise reads the summaries whole for every address."""
    monkeypatch.setattr(loading, "WORTH_COUNTING", 1)
    with connection.cursor() as cursor:
        for table in ("caseload_client", "caseload_clientsummary"):
            cursor.execute("SELECT partners_refresh_statistics(%s::regclass)", [table])

    send(organisations=ROWS["organisations"], staff=ROWS["staff"], clients=ROWS["clients"])

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE reltuples > 0")
        known = dict(cursor.fetchall())
    assert known["caseload_client"] == known["caseload_clientsummary"] > 0
