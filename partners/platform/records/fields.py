"""The form and the filters of a kind of record, made of its model's columns: what is said there is not said again.

A column's kind decides the field: a day, pounds, a number, a list of codes, yes or no, another record. What it is
called and the hint below come from the kind.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.utils.html import strip_tags

from partners.models import StaffMember
from partners.platform.dates import Lean
from partners.platform.forms.fields import (
    LongSelect,
    MoneyField,
    NumberField,
    PlainDateField,
    SuggestedInput,
    WholeNumberField,
)
from partners.platform.forms.plain import PlainForm, as_within
from partners.platform.lists.tables import FilterForm
from partners.platform.records.keeping import Keeps, choices_for
from partners.platform.records.kinds import MOST_TO_CHOOSE_FROM, RecordKind, kind_of

ANY = ("", "Any")
YES_NO = (("true", "Yes"), ("false", "No"))
NOT_KNOWN = ("", "Not known")
MOST_AS_BUTTONS = 6
MOST_IN_A_FILTER = 200
MOST_OF_ONE_NAME = 20
LONGEST_REMARK = 150  # what stands behind a name to tell it from others
LONGEST_LINE = 300
LONGEST_TEXT = 10_000
NARROW = "govuk-input--width-10"


class KindForm(PlainForm):
    """The form of one kind for one person; ``record`` is the one being changed.

    ``above`` is what stands above it, for a form of its own that has something to say first.
    """

    kind: ClassVar[RecordKind]
    nouns: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, staff: StaffMember, record: Any = None, **kwargs: Any) -> None:
        self.staff, self.record = staff, record
        super().__init__(*args, **kwargs)
        made = {name: form_field(self.kind, name, staff, record) for name in self.names}
        for name, field in made.items():
            field.now = self.initial.get(name)  # type: ignore[attr-defined]
        self.fields = {**made, **self.fields}
        if record is not None and self.kind.keeps and self.kind.keeps.asks_why:
            self.fields["reason"] = forms.CharField(
                label="Why it is changed", max_length=500, help_text="It stands in the history beside what was before."
            )

    @property
    def names(self) -> list[str]:
        keeps = self.kind.keeps
        return [name for name in (keeps.fields if keeps else ()) if self._may_know(name)]

    @property
    def above(self) -> str:
        return ""

    def _may_know(self, name: str) -> bool:
        """What a record refers to and this person may not know of is left as it is."""
        may_know = self.kind.guarded.get(name)
        related = getattr(self.record, name) if may_know and self.record is not None else None
        return may_know is None or related is None or may_know(related, self.staff)

    def values(self) -> dict[str, Any]:
        """Return what was typed, as columns."""
        return {name: self.cleaned_data[name] for name in self.names if name in self.cleaned_data}


def form_class_of(kind: RecordKind) -> type[KindForm]:
    """Return the form of a kind: its own, or one made of its columns."""
    own = kind.keeps.form if kind.keeps else None
    return type("KindForm", (own or KindForm,), {"kind": kind})


def initial_of(kind: RecordKind, record: Any) -> dict[str, Any]:
    """Return what the form of a stored record begins with."""
    keeps = kind.keeps
    return {name: _typed(getattr(record, name)) for name in (keeps.fields if keeps else ())}


def _typed(value: Any) -> Any:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def form_field(kind: RecordKind, name: str, staff: StaffMember, record: Any = None) -> forms.Field:
    """Return the form field of one column."""
    column: Any = kind.model._meta.get_field(name)
    keeps = kind.keeps
    assert keeps is not None  # noqa: S101  a kind without keeps has no form
    said = {
        "label": kind.label(name),
        "help_text": keeps.hints.get(name, ""),
        "required": not (column.blank or column.null),
    }
    if column.is_relation:
        return _reference(kind, column, said, staff, record)
    if name in kind.codes:
        return _codes(_with_current(kind, name, record), said, blank="None")
    if column.choices:
        return _codes(list(column.choices), said)
    return _plain(kind, column, said, keeps)


def _plain(kind: RecordKind, column: Any, said: dict[str, Any], keeps: Keeps) -> forms.Field:
    name = column.name
    if isinstance(column, models.DateField):
        is_past = name in keeps.past
        return PlainDateField(**said, not_after_today=is_past, lean=Lean.PAST if is_past else Lean.FUTURE)
    if isinstance(column, models.BooleanField):
        return YesNoField(**said, choices=YES_NO if said["required"] else (*YES_NO, NOT_KNOWN))
    if isinstance(column, models.DecimalField):
        return MoneyField(**said) if name in kind.money else NumberField(**said, widget=_short())
    if isinstance(column, models.IntegerField):
        return WholeNumberField(**said, widget=_short())
    if isinstance(column, models.TextField):
        return forms.CharField(**said, max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3}))
    return forms.CharField(**said, max_length=min(column.max_length or LONGEST_LINE, LONGEST_LINE))


def _short() -> forms.TextInput:
    return forms.TextInput({"class": NARROW, "inputmode": "decimal"})


class YesNoField(forms.TypedChoiceField):
    """Yes, no or, where the column may be blank, not known."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"coerce": lambda said: said == "true", "empty_value": None, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return _typed(value) if isinstance(value, bool) else ("" if value is None else value)


