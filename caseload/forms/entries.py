"""One short form for each thing an adviser logs. A form reads what was typed; the service it calls has the rules."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from caseload.enums import (
    ActionOwner,
    ActivityKind,
    CheckWeek,
    ContactChannel,
    ContactResult,
    Dimension,
    Evidence,
    PlacementKind,
    PlacementResult,
    QualificationLevel,
    QualificationType,
    Stage,
    SupportedPerson,
    TrainingResult,
)
from caseload.forms.fields import (
    VacancyField,
    YesNoField,
    one_line,
    radios,
    text_area,
    vacancy_named,
    whole_number,
)
from caseload.models import (
    Activity,
    Assessment,
    Client,
    EmploymentCheck,
    Enrolment,
    InWorkSupport,
    InWorkTraining,
    Job,
    Placement,
    PlanAction,
    Qualification,
    StageEvent,
)
from caseload.models.activity import MINUTES_A_DAY
from caseload.queries.clients import scores_seen_by
from caseload.services import journey
from commissioning.models import Contract
from employers.forms.fields import EmployerField
from employers.models import EmployerAgreement
from employers.queries.directory import account_manager, guarantees
from partners.models import Centre, StaffMember
from partners.platform.dates import Lean, long_date
from partners.platform.forms.fields import MoneyField, NumberField, PlainDateField, WholeNumberField
from partners.platform.forms.plain import PlainForm

OPTIONAL = (("", "Not known"),)
# The days of an entry of which one at least must be paid for by its contract.
DAYS_PAID_FOR = ("occurred_on", "started_on", "enrolled_on", "achieved_on")


def past_date(label: str, **kwargs: Any) -> PlainDateField:
    """A day that cannot lie ahead, refused together with what else is wrong: the service would come to it last."""
    return PlainDateField(label=label, **{"not_after_today": True, **kwargs})


class ContractChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({obj.provider.name})"


def contracts_for(staff: StaffMember, entry: Any) -> QuerySet[Contract]:
    """Contracts in sight that run or ended within a year, as what is logged late may still belong to one.

    The one that a corrected entry names already stays among them.
    """
    since = timezone.localdate() - timedelta(days=365)
    named = getattr(entry, "contract_id", None)
    seen = Contract.objects.visible_to(staff).filter(ends_on__gte=since) | Contract.objects.filter(pk=named)
    offered: QuerySet[Contract] = seen.select_related("provider").order_by("title", "id")
    return offered


class EntryForm(PlainForm):
    """Base of the forms: ``client`` and ``staff`` are given, ``entry`` is the one being corrected, if any.

    ``add`` calls the service of a new entry; correcting calls ``journey.correct_entry`` with the same fields.
    """

    title: ClassVar[str]
    menu: ClassVar[str]
    done: ClassVar[str]
    model: ClassVar[Any]
    lead: ClassVar[str] = ""
    dates_today: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        data: Any = None,
        *,
        client: Client,
        staff: StaffMember,
        entry: Any = None,
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.client, self.staff, self.entry = client, staff, entry
        start = dict.fromkeys(self.dates_today, timezone.localdate()) if entry is None else {}
        super().__init__(data, initial={**start, **(initial or {})}, **kwargs)
        if "contract" in self.fields:
            contracts = self.fields["contract"]
            contracts.queryset = contracts_for(staff, entry)  # type: ignore[attr-defined]
            if entry is None and self.model is not Enrolment and not self.is_bound:
                self.initial.setdefault("contract", self.contract_enrolled_on())
        self.prepare()

    def contract_enrolled_on(self) -> UUID | None:
        """Return the one contract in sight that the client is on today; none of several."""
        today = timezone.localdate()
        open_now = Q(ended_on__isnull=True) | Q(ended_on__gte=today)
        seen = Contract.objects.visible_to(self.staff).filter(starts_on__lte=today, ends_on__gte=today)
        found = Enrolment.objects.filter(open_now, client=self.client, started_on__lte=today, contract__in=seen)
        keys = set(found.values_list("contract__uid", flat=True)[:20])
        return keys.pop() if len(keys) == 1 else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        contract: Any = cleaned.get("contract")
        days = [cleaned[name] for name in DAYS_PAID_FOR if cleaned.get(name)]
        is_new = self.entry is None or any(name in self.changed_data for name in ("contract", *DAYS_PAID_FOR))
        ran = contract is None or any(contract.starts_on <= day <= contract.ends_on for day in days)
        if days and is_new and not ran and self.model is not Enrolment:
            runs = f"{long_date(contract.starts_on)} to {long_date(contract.ends_on)}"
            self.add_error("contract", f"{contract.title} runs from {runs}. Choose the contract of that day, or none.")
        return cleaned

    def prepare(self) -> None:
        """Adapt the fields to the client."""

    @classmethod
    def initial_of(cls, entry: Any) -> dict[str, Any]:
        return {name: getattr(entry, name) for name in cls.base_fields if hasattr(entry, name)}

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def fact(self) -> dict[str, Any]:
        """Return what is to be recorded, by the names of the service: for caseload.queries.twins."""
        return self.values()

    def add(self) -> Any:
        raise NotImplementedError

    def correct(self, version: int) -> Any:
        return journey.correct_entry(self.entry, version=version, values=self.values(), by=self.staff)


def contract_field() -> ContractChoice:
    return ContractChoice(None, required=False, label="Paid by the contract", empty_label="None or not known")


class ActivityForm(EntryForm):
    title, menu, done, model = "Record a contact or note", "Contact or note", "The contact is recorded.", Activity
    dates_today = ("occurred_on",)
    nouns = {
        "kind": "what it was",
        "occurred_on": "the day it happened",
        "channel": "how it was made",
        "length_minutes": "the number of minutes",
        "next_on": "the day of the next contact",
    }
    field_order = ("kind", "channel", "result", "occurred_on", "centre", "note", "length_minutes", "next_on")

    kind = radios(ActivityKind, label="What", initial=ActivityKind.CONTACT)
    channel = forms.ChoiceField(choices=(("", "Not said"), *ContactChannel.choices), required=False, label="How")
    result = forms.ChoiceField(
        choices=(("", "Not said, or still to come"), *((c.value, c.label) for c in ContactResult if c != "planned")),
        required=False,
        label="Result",
        help_text="Only a contact that reached the client counts as the last contact.",
    )
    occurred_on = past_date(
        "When",
        help_text="For example today, yesterday, 3 Jul. Only an appointment can lie ahead.",
        not_after_today=False,
    )
    centre: Any = forms.ModelChoiceField(None, required=False, label="Centre", empty_label="None")
    note = text_area(4, label="Note", help_text="What was said, and what comes next.")
    length_minutes = whole_number(label="Minutes", required=False, max_value=MINUTES_A_DAY)
    next_on = PlainDateField(
        label="Next contact on",
        required=False,
        lean=Lean.FUTURE,
        help_text="For example tuesday, 3 Jul. It comes back on the worklist on that day.",
    )

    def prepare(self) -> None:
        if self.entry is None and self.initial.get("kind", ActivityKind.CONTACT) == ActivityKind.CONTACT:
            self.initial.setdefault("channel", ContactChannel.CALL)
            self.initial.setdefault("result", ContactResult.REACHED)
        if self.entry is not None and self.entry.result == ContactResult.PLANNED:
            result: Any = self.fields["result"]
            result.choices = [*result.choices, (ContactResult.PLANNED.value, ContactResult.PLANNED.label)]
        # A tied class attribute would be read outside any consortium.
        self.fields["centre"].queryset = Centre.objects.open_on(timezone.localdate()).order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == ActivityKind.CENTRE_VISIT and not cleaned.get("centre"):
            self.add_error("centre", "Choose the centre that was visited.")
        return self._with_result(cleaned)

    def _with_result(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Read "reached" of a day to come as what stands there before anybody chooses: it is still to come."""
        day, today = cleaned.get("occurred_on") or date.min, timezone.localdate()
        if cleaned.get("result") == ContactResult.REACHED and day > today:
            cleaned["result"] = ""
        if cleaned.get("kind") == ActivityKind.APPOINTMENT and not cleaned.get("result") and day >= today:
            cleaned["result"] = ContactResult.PLANNED
        return cleaned

    def add(self) -> Activity:
        return journey.record_activity(self.client, by=self.staff, **self.values())


