"""The pages of kinds of record: the list of lists, a list, a record with its history, and the forms that keep it."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from partners.enums import AccessAction
from partners.errors import WHOLE, CaseloadError, ChangedMeanwhile
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.dates import Lean
from partners.platform.forms.fields import PlainDateField, WholeNumberField
from partners.platform.forms.plain import PlainForm, as_within
from partners.platform.frame.pages import ROLE_REFUSED, ConfirmPage, ReasonForm, StaffPage
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import at
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm, Table
from partners.platform.records.fields import KindForm, filter_form_of, form_class_of, initial_of
from partners.platform.records.forms import RecordForm
from partners.platform.records.history import changes_of
from partners.platform.records.keeping import Keeper, Verb, choices_for, keeper_of, nothing_alike
from partners.platform.records.kinds import RecordKind, kind_of, reader
from partners.platform.records.lookalikes import LookAlike, ask_before_twice
from partners.platform.trail.looking import record_access

ADDED = "The {} is recorded."
SAVED = "The {} is saved."


class KindIndex(StaffPage, TemplateView):
    """Which kinds of record there are. ``kinds`` and ``namespace`` are the app's."""

    template_name = "components/kinds.html"
    kinds: ClassVar[Sequence[RecordKind]] = ()
    namespace = ""
    title = "Records"

    def may_open(self, staff: StaffMember) -> bool:
        return any(may(staff, kind.capability) for kind in self.kinds)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = [(kind, kind.address("record-list")) for kind in self.kinds if may(self.staff, kind.capability)]
        return super().get_context_data(**kwargs, title=self.title, shown=shown)


class OfKind(StaffPage):
    """A page about one kind of record, that of the ``slug`` in its address."""

    kinds: ClassVar[Sequence[RecordKind]] = ()
    namespace = ""
    verb: ClassVar[Verb | None] = None

    @cached_property
    def kind(self) -> RecordKind:
        found = next((kind for kind in self.kinds if kind.slug == self.kwargs["slug"]), None)
        if found is None or (self.verb is not None and (found.keeps is None or self.verb not in found.keeps.may)):
            raise Http404
        return found

    @cached_property
    def keeper(self) -> Keeper:
        return keeper_of(self.kind)

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if not may(self.staff, self.kind.capability):
            raise PermissionDenied(ROLE_REFUSED)
        if not self.may_begin():
            raise PermissionDenied(ROLE_REFUSED)

    def may_begin(self) -> bool:
        """Tell whether this person's role opens the page."""
        return self.verb is None or self.may(self.verb)

    def may(self, verb: Verb, record: Any = None) -> bool:
        return self.kind.keeps is not None and self.keeper.may(verb, self.staff, record)

    def list_url(self) -> str:
        return self.kind.address("record-list")

    def record_url(self, row: Any) -> str:
        return self.kind.address("record", row.uid)


