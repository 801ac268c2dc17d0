"""Nonsense in every field of every form and behind every address: never a fault of ours, and nothing typed is lost.

The forms are found by the addresses of the site, opened with a record of each kind; a new page joins by itself. Each
form starts from what it shows, filled in sensibly, so that the nonsense of one field reaches what lies behind the form.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.test import Client as Browser

from caseload.views.entries import ALL_FORMS
from employers.models import Employer
from partners.enums import Role
from partners.models import StaffMember
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from tests.conftest import signed_in
from tests.isolation.addresses import API, Door, lists
from tests.isolation.conftest import World

pytestmark = pytest.mark.slow

ZEROS = "0" * 60_000
# What breaks a reader of numbers, days or texts most often; every form gets all of these in the quick run.
WORST = ["\u00b2", ZEROS, "1E+99", "1e-99", "\x00", "99999999999999999999"]
NONSENSE = [
    *("9" * 400, "-1", "NaN", "Infinity", "\u0663\u0664", "1_000", "\u00a3100.005", "1,2,3", "0x1F", "2147483648"),
    *("-32769", "3/7/0000", "31/12/9999", "0000-00-00", "29/2/2027", "today\x00", "\U0001f600" * 50),
    *("\u202eevil\u202c", "\ufeff", "a\u0300" * 300, "<script>alert(1)</script>", "'; DROP TABLE x; --", "{{7*7}}%s%n"),
    *("../../etc/passwd", "Ana <ana@x.org>", "mailto:ana@x.org;", "00000000-0000-0000-0000-000000000000"),
    *("no such choice", "true", "[]", "\n\r\t", " ", "\ud7ff\ue000", "1.5", "0"),
]
HIDDEN = ("version", "once", "typed_by", "another", "step", "sure", "consortium", "shortcuts")
PARAMETERS = (
    *("page", "sort", "q", "show", "said", "fact", "line", "measure", "window", "quarter", "limit", "whose", "why"),
    *("kind", "record", "request", "person", "key", "since", "until", "export", "csv", "back", "chosen", "group"),
    *("columns", "mine", "current", "employer", "vacancy", "state", "organisation", "role", "on", "job", "week"),
)
ASKED_ONE_BY_ONE = ("page", "sort", "limit", "line", "measure", "window", "chosen", "export", "said")
CALLED_WITH = ("page_size", "cursor", "updated_since", "status", "direction")
HEADERS = ("Idempotency-Key", "If-Match", "If-None-Match", "If-Modified-Since", "Authorization", "X-Forwarded-For")


@dataclass(frozen=True)
class Form:
    path: str
    browser: Browser
    fields: dict[str, Any]

    def post(self, typed: dict[str, Any]) -> Any:
        """Send the form, and take back whatever it stored."""
        with transaction.atomic():
            answer = self.browser.post(self.path, typed)
            transaction.set_rollback(True)
        return answer


def sensible(bound: Any, employer: str) -> Any:
    """Return what the form shows in a field, or something that it may take."""
    field, value = bound.field, bound.field.prepare_value(bound.value())
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) and not value:
        choices = [key for key, label in field.choices if key and not isinstance(label, list | tuple)]
        choices += [key for _, group in field.choices if isinstance(group, list | tuple) for key, _ in group]
        return str(choices[0]) if choices else ""
    shown = field.widget.format_value(value)
    if shown:
        return shown
    name = type(field).__name__
    words = {"EmployerField": employer, "PlainDateField": "yesterday", "PlainEmailField": "ana@example.org"}
    numbers = {"NumberField": "1.5", "MoneyField": "11.44", "WholeNumberField": "1"}
    return (words | numbers).get(name, "" if name == "CheckedField" or not field.required else "Words")


def form_at(browser: Browser, path: str, employer: str) -> Form | None:
    answer = browser.get(path)
    if answer.streaming:
        list(answer.streaming_content)
        return None
    context = answer.context if answer.status_code == 200 else None
    form = context.get("form") if context else None
    if not isinstance(form, forms.BaseForm) or 'method="post"' not in answer.content.decode():
        return None
    return Form(path, browser, {form.add_prefix(name): sensible(form[name], employer) for name in form.fields})


def paths_of(door: Door) -> list[str]:
    """Return the paths of a door: those that add an entry open one form for each kind."""
    if not door.path.endswith("/add/activity/"):
        return [door.path]
    return [door.path.replace("/activity/", f"/{what}/") for what in ALL_FORMS]


def browser_of(person: StaffMember) -> Browser:
    browser = signed_in(person)
    browser.raise_request_exception = False
    return browser


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[str, dict[str, Any]]]:
    """Whose form stands at which path, with what: looked for once by the tests of this file."""
    return {}


@pytest.fixture
def every_form(
    db: None, world: World, doors: list[Door], found: dict[str, tuple[str, dict[str, Any]]]
) -> Iterator[list[Form]]:
    browsers = {role: browser_of(person) for role, person in world.ours.items()}
    with in_consortium(world.ours[Role.ADVISER].consortium_id):
        employer = Employer.objects.all()[0].name
        tried = [(door.role, path) for door in doors for path in paths_of(door)]
        tried += [(role, path) for path in lists() for role in browsers]
        for role, path in tried if not found else ():
            if path not in found and (form := form_at(browsers[role], path, employer)):
                found[path] = (role, form.fields)
        yield [Form(path, browsers[role], fields) for path, (role, fields) in found.items()]


def assert_answered(answer: Any, sent: dict[str, Any], where: object) -> None:
    """Check that there is no fault of ours, and that what was typed comes back or is named."""
    assert answer.status_code < 500, where
    form = answer.context.get("form") if answer.status_code == 200 and answer.context else None
    if not isinstance(form, forms.BaseForm) or not form.is_bound or not form.errors:
        return
    text = answer.content.decode()
    for name, field in form.fields.items():
        typed = str(sent.get(form.add_prefix(name), "")).strip()
        is_text = isinstance(field.widget, forms.TextInput | forms.Textarea)
        is_shown = f'name="{form.add_prefix(name)}"' in text
        if name in form.errors or not is_text or not is_shown or isinstance(field.widget, forms.PasswordInput):
            continue
        assert html.escape(typed[:40]) in text, (where, name)


def test_the_walk_finds_the_forms(every_form: list[Form]) -> None:
    assert len(every_form) > 45
    assert {"started_on", "hours_per_week"} <= {name for form in every_form for name in form.fields}


def test_the_worst_nonsense_in_all_fields_at_once(every_form: list[Form]) -> None:
    for number, form in enumerate(every_form):
        for nonsense in (WORST[number % len(WORST)], WORST[(number + 1) % len(WORST)]):
            sent = dict.fromkeys([*form.fields, *HIDDEN], nonsense)
            assert_answered(form.post(sent), sent, (form.path, nonsense[:20]))


@pytest.mark.slow
def test_every_nonsense_in_all_fields_at_once(every_form: list[Form]) -> None:
    every = WORST + NONSENSE
    for number, form in enumerate(every_form):
        for nonsense in every[number % 4 :: 4]:
            sent = dict.fromkeys([*form.fields, *HIDDEN], nonsense)
            assert_answered(form.post(sent), sent, (form.path, nonsense[:20]))


@pytest.mark.slow
def test_nonsense_in_one_field_after_the_other(every_form: list[Form]) -> None:
    every = WORST + NONSENSE
    for form in every_form:
        for number, name in enumerate([*form.fields, "version"]):
            for nonsense in (WORST[number % len(WORST)], every[(number * 7 + len(form.fields)) % len(every)]):
                sent = {**form.fields, name: nonsense}
                assert_answered(form.post(sent), sent, (form.path, name, nonsense[:20]))
        many = {name: ["\u00b2", "x"] for name in form.fields} | {f"{name}[]": "x" for name in form.fields}
        assert form.post(many).status_code < 500, form.path


@pytest.mark.slow
def test_nonsense_in_the_address_of_every_page(db: None, world: World, doors: list[Door]) -> None:
    paths = [*lists(), *(door.path for door in doors)]
    every = [nonsense[:4_400] for nonsense in WORST + NONSENSE]
    browsers = {role: browser_of(person) for role, person in world.ours.items()}
    roles = {door.path: door.role for door in doors}
    for number, path in enumerate(paths):
        browser = browsers[roles[path]] if path in roles else [*browsers.values()][number % len(browsers)]
        name = ASKED_ONE_BY_ONE[number % len(ASKED_ONE_BY_ONE)]
        asked = [dict.fromkeys(PARAMETERS, every[(number * 5 + step) % len(every)]) for step in (0, 17)]
        for parameters in [*asked, {name: every[number % len(WORST)]}]:
            answer = browser.get(path.partition("?")[0], parameters)
            if answer.streaming:
                list(answer.streaming_content)
            assert answer.status_code < 500, (path, {name: value[:20] for name, value in parameters.items()})


def test_nonsense_in_the_parameters_and_headers_of_every_call(db: None, world: World) -> None:
    boss = world.ours[Role.ADMINISTRATOR]
    with in_consortium(boss.consortium_id):
        _, secret = create_key(boss.organisation, label="Walk", scopes=["referrals:read", "referrals:write"])
    browser = Browser(raise_request_exception=False)
    key = {"Authorization": f"Bearer {secret}"}
    paths = [address.path() for address in API]
    for number, path in enumerate(paths):
        for at, name in enumerate(CALLED_WITH):
            for nonsense in (WORST + NONSENSE)[(number + at) % 5 :: 5]:
                assert browser.get(path, {name: nonsense[:4_400]}, headers=key).status_code < 500, (
                    path,
                    name,
                    nonsense,
                )
        for at, name in enumerate(HEADERS):
            for nonsense in ("\u00b2", "0" * 4_400, "x" * 300, '"', "W/", ",,,", "*", "%00", "9" * 30)[at % 2 :: 2]:
                sent = {**key, name: nonsense}
                for method in (browser.get, browser.post):
                    answer = method(path, headers=sent, content_type="application/json")
                    assert answer.status_code < 500, (path, name, nonsense)
