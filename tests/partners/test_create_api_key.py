import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from partners.models import ApiKey, Consortium, Organisation
from partners.platform.tenancy.scope import in_consortium
from partners.queries.keys import find_key


def run(*options: str) -> str:
    out = StringIO()
    call_command("create_api_key", *options, stdout=out)
    return out.getvalue()


def test_the_key_is_printed_once_and_opens(consortium: Consortium, organisation: Organisation) -> None:
    printed = run(
        "--consortium", "leicester", "--organisation", "employment-support-unit",
        "--scopes", "referrals:write,referrals:read", "--expires", "2100-01-01",
    )  # fmt: skip

    secret = printed.strip()
    assert printed.count("\n") == 1
    found = find_key(secret)
    assert found is not None
    assert (found.organisation, found.scopes) == (organisation, ["referrals:read", "referrals:write"])
    assert found.expires_on == dt.date(2100, 1, 1)
    assert secret not in str(ApiKey.objects.values().get())


def test_every_reason_is_told_and_nothing_is_made(consortium: Consortium) -> None:
    with pytest.raises(CommandError) as refusal:
        run("--consortium", "leicester", "--organisation", "nobody", "--scopes", "everything")

    assert "no organisation nobody" in str(refusal.value)
    assert "Unknown scope everything" in str(refusal.value)
    assert refusal.value.returncode == 1
    with in_consortium(consortium.pk):
        assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    "options",
    [("--consortium", "nowhere", "--scopes", "referrals:read"), ("--consortium", "leicester", "--scopes", ",")],
    ids=["unknown consortium", "no scope"],
)
def test_what_is_not_there_is_refused(options: tuple[str, ...], organisation: Organisation) -> None:
    with pytest.raises(CommandError):
        run("--organisation", "employment-support-unit", *options)


def test_a_day_in_the_past_is_refused(organisation: Organisation) -> None:
    with pytest.raises(CommandError):
        run(
            "--consortium", "leicester", "--organisation", "employment-support-unit",
            "--scopes", "referrals:read", "--expires", "2007-05-14",
        )  # fmt: skip


def test_what_is_no_day_is_said_to_be_none(organisation: Organisation) -> None:
    with pytest.raises(CommandError, match="tomorrow is not a day, written like 2027-03-31"):
        run(
            "--consortium", "leicester", "--organisation", "employment-support-unit",
            "--scopes", "referrals:read", "--expires", "tomorrow",
        )  # fmt: skip