class OfRecord(OfKind):
    """A page about one record within the reader's sight; with a verb, one that is theirs to write."""

    @cached_property
    def record(self) -> Any:
        found = self.kind.rows(self.staff).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        if self.verb is not None and not self.may(self.verb, found):
            raise PermissionDenied(f"This {self.kind.noun} is another organisation's to write.")
        return found

    @property
    def purpose(self) -> str:
        return f"Reading a record: {self.kind.noun}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write down the look, whichever page of a record shows what it says."""
        self.note_look()
        return super().get(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    def note_look(self) -> None:
        """Write down the look at a personal record, and at the person it is about."""
        kind = self.kind
        if kind.is_personal:
            record_access(
                self.request, AccessAction.VIEWED, kind.subject, subject_id=self.record.pk, purpose=self.purpose
            )
        if kind.person:
            person = reader(kind.person)(self.record)
            if person is not None:
                record_access(
                    self.request,
                    AccessAction.VIEWED,
                    kind.kind_of_person,
                    subject_id=person,
                    purpose=self.purpose,
                )


class ListOfKind(OfKind, TablePage):
    """A list of records of a kind; who reads personal ones, or people's, is written down."""

    @property
    def subject(self) -> str:  # type: ignore[override]
        return self.kind.subject

    @property
    def logs_each_exported(self) -> bool:  # type: ignore[override]
        return self.kind.is_personal

    @property
    def lists(self) -> str:  # type: ignore[override]
        return self.kind.kind_of_person

    def people_on(self, table: Table) -> Iterable[int | None]:
        return [reader(self.kind.person)(row) for row in table.page_rows]

    @property
    def purpose(self) -> str:
        return f"Reading the list of {as_within(self.kind.title)}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write down who went through personal records, and by which filters; their values can be personal."""
        if self.kind.is_personal:
            filters = self.get_filters()
            names = sorted(filters.chosen) if filters else []
            record_access(
                request, AccessAction.SEARCHED, self.kind.subject, detail={"filters": names}, purpose=self.purpose
            )
        return super().get(request, *args, **kwargs)


class KindList(ListOfKind):
    """One kind of record as a list, the newest first."""

    template_name = "components/kind_list.html"
    tabs: ClassVar[Sequence[Link]] = ()

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.kind.title

    @property
    def lead(self) -> str:  # type: ignore[override]
        return self.kind.about

    @property
    def empty(self) -> str:  # type: ignore[override]
        return f"No {as_within(self.kind.title)} yet. {self.kind.begins}"

    def get_columns(self) -> Sequence[Column]:
        return self.kind.columns(self.record_url)

    def get_filters(self) -> FilterForm | None:
        return filter_form_of(self.kind, self.staff)(self.request.GET)

    def get_rows(self) -> Any:
        return self.kind.rows(self.staff)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        return self.kind.narrow(rows, chosen, self.staff)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        add = self.kind.address("record-add") if self.may(Verb.ADD) else ""
        is_removed_from = self.kind.keeps is not None and self.keeper.may_read_removed(self.staff)
        removed = self.kind.address("records-removed") if is_removed_from else ""
        return super().get_context_data(
            **{
                "index_url": reverse(f"{self.namespace}:records"),
                "kind": self.kind,
                "add_url": add,
                "removed_url": removed,
                **kwargs,
            }
        )


def acts_on(kind: RecordKind, record: Any, staff: StaffMember) -> list[Link]:
    """Return what somebody may do with a record; the first is what is done most."""
    if kind.keeps is None:
        return []
    keeper, titles = keeper_of(kind), {Verb.CHANGE: "Change", Verb.END: "End", Verb.REMOVE: "Remove"}
    is_ended = bool(kind.keeps.ending and getattr(record, kind.keeps.ending))
    return [
        Link(title, kind.address(f"record-{verb}", record.uid))
        for verb, title in titles.items()
        if keeper.may(verb, staff, record) and not (verb == Verb.END and is_ended)
    ]


class KindRecord(OfRecord, TemplateView):
    """One record with all its fields and its history; of a personal one, the look is written down."""

    template_name = "components/kind_record.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.kind.page:
            return HttpResponseRedirect(self.record_url(self.record))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [Fact("Reference", self.record.external_id)]
        facts += [self._fact(field) for field in self.kind.record_fields() if self._is_told(field)]
        facts.append(Fact("Recorded", at(self.record.recorded_at)))
        return super().get_context_data(
            **kwargs,
            title=self.kind.name_of(self.record),
            kind=self.kind,
            record=self.record,
            is_over=self.kind.is_over(self.record),
            list_url=self.list_url(),
            facts=facts,
            acts=acts_on(self.kind, self.record, self.staff),
            history_url=self.kind.address("record-history", self.record.uid),
            who_looked_url=self._who_looked_url(),
        )

    def _is_told(self, field: Any) -> bool:
        may_know = self.kind.guarded.get(field.name)
        related = getattr(self.record, field.name) if may_know else None
        return may_know is None or related is None or may_know(related, self.staff)

    def _who_looked_url(self) -> str:
        if not self.kind.is_personal or not may(self.staff, Capability.VIEW_AUDIT):
            return ""
        return reverse("partners:who-looked", args=[self.kind.subject, self.record.uid])

    def _fact(self, field: Any) -> Fact:
        link = self.kind.links.get(field.name)
        related = getattr(self.record, field.name) if link else None
        url = link(related) if link and related is not None else ""
        return Fact(self.kind.label(field.name), self.kind.in_words(field.name, self.record), url)


class KindHistory(OfRecord, TemplateView):
    """Everything that was changed in one record: before, after, who, when and why."""

    template_name = "components/kind_history.html"

    @cached_property
    def record(self) -> Any:
        """The record; of a removed one the history is read by whoever reads what was removed."""
        try:
            return super().record
        except Http404:
            removed = self.keeper.removed_one(self.kwargs["uid"], self.staff) if self.kind.keeps else None
            if removed is None:
                raise
            return removed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        changes = changes_of(
            self.record,
            label=self.kind.label,
            read=self.kind.in_words,
            tells=lambda row: self.kind.tells(row, self.staff),
            sight=self._may_be_named,
        )
        return super().get_context_data(
            **kwargs,
            title="History",
            caption=self.kind.name_of(self.record),
            changes=changes,
            record_url=self._back_url(),
        )

    def _back_url(self) -> str:
        is_removed = hasattr(self.record, "removed")
        return self.kind.address("records-removed") if is_removed else self.record_url(self.record)

    def _may_be_named(self, model: Any) -> Any:
        """Return the records of a model whose names this reader may read here: colleagues who have left as well."""
        return StaffMember.objects.all() if model is StaffMember else choices_for(self.staff, model)


class KindForms(OfKind, RecordForm):
    """What adding and changing share."""

    @cached_property
    def form_class(self) -> Any:  # type: ignore[override]
        return form_class_of(self.kind)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "staff": self.staff, "record": self.record}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"kind": self.kind, **kwargs})


