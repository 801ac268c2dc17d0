"""A new consortium from a pack (COMMANDS.md, ``create_consortium``)."""

import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone

from caseload.models import TargetGroup
from commissioning.models import FundingStream, StreamEntry
from partners.errors import CaseloadError
from partners.models import Consortium, Organisation, PriorityArea
from partners.platform.signoff.posts import ensure_posts
from partners.platform.tenancy.scope import in_consortium
from partners.services.organisations import ensure_group
from reporting.enums import RiskStatus
from reporting.models import HeadlineTarget, Milestone, Objective, Observation, Risk, Target, Tolerance
from reporting.packs.loading import Pack, load_pack

# What the pages read from the consortium itself; everything else of a pack becomes records.
READ_BY_PAGES = (
    *("target_groups", "indicators", "stages", "sign_off", "tolerances"),
    *("approvals", "appraisals", "claims"),
)


class SlugTaken(CaseloadError):
    code = "slug_taken"

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is a consortium {slug} already. Choose another short name.", field="slug")


def create_consortium(
    *, pack: str, slug: str | None = None, name: str | None = None, is_demonstration: bool = False
) -> Consortium:
    """Make a tenant and fill it from a pack, or leave nothing behind.

    Rows of a pack have ids that begin with its name, so that they never meet a sender's, and none of them is counted
    by an indicator.
    """
    loaded = load_pack(pack)
    settings = loaded.settings["consortium"]
    slug = settings["slug"] if slug is None else slug
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 50:
        raise CaseloadError(
            "Write the short name in small letters, digits and single hyphens, 50 at most.", field="slug"
        )
    name = settings["name"] if name is None else name.strip()
    if not 0 < len(name) <= 200:
        raise CaseloadError("Give a name of 1 to 200 characters.", field="name")
    if Consortium.objects.filter(slug=slug).exists():
        raise SlugTaken(slug)
    consortium = Consortium(
        slug=slug,
        name=name,
        pack=loaded.name,
        area_name=settings["area_name"],
        programme_start=settings["programme_start"],
        referral_days=settings["referral_days"],
        contact_days=settings["contact_days"],
        nation=settings["nation"],
        words=loaded.settings["words"],
        pack_data=_pack_data(loaded),
        is_demonstration=is_demonstration,
    )
    try:
        with transaction.atomic():
            consortium.save()
            with in_consortium(consortium.pk):
                _fill(loaded)
                ensure_posts(consortium)
    except IntegrityError as problem:
        if "slug" in str(problem):  # another operator was quicker
            raise SlugTaken(slug) from problem
        raise
    return consortium


def _pack_data(pack: Pack) -> dict[str, Any]:
    """Collect what has no table: rules, indicators, chains, stages, and facts beside a record."""
    data = {
        "title": pack.settings["title"],
        "about": pack.settings["about"],
        "source": pack.settings["source"],
        "returns": pack.settings["returns"],
        "small_numbers": pack.settings["small_numbers"],
        **{table: pack.rows(table) for table in READ_BY_PAGES},
        "streams": [
            {part: row[part] for part in ("id", "kind", "amounts", "conditions", "objectives", "source")}
            for row in pack.rows("streams")
        ],
        "risks_to_rate": [row for row in pack.rows("risks") if not _is_rated(row)],
    }
    plain: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return plain


def _is_rated(risk: dict[str, Any]) -> bool:
    return bool(risk["likelihood"] and risk["impact"])


def _fill(pack: Pack) -> None:
    _add_partners(pack)
    _add_areas_and_targets(pack)
    _add_plan(pack)


def _add_partners(pack: Pack) -> None:
    for row in pack.rows("organisations"):
        organisation = Organisation(
            external_id=row["id"], name=row["name"], type=row["type"], accountable_body=row["accountable_body"]
        )
        organisation.save()
        ensure_group(organisation)
    FundingStream.objects.bulk_create(
        FundingStream(external_id=row["id"], name=row["name"], funder=row["funder"], mainstream=row["mainstream"])
        for row in pack.rows("streams")
    )
    streams = dict(FundingStream.objects.values_list("external_id", "pk"))
    objectives = {row["code"]: row["title"] for row in pack.rows("objectives")}
    StreamEntry.objects.bulk_create(
        StreamEntry(
            external_id=_id(pack, "stream-entry", row["id"]),
            funding_stream_id=streams[row["id"]],
            kind=row["kind"],
            conditions=row["conditions"],
            alignment="; ".join(objectives[code] for code in row["objectives"]),
            source=row["source"],
        )
        for row in pack.rows("streams")
    )


def _add_areas_and_targets(pack: Pack) -> None:
    TargetGroup.objects.bulk_create(
        TargetGroup(
            external_id=_id(pack, "group", row["code"]),
            position=position,
            rule_in_words=row["definition"],
            **{part: row[part] for part in ("code", "title", "rule", "counted", "special_category", "source")},
        )
        for position, row in enumerate(pack.rows("target_groups"), 1)
    )
    PriorityArea.objects.bulk_create(
        PriorityArea(external_id=_id(pack, "area", row["lsoa"] or f"{number:03}"), **row)
        for number, row in enumerate(pack.rows("priority_areas"), 1)
    )
    HeadlineTarget.objects.bulk_create(
        HeadlineTarget(external_id=_id(pack, row["line"], row["lsoa"] or "printed"), **row)
        for row in pack.rows("headline_targets")
    )
    Target.objects.bulk_create(
        Target(external_id=row["id"], **{part: row[part] for part in row.keys() - {"id", "source"}})
        for row in pack.rows("targets")
    )
    Observation.objects.bulk_create(
        Observation(external_id=row["id"], **{part: row[part] for part in row.keys() - {"id"}})
        for row in pack.rows("observations")
    )


def _add_plan(pack: Pack) -> None:
    titles = {row["code"]: row["title"] for row in pack.rows("objectives")}
    Objective.objects.bulk_create(
        Objective(
            external_id=_id(pack, "objective", row["code"]),
            **{part: row[part] for part in ("code", "title", "lead", "source")},
        )
        for row in pack.rows("objectives")
    )
    Milestone.objects.bulk_create(
        Milestone(
            external_id=row["id"],
            title=row["title"],
            objective=titles.get(row["objective"], ""),
            due_on=row["due_on"],
        )
        for row in pack.rows("milestones")
    )
    Tolerance.objects.bulk_create(
        Tolerance(
            external_id=_id(pack, "tolerance", f"{row['measure']}-{number}"),
            from_date=pack.settings["consortium"]["programme_start"] or timezone.localdate(),
            agreed=row["source"],
            **{part: row[part] for part in ("measure", "stage", "limit")},
        )
        for number, row in enumerate(pack.rows("tolerances"), 1)
        if row["limit"] is not None
    )
    Risk.objects.bulk_create(
        Risk(
            external_id=row["id"],
            status=RiskStatus.OPEN,
            **{part: row[part] for part in ("title", "likelihood", "impact", "control", "owner")},
        )
        for row in pack.rows("risks")
        if _is_rated(row)
    )


def _id(pack: Pack, kind: str, which: str) -> str:
    return f"{pack.name}-{kind}-{which}".replace("_", "-")
