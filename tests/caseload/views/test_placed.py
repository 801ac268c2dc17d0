"""Whom an employer has taken on: everybody reads how many, by name only whom one may open."""

from django.urls import reverse

from caseload.models import Client
from employers.models import Employer
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, JobFactory
from tests.factories.employers import EmployerFactory


def placed(client: Client, employer: Employer) -> None:
    JobFactory(client=client, employer=employer)


def test_of_people_placed_one_reads_the_names_of_ones_own_alone(adviser: StaffMember, outsider: StaffMember) -> None:
    employer = EmployerFactory()
    placed(ClientFactory(family_name="Ours", organisation=adviser.organisation), employer)
    placed(ClientFactory(family_name="Theirs", organisation=outsider.organisation), employer)

    answer = signed_in(adviser).get(reverse("caseload:people-placed", args=[employer.uid]))

    assert answer.context["placed"].people == 2
    assert "Ours" in answer.content.decode()
    assert "Theirs" not in answer.content.decode()
