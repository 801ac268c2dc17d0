import uuid

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from employers.models import Employer
from partners.fields import blind_index, decrypt, encrypt
from partners.models import Consortium
from partners.tenancy.ids import uuid7
from partners.tenancy.keys import as_search_key
from tests.factories.employers import EmployerFactory

names = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",)), max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.one_of(names, st.sampled_from(["O'Neil", "ÉLAN Ltd", "Ø. Ångström & Søn", "  ", "日本"])))
def test_the_key_of_a_typed_name_is_the_key_the_database_keeps(scope: Consortium, name: str) -> None:
    employer: Employer = EmployerFactory(name=name)

    employer.refresh_from_db()

    assert employer.name_key == as_search_key(name)


@given(text=names)
def test_an_encrypted_text_comes_back_and_is_not_readable(text: str) -> None:
    stored = encrypt(text)

    assert decrypt(stored) == text
    assert len(text) < 4 or text.encode() not in stored


def test_equal_texts_have_equal_blind_indexes_and_others_not() -> None:
    assert blind_index("QQ123456C") == blind_index("QQ123456C") != blind_index("QQ123456D")


def test_ids_made_later_sort_later() -> None:
    earlier = uuid7()
    later = uuid7()

    assert earlier.version == later.version == 7
    assert earlier.int >> 80 <= later.int >> 80


@pytest.mark.django_db
def test_the_database_makes_the_same_kind_of_id() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT caseload_uuid7()")
        (made,) = cursor.fetchone()

    assert uuid.UUID(str(made)).version == 7
    assert uuid.UUID(str(made)).variant == uuid.RFC_4122
    assert abs((uuid.UUID(str(made)).int >> 80) - (uuid7().int >> 80)) < 60_000
