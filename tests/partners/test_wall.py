import pytest
from django.db import connection

from partners.errors import NoConsortiumInScope
from partners.models import Consortium, Organisation
from partners.platform.tenancy.scope import in_consortium
from tests.factories.partners import OrganisationFactory


def test_raw_sql_sees_only_the_consortium_in_scope(consortium: Consortium, other_consortium: Consortium) -> None:
    with in_consortium(other_consortium.pk):
        OrganisationFactory(name="Theirs")

    with in_consortium(consortium.pk), connection.cursor() as cursor:
        OrganisationFactory(name="Ours")
        cursor.execute("SELECT name FROM partners_organisation")

        assert cursor.fetchall() == [("Ours",)]


def test_a_query_without_a_consortium_is_loud(consortium: Consortium) -> None:
    with pytest.raises(NoConsortiumInScope):
        Organisation.objects.all()
