"""What a partner may send, member by member (API.md); codes are those of the exchange package."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from caseload.enums import (
    BENEFITS,
    ActivityKind,
    CheckWeek,
    CircumstanceCode,
    CircumstanceKind,
    ConsentMethod,
    ConsentPurpose,
    Ethnicity,
    Evidence,
    Sex,
    Stage,
)
from caseload.errors import ConsentMissing
from caseload.validators import (
    OLDEST,
    YOUNGEST,
    as_email,
    as_lsoa,
    as_nino,
    as_phone,
    as_postcode,
    check_age,
    check_past,
)
from partners.platform.api.shapes import Code, Day, Flag, Id, Many, Text, Thing, Whole, Wrong


def past(day: date) -> date:
    return check_past(day, today=timezone.localdate())


_DOUBTFUL = "One that is malformed is kept as sent, with a warning."
CIRCUMSTANCE = Thing(
    "A benefit claimed or a status held.",
    required=True,
    kind=Code(CircumstanceKind, required=True, example="benefit"),
    code=Code(CircumstanceCode, "A benefit code with `benefit`, a status code with `status`.", required=True),
    from_date=Day(check=past, required=True, example="2006-10-01"),
    to_date=Day("The last day; it counts."),
)
CLIENT = Thing(
    "The person. A record of yours is kept; what other organisations know of the person is not shown to you.",
    required=True,
    external_id=Text("Your own reference for the person.", most=200, example="JCP-99812"),
    given_name=Text(most=200, required=True, example="Sam"),
    family_name=Text(most=200, required=True, example="Example"),
    date_of_birth=Day(
        f"Makes the person {YOUNGEST} to {OLDEST} years old on `made_on`.", check=past, example="1979-02-03"
    ),
    sex=Code(Sex),
    ethnicity=Code(Ethnicity),
    nino=Text(
        "National Insurance number. Examples (`QQ…`) and temporary numbers (`TN…`) are taken.",
        most=20,
        clean=as_nino,
        example="QQ123456C",
    ),
    postcode=Text(_DOUBTFUL, most=40, clean=as_postcode, doubtful="kept", example="LE5 3GH"),
    lsoa=Text(
        "LSOA code of the address. One that is none is left out, with a warning.",
        most=40,
        clean=as_lsoa,
        doubtful="left out",
        example="E01013664",
    ),
    phone=Text(_DOUBTFUL, most=200, clean=as_phone, doubtful="kept"),
    email=Text(_DOUBTFUL, most=500, clean=as_email, doubtful="kept"),
    circumstances=Many(CIRCUMSTANCE, most=50),
)
CONSENT = Thing(
    "The client's consent to share with the receiving organisation. Without one nothing is stored: 422.",
    purpose=Code(ConsentPurpose, "`sharing`.", required=True, example="sharing"),
    given_on=Day(check=past, required=True, example="2007-05-14"),
    method=Code(ConsentMethod, required=True, example="paper"),
    expires_on=Day("The last day; null when it has none."),
)
REFERRAL = Thing(
    "A referral to another organisation.",
    required=True,
    external_id=Text(
        "Your own reference for the referral; it makes a repeat safe.", most=200, example="JCP-2007-000123"
    ),
    to_organisation=Text(
        "The exchange `id` of the receiving organisation.", most=500, required=True, example="employment-support-unit"
    ),
    service=Text("The exchange `id` of one of its services.", most=500),
    made_on=Day(check=past, required=True, example="2007-05-14"),
    reason=Text(lines=True, example="wants retail work"),
    urgent=Flag(),
    client=CLIENT,
    consent=CONSENT,
)
STEP = Thing(required=True, reason=Text("Why; required for `decline` and `return`.", lines=True))
_OWN_REFERENCE = Text("Your own reference for the event; it makes a repeat safe.", most=200)
EVENTS = {
    "stage_event": Thing(
        "A step of the journey.",
        required=True,
        type=Text(required=True, example="stage_event"),
        external_id=_OWN_REFERENCE,
        stage=Code(Stage, required=True),
        occurred_on=Day(check=past, required=True),
        note=Text(lines=True),
    ),
    "activity": Thing(
        "An engagement, contact, visit or appointment.",
        required=True,
        type=Text(required=True, example="activity"),
        external_id=_OWN_REFERENCE,
        kind=Code(ActivityKind, required=True),
        occurred_on=Day("Only an appointment may lie ahead.", required=True),
        note=Text(lines=True),
    ),
    "employment_check": Thing(
        "Whether the person is still in work.",
        required=True,
        type=Text(required=True, example="employment_check"),
        external_id=_OWN_REFERENCE,
        job_id=Id("The `id` of one of the client's jobs.", required=True),
        week=Whole(choices=list(CheckWeek.values), required=True),
        checked_on=Day(check=past, required=True),
        in_work=Flag(required=True, default=None),
        evidence=Code(Evidence, required=True),
    ),
}


def read_event(body: Any, wrong: Wrong) -> dict[str, Any] | None:
    """Read an event by the shape that its type names."""
    kind = body.get("type") if isinstance(body, dict) else None
    if not isinstance(kind, str) or kind not in EVENTS:
        wrong.add(
            "/type" if isinstance(body, dict) else "", f"Send an object whose type is one of: {', '.join(EVENTS)}."
        )
        return None
    said: dict[str, Any] | None = EVENTS[kind].read(body, "", wrong)
    return said


def read_referral(body: Any, wrong: Wrong) -> dict[str, Any] | None:
    """Read a posted referral; rules over several members are judged where each of them is right by itself."""
    said: dict[str, Any] | None = REFERRAL.read(body, "", wrong)
    if said is None:
        return None
    if said["client"] is not None:
        _judge_client(said["client"], said["made_on"], wrong)
    if said["consent"] is not None:
        _judge_order(said["consent"], "given_on", "expires_on", "/consent", wrong)
    return said


def require_consent(said: dict[str, Any]) -> None:
    """Refuse what came without a consent to share in force today (API.md: 422, nothing stored)."""
    consent = said["consent"]
    if consent is None or consent["purpose"] != ConsentPurpose.SHARING:
        raise ConsentMissing("Send the client's consent to share: nothing was stored.")
    if consent["expires_on"] is not None and consent["expires_on"] < timezone.localdate():
        raise ConsentMissing("The consent to share has expired: nothing was stored.")


def _judge_client(client: dict[str, Any], made_on: date | None, wrong: Wrong) -> None:
    born = client["date_of_birth"]
    if born is not None:
        try:
            # A wrong day of making must not hide a wrong age: every wrong field is named at once.
            check_age(born, on=made_on or timezone.localdate())
        except ValidationError as refusal:
            wrong.add("/client/date_of_birth", refusal.messages[0])
    for number, spell in enumerate(client["circumstances"]):
        if spell is None:
            continue
        at = f"/client/circumstances/{number}"
        _judge_order(spell, "from_date", "to_date", at, wrong)
        kind, code = spell["kind"], spell["code"]
        if kind and code and (kind == CircumstanceKind.BENEFIT) != (code in BENEFITS):
            wrong.add(f"{at}/code", "A benefit goes with a benefit code, a status with a status code.")


def _judge_order(thing: dict[str, Any], first: str, last: str, at: str, wrong: Wrong) -> None:
    if thing[first] is not None and thing[last] is not None and thing[last] < thing[first]:
        wrong.add(f"{at}/{last}", f"Send a date on or after {first}.")