class StageForm(EntryForm):
    title, menu, done, model = (
        "Record a step of the journey",
        "Step of the journey",
        "The step is recorded.",
        StageEvent,
    )
    dates_today = ("occurred_on",)
    nouns = {"occurred_on": "the day it happened", "contract": "the contract"}

    stage = radios(Stage, label="Step")
    occurred_on = past_date("When")
    contract = contract_field()
    note = text_area(2, label="Note")

    def add(self) -> StageEvent:
        return journey.record_stage_event(self.client, by=self.staff, **self.values())


class AssessmentForm(EntryForm):
    """All parts on one page, 1 to 10 each; a part without a score was not talked about."""

    is_any_of = True

    title, menu, done, model = "Record an assessment", "Assessment", "The assessment is recorded.", Assessment
    lead = "Score what you talked about from 1 (furthest from work) to 10 (ready). Leave the rest empty."
    dates_today = ("assessed_on",)
    nouns = {"assessed_on": "the day of the assessment"}

    assessed_on = past_date("When")
    stage = forms.BooleanField(required=False, label="Record the step “Assessed” as well")

    def prepare(self) -> None:
        latest = scores_seen_by(self.staff, self.client).order_by("assessed_on", "id")
        rows = latest.values_list("dimension", "score", "assessed_on")
        before = {dimension: (score, day) for dimension, score, day in rows}
        stage = self.fields.pop("stage")
        for code, label in Dimension.choices:
            last = before.get(code)
            self.fields[code] = WholeNumberField(
                label=label,
                required=False,
                min_value=1,
                max_value=10,
                help_text=f"Last: {last[0]} on {long_date(last[1])}" if last and self.entry is None else "",
                widget=forms.TextInput({"class": "govuk-input--width-2", "inputmode": "numeric"}),
            )
            self.fields[code].noun = f"the score for {label.lower()}"  # type: ignore[attr-defined]
        if self.entry is None and not self.client.stage_events.filter(stage=Stage.ASSESSED).exists():
            self.fields["stage"] = stage
            self.initial["stage"] = True

    @classmethod
    def initial_of(cls, entry: Any) -> dict[str, Any]:
        rows = Assessment.objects.filter(
            client=entry.client_id, assessed_on=entry.assessed_on, organisation=entry.organisation_id
        )
        return {"assessed_on": entry.assessed_on, **{row.dimension: row.score for row in rows}}

    def fact(self) -> dict[str, Any]:
        return {"assessed_on": self.cleaned_data["assessed_on"], "organisation": self.staff.organisation_id}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(code) for code in Dimension.values) and not self.errors:
            raise ValidationError("Score at least one part of the assessment.")
        return cleaned

    def add(self) -> Any:
        values = self.cleaned_data
        scores = {code: values[code] for code in Dimension.values if values.get(code)}
        rows = journey.record_assessment(self.client, scores=scores, assessed_on=values["assessed_on"], by=self.staff)
        if values.get("stage"):
            journey.record_stage_event(
                self.client, stage=Stage.ASSESSED, occurred_on=values["assessed_on"], by=self.staff
            )
        return rows[0]

    def correct(self, version: int) -> Any:
        return journey.correct_assessment(
            self.entry,
            version=version,
            assessed_on=self.cleaned_data["assessed_on"],
            scores={code: self.cleaned_data[code] for code in Dimension.values if self.cleaned_data.get(code)},
            by=self.staff,
        )


