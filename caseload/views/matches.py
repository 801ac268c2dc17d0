"""Two records that may be one person: what waits, the two side by side, deciding, and separating them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pghistory
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.generic import TemplateView

from caseload.enums import MatchReason
from caseload.evidence import nino_proves
from caseload.models import Client, PossibleMatch
from caseload.queries.matches import (
    matches_for,
    merged_of_pair,
    postcodes_of,
    records_going_with,
    referrals_moved_back_to,
    referrals_moved_by,
    standing_records,
)
from caseload.services.merging import decide_again, decide_match, unmerge_client
from caseload.views.base import AboutClient, client_url
from caseload.views.caseload import nowrap
from partners.enums import AccessAction
from partners.errors import CaseloadError
from partners.permissions import Capability
from partners.platform.frame.pages import ConfirmPage, StaffPage
from partners.platform.frame.tags import on, tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm, Table
from partners.platform.trail.looking import record_accesses, record_listed
from partners.platform.trail.pages import WithLooks

SPEAKS_AGAINST = (
    MatchReason.OTHER_NINO,
    MatchReason.OTHER_SEX,
    MatchReason.OTHER_BIRTH_DATE,
    MatchReason.UNLIKE_NAME,
)
SHOWN_OF_NINO = 3


@dataclass(frozen=True)
class Compared:
    """A line of the comparison; ``verdict`` is empty where the two say nothing about each other."""

    label: str
    older: str
    newer: str
    verdict: str = ""

    @property
    def tone(self) -> str:
        return {"Same": "good", "Similar": "waiting"}.get(self.verdict, "quiet")


def match_url(match: PossibleMatch) -> str:
    return reverse("caseload:match", args=[match.uid])


def reasons_of(match: PossibleMatch) -> tuple[list[str], list[str]]:
    """Return in words what speaks for one person and what against."""
    known = [reason for reason in MatchReason if reason.value in match.reasons]
    return (
        [str(reason.label) for reason in known if reason not in SPEAKS_AGAINST],
        [str(reason.label) for reason in known if reason in SPEAKS_AGAINST],
    )


def state_of(match: Any) -> tuple[str, str]:
    """Return in a word and a tone what became of a pair."""
    if match.decided_on is None:
        return "To decide", "new"
    if not match.same_person:
        return "Two people", "quiet"
    if match.one == match.another:
        return "One person, merged", "good"
    return "Separated again", "quiet"


def _names(match: PossibleMatch) -> str:
    older, newer = in_order(match)
    return f"{older} and {newer}"


def _reasons(match: PossibleMatch) -> str:
    speaks_for, speaks_against = reasons_of(match)
    return "; ".join([*speaks_for, *speaks_against])


def _decided(match: PossibleMatch) -> SafeString | str:
    if match.decided_on is None:
        return "not yet"
    by = f", {match.decided_by.name}" if match.decided_by else ""
    return format_html("{}{}", nowrap(on(match.decided_on)), by)


def _born(match: PossibleMatch) -> str:
    days = dict.fromkeys(on(each.date_of_birth) or "not known" for each in in_order(match))
    return " and ".join(days)


def _organisations(match: PossibleMatch) -> str:
    return " and ".join(dict.fromkeys(each.organisation.name for each in in_order(match)))


def in_order(match: PossibleMatch) -> tuple[Client, Client]:
    """Return the pair as it was found, the older record first."""
    older, newer = sorted((match.client, match.other), key=lambda each: each.pk)
    return older, newer


DECIDING = "Deciding whether they are one person"


class Matches(TablePage):
    """Every pair within this person's sight: what waits for a decision first, then what was decided lately."""

    template_name = "caseload/matches.html"
    capability = Capability.DECIDE_MATCHES
    lists = "caseload.client"
    title = "Possible matches"
    lead = "Records that look like one person. Compare the two and decide whether they are."
    empty = "Nothing to decide. When a new record looks like one that is known, the pair is listed here."
    columns: ClassVar[Sequence[Column]] = [
        Column("names", "Records", value=_names, link=match_url),
        Column("born", "Born", value=_born, cell=lambda match: nowrap(_born(match))),
        Column("organisations", "Organisation", value=_organisations),
        Column("reasons", "Why", value=_reasons),
        Column("state", "State", cell=lambda match: nowrap(tag(*state_of(match)))),
        Column("decided", "Decided", cell=_decided),
    ]

    def people_on(self, table: Table) -> list[int]:
        return [pk for match in table.page_rows for pk in (match.client_id, match.other_id)]

    def get_table(self, filters: FilterForm | None) -> Table:
        """Return the list, without files: names of people leave with the caseload's own files only."""
        return Table(
            columns=self.columns,
            rows=matches_for(self.staff),
            params=self.request.GET,
            caption=self.title,
            empty=self.empty,
            downloads=(),
        )


