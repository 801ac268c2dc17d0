"""Two consortia side by side: one with a record of every kind, one whose people try to reach them."""

import importlib
import inspect
import io
import json
import os
import pkgutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from factory.django import DjangoModelFactory

import tests.factories
from caseload.enums import Stage
from caseload.models import PossibleMatch
from caseload.services.merging import decide_match
from caseload.services.sharing import bring_shares_up_to_date
from commissioning.models import LedgerTransaction
from commissioning.services.ledger import follow_records
from commissioning.services.ledger_acts import ask_allocation, receive
from partners.enums import Role
from partners.models import BackgroundJob, Consortium, Invitation, Organisation, StaffMember, Team
from partners.platform.exchange.runs import ask_for_export, ask_to_load, check_upload
from partners.platform.jobs import queue as jobs
from partners.platform.signoff.engine import do_step
from partners.platform.tenancy.models import TenantRecord
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from reporting.models import ClaimEntry, Return
from reporting.services.returns import ask_for_build
from tests.emptying import quick_emptying
from tests.factories.caseload import (
    ActionFactory,
    ClientFactory,
    ConsentFactory,
    DocumentFactory,
    JobFactory,
    LeadProposalFactory,
    NoteFactory,
    PossibleMatchFactory,
    ReferralFactory,
    RemarkFactory,
    StageEventFactory,
    restrict_to,
)
from tests.factories.commissioning import (
    ContractFactory,
    ContributionFactory,
    ExpenditureFactory,
    SpendRecordFactory,
    VariationFactory,
)
from tests.factories.derived import factories_of_kinds
from tests.factories.partners import (
    ConsortiumFactory,
    NoticeFactory,
    OrganisationFactory,
    SavedViewFactory,
    StaffFactory,
)
from tests.isolation.addresses import PAGES, Door, Known, opened_by

__all__ = ["quick_emptying"]

CAST = (
    Role.TRACKING_TEAM,
    Role.ADVISER,
    Role.ADMINISTRATOR,
    Role.MONITORING_OFFICER,
    Role.ACCOUNT_MANAGER,
    Role.COMMISSIONER,
    Role.HEAD_OF_FINANCE,
    Role.AUDITOR,
)


def record_factories() -> list[type[DjangoModelFactory]]:
    """Return a factory of every record; a new one joins the tests by itself, and so does a kind that has none."""
    found: list[type[DjangoModelFactory]] = []
    for module in pkgutil.iter_modules(tests.factories.__path__, "tests.factories."):
        for _, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            is_factory = issubclass(member, DjangoModelFactory) and not member._meta.abstract
            if is_factory and issubclass(member._meta.get_model_class(), TenantRecord) and member not in found:
                found.append(member)
    return [*found, *factories_of_kinds({each._meta.get_model_class(): each for each in found})]


def record_of_every_kind(cast: "Cast") -> list[TenantRecord]:
    """Make one record of each kind, with two of its neighbours that have no factory."""
    records: list[TenantRecord] = [factory() for factory in record_factories()]
    boss = cast[Role.ADMINISTRATOR]
    team = Team(organisation=boss.organisation, name="Outreach")
    team.save()
    job = BackgroundJob(kind="nothing", title="Work", asked_by=boss)
    job.save()
    invitation = Invitation(
        staff_member=boss, invited_by=boss, token_hash="x", expires_at=timezone.now() + timedelta(days=1)
    )
    invitation.save()
    key, _ = create_key(boss.organisation, label="Key", scopes=["referrals:read"])
    view, notice = SavedViewFactory(owner=boss), NoticeFactory(staff=boss)  # nobody else opens these
    taken_on = ReferralFactory(to_organisation=boss.organisation, status="accepted")
    ConsentFactory(client=taken_on.client)
    bring_shares_up_to_date(today=timezone.localdate())  # so that somebody works with them
    own, restricted = ClientFactory(organisation=boss.organisation), ClientFactory(organisation=boss.organisation)
    restrict_to(restricted, cast[Role.TRACKING_TEAM])
    restriction, reader = restricted.restrictions.get(), restricted.readers.get()
    reader.clientrestriction = restriction  # the addresses of a reader begin with the restriction
    asked = ConsentFactory(client=own, parts_waiting=["health"], recording_organisation=taken_on.client.organisation)
    LeadProposalFactory(client=own, lead=cast[Role.ADVISER], staff=StaffFactory(role=Role.ADVISER))
    kept = [own, restriction, reader, asked, RemarkFactory(client=own)]
    kept += [factory(client=own, recorded_by=boss) for factory in (DocumentFactory, NoteFactory, ActionFactory)]
    return [*records, team, job, invitation, key, view, notice, taken_on, boss, boss.organisation, *kept]


