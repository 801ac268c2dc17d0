"""One class refuses: services raise it, and a form, a call and a command each say all of its sentences."""

import re
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django import forms
from django.core.management import CommandError, call_command

from partners.errors import WHOLE, CaseloadError
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import add_refusal

ROOT = Path(__file__).parents[2]
APPS = ("partners", "caseload", "employers", "commissioning", "reporting")
# Where Django's own class is at home: fields, validators and the reading of what comes from outside.
READS_TYPED_WORDS = re.compile(
    r"/forms/|/validators\.py$|/passwords\.py$|/adapters\.py$|/api/bodies\.py$|/records/fields\.py$"
)
RAISED = re.compile(r"raise (?:forms\.)?ValidationError")


class TwoDays(PlainForm):
    began = forms.DateField(label="Began on")
    ended = forms.DateField(label="Ended on", required=False)


def test_only_forms_and_validators_raise_what_django_raises() -> None:
    found = {
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if RAISED.search(path.read_text(encoding="utf-8"))
    }

    assert [path for path in sorted(found) if not READS_TYPED_WORDS.search(path)] == []
    assert len(found) >= 3


def test_a_form_shows_each_sentence_beside_its_field_and_the_rest_on_top() -> None:
    form = TwoDays({"began": "2026-01-05", "ended": "2026-01-01"})
    refusal = CaseloadError(
        fields={
            "began": ["The day it began is in a closed quarter."],
            "ended": ["It ended before it began.", "The day it ended is a Sunday."],
            "employer": ["Choose an employer who is still here."],
            WHOLE: ["These two overlap."],
        }
    )
    assert form.is_valid()

    add_refusal(form, refusal)

    assert form.errors["began"] == ["The day it began is in a closed quarter."]
    assert form.errors["ended"] == ["It ended before it began.", "The day it ended is a Sunday."]
    assert form.non_field_errors() == ["Choose an employer who is still here.", "These two overlap."]


def test_a_command_ends_with_every_sentence_on_standard_error() -> None:
    refusal = CaseloadError(fields={"email": ["No such address."], "password": ["Too short.", "Too common."]})
    with (
        patch("partners.management.commands.create_operator.create_operator", side_effect=refusal),
        patch("sys.stdin", StringIO("otter lamp gravel\n")),
        pytest.raises(CommandError, match=r"No such address\. Too short\. Too common\."),
    ):
        call_command("create_operator", "o@example.org")
