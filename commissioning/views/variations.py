"""The profile of a contract with its variations, asking for one in a grid of months, and deciding it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from commissioning.enums import ProfileKind, VariationReason, VariationState
from commissioning.kinds.words import contract_page
from commissioning.models import Contract, Variation
from commissioning.queries.outputs import outputs
from commissioning.queries.profiles import (
    NOTHING,
    Key,
    What,
    months_between,
    planned_now,
    profile_of,
    title_of,
    whats_of,
)
from commissioning.services.months import Closed, closed_months
from commissioning.services.variations import (
    approve_variation,
    ask_variation,
    may_ask,
    refuse_variation,
    why_not_decided,
)
from partners.permissions import Capability, may
from partners.platform.dates import Lean
from partners.platform.forms.fields import MoneyField, NumberField, PlainDateField
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import ROLE_REFUSED, ConfirmPage, StaffPage
from partners.platform.frame.pieces import Fact
from partners.platform.frame.tags import at, money, number, on, tag
from partners.platform.lists.pages import file_response
from partners.platform.records.forms import RecordForm

TONES = {VariationState.ASKED: "waiting", VariationState.APPROVED: "good", VariationState.REFUSED: "bad"}
MOST_MONTHS = 120


def variation_url(variation: Variation) -> str:
    return reverse("commissioning:variation", args=[variation.uid])


def amount(value: Decimal, *, is_money: bool) -> str:
    return money(value) if is_money else number(value)


class OfContract(StaffPage):
    """A page about one contract in sight."""

    capability: ClassVar[Capability | None] = Capability.VIEW_CONTRACTS

    @cached_property
    def contract(self) -> Contract:
        rows = Contract.objects.visible_to(self.staff).select_related("provider", "funding_stream")
        found: Contract | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def closed(self) -> Closed:
        return closed_months(self.contract)


class ProfilePage(OfContract, TemplateView):
    """What was planned at first, after each variation, and what is planned now."""

    template_name = "commissioning/profile.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") in {"csv", "xlsx"}:
            return self.export(request.GET["export"])
        return super().get(request, *args, **kwargs)

    def export(self, kind: str) -> HttpResponse:
        profile = profile_of(self.contract)
        header = ["Month", "What", "Original", *(str(each) for each in profile.variations), "Now"]
        rows = [
            [month, column.title, steps.original, *steps.after, steps.now]
            for column in profile.columns
            for month, steps in column.months.items()
        ]
        return file_response(f"Profile of {self.contract}", kind, header, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contract = self.contract
        profile = profile_of(contract)
        waiting = contract.variations.filter(state=VariationState.ASKED).order_by("pk")
        return super().get_context_data(
            **kwargs,
            title=f"Profile of {contract}",
            contract=contract,
            contract_url=contract_page(contract),
            columns=[each for each in profile.columns if each.months],
            variations=profile.variations,
            waiting=list(waiting.select_related("asked_by")),
            closed=self.closed,
            ask_url=_ask_url(contract) if may_ask(contract, self.staff) else "",
            exports=[("CSV", "?export=csv"), ("XLSX", "?export=xlsx")],
        )


def _ask_url(contract: Contract) -> str:
    return reverse("commissioning:vary", args=[contract.uid])


class VariationForm(PlainForm):
    """What a variation changes: its reason, the contract's value and end, and a figure for each open month.

    ``planned`` are today's figures, ``whats`` the columns of the grid, ``months`` its rows.
    """

    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose one"), *VariationReason.choices])
    text = forms.CharField(
        label="What changes, and why",
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
        help_text="For whoever decides it.",
    )
    new_value = MoneyField(label="New value of the contract", required=False, min_value=0)
    new_end = PlainDateField(label="New last day of the contract", required=False, lean=Lean.FUTURE)

    def __init__(
        self,
        *args: Any,
        planned: Mapping[Key, Decimal] | None = None,
        whats: Sequence[What] = (),
        months: Sequence[date] = (),
        closed: Closed | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.keys: dict[str, Key] = {}
        self.planned, self.whats, self.months = planned or {}, whats, months
        self.closed = closed or Closed()
        titles = dict(outputs())
        for place, what in enumerate(whats):
            for month in months:
                if not self.closed.holds(month):
                    self._add_cell(f"m{place}-{month:%Y-%m}", what, month, title_of(what, titles))

    def _add_cell(self, name: str, what: What, month: date, title: str) -> None:
        now = self.planned.get((month, *what), NOTHING)
        is_money = what[0] == ProfileKind.SPEND and now == round(now, 2)
        kind: type[NumberField] = MoneyField if is_money else NumberField
        field = kind(label=f"{title}, {month:%B %Y}", required=False, min_value=0)
        field.widget.attrs["class"] = "govuk-input--width-5"
        field.initial = f"{now:.2f}".removesuffix(".00") if is_money else f"{now.normalize():f}"
        self.fields[name] = field
        self.keys[name] = (month, *what)

    def clean(self) -> dict[str, Any]:
        """Leave a month alone whose figure was not touched: a package's may be finer than a form writes."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.chosen = {
            key: cleaned[name] or NOTHING
            for name, key in self.keys.items()
            if name in cleaned and str(self.data.get(self.add_prefix(name), "")) != str(self.fields[name].initial)
        }
        return cleaned

    @property
    def rows(self) -> list[tuple[date, list[Any], bool]]:
        """Return the grid: each month with its fields, or with the figures that stand where it is closed."""
        return [
            (month, [self._cell(*each, month) for each in enumerate(self.whats)], self.closed.holds(month))
            for month in self.months
        ]

    def _cell(self, place: int, what: What, month: date) -> Any:
        name = f"m{place}-{month:%Y-%m}"
        if name in self.fields:
            return {"field": self[name], "is_money": what[0] == ProfileKind.SPEND}
        return {"figure": amount(self.planned.get((month, *what), NOTHING), is_money=what[0] == ProfileKind.SPEND)}

    @property
    def own_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in self.keys]

    @property
    def totals(self) -> list[str]:
        return [
            amount(
                sum((v for key, v in self.planned.items() if key[1:] == what), NOTHING),
                is_money=what[0] == ProfileKind.SPEND,
            )
            for what in self.whats
        ]