class ActionForm(EntryForm):
    title, menu, done, model = "Add an action to the plan", "Plan action", "The action is in the plan.", PlanAction

    nouns = {"due_on": "the day by which it is to be done"}

    title_ = one_line(label="What is to be done")
    owner = radios(ActionOwner, label="Who does it", initial=ActionOwner.CLIENT)
    due_on = PlainDateField(label="By when", required=False, lean=Lean.FUTURE, help_text="For example friday, 3 Jul.")

    @classmethod
    def initial_of(cls, entry: Any) -> dict[str, Any]:
        return {"title_": entry.title, "owner": entry.owner, "due_on": entry.due_on}

    def values(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        return {"title": typed.pop("title_"), **typed}

    def add(self) -> PlanAction:
        return journey.add_plan_action(self.client, by=self.staff, **self.values())


class QualificationForm(EntryForm):
    title, menu, done = "Record learning", "Learning or qualification", "The learning is recorded."
    model = Qualification
    nouns = {
        "type": "what kind of learning it is",
        "enrolled_on": "the day of enrolment",
        "achieved_on": "the day of achievement",
        "contract": "the contract",
    }

    type = radios(QualificationType, label="What kind")
    level = forms.ChoiceField(choices=QualificationLevel, label="Level")
    enrolled_on = past_date("Enrolled on", required=False)
    achieved_on = past_date("Achieved on", required=False)
    first_at_level = YesNoField(label="First at this level")
    accredited = YesNoField(label="Accredited")
    contract = contract_field()

    def add(self) -> Qualification:
        return journey.record_qualification(self.client, by=self.staff, **self.values())


class PlacementForm(EntryForm):
    title, menu, done, model = "Record a placement", "Placement", "The placement is recorded.", Placement
    dates_today = ("started_on",)
    nouns = {
        "kind": "what kind of placement it is",
        "started_on": "the day it started",
        "ended_on": "the day it ended",
        "contract": "the contract",
    }

    employer = EmployerField(label="Employer")
    kind = radios(PlacementKind, label="What kind")
    started_on = past_date("Started on")
    ended_on = past_date("Ended on", required=False)
    result = forms.ChoiceField(choices=(*OPTIONAL, *PlacementResult.choices), required=False, label="Result")
    contract = contract_field()

    def add(self) -> Placement:
        return journey.record_placement(self.client, by=self.staff, **self.values())


class JobForm(EntryForm):
    """A job start. The guarantee is found from employer and day, so that nobody has to know its number."""

    title, menu, done, model = "Record a job start", "Job start", "The job start is recorded.", Job
    dates_today = ("started_on",)
    nouns = {
        "started_on": "the day the job started",
        "ended_on": "the day the job ended",
        "verified_on": "the day the evidence was checked",
        "contract": "the contract",
    }

    employer = EmployerField(
        label="Employer",
        help_text="Begin typing the name. Leave it empty for self-employment.",
        error_messages={"required": "Enter the employer, or choose that the client is self-employed."},
    )
    vacancy = VacancyField(
        label="Vacancy",
        required=False,
        help_text="If the job came from the jobs pool: the employer's vacancies are offered by title.",
    )
    started_on = past_date("Started on")
    guarantee = forms.BooleanField(
        required=False,
        label="Through a job interview guarantee of this employer",
        help_text="The guarantee in force on the day the job started is looked up.",
    )
    hours_per_week = NumberField(
        required=False,
        decimal_places=2,
        label="Hours a week",
        min_value=0,
        max_value=168,
        widget=forms.TextInput({"class": "govuk-input--width-3", "inputmode": "decimal"}),
    )
    hourly_wage = MoneyField(required=False, label="Pay an hour, in pounds", min_value=0)
    permanent = YesNoField(label="Permanent")
    self_employed = YesNoField(label="Self-employed")
    evidence = radios(Evidence, label="Evidence", initial=Evidence.SELF_REPORTED)
    verified_on = past_date("Evidence checked on", required=False)
    ended_on = past_date("Ended on", required=False, help_text="Only if the job has ended already.")
    contract = contract_field()

    def prepare(self) -> None:
        if self.data.get(self.add_prefix("self_employed")) == "true":
            self.fields["employer"].required = False

    @classmethod
    def initial_of(cls, entry: Any) -> dict[str, Any]:
        return {**super().initial_of(entry), "guarantee": entry.jigs_agreement_id is not None}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["jigs_agreement"] = self._guarantee(cleaned)
        try:
            cleaned["vacancy"] = vacancy_named(cleaned.get("vacancy", ""), cleaned.get("employer"))
        except ValidationError as refusal:
            if "employer" not in self.errors:
                self.add_error("vacancy", refusal)
        return cleaned

    def _guarantee(self, cleaned: Mapping[str, Any]) -> EmployerAgreement | None:
        employer, day = cleaned.get("employer"), cleaned.get("started_on")
        if not cleaned.get("guarantee") or employer is None or day is None:
            return None
        kept = self.entry.jigs_agreement if self.entry is not None else None
        if kept is not None and kept.employer_id == employer.pk:
            return kept  # type: ignore[no-any-return]
        found = guarantees(employer, on=day).first()
        if found is None:
            manager = account_manager(employer, on=timezone.localdate())
            ask = f" Ask {manager.staff.name}, who looks after them." if manager else ""
            self.add_error(
                "guarantee", f"{employer.name} had no job interview guarantee in force on {long_date(day)}.{ask}"
            )
        return found

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "guarantee"}

    def add(self) -> Job:
        return journey.record_job_start(self.client, by=self.staff, **self.values())


