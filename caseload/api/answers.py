"""What a partner's system is answered, member by member (API.md); codes are those of the exchange package."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, WithJsonSchema

from caseload.api.bodies import EVENTS
from caseload.enums import ReferralStatus
from partners.platform.api.answers import ABSENT, Address, Answer, Moment, Page, Problem


class NamedClient(Answer):
    """Without a name where the record is restricted, or closed to you longer ago than the partnership keeps names."""

    id: UUID
    external_id: str | None
    given_name: str = ABSENT
    family_name: str = ABSENT


class Referral(Answer):
    id: UUID
    status: ReferralStatus
    status_on: date
    status_reason: str | None
    external_id: str | None
    from_organisation: str
    to_organisation: str
    service: str | None
    made_on: date
    answer_by: date | None
    reason: str | None
    urgent: bool
    updated_at: Moment
    client: NamedClient
    links: dict[str, Address] = Field(description="This referral, its client, and the steps that you can take now.")


class LooksLike(Answer):
    """An earlier record that may be the same fact; both are stored."""

    kind: str
    id: UUID


class Doubt(Answer):
    """What was doubtful and cost nothing, in a sentence, by its JSON pointer or what it looks like."""

    pointer: str = ABSENT
    detail: str
    looks_like: LooksLike = ABSENT


class PostedReferral(Referral):
    warnings: list[Doubt]


class Referrals(Page):
    results: list[Referral]


class BulkResult(Answer):
    """What became of one referral: itself, or the problem it had."""

    status: int
    referral: PostedReferral = ABSENT
    problem: Problem = ABSENT


class BulkResults(Answer):
    results: list[BulkResult]


class ClientAddress(Answer):
    postcode: str | None
    lsoa: str | None
    ward: str | None
    from_date: date
    to_date: date | None


class Circumstance(Answer):
    kind: str
    code: str
    from_date: date
    to_date: date | None


class Job(Answer):
    id: UUID
    started_on: date


class Client(Answer):
    """A person. What the consent does not cover of the special categories is absent and not null."""

    id: UUID
    external_id: str | None = Field(description="Your own reference for the person.")
    organisation: str
    registered_on: date
    updated_at: Moment
    given_name: str
    family_name: str
    date_of_birth: date | None
    sex: str | None
    nino: str | None
    phone: str | None
    email: str | None
    highest_qualification: str | None
    addresses: list[ClientAddress]
    circumstances: list[Circumstance]
    jobs: list[Job]
    disability: str | None = None
    ethnicity: str | None = None


class Clients(Page):
    results: list[Client]


class Event(Answer):
    id: UUID
    type: Annotated[str, WithJsonSchema({"type": "string", "enum": [*EVENTS]})]
    external_id: str | None
    warnings: list[Doubt]