class MoreForm(PlainForm):
    """What the grid shows besides: later months, another output."""

    until = PlainDateField(label="Show months until", required=False, lean=Lean.FUTURE)
    output = forms.ChoiceField(label="Add a column for", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["output"]
        choice.choices = [("", "Nothing more"), *outputs()]


class Vary(OfContract, RecordForm):
    """Ask for a variation in a grid of months; somebody else decides it."""

    capability = Capability.WORK_CONTRACTS
    template_name = "commissioning/vary.html"
    form_class = VariationForm
    submit = "Ask for the variation"

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if not may_ask(self.contract, self.staff):
            raise PermissionDenied(ROLE_REFUSED)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Vary {self.contract}"

    @cached_property
    def more(self) -> MoreForm:
        form = MoreForm(self.request.GET)
        form.is_valid()
        return form

    @cached_property
    def planned(self) -> dict[Key, Decimal]:
        return planned_now(self.contract)

    @cached_property
    def months(self) -> list[date]:
        until: date | None = self.more.cleaned_data.get("until")
        planned = [key[0] for key in self.planned]
        first = min([self.contract.starts_on, *planned])
        last = max([self.contract.ends_on, *planned, *([until] if until else [])])
        return list(months_between(first, last))[:MOST_MONTHS]

    @cached_property
    def whats(self) -> list[What]:
        found = whats_of(self.planned)
        more = (ProfileKind.OUTPUT.value, self.more.cleaned_data.get("output", ""))
        return [*found, more] if more[1] and more not in found else found

    def get_form_kwargs(self) -> dict[str, Any]:
        grid = {"planned": self.planned, "whats": self.whats, "months": self.months, "closed": self.closed}
        return {**super().get_form_kwargs(), **grid}

    def get_back(self) -> str:
        return reverse("commissioning:profile", args=[self.contract.uid])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        titles = dict(outputs())
        return super().get_context_data(
            **kwargs,
            contract=self.contract,
            contract_url=contract_page(self.contract),
            more=self.more,
            closed=self.closed,
            headings=[title_of(what, titles) for what in self.whats],
        )

    def act(self, form: Any) -> HttpResponse:
        names = ("reason", "text", "new_value", "new_end")
        given = {name: form.cleaned_data[name] for name in names}
        asked = ask_variation(self.contract, planned=form.chosen, by=self.staff, **given)
        messages.success(self.request, "The variation is asked for. Nothing changes before somebody else approves it.")
        return HttpResponseRedirect(variation_url(asked))


class OneVariation(StaffPage):
    capability: ClassVar[Capability | None] = Capability.VIEW_CONTRACTS

    @cached_property
    def one(self) -> Variation:
        named = ("contract", "contract__provider", "contract__funding_stream", "asked_by", "decided_by")
        rows: Any = Variation.objects.visible_to(self.staff).select_related(*named)
        found: Variation | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def record(self) -> Any:
        return self.one


class VariationPage(OneVariation, TemplateView):
    """One variation: what was planned before and after, month by month, and who decided it."""

    template_name = "commissioning/variation.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") in {"csv", "xlsx"}:
            header = ["Month", "What", "Before", "After"]
            rows = [[each.month, each.title, each.before, each.after] for each in self.lines]
            return file_response(f"{self.one} of {self.one.contract}", request.GET["export"], header, rows)
        return super().get(request, *args, **kwargs)

    @cached_property
    def lines(self) -> list[Any]:
        titles = dict(outputs())
        lines: list[Any] = list(self.one.lines.order_by("-kind", "indicator", "month"))
        for line in lines:
            line.what = (line.kind, line.indicator)
            line.title = title_of(line.what, titles)
            line.is_money = line.kind == ProfileKind.SPEND
            line.difference = line.after - line.before
        return lines

    def get_totals(self) -> list[dict[str, Any]]:
        """Return what each column plans over the contract's life, without this variation and with it."""
        now = planned_now(self.one.contract)
        is_asked = self.one.state == VariationState.ASKED
        totals = []
        for what in dict.fromkeys(line.what for line in self.lines):
            of_it = [line for line in self.lines if line.what == what]
            moved = sum((line.difference for line in of_it), NOTHING)
            whole = sum((v for key, v in now.items() if key[1:] == what), NOTHING)
            is_money = of_it[0].is_money
            before = whole if is_asked else sum((line.before for line in of_it), NOTHING)
            totals.append(
                {
                    "title": of_it[0].title,
                    "before": amount(before, is_money=is_money),
                    "after": amount(before + moved, is_money=is_money),
                    "moved": amount(moved, is_money=is_money),
                }
            )
        return totals

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.one
        is_asked = one.state == VariationState.ASKED
        keeps = may(self.staff, Capability.KEEP_MONEY)
        own = one.asked_by_id == self.staff.pk
        return super().get_context_data(
            **kwargs,
            title=f"{one}",
            one=one,
            contract_url=contract_page(one.contract),
            profile_url=reverse("commissioning:profile", args=[one.contract.uid]),
            state=tag(one.get_state_display(), TONES[VariationState(one.state)]),
            facts=self.get_facts(),
            lines=self.lines,
            totals=self.get_totals(),
            is_asked=is_asked,
            hindrance=why_not_decided(one, self.staff) if is_asked and keeps else "",
            decide_url=reverse("commissioning:variation-decide", args=[one.uid]) if is_asked and keeps else "",
            withdraw_url=reverse("commissioning:variation-withdraw", args=[one.uid]) if is_asked and own else "",
        )

    def get_facts(self) -> list[Fact]:
        one = self.one
        facts = [Fact("Contract", one.contract.title, contract_page(one.contract))]
        facts += [Fact("Reason", one.get_reason_display()), Fact("What changes, and why", one.text)]
        if one.new_value is not None:
            facts.append(Fact("Value of the contract", f"{money(one.old_value)} → {money(one.new_value)}"))
        if one.new_end is not None:
            facts.append(Fact("Last day of the contract", f"{on(one.old_end)} → {on(one.new_end)}"))
        facts.append(Fact("Asked", f"{at(one.asked_at)}, {one.asked_by.name}"))
        if one.decided_by is not None:
            facts.append(Fact("Decided", f"{at(one.decided_at)}, {one.decided_by.name}"))
            facts.append(Fact("Remark", one.decision))
        return facts