class AboutMatch(StaffPage):
    """A page about one pair; where either record is out of sight, the pair is not there."""

    capability = Capability.DECIDE_MATCHES

    @cached_property
    def match(self) -> PossibleMatch:
        found = matches_for(self.staff).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found


class OneMatch(WithLooks, AboutMatch, TemplateView):
    """The two records side by side. Opening the page is opening both (DESIGN.md law 4)."""

    template_name = "caseload/match.html"
    purpose = DECIDING

    def looked_at(self) -> PossibleMatch:
        return self.match

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ids = [self.match.client_id, self.match.other_id]
        record_accesses(
            request,
            AccessAction.VIEWED,
            "caseload.client",
            subject_ids=ids,
            purpose=self.purpose,
        )
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match = self.match
        older, newer = in_order(match)
        speaks_for, speaks_against = reasons_of(match)
        return super().get_context_data(
            **kwargs,
            title=_names(match),
            match=match,
            older=older,
            newer=newer,
            lines=compared(match),
            speaks_for=speaks_for,
            speaks_against=speaks_against,
            state=state_of(match),
            to_separate=merged_of_pair(match),
        )


class NamesTwo:
    """For pages that name two records before an act on them: opening one is a look at both."""

    request: Any
    both: tuple[Client, Client]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ids = [each.pk for each in self.both]
        record_listed(request, "caseload.client", subject_ids=ids, purpose=DECIDING)
        return super().get(request, *args, **kwargs)  # type: ignore[misc, no-any-return]


class MergeMatch(NamesTwo, AboutMatch, ConfirmPage):
    """Say what a merge does, then do it."""

    title = "Merge two records"
    submit = "Merge the records"

    @cached_property
    def both(self) -> tuple[Client, Client]:  # type: ignore[override]
        return standing_records(self.match)

    def get_consequences(self) -> list[str]:
        older, newer = standing_records(self.match)
        moved = referrals_moved_by(newer)
        lines = [
            f"The newer record, {described(newer)}, becomes part of the older one, {described(older)}.",
            "Where the two differ, the details of the older record stand.",
            "What was recorded with either stands in one history, and the person is counted once.",
        ]
        if moved:
            lines.append(f"{moved} referral{'s go' if moved > 1 else ' goes'} with it, and what they share.")
        if older.organisation_id != newer.organisation_id:
            lines.append(
                f"Both organisations keep sight of the person: {newer.organisation.name} opens the one record, because "
                "theirs is part of it."
            )
            lines.append(
                "What they recorded of health, offending and ethnicity stays with each of them, unless the client's "
                "consent opens it to the other."
            )
        return [*lines, "The merge can be undone."]

    def get_back(self) -> str:
        return match_url(self.match)

    def act(self, form: Any) -> None:
        older, newer = standing_records(self.match)
        with pghistory.context(reason=form.cleaned_data["reason"]):
            decide_match(self.match, same_person=True, by=self.staff, on=timezone.localdate())
        messages.success(self.request, f"{newer} is merged into {older}.")

    def get_success_url(self) -> str:
        return reverse("caseload:matches")


class TwoPeople(AboutMatch):
    """Decide that the records are of two people: both stay as they are."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            decide_match(self.match, same_person=False, by=self.staff, on=timezone.localdate())
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(match_url(self.match))
        messages.success(request, f"{_names(self.match)} stay two people.")
        return HttpResponseRedirect(reverse("caseload:matches"))


class DecideAgain(AboutMatch):
    """Take back that the records are of two people."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            decide_again(self.match, by=self.staff)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "The decision is taken back. The pair waits to be decided again.")
        return HttpResponseRedirect(match_url(self.match))


