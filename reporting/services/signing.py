"""Returns on their way through the chain of their pack: what the steps cover, who made it, what signing does."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone

from partners.models import BackgroundJob, StaffMember
from partners.platform.signoff.declarations import Chain, Document, chain_of, declare_document
from reporting.counting.windows import Quarter
from reporting.enums import ReturnState
from reporting.indicators.kinds import kind_of_return
from reporting.models import Return, ReturnBuild
from reporting.queries.filed import newest_build
from reporting.queries.readers import returns_read
from reporting.services.claim_queries import why_held
from reporting.services.claims import is_claim, sign_claim, why_no_claim
from reporting.services.copies import tell_copied
from reporting.services.freezing import freeze, take_turns
from reporting.services.returns import JOB, key_of


def rows(staff: StaffMember) -> QuerySet[Any]:
    return returns_read(staff)


def chain_of_return(filed: Return) -> Chain | None:
    data: dict[str, Any] = filed.consortium.pack_data
    code = next((each.get("chain") for each in data.get("returns", []) if each["code"] == filed.kind), None)
    return chain_of(filed.consortium, code) if code else None


def title(filed: Return) -> str:
    kind = kind_of_return(filed)
    return f"{kind.title if kind else filed.kind}, {Quarter.parse(filed.quarter).name}"


def url(filed: Return) -> str:
    return reverse("reporting:return", args=[filed.uid])


def makers(filed: Return) -> Collection[int]:
    """Return who built it, by any build of it: each of them could have made the figures what they are."""
    builds: QuerySet[ReturnBuild] = filed.builds.own().order_by()
    return set(builds.filter(built_by__isnull=False).values_list("built_by_id", flat=True))


def not_ready(filed: Return) -> str:
    under_way = BackgroundJob.objects.under_way().filter(kind=JOB, subject_key=key_of(filed.kind, filed.quarter))
    builds: QuerySet[Any] = filed.builds.shown().annotate(is_built_again=Exists(under_way))
    build = builds.order_by("-id").first()
    if build is None:
        return "It has not been built yet."
    if build.is_built_again:
        return "It is being built at this moment."
    return why_no_claim(filed, build) if is_claim(filed) else ""


def begun(filed: Return) -> None:
    _state(filed, ReturnState.IN_SIGN_OFF)


def sent_back(filed: Return) -> None:
    """Open it again: what a return covers is changed by whoever did the first step, and built anew."""
    _state(filed, ReturnState.SENT_BACK)


def signed(filed: Return, by: StaffMember, at: datetime) -> None:
    build = newest_build(filed)
    if build is not None:
        if is_claim(filed):
            take_turns(filed)
            sign_claim(filed, build, on=timezone.localdate(at))
        freeze(filed, build, by=by, at=at)
        tell_copied(filed, chain_of_return(filed), by=by, today=at.date())


def _state(filed: Return, state: ReturnState) -> None:
    filed.state = state
    filed.save(update_fields=["state"])


def declare() -> None:
    declare_document(
        Document(
            model=Return,
            rows=rows,
            chain=chain_of_return,
            title=title,
            url=url,
            makers=makers,
            not_ready=not_ready,
            begun=begun,
            sent_back=sent_back,
            signed=signed,
            held=why_held,
        )
    )
