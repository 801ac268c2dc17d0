"""Which earlier entry of a person a new one looks like: one query for each kind (partners.platform.records.lookalikes).

What the exchange package takes with a warning, and what the counting rules decide by order, is asked about and never
refused: two checks of one week, overlapping spells, a second job within 28 days (KPIS.md "Counted job").
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from caseload.enums import (
    OPEN_REFERRAL,
    ActivityKind,
    CircumstanceCode,
    ConsentPurpose,
    PlacementKind,
    QualificationLevel,
    QualificationType,
    Stage,
)
from caseload.models import (
    Activity,
    Assessment,
    Client,
    ClientAddress,
    ClientCircumstance,
    Consent,
    EmploymentCheck,
    Enrolment,
    InWorkSupport,
    InWorkTraining,
    Job,
    Placement,
    PlanAction,
    Qualification,
    Referral,
    StageEvent,
)
from partners.platform.dates import long_date
from partners.platform.records.lookalikes import LookAlike

NEAR = timedelta(days=28)
MOST = 3
Values = Mapping[str, Any]
Records = Sequence[int]


def twins_of(what: str, client: Client, values: Values, *, records: Records, besides: Any = None) -> list[LookAlike]:
    """Return the earlier entries that a new one looks like, latest first, at most three.

    ``records`` are those of the person that the reader may open, ``values`` what is to be recorded, by the names of the
    service; ``besides`` is the ``uid`` of the entry itself where it is stored already.
    """
    if what not in TWINS:
        return []
    find, name = TWINS[what]
    rows = find(values, records).order_by("-pk")
    if besides is not None:
        rows = rows.exclude(uid=besides)
    return [LookAlike(what, str(row.uid), name(row), _address_of(what, client, row)) for row in rows[:MOST]]


def _address_of(what: str, client: Client, row: Any) -> str:
    if what == "referral":
        return reverse("caseload:referral", args=[row.uid])
    if what == "consent":
        return f"{reverse('caseload:client', args=[client.uid])}#consent-title"
    return reverse("caseload:correct", args=[client.uid, what, row.uid])


def _within(values: Values, first: str, last: str, *, began: str, ended: str) -> Q:
    """Return the condition that a spell shares a day with the new one; the last day counts."""
    until: date | None = values.get(last)
    shares = Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gte": values[first]})
    return shares & Q(**{f"{began}__lte": until}) if until else shares


def _near(values: Values, name: str) -> Q:
    return Q(**{f"{name}__range": (values[name] - NEAR, values[name] + NEAR)})


def _same(text: str | None) -> str:
    return " ".join((text or "").split())


def _jobs(values: Values, records: Records) -> QuerySet[Any]:
    rows = Job.objects.filter(_near(values, "started_on"), client__in=records, employer=values.get("employer"))
    return rows.select_related("employer")


def _checks(values: Values, records: Records) -> QuerySet[Any]:
    if values["job"] is None:
        return EmploymentCheck.objects.none()
    return EmploymentCheck.objects.filter(job__client__in=records, job=values["job"], week=values["week"])


def _circumstances(values: Values, records: Records) -> QuerySet[Any]:
    shares = _within(values, "from_date", "to_date", began="from_date", ended="to_date")
    return ClientCircumstance.objects.filter(shares, client__in=records, code=values["code"])


def _addresses(values: Values, records: Records) -> QuerySet[Any]:
    """The same place at the same time; or another that a move does not end by itself."""
    rows = ClientAddress.objects.filter(
        _within(values, "from_date", "to_date", began="from_date", ended="to_date"), client__in=records
    )
    here = Q(postcode=values.get("postcode", "")) if values.get("postcode") else Q(ward=values.get("ward", ""))
    moves = Q(to_date__isnull=True, from_date__lt=values["from_date"]) & ~here if not values.get("to_date") else Q()
    return rows.exclude(moves) if moves else rows


def _activities(values: Values, records: Records) -> QuerySet[Any]:
    return Activity.objects.filter(
        client__in=records,
        kind=values["kind"],
        occurred_on=values["occurred_on"],
        centre=values.get("centre"),
        note__iexact=values.get("note", "").strip(),
        channel=values.get("channel", ""),
        result=values.get("result", ""),
    )


def _stages(values: Values, records: Records) -> QuerySet[Any]:
    return StageEvent.objects.filter(client__in=records, stage=values["stage"], occurred_on=values["occurred_on"])


def _assessments(values: Values, records: Records) -> QuerySet[Any]:
    """One assessment is a row for each part of it: the first stands for all."""
    same = Assessment.objects.filter(
        client__in=records, assessed_on=values["assessed_on"], organisation=values["organisation"]
    )
    return same.filter(pk__in=same.order_by("pk").values("pk")[:1])


def _actions(values: Values, records: Records) -> QuerySet[Any]:
    return PlanAction.objects.filter(
        client__in=records, title__iexact=_same(values["title"]), done_on__isnull=True, cancelled_on__isnull=True
    )


def _qualifications(values: Values, records: Records) -> QuerySet[Any]:
    """Learning of this kind and level that goes on, or that began or was achieved on the same day."""
    same = Q(achieved_on__isnull=True)
    for name in ("enrolled_on", "achieved_on"):
        if values.get(name):
            same |= Q(**{name: values[name]})
    return Qualification.objects.filter(same, client__in=records, type=values["type"], level=values["level"])


def _placements(values: Values, records: Records) -> QuerySet[Any]:
    same = _near(values, "started_on") | (
        Q(started_on__lte=values["started_on"])
        & _within(values, "started_on", "ended_on", began="started_on", ended="ended_on")
    )
    return Placement.objects.filter(
        same, client__in=records, employer=values.get("employer"), kind=values["kind"]
    ).select_related("employer")


def _training(values: Values, records: Records) -> QuerySet[Any]:
    return InWorkTraining.objects.filter(
        _near(values, "started_on"), client__in=records, employer=values.get("employer")
    ).select_related("employer")


def _support(values: Values, records: Records) -> QuerySet[Any]:
    return InWorkSupport.objects.filter(
        client__in=records,
        employer=values.get("employer"),
        occurred_on=values["occurred_on"],
        person=values.get("person", ""),
        manager_name__iexact=_same(values.get("manager_name")),
    ).select_related("employer")


def _enrolments(values: Values, records: Records) -> QuerySet[Any]:
    still = _within(values, "started_on", "ended_on", began="started_on", ended="ended_on")
    return Enrolment.objects.filter(still, client__in=records, contract=values.get("contract")).select_related(
        "contract"
    )


def _consents(values: Values, records: Records) -> QuerySet[Any]:
    return Consent.objects.filter(
        client__in=records,
        purpose=values["purpose"],
        organisation=values.get("organisation"),
        given_on=values["given_on"],
        withdrawn_on__isnull=True,
    )


def _referrals(values: Values, records: Records) -> QuerySet[Any]:
    """Open ones of the same sender to the same organisation, for this service or where one of them names none.

    With a ``sent_record``, of that record of the sender's alone: a partner's system learns of no other.
    """
    rows = Referral.objects.filter(
        client__in=records,
        from_organisation=values["from_organisation"],
        to_organisation=values["to_organisation"],
        status__in=OPEN_REFERRAL,
    ).select_related("to_organisation", "service")
    if values.get("sent_record") is not None:
        rows = rows.filter(sent_record=values["sent_record"])
    service = values.get("service")
    return rows.filter(Q(service=service) | Q(service__isnull=True)) if service is not None else rows


def _at(row: Any) -> str:
    return f"at {row.employer}" if row.employer is not None else "as self-employed"


TWINS: dict[str, tuple[Callable[[Values, Records], QuerySet[Any]], Callable[[Any], str]]] = {
    "job": (_jobs, lambda row: f"the job {_at(row)} of {long_date(row.started_on)}"),
    "check": (
        _checks,
        lambda row: (
            f"the check at {row.week} weeks of {long_date(row.checked_on)},"
            f" which says {'in work' if row.in_work else 'not in work'}"
        ),
    ),
    "circumstance": (
        _circumstances,
        lambda row: f"{CircumstanceCode(row.code).label} since {long_date(row.from_date)}",
    ),
    "address": (
        _addresses,
        lambda row: f"the address {row.postcode or row.ward or 'without a postcode'} since {long_date(row.from_date)}",
    ),
    "activity": (
        _activities,
        lambda row: f"the {ActivityKind(row.kind).label.lower()} of {long_date(row.occurred_on)}",
    ),
    "stage": (_stages, lambda row: f"the step “{Stage(row.stage).label}” of {long_date(row.occurred_on)}"),
    "assessment": (_assessments, lambda row: f"your organisation's assessment of {long_date(row.assessed_on)}"),
    "action": (_actions, lambda row: f"the open action “{row.title}”"),
    "qualification": (
        _qualifications,
        lambda row: (
            f"the learning {QualificationType(row.type).label}, {QualificationLevel(row.level).label},"
            f" {'achieved' if row.achieved_on else 'enrolled'} on"
            f" {long_date(row.achieved_on or row.enrolled_on or row.recorded_at.date())}"
        ),
    ),
    "placement": (
        _placements,
        lambda row: f"the {PlacementKind(row.kind).label.lower()} {_at(row)} of {long_date(row.started_on)}",
    ),
    "in-work-training": (_training, lambda row: f"the training {_at(row)} of {long_date(row.started_on)}"),
    "in-work-support": (_support, lambda row: f"the support {_at(row)} on {long_date(row.occurred_on)}"),
    "enrolment": (_enrolments, lambda row: f"the enrolment on {row.contract.title} of {long_date(row.started_on)}"),
    "consent": (
        _consents,
        lambda row: f"the consent for {ConsentPurpose(row.purpose).label.lower()} of {long_date(row.given_on)}",
    ),
    "referral": (
        _referrals,
        lambda row: (
            f"the referral to {row.to_organisation}{f', {row.service}' if row.service else ''},"
            f" made on {long_date(row.made_on)}"
        ),
    ),
}
