"""Every form of the product says what is wrong with which field, and what to do about it."""

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from caseload.forms import entries, facts, filters, restricted, ticked
from commissioning import forms as contracts
from commissioning.models import Contract
from commissioning.views.acts import DecideForm
from commissioning.views.books import BooksFilters
from employers.forms import accounts
from partners.forms import people
from partners.models import Organisation, SignOffStep, StaffMember
from partners.platform.documents import forms as documents
from partners.platform.documents.subjects import subject_of
from partners.platform.forms.plain import PlainWords, noun_of
from partners.platform.signoff.pages import SendBackForm
from partners.platform.signoff.standing import Standing
from reporting.counting.windows import Quarter
from reporting.forms import returns
from reporting.forms.problems import HolderForm
from reporting.indicators.kinds import KINDS
from reporting.queries.problems import PROBLEMS
from reporting.views.claims import ItemFilters
from reporting.views.outcomes import ShareForm
from reporting.views.providers import CostFilters
from tests.factories.caseload import ClientFactory, JobFactory
from tests.factories.employers import EmployerFactory

OURS = ("caseload", "commissioning", "employers", "partners", "reporting")


def forms_of_the_product() -> list[type[Any]]:
    found, waiting = [], [forms.BaseForm]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.partition(".")[0] in OURS and getattr(kind, "base_fields", None):
            found.append(kind)
    return sorted(set(found), key=lambda kind: (kind.__module__, kind.__name__))


EVERY = forms_of_the_product()
# The forms of signing in are another's; partners.forms.account gives them their words.
OWN = [kind for kind in EVERY if kind.__module__ != "partners.forms.account"]
GARBAGE = ["\u202ex", "\x00", "x" * 20_000, "no such", "1e400", "NaN", "-1", "31 feb 2007"]


@pytest.fixture
def makers(adviser: StaffMember, manager: StaffMember, administrator: StaffMember) -> dict[type[Any], dict[str, Any]]:
    """What a form is made with, by its kind; one that is not here needs nothing."""
    client = ClientFactory(organisation=adviser.organisation)
    JobFactory(client=client)
    entry = {"client": client, "staff": adviser}
    made: dict[type[Any], dict[str, Any]] = dict.fromkeys(
        [*entries.ENTRY_FORMS.values(), *facts.FACT_FORMS.values(), facts.AdviserForm], entry
    )
    subject = subject_of(adviser, client)
    about = (documents.OfSubjectForm, documents.UploadForm, documents.DocumentForm, documents.NoteForm)
    made |= {form: {"subject": subject} for form in about}
    step = SignOffStep(position=1, action="compile", title="Monitoring officer")
    later = SignOffStep(position=2, action="check", title="Programme manager")
    standing = Standing(None, [step, later], [], later, [], "", is_deputy=False)
    return made | {
        documents.ActionForm: {"subject": subject, "people": StaffMember.objects.all()},
        facts.SendReferralForm: {"staff": adviser},
        filters.CaseloadFilters: {"staff": adviser},
        accounts.EmployerFilters: {"sectors": ["retail"]},
        accounts.HandOnForm: {"people": StaffMember.objects.all()},
        accounts.MergeForm: {"employers": [EmployerFactory(), EmployerFactory()], "clashing": []},
        facts.HandOverForm: entry,
        people.RoleForm: {"by": administrator, "person": manager},
        people.InviteForm: {"by": administrator},
        people.LeavingForm: {"person": manager},
        people.KeyForm: {"by": administrator},
        ticked.ReassignForm: {"staff": adviser, "clients": [client]},
        facts.WorkerForm: {"organisation_id": adviser.organisation_id},
        restricted.RestrictForm: {"client": client},
        restricted.ReaderForm: {"client": client},
        contracts.StreamFilters: {"staff": adviser},
        returns.BuildForm: {
            "kinds": list(KINDS.values()),
            "quarters": [Quarter(2007, 1)],
            "today": date(2007, 7, 10),
        },
        SendBackForm: {"standing": standing},
        HolderForm: {"problem": PROBLEMS[0]},
        DecideForm: {"may_approve": True},
        BooksFilters: {"years": ["2007-08"]},
        CostFilters: {"outputs": [("kpi_5", "Work placements")]},
        ItemFilters: {"contracts": Contract.objects.all()},
        ShareForm: {"organisations": Organisation.objects.all()},
    }


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
def test_every_form_speaks_our_words(kind: type[Any]) -> None:
    assert issubclass(kind, PlainWords)


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
def test_every_error_of_a_form_names_its_field(kind: type[Any], makers: dict[type[Any], dict[str, Any]]) -> None:
    names = list(kind(**makers.get(kind, {})).fields)
    assert names

    for sent in ({}, *({name: typed} for name in names for typed in GARBAGE)):
        form = kind(querydict(sent), **makers.get(kind, {}))
        for name in names:
            for message in form.errors.get(name, []):
                assert is_about(message, form.fields[name]), (kind.__name__, name, sent, message)


