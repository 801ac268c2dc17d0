"""One reader each for numbers, ids, days and addresses: a value or none, never a fault, whatever comes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from caseload.forms.fields import email_field, nino_field, phone_field
from caseload.validators import as_email
from partners.platform.forms.fields import MoneyField, NumberField, PlainEmailField, WholeNumberField
from partners.platform.forms.plain import PlainForm
from partners.platform.forms.reading import decimal_number, iso_day, uuid_of, whole_number
from tests.partners.test_form_words import EVERY


class Typed(PlainForm):
    money = MoneyField(required=False, min_value=0)
    number = NumberField(required=False)
    whole = WholeNumberField(required=False)
    email = email_field()
    work_email = PlainEmailField(required=False)
    phone = phone_field()
    nino = nino_field()


def read(**typed: str) -> Typed:
    form = Typed(typed)
    form.is_valid()
    return form


@given(text=st.text(max_size=60))
@pytest.mark.parametrize("reader", [whole_number, decimal_number, uuid_of, iso_day])
def test_any_text_is_a_value_or_none(text: str, reader: Callable[[object], object]) -> None:
    reader(text)


@pytest.mark.parametrize("text", ["\u00b2", "\u0663", "0" * 60_000, "1_000", "-1", " 1", "+1", "", None, 1.5, "9" * 20])
def test_only_plain_digits_make_a_whole_number(text: object) -> None:
    assert whole_number(text) is None


@given(number=st.integers(0, 2**63 - 1))
def test_a_whole_number_is_read_as_it_is(number: int) -> None:
    assert whole_number(str(number)) == number
    assert whole_number(str(number), most=number) == number
    assert whole_number(str(number), least=number + 1) is None


@given(number=st.decimals(-(10**12), 10**12, places=2))
def test_a_number_is_read_with_and_without_commas(number: Decimal) -> None:
    assert decimal_number(f"{number:f}") == number
    assert decimal_number(f"{number:,f}") == number


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("money", "\u00a31,250.50", Decimal("1250.50")),
        ("money", "\u00a3 12", Decimal(12)),
        ("number", "\u22123.25", Decimal("-3.25")),
        ("number", ".5", Decimal("0.5")),
        ("whole", "1,250", 1250),
        ("email", "Ana Adviser <ana@x.org>", "ana@x.org"),
        ("email", "mailto:ana@x.org?subject=Hello", "ana@x.org"),
        ("email", " ana@x.org; ", "ana@x.org"),
        ("email", "ana@x.org.", "ana@x.org"),
        ("email", "\u202aana@x.org\u202c", "ana@x.org"),
        ("email", "a\u200bna@x.org", "ana@x.org"),
        ("email", "'ana@x.org'", "ana@x.org"),
        ("work_email", "Ana <ana@x.org>;", "ana@x.org"),
        ("phone", "tel:0116 496 0000", "0116 496 0000"),
        ("phone", "\u202a0116\u2011496\u20110000\u202c", "0116-496-0000"),
        ("nino", "QQ 12 34 56\u200b C", "QQ123456C"),
    ],
)
def test_what_came_along_when_it_was_copied_is_left_out(name: str, typed: str, value: object) -> None:
    form = read(**{name: typed})

    assert (form.errors, form.cleaned_data[name]) == ({}, value)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("money", "\u00a3100.005", "Enter the money with 2 decimals at most, such as 12.50."),
        ("money", "1E+99", "Enter the money as a number, 0 or more."),
        ("money", "99999999999999999999", "Enter the money as a number, 0 or more."),
        ("money", "NaN", "Enter the money as a number, 0 or more."),
        ("money", "-1", "Enter the money as a number, 0 or more."),
        ("number", "1e-99", "Enter the number as a number, such as 1250."),
        ("number", "\u0663", "Enter the number as a number, such as 1250."),
        ("number", "1_000", "Enter the number as a number, such as 1250."),
        ("whole", "1.5", "Enter the whole as a whole number, such as 1250."),
        ("whole", "2147483648", "Enter the whole as a whole number, such as 1250."),
        ("whole", "0" * 60_000, "Enter the whole as a whole number, such as 1250."),
        ("email", "ana@x.org, ben@x.org", "Enter an e-mail address in the correct format, like name@example.org."),
        ("email", "ana at x.org", "Enter an e-mail address in the correct format, like name@example.org."),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(name: str, typed: str, said: str) -> None:
    assert read(**{name: typed}).errors[name] == [said]


@pytest.mark.parametrize("typed", ["Ana <ana@x.org>", "mailto:ana@x.org", "ana@x.org;", "<ana@x.org>", "a,b@x.org"])
def test_a_partner_systems_decorated_address_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        as_email(typed)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_number_of_a_form_is_read_by_the_shared_readers(kind: type[forms.BaseForm]) -> None:
    numbers = [
        field for field in kind.base_fields.values() if isinstance(field, forms.DecimalField | forms.IntegerField)
    ]

    assert all(isinstance(field, NumberField | WholeNumberField) for field in numbers)


def test_a_day_is_read_in_one_way() -> None:
    assert iso_day("2027-03-31") == date(2027, 3, 31)
    assert [iso_day(text) for text in ("20270331", "2027-W13-3", "2027-3-31", "2027-02-29", "\u0662027-03-31")] == [
        None
    ] * 5
