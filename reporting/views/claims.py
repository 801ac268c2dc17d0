"""A claim item by item: what is claimed, what is taken back, and what is left out, by which rule and how to mend it."""

from typing import Any

from django import forms
from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html

from commissioning.models import Contract
from partners.permissions import may
from partners.platform.exchange.declarations import table_named
from partners.platform.frame.tags import tag
from partners.platform.lists.tables import Column, FilterForm
from partners.platform.records.kinds import kind_of
from reporting.enums import ClaimItem, LeftOut, TakenBack
from reporting.models import ClaimEntry, ClaimLine
from reporting.queries.figures import Naming, with_known_people
from reporting.services.claim_queries import may_ask
from reporting.services.claims import is_claim
from reporting.views.filed import RECORD_COLUMNS, RecordList

CHECKS = "You check this claim, so every item of it is listed; a person is named where you may open the record."
CLAIMED, TAKEN_BACK, LEFT = "claimed", "taken_back", "left_out"
STATES = ((CLAIMED, "Claimed"), (TAKEN_BACK, "Taken back"), (LEFT, "Left out"))
TONES = {CLAIMED: "done", TAKEN_BACK: "warning", LEFT: "quiet"}
MENDS = {
    LeftOut.INELIGIBLE: "If the funder does pay for it, say so on the line of spend.",
    LeftOut.PAID_BY_OUTPUTS: "Nothing, or a term for spend on the contract, if it is paid for this as well.",
    LeftOut.OUTSIDE_CONTRACT: "Check the day, the contract it names, and the days of that contract.",
    LeftOut.NOT_ENROLLED: "Record the enrolment that was open when the job started.",
    LeftOut.NOT_PROVEN: "Record the evidence and the day it was verified; after a rejection, newer evidence.",
    LeftOut.NO_PRICE: "Give the contract a term with a price for this, in force on the day.",
    LeftOut.PERSON_CLAIMED: "Nothing: one person, one outcome of a kind, once under a stream.",
    LeftOut.OVER_CAP: "Nothing, or a higher number in the term, if it was agreed.",
    LeftOut.OVER_VALUE: "Nothing, or a higher value of the contract, if a variation was agreed.",
}


def state_of(entry: ClaimEntry) -> str:
    if entry.reason:
        return LEFT
    return TAKEN_BACK if entry.item == ClaimItem.CORRECTION else CLAIMED


def state_cell(entry: ClaimEntry) -> str:
    state = state_of(entry)
    return tag(dict(STATES)[state], TONES[state])


def why(entry: ClaimEntry) -> str:
    if entry.reason:
        return LeftOut(entry.reason).label
    return TakenBack(entry.cause).label if entry.cause else ""


def why_cell(entry: ClaimEntry) -> str:
    if not entry.reason:
        return why(entry)
    return format_html('{}<br><span class="app-quiet">{}</span>', why(entry), mends(entry))


def item_of(entry: Any) -> str:
    return ClaimItem(entry.line_item or entry.item).label


def mends(entry: ClaimEntry) -> str:
    return MENDS[LeftOut(entry.reason)] if entry.reason else ""


class ContractChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Contract) -> str:
        return obj.as_choice


