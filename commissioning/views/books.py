"""The books of a stream and of a contract: how they stand, in a picture and by year, and every transaction."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from commissioning.enums import ContributionStatus, Origin, PostingKind
from commissioning.kinds.contract import KIND as CONTRACT
from commissioning.kinds.contribution import KIND as CONTRIBUTION
from commissioning.kinds.funding_stream import KIND as STREAM
from commissioning.kinds.spend import KIND as SPEND
from commissioning.kinds.stream_entry import KIND as STREAM_ENTRY
from commissioning.kinds.words import contract_page
from commissioning.models import Contract, FundingStream, LedgerTransaction
from commissioning.queries.books import Standing, books, corrections, overspent, rounded, standings, years
from partners.permissions import Capability, may
from partners.platform.forms.fields import PlainDateField
from partners.platform.frame.charts import Bar, BarChart, Chart, pounds
from partners.platform.frame.pages import StaffPage, WithCharts
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import at, money, on, tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm
from partners.platform.records.pages import acts_on

MOST_TO_DO = 10
REGISTERED = (
    *("kind", "owner", "starts_on", "ends_on", "timescale"),
    *("areas", "groups", "conditions", "alignment", "source"),
)
KIND_OF = {"contributions": CONTRIBUTION, "contracts": CONTRACT, "expenditure": SPEND}


def transaction_url(row: LedgerTransaction) -> str:
    return reverse("commissioning:transaction", args=[row.uid])


def _what(row: Any) -> str:
    said = str(row.get_kind_display())
    return f"Taken back: {said[0].lower()}{said[1:]}" if row.reverses_id else said


def _what_cell(row: Any) -> str:
    said = _what(row)
    return said if not row.is_taken_back else f"{said} {tag('Taken back since', 'quiet')}"


def _contract_url(row: Any) -> str:
    return reverse("commissioning:contract", args=[row.contract_uid]) if row.contract_uid else transaction_url(row)


def brought_by(row: LedgerTransaction) -> str:
    if row.posted_by is not None:
        return str(row.posted_by.name)
    return "A record" if row.origin == Origin.RECORD else ""


class BooksFilters(FilterForm):
    kind = forms.ChoiceField(label="What", choices=[("", "Any"), *PostingKind.choices])
    year = forms.ChoiceField(label="Financial year")
    since = PlainDateField(label="From")
    until = PlainDateField(label="Until")
    corrected = forms.BooleanField(label="Taken back, and what took it back")
    rounded = forms.BooleanField(label="Given finer than a penny")

    def __init__(self, *args: Any, years: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["year"]
        choices.choices = [("", "Any"), *((year, year) for year in years)]


class Books(WithCharts, TablePage):
    """The books of one record, with the list of its transactions."""

    capability = Capability.VIEW_CONTRACTS
    template_name = "commissioning/books.html"
    subject = "commissioning.ledgertransaction"
    can_be_saved = False
    empty = "Nothing is posted yet. Contributions, contracts and paid spend are posted here as they are recorded."
    columns: ClassVar[Sequence[Column]] = [
        Column("day", "Day", value="booked_on", kind="date", sort="booked_on", link=transaction_url),
        Column("what", "What", value=_what, cell=_what_cell, sort="kind"),
        Column("contract", "Contract", value="contract_title", sort="contract_title", link=_contract_url),
        Column("year", "Year", value="financial_year", sort="financial_year", is_unbroken=True),
        Column("amount", "Amount", kind="money", sort="amount"),
        Column("given", "As it was given", value="given", kind="number", is_shown=False),
        Column("by", "By", value=brought_by, sort="posted_by__name"),
        Column("reference", "Reference", value="reference", is_shown=False),
        Column("reason", "Reason", value="reason", is_shown=False),
    ]

    @property
    def sees_all(self) -> bool:
        return may(self.staff, Capability.SEE_ALL_CONTRACTS)

    @property
    def keeps(self) -> bool:
        return may(self.staff, Capability.KEEP_MONEY)

    @cached_property
    def rows(self) -> Any:
        raise NotImplementedError

    @cached_property
    def standings(self) -> list[Standing]:
        return standings(self.rows)

    @property
    def whole(self) -> Standing:
        return self.standings[-1]

    def get_rows(self) -> Any:
        return self.rows

    def get_filters(self) -> FilterForm:
        return BooksFilters(self.request.GET, years=years(self.rows))

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        lookups = {"kind": "kind", "year": "financial_year", "since": "booked_on__gte", "until": "booked_on__lte"}
        rows = rows.filter(**{lookup: chosen[name] for name, lookup in lookups.items() if name in chosen})
        if chosen.get("corrected"):
            rows = corrections(rows)
        return rounded(rows) if chosen.get("rounded") else rows

    def get_charts(self) -> dict[str, Chart]:
        whole = self.whole
        bars = [Bar("Agreed", whole.aligned)] if self.has_pot else []
        bars += [
            Bar("Committed by contracts", whole.committed),
            Bar("Allocated", whole.allocated),
            Bar("Paid", whole.paid),
            Bar("Allocated and not paid", whole.left),
        ]
        bars += [Bar("In the pot, not allocated", whole.in_pot)] if self.has_pot else []
        return {"money": BarChart(title=self.finding, bars=bars, label="Money", measure="Pounds", show=pounds)}

    @property
    def has_pot(self) -> bool:
        return False

    @property
    def finding(self) -> str:
        whole = self.whole
        if whole.left < 0:
            return f"Overspent: {money(-whole.left)} is paid beyond what is allocated"
        return f"{money(whole.paid)} of {money(whole.allocated)} allocated is paid"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "standings": self.standings,
                "charts": self.get_charts() if self.standings[:-1] else {},
                "has_pot": self.has_pot,
                "overspent": self.get_overspent(),
                **kwargs,
            }
        )

    def get_overspent(self) -> list[tuple[str, str]]:
        return []


class StreamPage(Books):
    """A funding stream and its books; a provider sees those of its own contracts."""

    @cached_property
    def stream(self) -> FundingStream:
        found: FundingStream | None = FundingStream.objects.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.stream.name

    @property
    def lead(self) -> str:  # type: ignore[override]
        if self.sees_all:
            return "What is promised, agreed, received, allocated and paid, and every transaction behind it."
        return "The books of your organisation's own contracts. The accountable body sees the whole of the stream."

    @property
    def has_pot(self) -> bool:
        return self.sees_all

    @cached_property
    def rows(self) -> Any:
        return books(self.staff, stream=self.stream.pk)

    def get_agreed(self) -> list[Any]:
        """Return the contributions for which one may record money, those of the newest year first."""
        agreed = CONTRIBUTION.rows(self.staff).filter(funding_stream=self.stream, status=ContributionStatus.AGREED)
        return list(agreed[:MOST_TO_DO]) if self.keeps else []

    def _register(self) -> list[Fact]:
        """Return what the register says of the stream; where it says nothing, where to write it."""
        entry = STREAM_ENTRY.rows(self.staff).filter(funding_stream=self.stream).first()
        if entry is None:
            add = f"{STREAM_ENTRY.address('record-add')}?funding_stream={self.stream.uid}"
            return [Fact("Register", "Not described yet", add if self.keeps else "")]
        said = [(name, STREAM_ENTRY.in_words(name, entry)) for name in REGISTERED]
        told = [Fact(STREAM_ENTRY.label(name), words) for name, words in said if words]
        return [*told, Fact("Register", "Open the entry", STREAM_ENTRY.address("record", entry.uid))]

    @property
    def finding(self) -> str:
        if self.has_pot and self.whole.in_pot < 0:
            return f"Overspent: {money(-self.whole.in_pot)} is allocated beyond what is agreed"
        return super().finding

    def get_overspent(self) -> list[tuple[str, str]]:
        found = overspent(self.staff, stream=self.stream.pk, whole=self.sees_all)
        return [
            (f"{each.contract}: {money(each.by)} paid beyond what is allocated.", contract_page(each.contract))
            if each.contract
            else (f"The pot: {money(each.by)} allocated beyond what is agreed.", "")
            for each in found
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stream = self.stream
        return super().get_context_data(
            **kwargs,
            record=stream,
            to_do_title="Money to come in",
            to_do=[
                Link(
                    f"Received from {each.organisation}, {each.financial_year}: of {money(each.amount)}",
                    reverse("commissioning:receive", args=[each.uid]),
                )
                for each in self.get_agreed()
            ],
            above=[("Funding streams", reverse("commissioning:streams"))],
            facts=[
                Fact("Reference", stream.external_id),
                Fact("Funder", stream.funder),
                Fact("Mainstream budget", "Yes" if stream.mainstream else "No"),
                *self._register(),
            ],
            acts=acts_on(STREAM, stream, self.staff),
            history_url=STREAM.address("record-history", stream.uid),
            lists=[
                Link("Contracts", f"{CONTRACT.address('record-list')}?funding_stream={stream.uid}"),
                Link("Contributions", f"{CONTRIBUTION.address('record-list')}?funding_stream={stream.uid}"),
            ],
        )


class ContractBooks(Books):
    """The books of one contract."""

    @cached_property
    def contract(self) -> Contract:
        rows = Contract.objects.visible_to(self.staff).select_related("funding_stream", "provider")
        found: Contract | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Books of {self.contract}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return f"What is allocated out of {self.contract.funding_stream} and paid to {self.contract.provider}."

    def get_columns(self) -> Sequence[Column]:
        return [column for column in self.columns if column.key != "contract"]

    @cached_property
    def rows(self) -> Any:
        return books(self.staff, contract=self.contract.pk)

    def get_unpaid(self) -> list[Any]:
        """Return the lines that one may ask to pay, the oldest first."""
        unpaid = SPEND.rows(self.staff).filter(contract=self.contract, defrayed_on__isnull=True)
        return list(unpaid.exclude(eligible=False).order_by("incurred_on", "pk")[:MOST_TO_DO]) if self.keeps else []

    def get_overspent(self) -> list[tuple[str, str]]:
        left = self.whole.left
        return [(f"{money(-left)} is paid beyond what is allocated.", "")] if left < 0 else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contract = self.contract
        allocate = Link("Allocate more, or give back", reverse("commissioning:ask-allocation", args=[contract.uid]))
        return super().get_context_data(
            **kwargs,
            record=None,
            to_do_title="Spend that is not paid",
            to_do=[
                Link(
                    f"Pay {money(each.amount)}: {SPEND.name_of(each)}",
                    reverse("commissioning:ask-payment", args=[each.uid]),
                )
                for each in self.get_unpaid()
            ],
            above=[
                ("Contracts", reverse("commissioning:contracts")),
                (str(contract), reverse("commissioning:contract", args=[contract.uid])),
            ],
            facts=[],
            acts=[allocate] if self.keeps else [],
            lists=[
                Link("Spend", f"{SPEND.address('record-list')}?contract={contract.uid}"),
                Link(contract.funding_stream.name, STREAM.address("record", contract.funding_stream.uid)),
            ],
        )


class TransactionPage(StaffPage, TemplateView):
    """One transaction: both its sides, the record or act behind it, and what took it back."""

    capability = Capability.VIEW_CONTRACTS
    template_name = "commissioning/transaction.html"

    @cached_property
    def posted(self) -> Any:
        rows = books(self.staff).select_related("posted_by", "act", "reverses")
        found = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posted = self.posted
        stream = FundingStream.objects.filter(pk=posted.stream_key).first()
        back = LedgerTransaction.objects.filter(reverses=posted).first()
        facts = [
            Fact("Amount", money(posted.amount)),
            Fact("Day", f"{on(posted.booked_on)}, in {posted.financial_year}"),
            Fact("Stream", stream or "Taken out", STREAM.address("record", stream.uid) if stream else ""),
        ]
        if posted.given != posted.amount:
            facts.insert(1, Fact("As it was given", f"£{posted.given}, {posted.given - posted.amount:+f} not posted"))
        if posted.contract_key:
            facts.append(Fact("Contract", posted.contract_title or "Taken out", _record_url(posted)))
        facts += [Fact("Record", *self._record()), Fact("Posted", f"{at(posted.posted_at)} {brought_by(posted)}")]
        if posted.reverses is not None:
            facts.append(Fact("Takes back", on(posted.reverses.booked_on), transaction_url(posted.reverses)))
            facts.append(Fact("Reason", posted.reason))
        if back is not None:
            facts.append(Fact("Taken back", on(back.posted_at), transaction_url(back)))
        takes_back = may(self.staff, Capability.KEEP_MONEY) and posted.origin == Origin.ACT
        can_be = takes_back and back is None and posted.reverses_id is None
        return super().get_context_data(
            **kwargs,
            title=_what(posted),
            facts=facts,
            sides=posted.sides.select_related("account").order_by("amount"),
            stream=stream,
            stream_url=STREAM.address("record", stream.uid) if stream else "",
            take_back_url=reverse("commissioning:take-back", args=[posted.uid]) if can_be else "",
        )

    def _record(self) -> tuple[str, str]:
        """Return the record behind it with its address; the words alone where it is gone."""
        posted = self.posted
        if posted.act is not None:
            return str(posted.act.get_kind_display()), reverse("commissioning:act", args=[posted.act.uid])
        kind = KIND_OF[posted.record_table]
        record = kind.rows(self.staff).filter(pk=posted.record_id).first()
        if record is None:
            return f"{kind.singular} {posted.reference}, taken out", ""
        return kind.name_of(record), kind.address("record", record.uid)


def _record_url(posted: Any) -> str:
    return reverse("commissioning:contract", args=[posted.contract_uid]) if posted.contract_uid else ""
