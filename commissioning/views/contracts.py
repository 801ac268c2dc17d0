"""What was bought, from whom, and how spend runs against the profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from commissioning.enums import ContractStatus
from commissioning.forms import StreamFilters
from commissioning.kinds import KINDS
from commissioning.kinds.contract import KIND as CONTRACT
from commissioning.kinds.contract_clause import KIND as CONTRACT_CLAUSE
from commissioning.kinds.contract_facts import KIND as CONTRACT_FACTS
from commissioning.kinds.contract_stream import KIND as CONTRACT_STREAM
from commissioning.kinds.funding_stream import KIND as STREAM
from commissioning.models import Contract, ContractProfile, FundingStream
from commissioning.queries.books import paid_beyond
from commissioning.queries.contracts import (
    above_profile,
    contracts,
    money_of,
    overcommitted,
    spend_by_category,
    streams,
)
from commissioning.queries.doubts import doubts_of
from commissioning.queries.facts import (
    checklist,
    facts_of,
    facts_said,
    in_words,
    items_waiting,
    last_day,
    payment_model,
    status_of,
    streams_of,
    with_facts,
)
from commissioning.queries.forecasts import ahead_of, forecast_of, percent, underspent
from commissioning.services.spend_recording import may_record
from commissioning.services.variations import may_ask
from commissioning.views.areas import tabs_of
from partners.permissions import Capability, may
from partners.platform.frame.charts import Chart, LineChart, Series, pounds
from partners.platform.frame.pages import StaffPage, WithCharts
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import money, on, tag
from partners.platform.lists.tables import Column, FilterForm
from partners.platform.records.fields import filter_form_of
from partners.platform.records.keeping import Verb, keeper_of
from partners.platform.records.kinds import all_kinds
from partners.platform.records.pages import KindList, acts_on
from partners.platform.trail.pages import WithLooks

# Spend that runs a tenth beside its profile is said; before that it is everyday life.
NOTABLE = Decimal("0.10")
OWN_ONLY = "Those your organisation provides. The accountable body sees every partner's."
OWN_SUMS = "All streams of the partnership, with your organisation's own contributions and contracts."
OWN_PART = "What your organisation puts into the pot. The accountable body sees every partner's."
LEADS = {"contracts": OWN_ONLY, "streams": OWN_SUMS, "contributions": OWN_PART}


def contract_url(contract: Contract) -> str:
    return reverse("commissioning:contract", args=[contract.uid])


def standing(planned: Decimal, spent: Decimal) -> tuple[str, str]:
    """Say in words how spend stands against the profile to date."""
    if not planned:
        return ("No profile", "quiet") if not spent else ("Spend without a profile", "warning")
    share = (spent - planned) / planned
    if share > NOTABLE:
        return "Above profile", "bad"
    if share < -NOTABLE:
        return "Below profile", "warning"
    return "On profile", "good"


def variance_of(contract: Any) -> Decimal:
    """Return spend less profile to date, in pounds."""
    found: Decimal = contract.spent_to_date - contract.planned_to_date
    return found


def variance_in_percent(contract: Any) -> str:
    return percent(variance_of(contract), contract.planned_to_date)


class MoneyList(KindList):
    """A list of the area: its tabs, and what of it one sees who does not see all."""

    template_name = "commissioning/list.html"
    kinds = KINDS
    namespace = "commissioning"

    @property
    def lead(self) -> str:  # type: ignore[override]
        own = "" if may(self.staff, Capability.SEE_ALL_CONTRACTS) else LEADS.get(self.kind.slug, "")
        return own or self.kind.about

    def get_tabs(self) -> Sequence[Link]:
        return tabs_of(self.staff, self.kind.slug) if may(self.staff, Capability.VIEW_CONTRACTS) else []


class ContractList(MoneyList):
    default_sort = "-starts"
    columns: ClassVar[Sequence[Column]] = [
        Column("title", "Contract", link=contract_url, sort="title"),
        Column("provider", "Provider", value="provider.name", sort="provider__name"),
        Column("stream", "Funding stream", value="funding_stream.name", is_shown=False),
        Column("starts", "Starts", value="starts_on", kind="date", sort="starts_on"),
        Column("ends", "Ends", value="ends_on", kind="date", sort="ends_on"),
        Column("value", "Value", kind="money", sort="value"),
        Column("planned", "Profile to date", value="planned_to_date", kind="money"),
        Column("spent", "Spent to date", value="spent_to_date", kind="money", sort="spent_to_date"),
        Column(
            "standing",
            "Standing",
            value=lambda row: standing(row.planned_to_date, row.spent_to_date)[0],
            cell=lambda row: tag(*standing(row.planned_to_date, row.spent_to_date)),
        ),
        Column("variance", "Variance", value=variance_of, kind="money", is_shown=False),
        Column("variance-percent", "Variance in per cent", value=variance_in_percent, is_shown=False),
    ]
    underspend = Column("underspend", "To reprofile", kind="money")

    def get_columns(self) -> Sequence[Column]:
        if "underspent" not in self.request.GET:
            return self.columns
        # Where a variation could move money, how much stands in the place of what leads to it.
        left_out = {"starts", "value"}
        return [*(each for each in self.columns if each.key not in left_out), self.underspend]

    def get_rows(self) -> QuerySet[Contract]:
        return contracts(self.staff, today=timezone.localdate())

    def get_filters(self) -> FilterForm | None:
        above = forms.BooleanField(label="Spend above profile")
        base = filter_form_of(self.kind, self.staff)
        beyond = forms.BooleanField(label="Paid beyond what is allocated")
        below = forms.BooleanField(label="Underspend to reprofile")
        own = {"above": above, "underspent": below, "overspent": beyond}
        form: type[FilterForm] = type("ContractFilters", (base,), own)
        return form(self.request.GET)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        plain = {name: value for name, value in chosen.items() if name not in {"above", "underspent", "overspent"}}
        rows = super().narrow(rows, plain)
        rows = underspent(rows, share=NOTABLE, today=timezone.localdate()) if chosen.get("underspent") else rows
        rows = paid_beyond(rows) if chosen.get("overspent") else rows
        return above_profile(rows, share=NOTABLE) if chosen.get("above") else rows


@dataclass(frozen=True)
class Tile:
    """A sum of money among the tiles; with an address, it opens the records that it is made of."""

    amount: str
    text: str
    tone: str = "quiet"
    note: str = ""
    url: str = ""


class ContractPage(WithLooks, WithCharts, StaffPage, TemplateView):
    """One contract: money and outputs against profile, as a picture and as a table."""

    capability = Capability.VIEW_CONTRACTS
    template_name = "commissioning/contract.html"
    purpose = "Work on a contract"

    def looked_at(self) -> Contract:
        return self.contract

    @cached_property
    def contract(self) -> Contract:
        seen = Contract.objects.visible_to(self.staff).select_related("provider", "funding_stream")
        found: Contract | None = with_facts(seen.filter(uid=self.kwargs["uid"])).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def money(self) -> Any:
        return money_of(self.contract, today=timezone.localdate())

    @cached_property
    def of_contract(self) -> list[Any]:
        """The kinds of record that hang on a contract, whichever app keeps them, as far as one may read them."""
        return [each for each in all_kinds() if each.parent == "contract" and may(self.staff, each.capability)]

    def get_adds(self) -> list[Link]:
        kept = [each for each in self.of_contract if each.keeps and keeper_of(each).may(Verb.ADD, self.staff)]
        if self.contract.starts_on <= timezone.localdate():
            kept = [each for each in kept if each.model is not ContractProfile]
        kept = [each for each in kept if each.slug not in ON_ANOTHER_PAGE]
        vary = Link("Ask for a variation", reverse("commissioning:vary", args=[self.contract.uid]))
        adds = [
            Link(f"Add {each.noun_with_article}", f"{each.address('record-add')}?contract={self.contract.uid}")
            for each in kept
        ]
        own = []
        if may_record(self.contract, self.staff):
            own = [
                Link("Record spend", reverse("commissioning:record-spend", args=[self.contract.uid])),
                Link("Send spend in", reverse("commissioning:submit-spend", args=[self.contract.uid])),
            ]
        return [*own, vary, *adds] if may_ask(self.contract, self.staff) else adds

    def _facts(self, facts: Any) -> list[Fact]:
        """Return whom the contract serves, and the way to its streams and clauses."""
        page = reverse("commissioning:contract-facts", args=[self.contract.uid])
        names = ("areas", "groups", "lots", "delivery") if facts is not None else ()
        told = [Fact(CONTRACT_FACTS.label(name), getattr(facts, name)) for name in names if getattr(facts, name)]
        return [*told, Fact("Streams and clauses", "Open them", page)]

    def get_charts(self) -> dict[str, Chart]:
        today = timezone.localdate()
        months = self.money.months
        words = standing(self.money.planned_to_date, self.money.spent)[0].lower()
        ahead = ahead_of(self.money, today=today)
        return {
            "spend": LineChart(
                title=f"Spend is {words}: {pounds(self.money.spent)} of {pounds(self.money.planned_to_date)} to date",
                periods=[f"{each.month:%b %Y}" for each in months],
                series=[
                    Series("Profile", [each.planned_so_far for each in months]),
                    Series("Spent", [each.spent_so_far if each.month <= today else None for each in months]),
                    *([Series("Forecast", [ahead.get(each.month) for each in months])] if len(ahead) > 1 else []),
                ],
                name="spend",
                show=pounds,
            )
        }

    def _forecast(self) -> list[Fact]:
        """Return the variance to date and what the contract will have spent, each with how it is reckoned."""
        spend, today = self.money, timezone.localdate()
        late = spend.spent - spend.planned_to_date
        said = ", ".join(filter(None, (money(late), percent(late, spend.planned_to_date))))
        found = forecast_of(spend, ends_on=self.contract.ends_on, today=today)
        facts = [Fact("Variance to date", said)] if spend.planned_to_date else []
        if self.contract.ends_on < today:
            return facts
        facts.append(Fact("At the end, if the months to come are as planned", money(found.as_planned)))
        if found.as_so_far is not None:
            facts.append(Fact("At the end, if they cost what a month did so far", money(found.as_so_far)))
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contract, spend = self.contract, self.money
        today = timezone.localdate()
        words, tone = standing(spend.planned_to_date, spend.spent)
        facts = facts_said(contract)
        is_over = last_day(contract, facts) < today
        lists = {each.slug: f"{each.address('record-list')}?contract={contract.uid}" for each in self.of_contract}
        tiles = [
            Tile(money(contract.value), "contract value"),
            Tile(money(spend.planned_to_date), "profile to date", url=lists["profiles"]),
            Tile(money(spend.spent), "spent", tone, words, lists["spend"]),
            Tile(money(contract.value - spend.spent), "left", "bad" if spend.spent > contract.value else "quiet"),
        ]
        return super().get_context_data(
            **kwargs,
            title=contract.title,
            contract=contract,
            acts=acts_on(CONTRACT, contract, self.staff),
            history_url=CONTRACT.address("record-history", contract.uid),
            lists=[
                Link("Profile and variations", reverse("commissioning:profile", args=[contract.uid])),
                Link("Books", reverse("commissioning:contract-books", args=[contract.uid])),
                *(Link(each.title, lists[each.slug]) for each in self.of_contract),
            ],
            adds=self.get_adds(),
            today=today,
            money=spend,
            tiles=tiles,
            status=tag(*status_of(contract, facts, today=today)),
            still_waiting=items_waiting(contract) if is_over else [],
            ended_early=facts if facts and facts.status == ContractStatus.ENDED_EARLY else None,
            doubts=doubts_of(contract, spend),
            categories=spend_by_category(contract),
            charts=self.get_charts() if spend.months else {},
            facts=[
                Fact("Reference", contract.external_id),
                Fact("Provider", contract.provider.name),
                Fact(
                    "Funding stream",
                    contract.funding_stream.name,
                    STREAM.address("record", contract.funding_stream.uid),
                ),
                Fact("Runs", f"{on(contract.starts_on)} to {on(contract.ends_on)}"),
                *self._facts(facts),
                Fact("Planned over its life", money(spend.planned)),
                *self._forecast(),
                Fact("Not eligible", money(spend.not_eligible)),
                Fact("Not paid out yet", money(spend.not_defrayed)),
            ],
        )


class ContractFactsPage(StaffPage, TemplateView):
    """Out of which streams a contract is paid, its clauses, and where it stands."""

    capability = Capability.VIEW_CONTRACTS
    template_name = "commissioning/contract_facts.html"

    @cached_property
    def contract(self) -> Contract:
        rows = Contract.objects.visible_to(self.staff).select_related("provider", "funding_stream")
        found: Contract | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contract, facts = self.contract, facts_of(self.contract)
        streams_paying = streams_of(contract, facts)
        keeps = may(self.staff, Capability.KEEP_MONEY)
        about = f"?contract={contract.uid}"
        return super().get_context_data(
            **kwargs,
            title=f"Streams and clauses of {contract}",
            contract=contract,
            contract_url=contract_url(contract),
            status=tag(*status_of(contract, facts, today=timezone.localdate())),
            facts=[
                Fact("Payment", payment_model(list(contract.terms.values_list("item", "cap")))),
                *(
                    Fact(CONTRACT_FACTS.label(name), CONTRACT_FACTS.in_words(name, facts))
                    for name in TOLD
                    if facts is not None
                ),
            ],
            status_url=self._status_url(facts) if keeps else "",
            has_facts=facts is not None,
            streams=streams_paying,
            difference=in_words(streams_paying),
            checklist=[(each, self._clause_url(each) if keeps else "") for each in checklist(contract)],
            stream_add_url=f"{CONTRACT_STREAM.address('record-add')}{about}" if keeps else "",
            streams_url=f"{CONTRACT_STREAM.address('record-list')}{about}",
            clauses_url=f"{CONTRACT_CLAUSE.address('record-list')}{about}",
        )

    def _status_url(self, facts: Any) -> str:
        if facts is not None:
            return CONTRACT_FACTS.address("record-change", facts.uid)
        return f"{CONTRACT_FACTS.address('record-add')}?contract={self.contract.uid}"

    def _clause_url(self, checked: Any) -> str:
        if checked.found is not None:
            return CONTRACT_CLAUSE.address("record-change", checked.found.uid)
        return f"{CONTRACT_CLAUSE.address('record-add')}?contract={self.contract.uid}&clause={checked.code}"


ON_ANOTHER_PAGE = {CONTRACT_FACTS.slug, CONTRACT_CLAUSE.slug, CONTRACT_STREAM.slug}
TOLD = ("status_on", "status_reason", "areas", "groups", "lots", "delivery")


def left_of(stream: Any) -> Any:
    return stream.agreed - stream.contracted


def _left(stream: Any) -> str:
    left = left_of(stream)
    return tag(f"{money(-left)} over", "bad") if left < 0 else money(left)


def _years(stream: Any) -> str:
    years = dict.fromkeys(filter(None, (stream.first_year, stream.last_year)))
    return " to ".join(years)


class Streams(MoneyList):
    default_sort = "name"
    columns: ClassVar[Sequence[Column]] = [
        Column("name", "Stream", link=lambda row: reverse("commissioning:stream", args=[row.uid]), sort="name"),
        Column("funder", "Funder", sort="funder"),
        Column("mainstream", "Mainstream", sort="mainstream"),
        Column("years", "Years", value=_years, sort=("first_year", "last_year")),
        Column("agreed", "Agreed", kind="money", sort="agreed"),
        Column("contracted", "Contracted", kind="money", sort="contracted"),
    ]
    left = Column("left", "Not contracted", value=left_of, cell=_left, kind="money")

    def get_columns(self) -> Sequence[Column]:
        """What is left of a stream is known to whoever sees all that went into it and out of it."""
        return [*self.columns, self.left] if may(self.staff, Capability.SEE_ALL_CONTRACTS) else self.columns

    def get_rows(self) -> QuerySet[FundingStream]:
        return streams(self.staff)

    def get_filters(self) -> FilterForm | None:
        base = filter_form_of(self.kind, self.staff)
        form: type[StreamFilters] = type("Filters", (StreamFilters, base), {})
        return form(self.request.GET, staff=self.staff)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        if chosen.get("year"):
            rows = streams(self.staff, year=chosen["year"])
        if chosen.get("q"):
            rows = super().narrow(rows, {"q": chosen["q"]})
        return overcommitted(rows) if chosen.get("over") else rows