class CheckForm(EntryForm):
    """Still in work at 13, 26 or 52 weeks. With one job there is nothing to choose."""

    title, menu, done = "Record a job check", "Check at 13, 26 or 52 weeks", "The check is recorded."
    model = EmploymentCheck
    dates_today = ("checked_on",)
    nouns = {
        "job": "the job that was checked",
        "week": "which check it is",
        "in_work": "whether the client is still in this work",
        "checked_on": "the day of the check",
        "verified_on": "the day the evidence was checked",
    }

    job = forms.ChoiceField(label="Job", widget=forms.RadioSelect)
    week = forms.TypedChoiceField(choices=CheckWeek, coerce=int, label="Check at", widget=forms.RadioSelect)
    in_work = forms.TypedChoiceField(
        choices=(("true", "Yes, still in this work"), ("false", "No, the job has ended")),
        coerce=lambda value: value == "true",
        widget=forms.RadioSelect,
        label="In work",
    )
    checked_on = past_date("Checked on")
    evidence = radios(Evidence, label="Evidence", initial=Evidence.SELF_REPORTED)
    verified_on = past_date("Evidence checked on", required=False)

    def prepare(self) -> None:
        self.jobs = {str(job.uid): job for job in self.client.jobs.select_related("employer").order_by("-started_on")}
        if self.entry is not None:
            del self.fields["job"]
            return
        choices = [
            (uid, f"{job.employer or 'Self-employed'}, since {long_date(job.started_on)}")
            for uid, job in self.jobs.items()
        ]
        self.fields["job"].choices = choices  # type: ignore[attr-defined]
        if choices and "job" not in self.initial:
            self.initial["job"] = choices[0][0]
        self._suggest_week()

    def _suggest_week(self) -> None:
        job = self.jobs.get(str(self.initial.get("job", "")))
        if job is None:
            return
        made = set(job.checks.values_list("week", flat=True))
        due = [week for week in CheckWeek.values if week not in made]
        if due:
            self.initial.setdefault("week", due[0])
            self.fields["week"].help_text = "; ".join(
                f"{week} weeks are over on {long_date(job.started_on + timedelta(weeks=week))}" for week in due
            )

    @classmethod
    def initial_of(cls, entry: Any) -> dict[str, Any]:
        return {**super().initial_of(entry), "in_work": "true" if entry.in_work else "false"}

    def fact(self) -> dict[str, Any]:
        values = self.values()
        return {**values, "job": self.jobs[values["job"]]}

    def add(self) -> EmploymentCheck:
        values = self.fact()
        return journey.record_check(values.pop("job"), by=self.staff, **values)