class KindAdd(KindForms):
    """A new record; what its address says (``?employer=…``) is chosen already, and its page comes next."""

    verb = Verb.ADD

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Add {self.kind.noun_with_article}"

    @cached_property
    def given(self) -> dict[str, Any]:
        """What the address of the form says: records within sight by their uid, codes."""
        keeps, typed = self.kind.keeps, self.request.GET
        named = {name: typed[name] for name in (keeps.fields if keeps else ()) if typed.get(name)}
        columns = {name: self.kind.model._meta.get_field(name) for name in named}
        codes = {
            name: text for name, text in named.items() if text in dict(getattr(columns[name], "choices", None) or ())
        }
        references = {
            name: self._within_sight(columns[name], text) for name, text in named.items() if name not in codes
        }
        return {**codes, **{name: found for name, found in references.items() if found is not None}}

    def _within_sight(self, column: Any, uid: str) -> Any:
        if not column.is_relation:
            return None
        try:
            return choices_for(self.staff, column.related_model).filter(uid=uid).first()
        except (ValueError, forms.ValidationError):
            return None

    def get_initial(self) -> dict[str, Any]:
        keeps = self.kind.keeps
        begun = dict(keeps.initial(self.staff)) if keeps and keeps.initial else {}
        return {**begun, **self.given}

    def get_back(self) -> str:
        return self._page_of_given() or self.list_url()

    def _page_of_given(self) -> str:
        pages = ((kind_of(type(each)), each) for each in self.given.values())
        return next((kind.address("record", each.uid) for kind, each in pages if kind is not None), "")

    def act(self, form: KindForm) -> HttpResponse | None:
        values = form.values()
        keeps = self.kind.keeps
        if keeps is not None:
            ask_before_twice(form, keeps.alike(self.keeper.make(values, by=self.staff), self.staff))
        record = self.keeper.add(values, by=self.staff)
        messages.success(self.request, ADDED.format(self.kind.noun))
        return HttpResponseRedirect(self._page_of_given() or self.record_url(record))


