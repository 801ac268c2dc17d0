"""Every piece of the pages in every state, for those who build pages and for the accessibility tests; no data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import QueryDict
from django.views.generic import TemplateView

from partners.platform.forms.fields import MoneyField, PlainDateField
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.charts import Bar, BarChart, Chart, Funnel, LineChart, Series, percent
from partners.platform.frame.pages import SignedInPage, WithCharts
from partners.platform.frame.pieces import Event, Fact, Link, Step
from partners.platform.frame.tags import tag
from partners.platform.frame.today import Count
from partners.platform.lists.tables import BulkAct, Column, FilterForm, Table

WAYS = [("phone", "Telephone"), ("visit", "Visit"), ("email", "E-mail")]
NOON = datetime(2007, 7, 3, 12, tzinfo=UTC)


class EveryField(PlainForm):
    name = forms.CharField(label="Name")
    reference = forms.CharField(label="Reference", help_text="As the partner writes it.", required=False)
    day = PlainDateField(label="Day it happened", help_text="For example, 3 Jul 2007, 3/7/07 or today.")
    amount = MoneyField(label="Amount", required=False)
    way = forms.ChoiceField(label="Way of contact", choices=WAYS, widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(
        label="Needs",
        choices=WAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick all that apply.",
    )
    centre = forms.ChoiceField(label="Centre", choices=[("", "Choose"), ("1", "North centre"), ("2", "South centre")])
    agreed = forms.BooleanField(label="The client has agreed", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea({"rows": 3}), required=False)
    letter = forms.FileField(label="Letter", required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput)


class Narrow(FilterForm):
    q = forms.CharField(label="Name or reference")
    stage = forms.ChoiceField(label="Stage", choices=[("", "All"), ("plan", "Planning"), ("work", "In work")])
    since = PlainDateField(label="Seen since")
    overdue = forms.BooleanField(label="Overdue")


@dataclass(frozen=True)
class Example:
    name: str
    stage: str
    seen: date
    value: int
    uid: str = ""


EXAMPLES = [
    Example("Sample, One", "In work", date(2007, 7, 3), 1250, "one"),
    Example(
        "Sample-With-A-Family-Name-Of-Sixty-Letters-And-Not-One-Less, Two", "Planning", date(2007, 6, 30), 80, "two"
    ),
    Example("S, T", "Planning", date(2007, 5, 1), 0, "three"),
]
COLUMNS = [
    Column("name", "Name", sort="name", link=lambda row: f"#{row.name[:1]}"),
    Column(
        "stage",
        "Stage",
        sort="stage",
        cell=lambda row: tag(row.stage, "done" if row.stage == "In work" else "new"),
    ),
    Column("seen", "Last contact", kind="date", sort="seen"),
    Column("value", "Support", kind="money", sort="value"),
]
BULK = [BulkAct("Change the adviser", "#ticks"), BulkAct("Download CSV", "#ticks", "export", "csv")]
TILES = [
    Count(3, "referrals to answer", "#tiles", tone="bad", note="2 by noon"),
    Count(12, "checks due this week", "#tiles", tone="warning"),
    Count(0, "possible duplicates", "#tiles", tone="good"),
    Count(1284, "people on the caseload", "#tiles", tone="new"),
]
BELLS = {
    "bell-none": [],
    "bell-three": TILES[:1],
    "bell-many": TILES,
}
SAID = [
    Message(constants.SUCCESS, "The referral is accepted."),
    Message(constants.INFO, "You now work in another consortium."),
    Message(constants.ERROR, "The file is not a package."),
]
EVENTS = [
    Event("Telephone call, no answer", NOON, by="A. Adviser", text="Will try again on Tuesday.", kind="contact"),
    Event("Job started", date(2007, 6, 20), kind="step", facts=[Fact("Hours", "30 a week"), Fact("Pay", "£6.10")]),
    Event("Childcare paid", date(2007, 6, 19), by="A. Adviser", kind="money", is_undone=True),
    Event("Consent ends", date(2007, 6, 1), kind="warning"),
]
STEPS = [
    Step("Sent", "done", "2 Jul 2007, A. Adviser"),
    Step("Accepted", "returned", "Sent back: wrong service"),
    Step("Started", "current", "due 9 Jul 2007"),
    Step("Completed", "coming"),
]
CHARTS: dict[str, Chart] = {
    "wards": BarChart(
        "Sustained work is below target in two of three wards",
        [
            Bar("Northfield", 41, 60),
            Bar("Southgate and the Old Town", 22, 40),
            Bar("Westcotes", 37, 30),
            Bar("Eyres", None, 10),
        ],
        name="wards",
        label="Ward",
        measure="People",
    ),
    "quarters": LineChart(
        "Employment rate rose in five quarters of seven",
        [f"Q{q} {year}" for year in ("06-07", "07-08") for q in (1, 2, 3, 4)],
        [
            Series("City", [58.1, 58.4, 58.2, 59.0, 59.6, 59.4, 60.1, 60.8]),
            Series("Priority wards", [41.0, 41.6, None, 43.2, 43.9, 44.8, 45.5, 46.3]),
        ],
        name="quarters",
        target=62,
        show=percent,
    ),
    "way": Funnel(
        "One in three who enrol is in work at 13 weeks",
        [("Enrolled", 1284), ("Action plan", 1011), ("Job start", 562), ("In work at 13 weeks", 431)],
        name="way",
    ),
}


@dataclass(frozen=True)
class ShownJob:
    """Stands for a job in each of its states; it asks nobody for more."""

    title: str
    state: str
    done_steps: int = 0
    all_steps: int = 0
    message: str = ""
    is_over: bool = True
    uid: str = "example"

    @property
    def percent(self) -> int:
        return 100 * self.done_steps // self.all_steps if self.all_steps else 0


JOBS = [
    ShownJob("Build the return for Q2 2007-08", "waiting", is_over=False, uid="waiting"),
    ShownJob("Export all records", "running", message="Reading clients.", is_over=False, uid="begun"),
    ShownJob(
        "Load the city's package",
        "running",
        done_steps=31_000,
        all_steps=100_000,
        message="activities.csv, about 2 minutes left",
        is_over=False,
        uid="running",
    ),
    ShownJob("Build the return for Q1 2007-08", "done", uid="done"),
    ShownJob(
        "Load the partner's package",
        "failed",
        message="Row 14 of clients.csv: the date is missing. Nothing was changed.",
        uid="failed",
    ),
    ShownJob("Export the caseload", "cancelled", message="Cancelled.", uid="cancelled"),
]


class Components(WithCharts, SignedInPage, TemplateView):
    template_name = "partners/components.html"

    def get_charts(self) -> dict[str, Chart]:
        return CHARTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        filters = Narrow(QueryDict("stage=work&overdue=on&since=3/7/07"))
        wrong = EveryField({"day": "31 June", "amount": "lots"}, auto_id="wrong_%s")
        return super().get_context_data(
            **kwargs,
            blank_form=EveryField(),
            wrong_form=wrong,
            filters=filters,
            table=Table(COLUMNS, EXAMPLES, params, "Example people", chips=filters.chips(params), page_size=2),
            empty_table=Table(COLUMNS, [], params, "Nobody", name="nobody", empty="Nobody has been registered yet."),
            ticks=Table(COLUMNS, EXAMPLES, params, "People to tick", name="ticks", bulk=BULK, on_phone="scroll"),
            ticked=Table(COLUMNS, EXAMPLES, params, "People ticked", name="ticked", bulk=BULK, ticked=("one", "three")),
            facts=[
                Fact("Name", "Sample Person"),
                Fact("Born", None),
                Fact("Adviser", "A. Adviser", action_url="#facts"),
            ],
            counts=TILES,
            events=EVENTS,
            steps=STEPS,
            charts=CHARTS,
            jobs=JOBS,
            bells=BELLS,
            said=SAID,
            tabs=_tabs(),
            tones=["good", "warning", "bad", "new", "waiting", "running", "quiet", "special"],
        )


def _tabs() -> Sequence[Link]:
    return [
        Link("Everybody", "#tabs", is_here=True, number=1284),
        Link("Stuck", "#tabs", number=41),
        Link("Mine", "#tabs"),
    ]
