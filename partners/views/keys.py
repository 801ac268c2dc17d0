"""Keys of partner systems: made once, shown once, revoked at once."""

import uuid
from typing import Any

import pghistory
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.generic import View

from partners.enums import Scope
from partners.forms.people import KeyForm
from partners.models import ApiKey
from partners.permissions import Capability
from partners.platform.fields import decrypt, encrypt
from partners.platform.frame.pages import ConfirmPage, StaffPage
from partners.platform.frame.pieces import Link
from partners.platform.frame.tags import tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column
from partners.platform.records.forms import RecordForm
from partners.queries.keys import keys_overseen_by
from partners.services.api_keys import create_key, revoke_key
from partners.views.administration import pages_for

SHOWN_ONCE = "key-made"


def state_tag(key: ApiKey) -> SafeString:
    if key.revoked_at:
        return tag("Revoked", "quiet")
    return tag("Live", "good") if key.is_live(today=timezone.localdate()) else tag("Ended", "quiet")


class KeyList(TablePage):
    title = "Partner keys"
    lead = "A partner's system uses a key to send referrals and read what it may. Each belongs to one organisation."
    template_name = "partners/key_list.html"
    capability = Capability.MANAGE_KEYS
    default_sort = "-made"
    empty = "No keys yet. Make one for each system that is to be connected."
    columns = [
        Column("label", "Key", sort="label", link=lambda k: reverse("partners:key-revoke", args=[k.uid])),
        Column("organisation", "Organisation", value="organisation.name", sort="organisation__name"),
        Column("prefix", "Begins with", value=lambda k: f"cl_{k.consortium_id}_{k.prefix}"),
        Column("scopes", "May", value=lambda k: ", ".join(str(Scope(s).label) for s in k.scopes if s in Scope.values)),
        Column("state", "State", value=lambda k: "revoked" if k.revoked_at else "live", cell=state_tag),
        Column("ends", "Last day", value="expires_on", kind="date", sort="expires_on"),
        Column("used", "Last call", value="last_used_at", kind="moment"),
        Column("made", "Made", value="recorded_at", kind="date", sort="recorded_at"),
    ]

    def get_tabs(self) -> list[Link]:
        return pages_for(self.staff, here="partners:keys")

    def get_rows(self) -> QuerySet[ApiKey]:
        return keys_overseen_by(self.staff)


class NewKey(RecordForm):
    title = "Make a partner key"
    lead = "The secret is shown once, on the next page. Only a trace of it is kept, so nobody can look it up later."
    submit = "Make the key"
    capability = Capability.MANAGE_KEYS
    form_class = KeyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.staff}

    def get_back(self) -> str:
        return reverse("partners:keys")

    def act(self, form: Any) -> HttpResponse:
        key, secret = create_key(by=self.staff, **form.cleaned_data)
        # Kept for one look on the next page, encrypted: a reload of this one would make a second key.
        self.request.session[SHOWN_ONCE] = encrypt(secret).hex()
        return redirect("partners:key-made", uid=key.uid)


class KeyMade(StaffPage, View):
    """The secret, once: a second look finds the list of keys."""

    capability = Capability.MANAGE_KEYS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        key = get_object_or_404(keys_overseen_by(self.staff), uid=uid)
        kept = request.session.pop(SHOWN_ONCE, None)
        if kept is None:
            return redirect("partners:keys")
        return render(request, "partners/key_made.html", {"key": key, "secret": decrypt(bytes.fromhex(kept))})


class RevokeKey(ConfirmPage):
    title = "Revoke a partner key"
    submit = "Revoke the key"
    capability = Capability.MANAGE_KEYS

    def get_key(self) -> ApiKey:
        uid: uuid.UUID = self.kwargs["uid"]
        return get_object_or_404(keys_overseen_by(self.staff), uid=uid)

    def get_consequences(self) -> list[str]:
        key = self.get_key()
        return [
            f"“{key.label}” of {key.organisation.name} is refused from its next call.",
            "It can't be made live again.",
        ]

    def get_back(self) -> str:
        return reverse("partners:keys")

    def act(self, form: Any) -> None:
        with pghistory.context(reason=form.cleaned_data["reason"]):
            revoke_key(self.get_key())
        messages.success(self.request, "The key is revoked.")

    def get_success_url(self) -> str:
        return self.get_back()