class SeparateRecord(NamesTwo, AboutClient, ConfirmPage):
    """Undo a merge: the record stands for itself again."""

    title = "Undo a merge"
    submit = "Separate the records"
    capability = Capability.DECIDE_MATCHES

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        self.survivor  # noqa: B018  where the other record is out of sight, nothing is separated either

    @property
    def both(self) -> tuple[Client, Client]:  # type: ignore[override]
        return self.client, self.survivor

    @cached_property
    def survivor(self) -> Client:
        seen = Client.objects.visible_to(self.staff).select_related("organisation")
        found: Client | None = seen.filter(merged_from=self.client).first()
        if found is None:
            raise Http404
        return found

    def get_consequences(self) -> list[str]:
        back = referrals_moved_back_to(self.client)
        lines = [
            f"{described(self.client)} stands for itself again, apart from {described(self.survivor)}.",
            "What was recorded since the merge stays with the record it was recorded on.",
            "They are counted as two people again. If they were a possible match, it waits to be decided again.",
        ]
        if others := records_going_with(self.client):
            few = "The record that was" if len(others) == 1 else f"The {len(others)} records that were"
            lines.append(f"{few} merged into it before {'stays' if len(others) == 1 else 'stay'} with it.")
        if back:
            lines.append(f"{back} referral{'s go' if back > 1 else ' goes'} back with it, and what they share.")
        return lines

    def get_back(self) -> str:
        return client_url(self.survivor)

    def act(self, form: Any) -> None:
        with pghistory.context(reason=form.cleaned_data["reason"]):
            unmerge_client(self.client, by=self.staff)
        messages.success(self.request, f"The merge is undone. {self.client} stands for itself again.")

    def get_success_url(self) -> str:
        return client_url(self.client)


def described(client: Client) -> str:
    return f"“{client}” of {client.organisation.name}"


def compared(match: PossibleMatch) -> list[Compared]:
    """Return the two records line by line, the older first."""
    older, newer = in_order(match)
    lived = postcodes_of((older, newer))
    homes = lived.get(older.pk, []), lived.get(newer.pk, [])
    is_similar = MatchReason.SIMILAR_NAME in match.reasons
    return [
        Compared(
            "Name",
            str(older),
            str(newer),
            _verdict(older.given_key + older.family_key, newer.given_key + newer.family_key, is_similar=is_similar),
        ),
        Compared(
            "Date of birth",
            on(older.date_of_birth),
            on(newer.date_of_birth),
            _verdict(older.date_of_birth, newer.date_of_birth),
        ),
        Compared(
            "National Insurance number",
            masked(older.nino),
            masked(newer.nino),
            _verdict(*(each.nino_index if nino_proves(each.nino_index) else "" for each in (older, newer))),
        ),
        Compared("Postcode", ", ".join(homes[0]), ", ".join(homes[1]), _verdict_of_homes(*homes)),
        Compared(
            "Sex",
            older.get_sex_display(),
            newer.get_sex_display(),
            _verdict(older.sex, newer.sex),
        ),
        Compared("Organisation", older.organisation.name, newer.organisation.name),
        Compared("Adviser", _adviser(older), _adviser(newer)),
        Compared("Registered", on(older.registered_on), on(newer.registered_on)),
        Compared("Reference", older.external_id, newer.external_id),
    ]


def masked(nino: str) -> SafeString | str:
    """Return the end of a National Insurance number: enough to ask the person, too little to use it."""
    if not nino:
        return ""
    return nowrap(f"ends in {nino[-SHOWN_OF_NINO:]}")


def _adviser(client: Client) -> str:
    return client.adviser.name if client.adviser else "none"


def _verdict(one: Any, other: Any, *, is_similar: bool = False) -> str:
    if not one or not other:
        return ""
    if one == other:
        return "Same"
    return "Similar" if is_similar else "Different"


def _verdict_of_homes(one: Sequence[str], other: Sequence[str]) -> str:
    if not one or not other:
        return ""
    return "Same" if set(one) & set(other) else "Different"