def record_of_every_stage(cast: "Cast") -> list[TenantRecord]:
    """Take records as far as they go: a merged client, packages checked and loaded, an export and a return done."""
    match: PossibleMatch = PossibleMatchFactory()
    decide_match(match, same_person=True, by=cast[Role.TRACKING_TEAM], on=timezone.localdate())
    match.other.refresh_from_db()

    boss = cast[Role.ADMINISTRATOR]
    checked, loaded = (check_upload(package(name), by=boss) for name in ("checked", "loaded"))
    for batch in (checked, loaded):
        done(batch.job)
    done(ask_to_load(loaded, by=boss).job)
    export = ask_for_export(by=boss)
    done(export)

    StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-14")
    filed, handed_in = (built(cast, quarter) for quarter in ("2007-08-Q1", "2006-07-Q4"))
    do_step(handed_in, by=cast[Role.MONITORING_OFFICER], seen=0, today=date(2007, 7, 10))
    claim = built(cast, "2007-08-Q1", kind="dwp_claim")
    own = own_contract(cast)
    return [match.other, checked, loaded, export, filed, handed_in, claim, *own, checked_claim(cast), *books_of(cast)]


def own_contract(cast: "Cast") -> list[TenantRecord]:
    """Work on a contract that one's own organisation provides: spend, what is asked about it, a variation, a job."""
    own = ContractFactory(provider=cast[Role.ADMINISTRATOR].organisation)
    asked = {
        "state": "queried",
        "question": "Which leaflets?",
        "checked_by": StaffFactory(),
        "checked_at": timezone.now(),
    }
    spend = [SpendRecordFactory(expenditure__contract=own, **facts) for facts in ({}, asked)]
    variation = VariationFactory(contract=own, asked_by=cast[Role.COMMISSIONER])
    return [own, *spend, variation, JobFactory(contract=own)]


def checked_claim(cast: "Cast") -> TenantRecord:
    """Hand a claim in that has an item, which whoever checks it may ask about."""
    claim: Any = built(cast, "2007-08-Q1", kind="other_claim")  # of a funder whom no other claim is to
    spend = ExpenditureFactory()
    entry = ClaimEntry(
        build_id=claim.builds.get().pk,
        item="spend",
        contract_id=spend.contract_id,
        expenditure_id=spend.pk,
        table="expenditure",
        record_id=spend.pk,
        reference=spend.external_id,
        on_date=spend.incurred_on,
        amount=spend.amount,
    )
    entry.save()
    do_step(claim, by=cast[Role.MONITORING_OFFICER], seen=0, today=date(2007, 7, 10))
    claim.item_key = entry.pk  # the address of an item begins with its claim
    return claim  # type: ignore[no-any-return]


def books_of(cast: "Cast") -> list[Any]:
    """Keep the books: a contribution received, an allocation that waits for approval, and what was posted."""
    finance, today = cast[Role.HEAD_OF_FINANCE], timezone.localdate()
    agreed = ContributionFactory(amount=5000, agreed_on=today)
    follow_records({"contributions"}, by=finance)
    received = receive(agreed, amount=Decimal(100), on=today, by=finance)
    contract = ContractFactory(funding_stream=agreed.funding_stream)
    asked = ask_allocation(contract, amount=Decimal(10), on=today, note="More courses", by=finance)
    return [received, asked, *LedgerTransaction.objects.order_by("pk")]