class DecideVariationForm(PlainForm):
    verdict = forms.ChoiceField(
        label="Decision",
        choices=[("approve", "Approve it: the profile and the contract change at once"), ("refuse", "Refuse it")],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(
        label="Remark",
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        required=False,
        help_text="A refusal needs its reason.",
    )

    def __init__(self, *args: Any, may_approve: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict: Any = self.fields["verdict"]
        if not may_approve:
            verdict.choices = verdict.choices[1:]


class DecideVariation(OneVariation, RecordForm):
    """Approve or refuse a variation that somebody else asked for."""

    capability = Capability.KEEP_MONEY
    form_class = DecideVariationForm
    submit = "Save the decision"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "may_approve": not why_not_decided(self.one, self.staff)}

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Decide the variation of {self.one.contract}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        if said := why_not_decided(self.one, self.staff):
            return said
        months = self.one.lines.count()
        said = f"Approved, it gets the contract's next number and changes {months} planned figure"
        return f"{said}{'' if months == 1 else 's'}. What was planned before stays readable."

    def get_back(self) -> str:
        return variation_url(self.one)

    def act(self, form: Any) -> HttpResponse:
        given = {"version": self.opened_version, "decision": form.cleaned_data["decision"], "by": self.staff}
        if form.cleaned_data["verdict"] == "approve":
            done = approve_variation(self.one, **given)
            messages.success(self.request, f"It is approved as variation {done.number}. The profile is changed.")
        else:
            refuse_variation(self.one, **given)
            messages.success(self.request, "It is refused. Nothing was changed.")
        return HttpResponseRedirect(variation_url(self.one))


class WithdrawVariation(OneVariation, ConfirmPage):
    """Take back what one asked for oneself."""

    capability = Capability.WORK_CONTRACTS
    submit = "Take it back"

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if self.one.asked_by_id != self.staff.pk:
            raise PermissionDenied("Who asked for it takes it back.")

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Take back the variation of {self.one.contract}"

    def get_consequences(self) -> list[str]:
        return ["It is refused, with your reason, and nobody decides it any more.", "Nothing of the contract changes."]

    def get_back(self) -> str:
        return variation_url(self.one)

    def act(self, form: Any) -> HttpResponse:
        refuse_variation(self.one, version=self.one.version, decision=form.cleaned_data["reason"], by=self.staff)
        messages.success(self.request, "It is taken back.")
        return HttpResponseRedirect(self.get_back())