class KindChange(OfRecord, KindForms):
    verb = Verb.CHANGE

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Change the {self.kind.noun}"

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.kind, self.record)

    def get_back(self) -> str:
        return self.record_url(self.record)

    def may_show(self, earlier: Any) -> bool:
        return self.kind.tells(earlier, self.staff)

    def act(self, form: KindForm) -> HttpResponse | None:
        ask_before_twice(form, self._newly_alike(form.values()))
        reason = str(form.cleaned_data.get("reason", ""))
        self.keeper.change(self.record, form.values(), version=self.opened_version, by=self.staff, reason=reason)
        messages.success(self.request, SAVED.format(self.kind.noun))
        return HttpResponseRedirect(self.record_url(self.record))

    def _newly_alike(self, values: Mapping[str, Any]) -> list[LookAlike]:
        """Return what the record looks like only with these changes: what it was like before was asked before."""
        keeps, changed = self.kind.keeps, copy(self.record)
        if keeps is None or keeps.alike is nothing_alike:
            return []
        for name, value in values.items():
            setattr(changed, name, value)
        known = {str(self.record.uid), *(each.id for each in keeps.alike(self.record, self.staff))}
        return [each for each in keeps.alike(changed, self.staff) if each.id not in known]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"caption": self.kind.name_of(self.record), **kwargs})


class EndForm(PlainForm):
    on = PlainDateField(label="Last day", help_text="This day still counts.", lean=Lean.FUTURE)


class KindEnd(OfRecord, RecordForm):
    verb = Verb.END
    form_class = EndForm
    submit = "End it on this day"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"End the {self.kind.noun}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._ended_before() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._ended_before() or super().post(request, *args, **kwargs)

    def _ended_before(self) -> HttpResponse | None:
        """Return the way back to a record that has its last day: a second click puts no other."""
        said = self.keeper.ended_already(self.record)
        if not said:
            return None
        messages.info(self.request, said)
        return HttpResponseRedirect(self.record_url(self.record))

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_back(self) -> str:
        return self.record_url(self.record)

    def act(self, form: Any) -> HttpResponse | None:
        try:
            self.keeper.end(self.record, on=form.cleaned_data["on"], version=self.opened_version, by=self.staff)
        except CaseloadError as refusal:
            if set(refusal.fields) == {WHOLE}:
                raise
            raise CaseloadError(refusal.message, field="on") from refusal
        messages.success(self.request, f"The {self.kind.noun} ends on that day.")
        return HttpResponseRedirect(self.record_url(self.record))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"caption": self.kind.name_of(self.record), **kwargs})


class RemoveForm(ReasonForm):
    """The reason, with the version that was before one's eyes."""

    version = WholeNumberField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)


class KindRemove(OfRecord, ConfirmPage):
    verb = Verb.REMOVE
    form_class = RemoveForm
    submit = "Remove it"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Remove the {self.kind.noun}"

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.record.version}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._removed_before() or super().post(request, *args, **kwargs)

    def _removed_before(self) -> HttpResponse | None:
        """Return the way back for a second click, whose record the first has removed."""
        if self.keeper.removed_one(self.kwargs["uid"], self.staff) is None:
            return None
        messages.info(self.request, f"The {self.kind.noun} is removed already.")
        return HttpResponseRedirect(self.list_url())

    def get_consequences(self) -> list[str]:
        return [
            f"{self.kind.name_of(self.record)} leaves every list and every figure that is built from now on.",
            "It stays in the history with your reason, and can be put back from the removed ones.",
        ]

    def get_back(self) -> str:
        return self.record_url(self.record)

    def act(self, form: Any) -> HttpResponse | None:
        reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
        try:
            self.keeper.remove(self.record, reason=reason, version=version or 0, by=self.staff)
        except ChangedMeanwhile:
            if before := self._removed_before():
                return before
            raise
        messages.success(self.request, f"The {self.kind.noun} is removed. It can be put back from the removed ones.")
        return HttpResponseRedirect(self.list_url())