def _with_current(kind: RecordKind, name: str, record: Any) -> list[tuple[str, str]]:
    known, now = list(kind.codes[name]()), getattr(record, name, "")
    return known if not now or now in dict(known) else [*known, (now, kind.read(name, record))]


def _codes(choices: list[Any], said: dict[str, Any], *, blank: str = "Not known") -> forms.Field:
    if said["required"] and len(choices) <= MOST_AS_BUTTONS:
        return forms.ChoiceField(**said, choices=choices, widget=forms.RadioSelect)
    return forms.ChoiceField(**said, choices=[("", "Choose one" if said["required"] else blank), *choices])


def _reference(kind: RecordKind, column: Any, said: dict[str, Any], staff: StaffMember, record: Any) -> forms.Field:
    rows = choices_for(staff, column.related_model)
    now = getattr(record, column.attname, None)
    if now is not None:  # who has left stays chosen on the record that names them
        rows = rows | column.related_model.objects.filter(pk=now)
    return _chosen(column.related_model, rows, said, "Choose one" if said["required"] else "None")


def _chosen(model: Any, rows: models.QuerySet[Any], said: dict[str, Any], blank: str) -> forms.Field:
    target = kind_of(model)
    if target is not None and target.chosen_by is not None:
        return target.chosen_by(**said)
    if rows.order_by()[: MOST_TO_CHOOSE_FROM + 1].count() > MOST_TO_CHOOSE_FROM:
        return NameField(**said, rows=rows)
    return RecordChoice(rows, **said, empty_label=blank)


def filter_form_of(kind: RecordKind, staff: StaffMember) -> type[FilterForm]:
    """Return the filters of a kind's list: words, what is current or waits, each column it names, days from and to."""
    fields: dict[str, Any] = {}
    if kind.searched:
        fields["q"] = forms.CharField(label=f"Search {as_within(kind.title)}", help_text=kind.searches, max_length=200)
    if kind.ends:
        fields["current"] = forms.BooleanField(label=kind.current)
    if kind.today:
        waiting = [(each.name, each.many[:1].upper() + each.many[1:]) for each in kind.today]
        fields["waiting"] = forms.ChoiceField(label="What waits", choices=[ANY, *waiting])
    fields |= {name: _filter(kind, name, staff) for name in kind.filters}
    if kind.day:
        fields["since"] = PlainDateField(label="From", required=False)
        fields["until"] = PlainDateField(label="To", required=False)
    return type("KindFilters", (FilterForm,), fields)


def _filter(kind: RecordKind, name: str, staff: StaffMember) -> forms.Field:
    column: Any = kind.model._meta.get_field(name)
    said: dict[str, Any] = {"label": kind.label(name), "required": False}
    if column.is_relation:
        return _chosen(column.related_model, choices_for(staff, column.related_model), said, "Any")
    if isinstance(column, models.BooleanField):
        return YesNoField(**said, choices=(ANY, *YES_NO), widget=forms.Select)
    return forms.ChoiceField(**said, choices=[ANY, *_filter_choices(kind, column, staff)])


