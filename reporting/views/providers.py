"""The providers, the performance report of each, and what one output costs beside what it costs elsewhere."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from caseload.queries.deliveries import Delivery, deliveries, outputs_with_money, unit_cost
from commissioning.models import Contract
from commissioning.views.areas import tabs_of
from commissioning.views.contracts import standing
from partners.models import Organisation
from partners.permissions import Capability
from partners.platform.frame.charts import Bar, BarChart, Chart, plain
from partners.platform.frame.pages import StaffPage, WithCharts
from partners.platform.frame.pieces import Link
from partners.platform.frame.tags import money, tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm
from reporting.queries.providers import performance, providers

NOT_COUNTED = "—, nothing counted"
NOT_ATTRIBUTED = "—, no spend names it"


def contract_url(each: Delivery) -> str:
    return reverse("commissioning:contract", args=[each.contract.uid])


def provider_url(provider: Organisation) -> str:
    return reverse("reporting:provider", args=[provider.uid])


class Providers(TablePage):
    """Whoever provides under a contract in sight."""

    capability = Capability.VIEW_CONTRACTS
    title = "Providers"
    lead = "Whoever provides under a contract, with what visits and audits left open. Each opens its report."
    subject = "partners.organisation"
    default_sort = "name"
    empty = "No provider yet. Providers stand here once a contract names them."
    columns: ClassVar[Sequence[Column]] = [
        Column("name", "Provider", value="name", link=provider_url, sort="name"),
        Column("contracts", "Contracts", value="contracts_seen", kind="number", sort="contracts_seen"),
        Column("findings", "Open findings", value="open_findings", kind="number", sort="open_findings"),
        Column("visited", "Last visit", value="last_visit", kind="date", sort="last_visit"),
    ]

    def get_rows(self) -> Any:
        return providers(self.staff)

    def get_tabs(self) -> Sequence[Link]:
        return tabs_of(self.staff, "reporting:providers")


class ProviderReport(WithCharts, StaffPage, TemplateView):
    """One page for directors: delivery, money, compliance, quality (COM-18)."""

    capability = Capability.VIEW_CONTRACTS
    template_name = "reporting/provider.html"

    @cached_property
    def provider(self) -> Organisation:
        found: Organisation | None = providers(self.staff).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def found(self) -> Any:
        return performance(self.provider, self.staff, today=timezone.localdate())

    def get_charts(self) -> dict[str, Chart]:
        bars = [
            Bar(f"{each.title}, {each.contract}", each.recorded, each.planned)
            for each in self.found.deliveries
            if each.recorded is not None and each.planned
        ]
        below = sum(1 for each in self.found.deliveries if (each.percent or 0) < 90 and each.planned)
        title = f"{below} of {len(bars)} outputs are a tenth or more below their profile to date"
        return {"delivery": BarChart(title, bars, "delivery", "Output", "Recorded", plain)} if bars else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, provider = self.found, self.provider
        today = timezone.localdate()
        words = standing(found.planned, found.spent)
        return super().get_context_data(
            **kwargs,
            title=str(provider),
            provider=provider,
            today=today,
            found=found,
            charts=self.get_charts(),
            standing=tag(*words),
            contracts=[(each, tag(*standing(each.planned_to_date, each.spent_to_date))) for each in found.contracts],
            deliveries=[_shown(each) for each in found.deliveries],
            open_findings=[(each, each.due_on < today) for each in found.open_findings()],
            closed=len(found.findings) - len(found.open_findings()),
        )


def _shown(each: Delivery) -> dict[str, Any]:
    return {
        "title": each.title,
        "contract": each.contract,
        "planned": each.planned,
        "recorded": "Not by contract" if each.recorded is None else f"{each.recorded:,}",
        "percent": "" if each.percent is None else f"{each.percent}%",
        "spent": each.spent,
        "unit_cost": cost_in_words(each),
    }


def cost_in_words(each: Delivery) -> str:
    """Return what one costs; where it is not defined, why."""
    if each.unit_cost is not None:
        return str(money(each.unit_cost))
    return NOT_COUNTED if not each.recorded else NOT_ATTRIBUTED


class CostFilters(FilterForm):
    item = forms.ChoiceField(label="Output")

    def __init__(self, *args: Any, outputs: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["item"]
        choices.choices = [("", "Choose one"), *outputs]


class UnitCosts(TablePage):
    """What one of the same output costs in each contract: spend that names it through what is counted (COM-17)."""

    capability = Capability.VIEW_CONTRACTS
    title = "Unit costs"
    subject = "commissioning.expenditure"
    default_sort = "cost"
    can_be_saved = False
    empty = "Choose an output that spend names. Only the same output is compared, contract by contract."
    columns: ClassVar[Sequence[Column]] = [
        Column("contract", "Contract", value="contract.title", sort="contract", link=contract_url),
        Column("provider", "Provider", value="contract.provider.name", sort="provider"),
        Column("spent", "Spend that names it", kind="money", sort="spent"),
        Column("counted", "Counted", value="recorded", kind="number", sort="counted"),
        Column("cost", "Cost of one", value="unit_cost", cell=cost_in_words, kind="money", sort="cost"),
    ]

    @cached_property
    def of_sight(self) -> list[Contract]:
        return list(Contract.objects.visible_to(self.staff).select_related("provider"))

    @cached_property
    def rows(self) -> list[Delivery]:
        item = self.request.GET.get("item", "")
        known = dict(self.outputs)
        if item not in known:
            return []
        return deliveries(self.of_sight, today=timezone.localdate(), only=item)

    @cached_property
    def outputs(self) -> list[tuple[str, str]]:
        return outputs_with_money(self.of_sight, today=timezone.localdate())

    @property
    def lead(self) -> str:  # type: ignore[override]
        counted = [each for each in self.rows if each.recorded]
        if not counted:
            return "What one output costs: the spend that names it through the records counted, both to date."
        spent, number = sum(each.spent for each in counted), sum(each.recorded or 0 for each in counted)
        cost = unit_cost(spent, number)  # type: ignore[arg-type]
        said = money(cost) if cost is not None else NOT_ATTRIBUTED
        return f"{counted[0].title}: {said} for one, {money(spent)} through {number:,} counted in these contracts."

    def get_filters(self) -> FilterForm:
        return CostFilters(self.request.GET, outputs=self.outputs)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        return rows

    def get_rows(self) -> list[Delivery]:
        return self.rows

    def get_tabs(self) -> Sequence[Link]:
        return tabs_of(self.staff, "reporting:unit-costs")
