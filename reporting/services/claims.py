"""A claim's own part of building and signing: its items, kept with the build and written as a signed claim."""

from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower, Trim

from commissioning.models import FundingStream
from commissioning.services.months import close_months, open_months
from partners.errors import CaseloadError
from reporting.counting.claims import Funder
from reporting.counting.engine import Counting
from reporting.counting.windows import Quarter
from reporting.indicators.kinds import Kind, kind_called, kind_of_return
from reporting.models import Claim, ClaimLine, Return, ReturnBuild
from reporting.services.outcomes import keep_outcomes

KEEP_ENTRIES = """
    INSERT INTO reporting_claimentry
        (consortium_id, build_id, item, reason, cause, contract_id, job_id, expenditure_id, corrects_id, person_id,
         "table", record_id, reference, on_date, amount)
    SELECT %(consortium)s, %(build)s, line, COALESCE(reason, ''), COALESCE(cause, ''), contract_id, job_id,
        expenditure_id, corrects_id, person_id, record_table, record_id, reference, on_date, amount
    FROM {records} WHERE in_quarter
"""
WRITE_LINES = """
    INSERT INTO reporting_claimline
        (consortium_id, uid, external_id, recorded_at, version, claim_id, contract_id, item, job_id, expenditure_id,
         client_id, amount, corrects_id)
    SELECT entry.consortium_id, made.uid, made.uid::text, now(), 1, %(claim)s, entry.contract_id, entry.item,
        entry.job_id, entry.expenditure_id, job.client_id, entry.amount, entry.corrects_id
    FROM reporting_claimentry entry
    LEFT JOIN caseload_job job ON job.consortium_id = entry.consortium_id AND job.id = entry.job_id
    CROSS JOIN LATERAL (SELECT caseload_uuid7() AS uid WHERE entry.id IS NOT NULL) made
    WHERE entry.consortium_id = %(consortium)s AND entry.build_id = %(build)s AND entry.reason = ''
    ORDER BY entry.id
"""


def keep_entries(session: Counting, kind: Kind, build: ReturnBuild) -> None:
    """Store what a build claims, takes back and leaves out, from the very rows that its figures were added up from."""
    if kind.funder is not None:
        session.execute(
            KEEP_ENTRIES.format(records=f"count_{kind.funder.kind}"),
            {"consortium": session.consortium.pk, "build": build.pk},
        )


def is_claim(filed: Return) -> bool:
    kind = kind_of_return(filed)
    return kind is not None and kind.funder is not None


def funder_asked(filed: Return) -> Funder:
    kind = kind_of_return(filed)
    if kind is None or kind.funder is None:
        raise CaseloadError("This return asks nobody for money.")
    return kind.funder


def why_no_claim(filed: Return, build: ReturnBuild) -> str:
    """Say why a build cannot be signed as a claim; nothing where it can (contract KPIS.md, "The claim").

    One of a kind and quarter, none after a later one, and none that does not know of an earlier one.
    """
    since = build.snapshot_at
    lines = ClaimLine.objects.filter(claim=OuterRef("pk"), recorded_at__gt=since)
    claims = Claim.objects.filter(kind=filed.kind).annotate(has_new_lines=Exists(lines)).order_by("quarter")
    for claim in claims:
        if claim.quarter == filed.quarter and claim.filed_id != filed.pk:
            return f"There is a signed claim for {filed.quarter} already, of {claim.signed_on:%-d %B %Y}."
        if claim.quarter > filed.quarter:
            return f"The claim for {claim.quarter} is signed already, and none is signed after a later one."
        if claim.quarter < filed.quarter and (claim.recorded_at > since or claim.has_new_lines):
            return "An earlier claim was signed or brought in since this one was built."
    return ""


GONE = """
    SELECT count(*) FROM reporting_claimentry entry
    WHERE entry.consortium_id = %(consortium)s AND entry.build_id = %(build)s AND entry.reason = '' AND (
        (entry.job_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM caseload_job job WHERE job.consortium_id = entry.consortium_id AND job.id = entry.job_id))
        OR (entry.expenditure_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM commissioning_expenditure spend
            WHERE spend.consortium_id = entry.consortium_id AND spend.id = entry.expenditure_id)))
"""


def why_incomplete(build: ReturnBuild) -> str:
    with connection.cursor() as cursor:
        cursor.execute(GONE, {"consortium": build.consortium_id, "build": build.pk})
        (number,) = cursor.fetchone()
    return f"{number} of the records that it claims were removed since it was built." if number else ""


def sign_claim(filed: Return, build: ReturnBuild, *, on: date) -> Claim:
    """Write a signed build as a claim with its lines, from which the next claims start.

    Raises :class:`CaseloadError` where it cannot be signed any more as it was built.
    """
    if reason := why_no_claim(filed, build) or why_incomplete(build):
        raise CaseloadError(f"{reason} Nothing was signed. Send it back, and build it again.")
    claim = Claim(kind=filed.kind, quarter=filed.quarter, signed_on=on, filed=filed)
    claim.save()
    with connection.cursor() as cursor:
        cursor.execute(WRITE_LINES, {"consortium": filed.consortium_id, "build": build.pk, "claim": claim.pk})
    keep_outcomes(claim, funder_asked(filed))
    close_claimed_months()
    return claim


CLAIMED = "claim "


def close_claimed_months() -> None:
    """Let no variation change what was planned up to the end of a signed claim, in the streams of its funder."""
    origins = []
    for claim in Claim.objects.order_by("quarter"):
        kind = kind_called(claim.consortium, claim.kind)
        if kind is None or kind.funder is None:
            continue
        quarter = Quarter.parse(claim.quarter)
        origins.append(f"{CLAIMED}{claim.kind} {claim.quarter}")
        streams = FundingStream.objects.annotate(whose=Lower(Trim("funder"))).filter(whose__in=kind.funder.names)
        if kind.funder.streams:
            streams = streams.filter(external_id__in=kind.funder.streams)
        if found := list(streams.values_list("pk", flat=True)):
            reason = f"{kind.title} for {quarter.name} is signed"
            close_months(until=quarter.end, origin=origins[-1], reason=reason, streams=found)
    open_months(beginning=CLAIMED, but=origins)