class InWorkTrainingForm(EntryForm):
    title, menu, done = "Record training in work", "Training in work", "The training is recorded."
    model = InWorkTraining
    dates_today = ("started_on",)
    nouns = {"started_on": "the day it started", "completed_on": "the day it was completed"}

    employer = EmployerField(label="Employer")
    started_on = past_date("Started on")
    completed_on = past_date("Completed on", required=False)
    result = forms.ChoiceField(choices=(*OPTIONAL, *TrainingResult.choices), required=False, label="Result")

    def add(self) -> InWorkTraining:
        return journey.record_in_work_training(self.client, by=self.staff, **self.values())


class InWorkSupportForm(EntryForm):
    title, menu, done = "Record support in work", "Support in work", "The support is recorded."
    model = InWorkSupport
    dates_today = ("occurred_on",)
    nouns = {"occurred_on": "the day it happened"}

    employer = EmployerField(label="Employer")
    person = radios(SupportedPerson, label="Who was supported", initial=SupportedPerson.EMPLOYEE)
    manager_name = one_line(label="Name of the manager", required=False)
    occurred_on = past_date("When")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("person") == SupportedPerson.MANAGER and not cleaned.get("manager_name"):
            self.add_error("manager_name", "Enter the name of the manager who was supported.")
        return cleaned

    def add(self) -> InWorkSupport:
        return journey.record_in_work_support(self.client, by=self.staff, **self.values())


class EnrolmentForm(EntryForm):
    title, menu, done = "Enrol on a contract", "Enrolment on a contract", "The enrolment is recorded."
    model = Enrolment
    dates_today = ("started_on",)
    nouns = {"started_on": "the day the enrolment started"}

    contract: Any = ContractChoice(None, label="Contract", empty_label="Choose one")
    started_on = past_date("Started on")

    def add(self) -> Enrolment:
        return journey.enrol(self.client, by=self.staff, **self.values())


ENTRY_FORMS: dict[str, type[EntryForm]] = {
    "activity": ActivityForm,
    "stage": StageForm,
    "assessment": AssessmentForm,
    "action": ActionForm,
    "qualification": QualificationForm,
    "placement": PlacementForm,
    "job": JobForm,
    "check": CheckForm,
    "in-work-training": InWorkTrainingForm,
    "in-work-support": InWorkSupportForm,
    "enrolment": EnrolmentForm,
}
