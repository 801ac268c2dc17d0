"""Vacancies: the jobs pool, shared by all partners (EMP-05)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from employers.enums import AgreementKind
from employers.exchange import needs_guarantee
from employers.kinds.words import LINKS, WHOSE, WORK
from employers.models import EmployerAgreement, Vacancy
from employers.wages import lowest_wage
from partners.enums import Scope
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.exchange.columns import money
from partners.platform.exchange.declarations import Table
from partners.platform.forms.fields import NumberField, WholeNumberField
from partners.platform.records.fields import KindForm, RecordChoice
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike
from partners.platform.records.waiting import Waiting

MOST_ALIKE = 3
MOST_POSTS = 10_000
HOURS_OF_A_WEEK = 168


def not_below_any_wage(vacancy: Vacancy) -> None:
    """Refuse what no minimum wage allows on the day it opens."""
    lowest = lowest_wage(vacancy.opened_on)
    if vacancy.hourly_wage is not None and vacancy.hourly_wage < lowest:
        said = f"Enter £{lowest} or more: the lowest minimum wage anybody could be paid on"
        raise CaseloadError(f"{said} {long_date(vacancy.opened_on)}.", field="hourly_wage")


def guarantee_of_its_employer(vacancy: Vacancy) -> None:
    agreement = vacancy.jigs_agreement
    if agreement is not None and (agreement.employer_id, agreement.kind) != (vacancy.employer_id, AgreementKind.JIGS):
        raise CaseloadError("Choose an interview guarantee of this employer.", field="jigs_agreement")


def open_alike(vacancy: Vacancy, staff: StaffMember) -> list[LookAlike]:
    """Return the open vacancies of the same title at the same employer."""
    same = Vacancy.objects.filter(employer=vacancy.employer, title__iexact=vacancy.title.strip())
    same = same.exclude(pk=vacancy.pk).filter(Q(closed_on__isnull=True) | Q(closed_on__gte=vacancy.opened_on))
    return [
        LookAlike(
            "vacancy",
            str(each.uid),
            f"{each.title}, {each.posts} posts, open since {long_date(each.opened_on)}",
            KIND.address("record", each.uid),
        )
        for each in same.order_by("-opened_on")[:MOST_ALIKE]
    ]


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"posts": 1, "opened_on": timezone.localdate()}


class VacancyForm(KindForm):
    """The interview guarantees offered are those of the employer, once it is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self.fields["posts"].label
        self.fields["posts"] = WholeNumberField(label=label, min_value=1, max_value=MOST_POSTS, widget=short())
        self.fields["hours_per_week"] = NumberField(
            label=self.fields["hours_per_week"].label,
            required=False,
            min_value=0,
            max_value=HOURS_OF_A_WEEK,
            decimal_places=2,
            widget=short(),
        )
        employer = self._employer()
        if employer is None:
            del self.fields["jigs_agreement"]
            return
        known = EmployerAgreement.objects.filter(employer=employer, kind=AgreementKind.JIGS).order_by("-from_date")
        said = {"label": self.fields["jigs_agreement"].label, "required": False, "empty_label": "None"}
        self.fields["jigs_agreement"] = RecordChoice(known, **said)

    def _employer(self) -> Any:
        """Return the employer that is typed or chosen already."""
        field: Any = self.fields["employer"]
        typed = self.data.get(self.add_prefix("employer"))
        try:
            return field.clean(typed) if typed else self.initial.get("employer")
        except ValidationError:
            return None


def short() -> forms.TextInput:
    return forms.TextInput({"class": "govuk-input--width-3", "inputmode": "decimal"})


CLOSING_DAYS = 7


def closing(vacancies: Any, staff: StaffMember, today: date) -> Any:
    """Open vacancies that close within a week."""
    return vacancies.filter(opened_on__lte=today, closed_on__range=(today, today + timedelta(days=CLOSING_DAYS)))


LOG = Capability.LOG_EMPLOYERS
KIND = RecordKind(
    model=Vacancy,
    slug="vacancies",
    title="Vacancies",
    one="Vacancy at",
    whose=WHOSE,
    about="The jobs pool: posts that employers want to fill.",
    shown=("title", "employer", "posts", "opened_on", "closed_on", "hourly_wage"),
    called={
        "posts": "Number of posts",
        "opened_on": "Open from",
        "closed_on": "Closes on",
        "jigs_agreement": "Under the interview guarantee",
        "hourly_wage": "Pay an hour",
        "hours_per_week": "Hours a week",
    },
    capability=Capability.VIEW_EMPLOYERS,
    money=("hourly_wage",),
    day="opened_on",
    ends="closed_on",
    current="Open today",
    over="Closed",
    filters=("employer",),
    searched=("title", "employer__name"),
    searches="A word of the title or of the employer's name.",
    is_found=True,
    api=Scope.EMPLOYERS_READ,
    begins="Add the first one here, or bring them with an exchange package.",
    links=LINKS,
    parent="employer",
    parts=WORK,
    today=(
        Waiting(
            name="closing",
            one="vacancy closing this week",
            many="vacancies closing this week",
            rows=closing,
            capability=LOG,
            order=32,
        ),
    ),
    keeps=Keeps(
        fields=(
            "employer",
            "title",
            "posts",
            "opened_on",
            "closed_on",
            "jigs_agreement",
            "hours_per_week",
            "hourly_wage",
        ),
        may=dict.fromkeys(Verb, LOG),
        past=("opened_on",),
        ending="closed_on",
        rules=(not_below_any_wage, guarantee_of_its_employer),
        alike=open_alike,
        initial=begun,
        form=VacancyForm,
        hints={"closed_on": "The last day on which somebody can apply. Empty while it is open without an end."},
    ),
    exchange=Table(
        name="vacancies",
        model=Vacancy,
        title="The jobs pool",
        after="employer_contacts",
        holds=(
            "employer_id",
            "title",
            "opened_on",
            "closed_on",
            "posts",
            "jigs_agreement_id",
            "hours_per_week",
            money("hourly_wage"),
        ),
        set_rules=(needs_guarantee("vacancies"),),
    ),
)
