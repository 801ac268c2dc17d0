"""Who reads a document: whoever sees its record, and of a special category only who reads that part."""

import pytest
from django.utils import timezone

from caseload.models import Client
from caseload.services.merging import merge_clients, unmerge_client
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import Document, Organisation, StaffMember
from partners.platform.documents.keeping import documents_of, keep_document
from partners.platform.documents.subjects import Subject, find_subject
from partners.platform.tenancy.models import TenantRecord
from partners.platform.tenancy.scope import in_consortium
from tests.factories import caseload as make
from tests.factories.commissioning import ContractFactory
from tests.factories.partners import StaffFactory
from tests.partners.documents import files
from tests.partners.documents.conftest import as_seen_by, sees


def share(client: Client, receiver: StaffMember, *, parts: list[str]) -> None:
    make.ReferralFactory(client=client, to_organisation=receiver.organisation, status="accepted")
    make.ConsentFactory(client=client, parts=parts)
    bring_shares_up_to_date(today=timezone.localdate())
    receiver.organisation.refresh_from_db()  # its group was made with its first share


@pytest.fixture
def of_health(subject: Subject, adviser: StaffMember) -> Document:
    return keep_document(subject, files.sent("letter.pdf", files.pdf()), by=adviser, category="health")


def test_another_organisation_sees_none(document: Document, outsider: StaffMember, foreigner: StaffMember) -> None:
    assert not sees(outsider, document)
    with in_consortium(foreigner.consortium_id):
        assert not sees(foreigner, document)


def test_a_receiver_sees_what_is_of_no_special_category(
    client: Client, document: Document, outsider: StaffMember, subject: Subject, adviser: StaffMember
) -> None:
    health = keep_document(subject, files.sent("h.txt", b"A letter"), by=adviser, category="health")

    share(client, outsider, parts=[])

    assert (sees(outsider, document), sees(outsider, health)) == (True, False)


def test_a_shared_part_opens_the_documents_of_it_and_no_others(
    client: Client, of_health: Document, outsider: StaffMember, subject: Subject, adviser: StaffMember
) -> None:
    offending = keep_document(subject, files.sent("o.txt", b"A letter"), by=adviser, category="offending")

    share(client, outsider, parts=["health"])

    assert (sees(outsider, of_health), sees(outsider, offending)) == (True, False)


def test_what_ones_own_people_recorded_stays_theirs_to_read(client: Client, outsider: StaffMember) -> None:
    share(client, outsider, parts=["health"])
    kept = keep_document(as_seen_by(outsider, client), files.sent("h.txt", b"A letter"), by=outsider, category="health")
    client.consents.update(parts=[])
    bring_shares_up_to_date(today=timezone.localdate())

    assert sees(outsider, kept)


def test_nobody_marks_what_they_could_then_not_read(client: Client, outsider: StaffMember) -> None:
    share(client, outsider, parts=[])

    with pytest.raises(CaseloadError, match="that you may read yourself"):
        keep_document(as_seen_by(outsider, client), files.sent("h.txt", b"A letter"), by=outsider, category="health")


def test_a_restricted_client_is_open_to_its_readers_only(
    client: Client, document: Document, adviser: StaffMember
) -> None:
    colleague = StaffFactory(organisation=adviser.organisation, role=Role.ADVISER)
    assert sees(colleague, document)

    make.restrict_to(client, adviser)

    assert (sees(adviser, document), sees(colleague, document)) == (True, False)


def test_a_role_without_clients_sees_no_document_of_one(document: Document, commissioner: StaffMember) -> None:
    assert not sees(commissioner, document)


def test_merged_records_pool_their_documents_and_separate_again(
    client: Client, document: Document, adviser: StaffMember, city_council: Organisation, outsider: StaffMember
) -> None:
    tracker = StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM)
    survivor = make.ClientFactory(organisation=outsider.organisation)
    assert not sees(outsider, document)

    merge_clients(survivor, client, by=tracker)

    assert sees(outsider, document)
    assert list(documents_of(survivor)) == [document]
    unmerge_client(client, by=tracker)
    assert (sees(outsider, document), sees(adviser, document)) == (False, True)
    assert not documents_of(survivor).exists()


def test_a_contract_shows_its_documents_to_its_provider_and_no_other(
    city_council: Organisation, manager: StaffMember, outsider: StaffMember, commissioner: StaffMember
) -> None:
    mine: TenantRecord = ContractFactory(provider=manager.organisation)
    other = StaffFactory(organisation=outsider.organisation, role=Role.PROJECT_MANAGER)
    subject = find_subject(commissioner, "commissioning.contract", mine.uid)
    assert subject is not None
    kept = keep_document(subject, files.sent("a.pdf", files.pdf()), by=commissioner)

    assert (sees(manager, kept), sees(other, kept)) == (True, False)
