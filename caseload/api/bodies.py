"""What a partner may send, member by member (API.md); codes are those of the exchange package."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

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
from partners.platform.api.bodies import Day, Id, OneOf, Reading, Sent, Text, judged, read, refused


@dataclass
class ReferralReading(Reading):
    """The reading of a referral; ``made_on`` is its day where that is right, for the age of the person."""

    made_on: date | None = None


def _past(day: date, info: ValidationInfo[Reading]) -> date:
    return judged(check_past, day, today=info.context.today)


def _from(first: str) -> AfterValidator:
    """Refuse a last day before the first one, where that one is right by itself."""

    def after(day: date, info: ValidationInfo[Reading]) -> date:
        begun = info.data.get(first)
        if begun is not None and day < begun:
            raise refused(f"Send a date on or after {first}.")
        return day

    return AfterValidator(after)


PastDay = Annotated[Day, AfterValidator(_past)]
Notes = Annotated[str, Text(lines=True)]
Reference = Annotated[str, Text(most=200)]
Name = Annotated[str, Text(most=200, least=1)]

_DOUBTFUL = "One that is malformed is kept as sent, with a warning."
_DOUBTED = {"postcode": as_postcode, "lsoa": as_lsoa, "phone": as_phone, "email": as_email}


class NewCircumstance(Sent):
    """A benefit claimed or a status held."""

    kind: Annotated[str, OneOf(CircumstanceKind)] = Field(examples=["benefit"])
    code: Annotated[str, OneOf(CircumstanceCode)] = Field(
        description="A benefit code with `benefit`, a status code with `status`."
    )
    from_date: PastDay = Field(examples=["2006-10-01"])
    to_date: Annotated[Day, _from("from_date")] | None = Field(None, description="The last day; it counts.")

    @field_validator("code")
    @classmethod
    def goes_with_kind(cls, code: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if kind and (kind == CircumstanceKind.BENEFIT) != (code in BENEFITS):
            raise refused("A benefit goes with a benefit code, a status with a status code.")
        return code


class NewClient(Sent):
    """The person. A record of yours is kept; what other organisations know of the person is not shown to you."""

    external_id: Reference = Field("", description="Your own reference for the person.", examples=["JCP-99812"])
    given_name: Name = Field(examples=["Sam"])
    family_name: Name = Field(examples=["Example"])
    date_of_birth: PastDay | None = Field(
        None,
        description=f"Makes the person {YOUNGEST} to {OLDEST} years old on `made_on`.",
        examples=["1979-02-03"],
    )
    sex: Annotated[str, OneOf(Sex)] = ""
    ethnicity: Annotated[str, OneOf(Ethnicity)] = ""
    nino: Annotated[str, Text(most=20)] = Field(
        "",
        description="National Insurance number. Examples (`QQ…`) and temporary numbers (`TN…`) are taken.",
        examples=["QQ123456C"],
    )
    postcode: Annotated[str, Text(most=40)] = Field("", description=_DOUBTFUL, examples=["LE5 3GH"])
    lsoa: Annotated[str, Text(most=40)] = Field(
        "",
        description="LSOA code of the address. One that is none is left out, with a warning.",
        examples=["E01013664"],
    )
    phone: Annotated[str, Text(most=200)] = Field("", description=_DOUBTFUL)
    email: Annotated[str, Text(most=500)] = Field("", description=_DOUBTFUL)
    circumstances: list[NewCircumstance] = Field(default=[], max_length=50)

    @field_validator("date_of_birth")
    @classmethod
    def of_an_age(cls, born: date, info: ValidationInfo[ReferralReading]) -> date:
        # A wrong day of making must not hide a wrong age: every wrong field is named at once.
        return judged(check_age, born, on=info.context.made_on or info.context.today)

    @field_validator("nino")
    @classmethod
    def clean_nino(cls, text: str) -> str:
        return judged(as_nino, text)

    @field_validator(*_DOUBTED)
    @classmethod
    def keep_doubtful(cls, text: str, info: ValidationInfo[ReferralReading]) -> str:
        name = str(info.field_name)
        try:
            return _DOUBTED[name](text)
        except ValidationError as refusal:
            words, kept = ("It is left out.", "") if name == "lsoa" else ("It is kept as sent.", text)
            info.context.warn(f"/client/{name}", f"{refusal.messages[0]} {words}")
            return kept


class NewConsent(Sent):
    """The client's consent to share with the receiving organisation. Without one nothing is stored: 422."""

    purpose: Annotated[str, OneOf(ConsentPurpose)] = Field(description="`sharing`.", examples=["sharing"])
    given_on: PastDay = Field(examples=["2007-05-14"])
    method: Annotated[str, OneOf(ConsentMethod)] = Field(examples=["paper"])
    expires_on: Annotated[Day, _from("given_on")] | None = Field(
        None, description="The last day; null when it has none."
    )


class NewReferral(Sent):
    """A referral to another organisation."""

    external_id: Reference = Field(
        "", description="Your own reference for the referral; it makes a repeat safe.", examples=["JCP-2007-000123"]
    )
    to_organisation: Annotated[str, Text(most=500, least=1)] = Field(
        description="The exchange `id` of the receiving organisation.", examples=["employment-support-unit"]
    )
    service: Annotated[str, Text(most=500)] = Field("", description="The exchange `id` of one of its services.")
    made_on: PastDay = Field(examples=["2007-05-14"])
    reason: Notes = Field("", examples=["wants retail work"])
    urgent: bool = False
    client: NewClient
    consent: NewConsent | None = None

    @field_validator("made_on")
    @classmethod
    def tell_day(cls, day: date, info: ValidationInfo[ReferralReading]) -> date:
        info.context.made_on = day
        return day


class NewReferrals(Sent):
    referrals: list[NewReferral] = Field(max_length=1000)


class Step(Sent):
    reason: Notes = Field("", description="Why; required for `decline` and `return`.")


class NewEvent(Sent):
    type: str
    external_id: Reference = Field("", description="Your own reference for the event; it makes a repeat safe.")


class NewStageEvent(NewEvent):
    """A step of the journey."""

    type: Literal["stage_event"]
    stage: Annotated[str, OneOf(Stage)]
    occurred_on: PastDay
    note: Notes = ""


class NewActivity(NewEvent):
    """An engagement, contact, visit or appointment."""

    type: Literal["activity"]
    kind: Annotated[str, OneOf(ActivityKind)]
    occurred_on: Day = Field(description="Only an appointment may lie ahead.")
    note: Notes = ""


class NewEmploymentCheck(NewEvent):
    """Whether the person is still in work."""

    type: Literal["employment_check"]
    job_id: Id = Field(description="The `id` of one of the client's jobs.")
    week: Annotated[int, OneOf(CheckWeek)]
    checked_on: PastDay
    in_work: bool
    evidence: Annotated[str, OneOf(Evidence)]


EVENTS: dict[str, type[NewEvent]] = {
    "stage_event": NewStageEvent,
    "activity": NewActivity,
    "employment_check": NewEmploymentCheck,
}


def read_event(body: Any, reading: Reading) -> NewEvent | None:
    """Read an event by the model that its type names."""
    kind = body.get("type") if isinstance(body, dict) else None
    if not isinstance(kind, str) or kind not in EVENTS:
        reading.add(
            "/type" if isinstance(body, dict) else "", f"Send an object whose type is one of: {', '.join(EVENTS)}."
        )
        return None
    return read(EVENTS[kind], body, reading)
