"""What was bought, from whom, and how spend runs against the profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from commissioning.forms import ContractFilters, ContributionFilters
from commissioning.models import Contract, Contribution, FundingStream
from commissioning.queries.contracts import contracts, contributions, money_of, running, spend_by_category, streams
from commissioning.queries.doubts import doubts_of
from partners.permissions import Capability, may
from partners.platform.frame.charts import Chart, LineChart, Series, pounds
from partners.platform.frame.pages import StaffPage, WithCharts
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import money, on, tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm
from partners.platform.trail.pages import WithLooks

# Spend that runs a tenth beside its profile is said; before that it is everyday life.
NOTABLE = Decimal("0.10")
OWN_ONLY = "Those your organisation provides. The accountable body sees every partner's."
OWN_SUMS = "All streams of the partnership, with your organisation's own contributions and contracts."
OWN_PART = "What your organisation puts into the pot. The accountable body sees every partner's."
TONES = {"agreed": "good", "proposed": "waiting", "withdrawn": "quiet"}


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


def area_tabs(here: str) -> list[Link]:
    names = (("Contracts", "contracts"), ("Funding streams", "streams"), ("Contributions", "contributions"))
    records = Link("All records", reverse("commissioning:records"))
    return [*[Link(title, reverse(f"commissioning:{name}"), is_here=name == here) for title, name in names], records]


class ContractList(TablePage):
    capability = Capability.VIEW_CONTRACTS
    title = "Contracts"
    subject = "commissioning.contract"
    default_sort = "-starts"
    empty = "No contracts yet. They come with an exchange package."
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
    ]

    def get_rows(self) -> QuerySet[Contract]:
        return contracts(self.staff, today=timezone.localdate())

    @property
    def lead(self) -> str:  # type: ignore[override]
        return "" if may(self.staff, Capability.SEE_ALL_CONTRACTS) else OWN_ONLY

    def get_filters(self) -> FilterForm | None:
        return ContractFilters(self.request.GET, staff=self.staff)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        if chosen.get("running"):
            rows = running(rows, on=timezone.localdate())
        plain = {name: chosen[name] for name in ("provider", "funding_stream") if chosen.get(name)}
        return rows.filter(**plain)

    def get_tabs(self) -> Sequence[Link]:
        return area_tabs("contracts")


@dataclass(frozen=True)
class Tile:
    """A sum of money among the tiles; it leads nowhere, the table below is what it is made of."""

    amount: str
    text: str
    tone: str = "quiet"
    note: str = ""


class ContractPage(WithLooks, WithCharts, StaffPage, TemplateView):
    """One contract: money and outputs against profile, as a picture and as a table."""

    capability = Capability.VIEW_CONTRACTS
    template_name = "commissioning/contract.html"
    purpose = "Work on a contract"

    def looked_at(self) -> Contract:
        return self.contract

    @cached_property
    def contract(self) -> Contract:
        found: Contract | None = (
            Contract.objects.visible_to(self.staff)
            .select_related("provider", "funding_stream")
            .filter(uid=self.kwargs["uid"])
            .first()
        )
        if found is None:
            raise Http404
        return found

    @cached_property
    def money(self) -> Any:
        return money_of(self.contract, today=timezone.localdate())

    def get_charts(self) -> dict[str, Chart]:
        today = timezone.localdate()
        months = self.money.months
        words = standing(self.money.planned_to_date, self.money.spent)[0].lower()
        return {
            "spend": LineChart(
                title=f"Spend is {words}: {pounds(self.money.spent)} of {pounds(self.money.planned_to_date)} to date",
                periods=[f"{each.month:%b %Y}" for each in months],
                series=[
                    Series("Profile", [each.planned_so_far for each in months]),
                    Series("Spent", [each.spent_so_far if each.month <= today else None for each in months]),
                ],
                name="spend",
                show=pounds,
            )
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contract, spend = self.contract, self.money
        today = timezone.localdate()
        words, tone = standing(spend.planned_to_date, spend.spent)
        tiles = [
            Tile(money(contract.value), "contract value"),
            Tile(money(spend.planned_to_date), "profile to date"),
            Tile(money(spend.spent), "spent", tone, words),
            Tile(money(contract.value - spend.spent), "left", "bad" if spend.spent > contract.value else "quiet"),
        ]
        return super().get_context_data(
            **kwargs,
            title=contract.title,
            contract=contract,
            today=today,
            money=spend,
            tiles=tiles,
            has_ended=contract.ends_on < today,
            doubts=doubts_of(contract, spend),
            categories=spend_by_category(contract),
            charts=self.get_charts() if spend.months else {},
            facts=[
                Fact("Reference", contract.external_id),
                Fact("Provider", contract.provider.name),
                Fact("Funding stream", contract.funding_stream.name),
                Fact("Runs", f"{on(contract.starts_on)} to {on(contract.ends_on)}"),
                Fact("Planned over its life", money(spend.planned)),
                Fact("Not eligible", money(spend.not_eligible)),
                Fact("Not paid out yet", money(spend.not_defrayed)),
            ],
        )


class Streams(TablePage):
    capability = Capability.VIEW_CONTRACTS
    title = "Funding streams"
    subject = "commissioning.funding_stream"
    default_sort = "name"
    empty = "No funding streams yet. They come with an exchange package."
    columns: ClassVar[Sequence[Column]] = [
        Column("name", "Stream", sort="name"),
        Column("funder", "Funder", sort="funder"),
        Column("mainstream", "Mainstream budget", sort="mainstream"),
        Column("agreed", "Contributions agreed", kind="money", sort="agreed"),
        Column("contracted", "Contracted", kind="money", sort="contracted"),
        Column("left", "Not contracted", value=lambda row: row.agreed - row.contracted, kind="money"),
    ]

    @property
    def lead(self) -> str:  # type: ignore[override]
        return "" if may(self.staff, Capability.SEE_ALL_CONTRACTS) else OWN_SUMS

    def get_rows(self) -> QuerySet[FundingStream]:
        return streams(self.staff)

    def get_tabs(self) -> Sequence[Link]:
        return area_tabs("streams")


class Contributions(TablePage):
    capability = Capability.VIEW_CONTRACTS
    title = "Contributions"
    subject = "commissioning.contribution"
    default_sort = "-year"
    empty = "No contributions yet. They come with an exchange package."
    columns: ClassVar[Sequence[Column]] = [
        Column("organisation", "From", value="organisation.name", sort="organisation__name"),
        Column("stream", "Into the stream", value="funding_stream.name", sort="funding_stream__name"),
        Column("year", "Year", value="financial_year", sort=("financial_year", "organisation__name")),
        Column("amount", "Amount", kind="money", sort="amount"),
        Column(
            "status",
            "Status",
            value=lambda row: row.get_status_display(),
            cell=lambda row: tag(row.get_status_display(), TONES[row.status]),
        ),
        Column("agreed", "Agreed on", value="agreed_on", kind="date", sort="agreed_on"),
        Column("objective", "Objective"),
    ]
    filter_class: ClassVar[type[FilterForm] | None] = ContributionFilters

    @property
    def lead(self) -> str:  # type: ignore[override]
        return "" if may(self.staff, Capability.SEE_ALL_CONTRACTS) else OWN_PART

    def get_rows(self) -> QuerySet[Contribution]:
        return contributions(self.staff)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        return rows.filter(**chosen)

    def get_tabs(self) -> Sequence[Link]:
        return area_tabs("contributions")
