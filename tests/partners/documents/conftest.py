import pytest

from caseload.models import Client
from partners.models import Document, StaffMember
from partners.platform.documents.keeping import keep_document
from partners.platform.documents.subjects import Subject, find_part, find_subject
from tests.factories import caseload as make
from tests.partners.documents import files


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    return make.ClientFactory(organisation=adviser.organisation, adviser=adviser)


@pytest.fixture
def subject(client: Client, adviser: StaffMember) -> Subject:
    return as_seen_by(adviser, client)


@pytest.fixture
def document(subject: Subject, adviser: StaffMember) -> Document:
    return keep_document(subject, files.sent("CV.pdf", files.pdf()), by=adviser)


def as_seen_by(staff: StaffMember, client: Client) -> Subject:
    found = find_subject(staff, "caseload.client", client.uid)
    assert found is not None
    return found


def sees(staff: StaffMember, document: Document) -> bool:
    return find_part(staff, Document, document.uid) is not None