CHAIN = {
    "code": "reports",
    "steps": [
        {"order": 1, "action": "compile", "role": Role.MONITORING_OFFICER, "post": "Monitoring officer"},
        {"order": 2, "action": "check", "role": Role.COMMISSIONER, "post": "Commissioner"},
        {"order": 3, "action": "sign_off", "role": Role.HEAD_OF_FINANCE, "post": "Head of finance"},
    ],
}


OTHER_CLAIM: dict[str, Any] = {
    "code": "other_claim",
    "title": "Another claim",
    "about": "What it is worth.",
    "funders": ["Another funder"],
    "streams": [],
    "items": ["spend"],
    "rules": ["no_price"],
    "basis": "",
    "source": "A test",
}


def built(cast: "Cast", quarter: str, *, kind: str = "journey") -> Return:
    """Build a return, in a consortium whose pack has a chain to sign it off."""
    officer = cast[Role.MONITORING_OFFICER]
    kinds = [{"code": code, "chain": "reports"} for code in ("journey", OTHER_CLAIM["code"])]
    chain = {"returns": kinds, "sign_off": [CHAIN], "claims": [OTHER_CLAIM]}
    Consortium.objects.filter(pk=officer.consortium_id).update(pack_data=chain)
    officer.consortium.refresh_from_db()
    filed, job = ask_for_build(
        consortium=officer.consortium, kind=kind, quarter=quarter, by=officer, today=date(2007, 7, 10)
    )
    done(job)
    filed.refresh_from_db()
    return filed


def package(name: str) -> "SimpleUploadedFile[bytes]":
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("organisations.csv", f"id,name,type\n{name},Council,local_authority\n")
    return SimpleUploadedFile(f"{name}.zip", stream.getvalue())


def done(job: BackgroundJob | None) -> None:
    assert job is not None
    jobs.run(job.consortium_id, job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "")


Cast = dict[str, StaffMember]


def cast_of(organisation: Organisation) -> Cast:
    """Make one person of each role that opens something of its own in an organisation."""
    return {role: StaffFactory(organisation=organisation, role=role) for role in CAST}


@dataclass(frozen=True)
class World:
    """Our consortium with its records, and three casts: its accountable body's, another organisation's, strangers."""

    records: list[TenantRecord]
    ours: Cast
    neighbours: Cast
    strangers: Cast


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: pytest.Item, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Make the two consortia once for all tests of a file, in a transaction that each of them only adds to."""
    files: Path = tmp_path_factory.mktemp("files")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=files),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        # Progress is told on a connection of its own, which cannot see an open transaction.
        patch.setattr(jobs, "_tell", lambda *_: None)
        here, there = (ConsortiumFactory(slug=slug) for slug in ("leicester", "elsewhere"))
        with in_consortium(here.pk):
            ours = cast_of(OrganisationFactory(accountable_body=True))
            neighbours = cast_of(OrganisationFactory())
            records = record_of_every_kind(ours) + record_of_every_stage(ours)
        with in_consortium(there.pk):
            strangers = cast_of(OrganisationFactory(accountable_body=True))
        yield World(records, ours, neighbours, strangers)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def doors(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[Door]:
    """Find, for each address of a record, one of our people and one of our records with which it opens.

    It is looked for once in a run; each file opens what was found with a world of its own.
    """
    noted = tmp_path_factory.getbasetemp().parent / "doors.json"
    known: Known = json.loads(noted.read_text()) if noted.exists() else {}
    tried = (opened_by(world.ours, world.records, address, known) for address in PAGES if address.record_names)
    found = [door for door in tried if door]
    written = noted.with_suffix(f".{os.getpid()}")
    written.write_text(json.dumps({door.address.name: (door.role, door.number) for door in found}))
    written.replace(noted)
    return found