class ItemFilters(FilterForm):
    state = forms.ChoiceField(choices=(("", "Any"), *STATES), label="State")
    reason = forms.ChoiceField(choices=(("", "Any"), *LeftOut.choices), label="Left out because")
    item = forms.ChoiceField(choices=(("", "Any"), *ClaimItem.choices), label="Item")
    contract: Any = ContractChoice(None, to_field_name="uid", label="Contract", empty_label="Any")

    def __init__(self, data: QueryDict | None = None, *, contracts: QuerySet[Contract], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["contract"].queryset = contracts  # type: ignore[attr-defined]


class ClaimItems(RecordList):
    """The items of the newest build of a claim; each record is one click away, to whoever may open it."""

    title = "The claim item by item"
    lead = (
        "What is claimed, what earlier claims asked for and this one takes back, and what is left out, by which rule."
    )
    subject = "reporting.claim"
    purpose = "Checking a claim"
    default_sort = "contract"
    empty = "Nothing of this claim that you may open."

    def all_rows(self) -> QuerySet[Any]:
        if not is_claim(self.filed):
            raise Http404
        contract = Contract.objects.filter(pk=OuterRef("contract_id"))
        taken_back = ClaimLine.objects.filter(pk=OuterRef("corrects_id"))
        entries = ClaimEntry.objects.filter(build_id=self.built.pk).annotate(
            contract_title=Subquery(contract.values("title")[:1]),
            line_item=Subquery(taken_back.values("item")[:1]),
            state=Case(When(reason__gt="", then=2), When(item=ClaimItem.CORRECTION, then=1), default=0),
        )
        uids = [When(table=table, then=Subquery(uid_of(table))) for table in self.tables]
        found: QuerySet[ClaimEntry] = entries.annotate(record_uid=Case(*uids))
        return found

    def get_rows(self) -> QuerySet[Any]:
        """Who checks a claim sees every item of it, and whose it is only where they may open the person."""
        if not self.checks:
            return super().get_rows()
        return with_known_people(self.all_rows(), self.staff, self.named)

    @cached_property
    def checks(self) -> bool:
        return may_ask(self.filed, self.staff, today=timezone.localdate())

    def person_on(self, row: Any) -> int | None:
        known: int | None = getattr(row, "known_id", row.person_id)
        return known

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.checks:
            kwargs |= {"hidden": 0, "may_hide": False, "lead": f"{self.lead} {CHECKS}"}
        return super().get_context_data(**kwargs)

    @property
    def tables(self) -> list[str]:
        """The tables of the records whose pages this reader may open."""
        kinds = {table: kind_of(table_named(table).model) for table in OPENED}
        return [table for table, kind in kinds.items() if kind and may(self.staff, kind.capability)]

    def naming(self) -> Naming:
        return Naming()

    def get_filters(self) -> ItemFilters:
        named = ClaimEntry.objects.filter(build_id=self.built.pk).values("contract_id")
        contracts = Contract.objects.filter(pk__in=named).select_related("provider").order_by("title", "pk")
        return ItemFilters(self.request.GET, contracts=contracts)

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "state" in chosen:
            rows = rows.filter(state=[state for state, _ in STATES].index(chosen["state"]))
        if "contract" in chosen:
            rows = rows.filter(contract_id=chosen["contract"].pk)
        return rows.filter(**{name: chosen[name] for name in ("reason", "item") if name in chosen})

    def get_columns(self) -> list[Column]:
        person = next(column for column in RECORD_COLUMNS if column.key == "person")
        return [
            Column("contract", "Contract", value="contract_title", sort=("contract_title", "on_date", "pk")),
            Column("item", "Item", value=item_of, link=record_link, sort=("item", "pk")),
            Column("state", "State", value=lambda row: dict(STATES)[state_of(row)], cell=state_cell, sort="state"),
            Column("why", "Why, and what would mend it", value=why, cell=why_cell, sort=("reason", "cause", "pk")),
            Column("mends", "What would mend it", value=mends, is_shown=False),
            Column("on", "Day", value="on_date", kind="date", sort=("on_date", "pk")),
            person,
            Column("reference", "Record", value=reference_of, is_shown=False),
            Column("amount", "Amount", value="amount", kind="money", sort="amount"),
            *self.asking,
        ]

    @cached_property
    def asking(self) -> list[Column]:
        """The way to ask about an item, for whoever has the claim's step to do."""
        if not self.checks:
            return []
        return [Column("ask", "Query", value=lambda _: "Ask", link=self.ask_link, is_exported=False)]

    def ask_link(self, row: Any) -> str:
        return reverse("reporting:ask-about", args=[self.filed.uid, row.pk])


def reference_of(row: Any) -> str:
    return str(row.reference) if getattr(row, "is_known", True) else ""


OPENED = ("jobs", "employment_checks", "expenditure", "claim_lines")


def uid_of(table: str) -> QuerySet[Any]:
    records = table_named(table).model._default_manager.filter(pk=OuterRef("record_id"))
    return records.values("uid")[:1]


def record_link(row: Any) -> str:
    kind = kind_of(table_named(row.table).model)
    is_open = row.record_uid and getattr(row, "is_known", True)
    return kind.address("record", row.record_uid) if kind and is_open else ""