class KindRemoved(ListOfKind):
    """The records of a kind that were removed, each with a button that puts it back for whoever removes such records.

    Who reads the whole trail reads them too, so that removing hides nothing from them.
    """

    template_name = "components/kind_removed.html"
    verb = Verb.REMOVE

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Removed {as_within(self.kind.title)}"

    @property
    def empty(self) -> str:  # type: ignore[override]
        return "Nothing was removed. What is removed stands here with the reason, and can be put back."

    def may_begin(self) -> bool:
        return self.may(Verb.REMOVE) if self.request.method == "POST" else self.keeper.may_read_removed(self.staff)

    def get_rows(self) -> Sequence[Any]:
        return self.keeper.removed(self.staff)

    def get_columns(self) -> Sequence[Column]:
        columns = [
            Column("what", "What", value=self.kind.name_of, link=self._history_url),
            Column("removed", "Removed", value="removed.at", kind="moment"),
            Column("by", "By", value="removed.who"),
            Column("why", "Why", value="removed.reason"),
        ]
        back = Column("back", "Put back", cell=self._back, is_exported=False)
        return [*columns, back] if self.may(Verb.REMOVE) else columns

    def get_table(self, filters: FilterForm | None) -> Table:
        self.table = super().get_table(filters)
        return self.table

    @cached_property
    def hindrances(self) -> Mapping[int, str]:
        return self.keeper.hindrances(self.table.page_rows)

    def _history_url(self, record: Any) -> str:
        return self.kind.address("record-history", record.uid)

    def _back(self, record: Any) -> str:
        """Return the button, or why there is none."""
        if said := self.hindrances.get(record.pk):
            return said
        context = {"record": record, "name": self.kind.name_of(record)}
        return render_to_string("components/put_back.html", context, self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"kind": self.kind, "list_url": self.list_url(), **kwargs})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            record = self.keeper.put_back(request.POST.get("record", ""), by=self.staff)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"The {self.kind.noun} is back.")
            return HttpResponseRedirect(self.record_url(record))
        return HttpResponseRedirect(request.get_full_path())


def kind_urls(
    namespace: str, kinds: Sequence[RecordKind], *, title: str = "Records", lists: type[KindList] = KindList
) -> list[URLPattern]:
    """Return the addresses of an app's kinds, all below ``records/``: of writing, those of the verbs that any has."""
    own: dict[str, Any] = {"kinds": kinds, "namespace": namespace}
    verbs = {verb for kind in kinds if kind.keeps for verb in kind.keeps.may}
    one = "records/<slug:slug>/<uuid:uid>/"
    writing = {
        Verb.ADD: [path("records/<slug:slug>/add/", KindAdd.as_view(**own), name="record-add")],
        Verb.CHANGE: [path(f"{one}change/", KindChange.as_view(**own), name="record-change")],
        Verb.END: [path(f"{one}end/", KindEnd.as_view(**own), name="record-end")],
        Verb.REMOVE: [
            path("records/<slug:slug>/removed/", KindRemoved.as_view(**own), name="records-removed"),
            path(f"{one}remove/", KindRemove.as_view(**own), name="record-remove"),
        ],
    }
    return [
        path("records/", KindIndex.as_view(**own, title=title), name="records"),
        path("records/<slug:slug>/", lists.as_view(**own), name="record-list"),
        *(address for verb in Verb if verb in verbs for address in writing[verb]),
        path(one, KindRecord.as_view(**own), name="record"),
        path(f"{one}history/", KindHistory.as_view(**own), name="record-history"),
    ]