@pytest.mark.parametrize(
    ("label", "noun"),
    [
        ("Given name", "the given name"),
        ("National Insurance number", "the National Insurance number"),
        ("LSOA", "the LSOA"),
        ("E-mail address", "the e-mail address"),
        ("Small area (LSOA)", "the small area"),
        ("Pay an hour, in pounds", "the pay an hour"),
        ("What is to be done", "what is to be done"),
        ("To", "the last day"),
    ],
)
def test_a_label_stands_within_a_sentence(label: str, noun: str) -> None:
    assert noun_of(label) == noun


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("started_on", "", "Enter the day the job started, such as 3 Jul 2007, 3/7/07 or today."),
        ("started_on", "soon", "Enter the day the job started, such as 3 Jul 2007, 3/7/07 or today."),
        (
            "started_on",
            "31 feb 2007",
            "This day is not in the calendar. Enter the day the job started, such as 3 Jul 2007.",
        ),
        ("ended_on", "3/7/0007", "Enter the day the job ended, not before 1920: check the year 0007."),
        ("hours_per_week", "1e400", "Enter the hours a week as a number from 0 to 168."),
        ("hours_per_week", "NaN", "Enter the hours a week as a number from 0 to 168."),
        ("hourly_wage", "-1", "Enter the pay an hour as a number, 0 or more."),
        ("hourly_wage", "1e400", "Enter the pay an hour as a number, 0 or more."),
        ("evidence", "", "Choose the evidence."),
        ("evidence", "owl", "Choose the evidence from the list."),
        (
            "employer",
            "Ac\u202eme",
            "The employer: take out the hidden character U+202E: it may have come along when the text was pasted.",
        ),
    ],
)
def test_a_job_start_is_refused_in_words(
    name: str, typed: str, said: str, makers: dict[type[Any], dict[str, Any]]
) -> None:
    form = entries.JobForm(querydict({name: typed}), **makers[entries.JobForm])

    (message,) = form.errors[name]
    assert message == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "Enter the date of birth with day, month and year, such as 3 Feb 1979 or 3/2/79."),
        ("1870", "Enter the date of birth with day, month and year, such as 3 Feb 1979 or 3/2/79."),
        ("3/2/1870", "Enter the date of birth, not before 1890: check the year 1870."),
        ("31/2/1980", "This day is not in the calendar. Enter the date of birth, such as 3 Jul 2007."),
    ],
)
def test_a_date_is_called_by_its_label(typed: str, said: str) -> None:
    assert facts.LookForm(querydict({"date_of_birth": typed})).errors["date_of_birth"] == [said]


@pytest.mark.parametrize(
    ("label", "noun"),
    [
        ("Closes on", "the day for “Closes on”"),
        ("Open from", "the day for “Open from”"),
        ("From", "the first day"),
        ("Day of birth", "the day of birth"),
    ],
)
def test_a_label_that_ends_in_a_preposition_still_makes_a_sentence(label: str, noun: str) -> None:
    assert noun_of(label) == noun


def querydict(sent: dict[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(sent)
    return query


def is_about(message: str, field: forms.Field) -> bool:
    """Tell whether a message holds a word of the field's label or of its name in a sentence, and no machine's words."""
    words = re.findall(r"[^\W\d_]{3,}", f"{field.label} {field.noun}".lower())  # type: ignore[attr-defined]
    tells = any(word[:5] in message.lower() for word in words if word not in {"the", "and"})
    tells = tells and ": enter the" not in message  # a name put before a sentence that has it already
    return tells and message.endswith(".") and not re.search(r"\b(invalid|valid|please|field|ensure)\b", message)


def test_a_new_password_can_be_shown_and_a_known_one_is_only_typed() -> None:
    new = forms.PasswordInput({"autocomplete": "new-password"}).render("password", None, {"id": "p"})
    known = forms.PasswordInput({"autocomplete": "current-password"}).render("password", "typed before", {"id": "p"})

    assert 'aria-label="Show password"' in new
    assert "button" not in known
    assert "typed before" not in known
