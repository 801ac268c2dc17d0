"""The kinds of record of the employer directory, each as a list and a page."""

from django.urls import reverse

from employers.models import AccountManager, Employer, EmployerAgreement, EmployerContact, EmployerEvent, Vacancy
from partners.permissions import Capability
from partners.registers import Register

VIEW = Capability.VIEW_EMPLOYERS


def employer_page(employer: Employer) -> str:
    return reverse("employers:employer", args=[employer.uid])


LINKS = {"employer": employer_page}
_ALL = (
    Register(
        "vacancies",
        "Vacancies",
        "The jobs pool: posts that employers want to fill.",
        Vacancy,
        ("title", "employer", "posts", "opened_on", "closed_on", "hourly_wage"),
        VIEW,
        day="opened_on",
        one="Vacancy at",
        links=LINKS,
    ),
    Register(
        "agreements",
        "Agreements",
        "What employers signed up to.",
        EmployerAgreement,
        ("kind", "employer", "from_date", "to_date"),
        VIEW,
        one="Agreement with",
        day="from_date",
        filters=("kind",),
        links=LINKS,
    ),
    Register(
        "contacts",
        "Contacts",
        "Every partner's contacts with employers.",
        EmployerContact,
        ("occurred_on", "employer", "staff", "channel", "summary", "follow_up_on"),
        VIEW,
        day="occurred_on",
        one="Contact with",
        what="channel",
        filters=("channel",),
        links=LINKS,
    ),
    Register(
        "account-managers",
        "Account managers",
        "Who looks after whom, and when.",
        AccountManager,
        ("staff", "employer", "from_date", "to_date"),
        VIEW,
        one="Account manager of",
        day="from_date",
        links=LINKS,
    ),
    Register(
        "events",
        "Employer events",
        "Events for employers held in centres.",
        EmployerEvent,
        ("title", "centre", "held_on", "attendance"),
        VIEW,
        day="held_on",
        one="Event in",
    ),
)
REGISTERS = {register.slug: register for register in _ALL}
