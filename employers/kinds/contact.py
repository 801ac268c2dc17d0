"""Every partner's contacts with employers, so that nobody approaches them twice about the same (EMP-02)."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from employers.kinds.words import LINKS, WHOSE, WORK
from employers.models import Employer, EmployerContact
from employers.queries.directory import account_manager, last_contact
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.exchange.declarations import Table
from partners.platform.forms.plain import as_within
from partners.platform.records.changing import refuse_before
from partners.platform.records.fields import KindForm
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike

MOST_ALIKE = 3


class ContactForm(KindForm):
    """Who spoke to them last stands above it, so that nobody calls twice about the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["summary"].required = True

    @property
    def above(self) -> str:
        employer = self.initial.get("employer")
        if not isinstance(employer, Employer) or self.record is not None:
            return ""
        manager = account_manager(employer, on=timezone.localdate())
        return render_to_string("employers/last_contact.html", {"last": last_contact(employer), "manager": manager})


def by_its_writer(contact: EmployerContact, staff: StaffMember) -> None:
    contact.staff = staff


def of_own_organisation(contact: EmployerContact, staff: StaffMember) -> bool:
    return bool(contact.staff.organisation_id == staff.organisation_id)


def follow_up_after_it(contact: EmployerContact) -> None:
    refuse_before(contact.follow_up_on, contact.occurred_on, "follow_up_on", what="the day of the contact")


def same_day_alike(contact: EmployerContact, staff: StaffMember) -> list[LookAlike]:
    same = EmployerContact.objects.filter(
        employer=contact.employer, occurred_on=contact.occurred_on, channel=contact.channel
    ).exclude(pk=contact.pk)
    return [
        LookAlike(
            "contact",
            str(each.uid),
            f"the {as_within(each.get_channel_display())} by {each.staff.name} of {long_date(each.occurred_on)}",
            KIND.address("record", each.uid),
        )
        for each in same.select_related("staff").order_by("-pk")[:MOST_ALIKE]
    ]


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"occurred_on": timezone.localdate(), "channel": "phone"}


LOG = Capability.LOG_EMPLOYERS
KIND = RecordKind(
    model=EmployerContact,
    slug="contacts",
    title="Contacts",
    one="Contact with",
    whose=WHOSE,
    singular="contact",
    about="Every partner's contacts with employers.",
    shown=("occurred_on", "employer", "staff", "channel", "summary", "follow_up_on"),
    called={
        "occurred_on": "When",
        "channel": "How",
        "staff": "By",
        "summary": "About what",
        "follow_up_on": "Get in touch again on",
    },
    capability=Capability.VIEW_EMPLOYERS,
    day="occurred_on",
    searched=("employer__name", "summary", "staff__name"),
    searches="A word of the employer's name, of what it was about, or of who made it.",
    is_found=True,
    begins="Add the first one here or on an employer's page, or bring them with an exchange package.",
    what="channel",
    filters=("channel", "employer", "staff"),
    links=LINKS,
    parent="employer",
    parts=WORK,
    keeps=Keeps(
        fields=("employer", "occurred_on", "channel", "summary", "follow_up_on"),
        may={Verb.ADD: LOG, Verb.CHANGE: LOG, Verb.REMOVE: LOG},
        owns=of_own_organisation,
        past=("occurred_on",),
        rules=(follow_up_after_it,),
        filled=by_its_writer,
        alike=same_day_alike,
        initial=begun,
        hints={"summary": "The next person reads this before they call."},
        form=ContactForm,
    ),
    exchange=Table(
        name="employer_contacts",
        model=EmployerContact,
        title="Contacts with employers",
        after="employer_agreements",
        holds=("employer_id", "staff_id", "occurred_on", "channel", "summary", "follow_up_on"),
    ),
)
