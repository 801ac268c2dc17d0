"""Forms that keep a record: what is refused stands beside its field, and what was typed is never lost.

A form that is sent twice (a double click, a lost answer, the page loaded again) is stored once. A second window that
saves later is shown what the first one changed. Somebody whose sign-in ended while typing finds
their words again after signing in.
"""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.apps import apps
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.utils.functional import cached_property

from partners.errors import ChangedMeanwhile
from partners.models import StaffMember
from partners.platform.dates import long_date
from partners.platform.fields import decrypt, encrypt
from partners.platform.forms.reading import whole_number
from partners.platform.frame.pages import StaffForm, to_sign_in
from partners.platform.records.lookalikes import keep_answer
from partners.platform.records.sent_forms import remember, where_it_led

KEPT = "kept_form"
TYPED_BY = "typed_by"
ONCE = "once"
LATEST_VERSION = 2**31 - 1
NOT_KEPT = {"csrfmiddlewaretoken", TYPED_BY, ONCE}


@dataclass(frozen=True)
class FieldChange:
    """One field that somebody else changed meanwhile; ``yours`` is empty where this person left it alone."""

    label: str
    before: str
    now: str
    yours: str


class RecordForm(StaffForm):
    """A form page that keeps a record by a service function, in :meth:`act`.

    ``record`` is the one being changed, with its ``version``; None for a new one. ``done`` is said after saving.
    """

    template_name = "components/record_form.html"
    done = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            keep_typed(request)
            return to_sign_in(request)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer_to_repeat() or super().post(request, *args, **kwargs)

    def answer_to_repeat(self) -> HttpResponse | None:
        """Send whoever sends a form again to where the first sending led; the second of two at once waits for it."""
        if not self.once:
            return None
        led_to = where_it_led(self.once)
        if not led_to:
            return None
        messages.info(self.request, "This was saved when you sent it the first time. It is stored once.")
        return HttpResponseRedirect(led_to)

    @cached_property
    def once(self) -> str:
        """The name that one opening of the form carries, so that its repeat is known."""
        typed = self.request.POST.get(ONCE, "")
        return f"{self.request.user.pk}:{typed}" if re.fullmatch(r"[0-9a-f]{32}", typed) else ""

    @property
    def name_of_once(self) -> str:
        """A refused form goes on under its name; one that is opened gets a new one."""
        return self.once.rpartition(":")[2] or uuid4().hex

    def remember_sent(self, url: str) -> None:
        """Keep where this sending led, in the transaction of what it stored: both are there or neither."""
        if self.once:
            remember(self.once, url)

    @property
    def record(self) -> Any:
        return None

    @property
    def opened_version(self) -> int:
        """The version the person had before their eyes, as the form carries it."""
        typed = str(self.request.POST.get("version", ""))
        if not typed:
            return int(self.record.version)
        # What is no version of ours was before nobody's eyes: the form shows what is stored now and asks again.
        return whole_number(typed, most=LATEST_VERSION) or 0

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.kept_typed is not None:
            kwargs["data"] = self.kept_typed
        return kwargs

    @cached_property
    def kept_typed(self) -> QueryDict | None:
        """What this person had typed here when their sign-in ended; it is given back once."""
        kept = self.request.session.get(KEPT)
        if self.request.method != "GET" or not kept or kept["path"] != self.request.path:
            return None
        del self.request.session[KEPT]
        # Somebody else may have signed in on the same computer, or the same person somewhere else.
        if kept.get("by") != self.typing:
            return None
        messages.info(
            self.request,
            "You were signed out before this was saved. What you typed is here again: look through it and save.",
        )
        return _unseal(kept["typed"])

    @property
    def typing(self) -> str:
        return typing(self.request)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if response.status_code == HttpResponseRedirect.status_code:
            if self.done:
                messages.success(self.request, self.done)
            self.remember_sent(response.headers["Location"])
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        keep_answer(form)
        refusals = form.non_field_errors().as_data()
        if self.record is not None and any(each.message == ChangedMeanwhile.message for each in refusals):
            return self.show_changes(form)
        return super().form_invalid(form)

    def may_show(self, earlier: Any) -> bool:
        """Tell whether this person may read what the record was in a version that they name."""
        return True

    def show_changes(self, form: Any) -> HttpResponse:
        """Show what somebody else saved; take over what this person had not touched and keep what they typed."""
        current = type(self.record).objects.get(pk=self.record.pk)
        opened = _as_it_was(current, self.opened_version)
        if opened is not None and not self.may_show(opened):
            raise Http404
        merged, changes = form.data.copy(), []
        for name, field in form.fields.items():
            if name not in form.cleaned_data or not hasattr(current, name):
                continue
            now, yours = getattr(current, name), form.cleaned_data[name]
            before = getattr(opened, name) if opened is not None else None
            if now == before:
                continue
            touched = yours != before
            if not touched:
                merged[form.add_prefix(name)] = _as_typed(field, now)
            changes.append(
                FieldChange(str(field.label or name), _shown(before), _shown(now), _shown(yours) if touched else "")
            )
        again = type(form)(**{**self.get_form_kwargs(), "data": merged})
        again.full_clean()
        again.add_error(None, ChangedMeanwhile.message)
        return self.render_to_response(
            self.get_context_data(form=again, changes=changes, changed_by=_who(current), version=current.version)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.record is not None:
            kwargs.setdefault("version", self.opened_version)
        return super().get_context_data(
            **{"draft": self.request.path, "typed_by": self.typing, ONCE: self.name_of_once, **kwargs}
        )


def typing(request: Any) -> str:
    """Who fills a form in, and in which consortium, as the form carries it."""
    return f"{request.user.uid} {request.consortium.slug}"


def keep_typed(request: HttpRequest) -> None:
    """Keep what was typed until somebody opens the same page again; sealed, because it is personal."""
    by = request.POST.get(TYPED_BY, "")
    request.session[KEPT] = {"path": request.path, "by": by, "typed": _seal(request.POST)}


def _as_it_was(record: models.Model, version: int) -> Any:
    """Read from the history what a record was in the version somebody opened."""
    history = apps.get_model(record._meta.app_label, f"{type(record).__name__}History")
    return history.objects.filter(pgh_obj_id=record.pk, version=version).order_by("-pgh_id").first()


def _who(record: models.Model) -> str:
    history = apps.get_model(record._meta.app_label, f"{type(record).__name__}History")
    last = history.objects.filter(pgh_obj_id=record.pk).order_by("-pgh_id").first()
    staff = (last.pgh_context or {}).get("staff") if last else None
    found = StaffMember.objects.filter(pk=staff).first() if staff else None
    return found.name if found else "Somebody else"


def _as_typed(field: forms.Field, value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = field.widget.format_value(field.prepare_value(value))
    return (shown[0] if shown else "") if isinstance(shown, list) else ("" if shown is None else shown)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return long_date(value) if hasattr(value, "toordinal") else str(value)


def _seal(typed: QueryDict) -> str:
    lists = {name: values for name, values in typed.lists() if name not in NOT_KEPT}
    return base64.b64encode(encrypt(json.dumps(lists))).decode()


def _unseal(sealed: str) -> QueryDict:
    typed = QueryDict(mutable=True)
    for name, values in json.loads(decrypt(base64.b64decode(sealed))).items():
        typed.setlist(name, values)
    return typed
