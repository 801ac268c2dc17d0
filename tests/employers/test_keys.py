"""Names that are one employer have one key, made alike by Python and by the database."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from employers.keys import as_business_key, business_key_sql
from employers.models import Employer
from tests.factories.employers import EmployerFactory

SAME = [
    ("Tesco", "TESCO LTD", "Tesco Limited", "The Tesco Company", "tesco, ltd.", "Tesco L.T.D.", "Tesco (UK) Limited"),
    ("M & S", "M and S", "M&S plc", "M & S Ltd"),
    ("Smith", "Smith & Co", "Smith and Co.", "SMITH & COMPANY LIMITED"),
    ("The Orchard", "Orchard", "ORCHARD LLP", "'The Orchard'"),
    ("Sure Start C.I.C.", "Sure Start CIC", "sure-start"),
    ("Ţesătoria", "Tesatoria", "TESATORIA LTD"),
]
DIFFERENT = [
    *(("Tesco", "Tescos"), ("Limited Editions", "Editions"), ("Theatre", "Atre"), ("Costa", "Sta")),
    ("The Company", "Ltd"),
]


@pytest.mark.parametrize("names", SAME)
def test_spellings_of_one_employer_have_one_key(scope: Any, names: tuple[str, ...]) -> None:
    stored = [EmployerFactory(name=name).pk for name in names]
    keys = set(Employer.objects.filter(pk__in=stored).values_list("business_key", flat=True))

    assert keys == {as_business_key(name) for name in names}
    assert len(keys) == 1


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_employers_have_different_keys(one: str, other: str) -> None:
    assert as_business_key(one) != as_business_key(other)


PARTS = ["The", "the ", "Tesco", " ", " and ", "AND", "&", "Ltd", "LTD.", "limited", "(UK)", "Co", "Company"]
SIGNS = [",", ".", "-", "\u00e9", "'"]
NAMES = st.lists(st.sampled_from([*PARTS, *SIGNS]), max_size=8).map(" ".join)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES | ANYTHING)
def test_the_database_makes_the_key_that_python_makes(db: None, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {business_key_sql('name')} FROM (SELECT %s::text AS name) typed", [name])

        assert cursor.fetchone() == (as_business_key(name),)
