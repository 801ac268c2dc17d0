import unicodedata
import uuid

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from employers.models import Employer
from partners.models import Consortium
from partners.platform.fields import blind_index, decrypt, encrypt
from partners.platform.search_keys import as_search_key
from partners.platform.tenancy.ids import uuid7
from tests.factories.employers import EmployerFactory

names = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",)), max_size=60)
KNOWN = [chr(code) for code in range(1, 0x110000) if unicodedata.category(chr(code)) not in {"Cs", "Cn"}]


def kept(*texts: str) -> list[str]:
    """Return the keys that the database makes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partners_search_key(t) FROM unnest(%s::text[]) WITH ORDINALITY u(t, n) ORDER BY n", [[*texts]]
        )
        return [key for (key,) in cursor.fetchall()]


@pytest.mark.django_db
def test_database_and_python_make_one_key_of_every_character() -> None:
    keys = kept(*KNOWN)

    assert [(c, key, as_search_key(c)) for c, key in zip(KNOWN, keys, strict=True) if key != as_search_key(c)] == []


@pytest.mark.django_db
def test_no_letter_and_no_digit_leaves_a_name_without_a_key() -> None:
    plain = {c: unicodedata.normalize("NFKC", c) for c in KNOWN}
    written = [c for c in KNOWN if any(unicodedata.category(each)[0] in "LN" for each in plain[c])]
    fillers = {"\u115f", "\u1160", "\u3164", "\uffa0"}

    assert {c for c in written if not as_search_key(c)} == fillers  # letters that nobody sees


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names.filter(lambda name: all(unicodedata.category(c) != "Cn" for c in name)))
@example(name="O'Neil")
@example(name="S\u0327eyma \u0130brahim")
@example(name="\u0645\u062d\u0645\u062f \u200f\u200e\u202b")
@example(name="\u304b\u3099\u1112\u1161\u11ab")
def test_database_and_python_make_one_key_of_every_name(db: None, name: str) -> None:
    forms = [unicodedata.normalize(form, name) for form in ("NFC", "NFD")]

    assert kept(name, *forms) == [as_search_key(name)] * 3


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Ștefan Țurcanu", "stefan turcanu"),
        ("Jörg Strauß", "JORG STRAUSS"),
        ("İbrahim Şahin", "ibrahim sahin"),
        ("Ishak I\u015f\u0131k", "ishak isik"),
        ("S\u0327eyma", "Şeyma"),
        ("مُحَمَّد", "محمد"),
        ("\ufedb\ufeee\ufedb\ufeee", "كوكو"),
        ("أحمد إبراهيم", "احمد ابراهيم"),
        ("محمد\u200f", "\u202bمحمد"),
        ("Ольга Фёдорова", "olga fedorova"),
        ("王小明", "Wang Xiao Ming"),
        ("김철수", "Gim Cheolsu"),
        ("\uff33\uff41\uff4d", "sam"),
        ("O\u2019Neil\u00ad", "oneil"),
    ],
)
def test_a_name_has_the_key_of_how_people_type_it(written: str, typed: str) -> None:
    assert as_search_key(written) == as_search_key(typed) != ""


def test_the_key_is_kept_with_the_record(scope: Consortium) -> None:
    employers: list[Employer] = [EmployerFactory(name=name) for name in ("ÉLAN Ltd", "日本", "Şok & Söhne")]
    Employer.objects.filter(pk=employers[0].pk).update(name="Élan Limited")

    assert list(Employer.objects.order_by("pk").values_list("name_key", flat=True)) == [
        "elanlimited",
        "riben",
        "soksohne",
    ]


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
