"""What the partnership's consent form covers: said to administrators, changed by the accountable body's."""

from typing import Any

import pghistory
from django import forms
from django.contrib import messages
from django.urls import reverse

from caseload.enums import ConsentPurpose, covered
from caseload.forms.fields import parts_field
from caseload.judging import may_settle_form
from caseload.models import Consent
from caseload.queries.consents import standard_parts
from caseload.services.sharing import settle_consent_form
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.frame.pages import ConfirmPage, FragmentOrPage, ReasonForm, StaffTemplate


class ConsentFormSaid(FragmentOrPage, StaffTemplate):
    """A piece of the page of roles, and a page of its own where pieces don't load."""

    capability = Capability.MANAGE_PEOPLE
    template_name = "caseload/consent_form.html"
    fragment_name = "caseload/_consent_form.html"
    title = "The consent form"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, covers=covered(standard_parts()), may_change=may_settle_form(self.staff)
        )


class ConsentFormForm(ReasonForm):
    parts = parts_field()
    field_order = ("parts", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts: Any = self.fields["parts"]
        parts.label = "Besides the journey, the form covers"
        parts.help_text = "Tick what the wording of the form, as the client reads it, lets partners see."


class ChangeConsentForm(ConfirmPage):
    """Say what a change of the form does and to how many, then do it."""

    title = "Change what the consent form covers"
    submit = "Change what the form covers"
    form_class = ConsentFormForm

    def may_open(self, staff: StaffMember) -> bool:
        return may_settle_form(staff)

    def get_initial(self) -> dict[str, Any]:
        return {"parts": standard_parts()}

    def get_consequences(self) -> list[str]:
        kept = Consent.objects.filter(purpose=ConsentPurpose.SHARING).count()
        have = "consent to share keeps" if kept == 1 else "consents to share keep"
        return [
            f"The form {covered(standard_parts())} until now.",
            "What you tick counts for consents that a package or a partner's system brings from now on.",
            "Neither can say what the client agreed to, so the form does.",
            f"The {kept:,} {have} what is recorded with them: nobody gains or loses sight of anything today.",
            "An adviser who takes consent still ticks what this client agreed to.",
        ]

    def get_back(self) -> str:
        return reverse("partners:roles")

    def get_success_url(self) -> str:
        return reverse("partners:roles")

    def act(self, form: forms.Form) -> None:
        with pghistory.context(reason=form.cleaned_data["reason"]):
            settled = settle_consent_form(parts=form.cleaned_data["parts"], by=self.staff)
        messages.success(self.request, f"From now on the form {covered(settled.parts)}.")