def _filter_choices(kind: RecordKind, column: Any, staff: StaffMember) -> Sequence[tuple[str, str]]:
    """Return the codes of a column; of one without codes, the words that are in use."""
    if column.name in kind.codes:
        return kind.codes[column.name]()
    if column.choices:
        return list(column.choices)
    used = kind.rows(staff).exclude(**{column.name: ""}).order_by(column.name).values_list(column.name, flat=True)
    return [(value, str(value)) for value in used.distinct()[:MOST_IN_A_FILTER]]


class _NamesOnly(ModelChoiceIterator):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield "", self.field.empty_label
        for each in self.queryset:
            yield str(each.uid), str(getattr(each, "as_choice", each))


class RecordChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Another record, chosen from a list of a few hundred at most."""

    widget = LongSelect
    iterator = _NamesOnly

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        name = name_column(queryset.model)
        ordered = queryset.order_by(name) if name else queryset
        super().__init__(ordered, **{"to_field_name": "uid", **kwargs})


class NameField(forms.CharField):
    """Another record, typed by its name where there are too many for a list; an address names it by its ``uid``.

    ``now`` is the one that is chosen already: left alone it stays, even where several have its name.
    """

    now: Any = None

    def __init__(self, *, rows: Any = None, **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**{"max_length": LONGEST_LINE, **kwargs})

    def known(self) -> Any:
        """Return the records that can be named."""
        return self.rows

    def prepare_value(self, value: Any) -> Any:
        found = self.named_by_uid(value) or value
        return self.name_of(found) if isinstance(found, models.Model) else value

    def name_of(self, record: Any) -> str:
        return str(record)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if self.now is not None and text == self.prepare_value(self.now):
            return self.now
        return self.named_by_uid(text) or self.find(text)

    def named_by_uid(self, text: Any) -> Any:
        try:
            return self.known().filter(uid=UUID(text)).first() if isinstance(text, str) else None
        except ValueError:
            return None

    def find(self, text: str) -> Any:
        rows = self.known()
        name = name_column(rows.model) or "external_id"
        same = list(rows.filter(**{f"{name}__iexact": text})[:MOST_OF_ONE_NAME])
        found = same or list(rows.filter(**{f"{name}__istartswith": text})[:6])
        if len(found) == 1:
            return found[0]
        what = as_within(str(self.label))
        if not found:
            return self._told_apart(text, name, what)
        labels = told_apart(found)
        self.widget = SuggestedInput(labels)
        if same:
            raise ValidationError(f"Several have this name. Choose one of these for {what}: {'; '.join(labels)}.")
        raise ValidationError(f"Type more of {what}. It could be: {'; '.join(labels[:5])}.")

    def _told_apart(self, text: str, name: str, what: str) -> Any:
        """Return the record that a name with what tells it from others of its name means: how they are offered."""
        parts = text.split(" (")
        names = [" (".join(parts[:count]) for count in range(1, len(parts))]
        rows = self.known().filter(**{f"{name}__in": names})[:MOST_OF_ONE_NAME]
        found = [each for each in rows if text in {said(each) for said in WAYS_TO_SAY}]
        if len(found) != 1:
            raise ValidationError(f"Check {what}: nothing here has this name.")
        return found[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


def told_apart(records: Sequence[Any]) -> list[str]:
    """Return the names of records; where names repeat, with what the list says of each, or with the reference."""
    labels: list[str] = []
    for said in WAYS_TO_SAY:
        labels = [said(each) for each in records]
        if len(set(labels)) == len(labels):
            break
    return labels


def _named(record: Any) -> str:
    return str(getattr(record, name_column(type(record)) or "external_id"))


def _with_what_it_says(record: Any) -> str:
    kind, name = kind_of(type(record)), _named(record)
    said = [strip_tags(str(kind.in_words(path, record) or "")) for path in kind.shown] if kind else []
    more = ", ".join(each for each in said if each and each != name)[:LONGEST_REMARK]
    return f"{name} ({more})" if more else name


def _with_reference(record: Any) -> str:
    return f"{_named(record)} ({record.external_id})"


WAYS_TO_SAY = (_named, _with_what_it_says, _with_reference)


def name_column(model: Any) -> str:
    known = {each.name for each in model._meta.get_fields()}
    return next((name for name in ("name", "title") if name in known), "")
