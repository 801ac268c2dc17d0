"""The partnership's clocks, for administrators to read and for the accountable body's to set."""

from typing import Any

from django import forms
from django.contrib import messages
from django.urls import reverse

from partners.enums import Nation
from partners.permissions import Capability
from partners.platform.forms.fields import WholeNumberField
from partners.platform.frame.pages import ConfirmPage, ReasonForm, StaffTemplate
from partners.platform.frame.pieces import Fact
from partners.services.clocks import may_set_clocks, set_clocks
from partners.views.administration import pages_for

MOST_DAYS = 366


MOST_NAME_DAYS = 2192  # six years: how long the Limitation Act 1980 leaves to claim over what was agreed


def days_field(*, most: int = MOST_DAYS, **kwargs: Any) -> WholeNumberField:
    box = forms.TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"})
    return WholeNumberField(min_value=1, max_value=most, widget=box, **kwargs)


class ClocksForm(ReasonForm):
    nouns = {
        "referral_days": "the working days to answer a referral",
        "nation": "the nation whose bank holidays are no working days",
        "contact_days": "the days without a contact",
        "name_days": "the days a referral keeps the name",
    }

    referral_days = days_field(label="Working days to answer a referral", help_text="Then it expires.")
    nation = forms.ChoiceField(
        label="Bank holidays of", choices=Nation, widget=forms.RadioSelect, help_text="They are no working days."
    )
    contact_days = days_field(
        label="Days without a contact", help_text="Then the client is on the adviser's list as “Contact overdue”."
    )
    name_days = days_field(
        label="Days a referral keeps the name",
        help_text="After a client's record has closed to a partner, for questions about the work. Then the partner sees"
        " the reference only.",
        most=MOST_NAME_DAYS,
    )
    field_order = ("referral_days", "nation", "contact_days", "name_days", "reason")


class Clocks(StaffTemplate):
    capability = Capability.MANAGE_PEOPLE
    template_name = "partners/clocks.html"
    title = "Clocks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [
            Fact("A referral is to be answered within", f"{self.consortium.referral_days} working days"),
            Fact(
                "Working days", f"Monday to Friday without the bank holidays of {self.consortium.get_nation_display()}"
            ),
            Fact("A client on the way is contacted every", f"{self.consortium.contact_days} days"),
            Fact(
                "A referral keeps name and reason",
                f"{self.consortium.name_days} days after the record closed to the partner, to answer for the work;"
                " then the reference alone",
            ),
        ]
        tabs = pages_for(self.staff, here="partners:clocks")
        return super().get_context_data(**kwargs, facts=facts, tabs=tabs, may_change=may_set_clocks(self.staff))


class ChangeClocks(ConfirmPage):
    title = "Change the clocks"
    submit = "Set the clocks"
    form_class = ClocksForm

    def may_open(self, staff: Any) -> bool:
        return may_set_clocks(staff)

    def get_initial(self) -> dict[str, Any]:
        return {
            name: getattr(self.consortium, name) for name in ("referral_days", "nation", "contact_days", "name_days")
        }

    def get_consequences(self) -> list[str]:
        return [
            "They hold for every organisation of the partnership at once.",
            "Referrals that wait for an answer keep the day they were given; new ones get the new one.",
            "Partners see names of people whose records closed to them longer, or shorter, at once.",
            "Who is without a contact for too long is counted anew, on every list.",
        ]

    def get_back(self) -> str:
        return reverse("partners:clocks")

    def get_success_url(self) -> str:
        return reverse("partners:clocks")

    def act(self, form: forms.Form) -> None:
        set_clocks(by=self.staff, **form.cleaned_data)
        messages.success(self.request, "The clocks are set.")
