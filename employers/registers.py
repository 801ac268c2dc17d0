"""The kinds of record of the employer directory, each as a list and a page."""

from django.urls import reverse

from employers.models import AccountManager, Employer, EmployerAgreement, EmployerContact, EmployerEvent, Vacancy
from partners.permissions import Capability
from partners.platform.records.kinds import Register

VIEW = Capability.VIEW_EMPLOYERS


def employer_page(employer: Employer) -> str:
    return reverse("employers:employer", args=[employer.uid])


LINKS = {"employer": employer_page}
OF_EMPLOYER = "A word of the employer's name."
_ALL = (
    Register(
        "vacancies",
        "Vacancies",
        "The jobs pool: posts that employers want to fill.",
        Vacancy,
        ("title", "employer", "posts", "opened_on", "closed_on", "hourly_wage"),
        VIEW,
        money=("hourly_wage",),
        day="opened_on",
        ends="closed_on",
        current="Open today",
        searched=("title", "employer__name"),
        searches="A word of the title or of the employer's name.",
        begins="An employer's page has the form for them; they also come with an exchange package.",
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
        ends="to_date",
        searched=("employer__name",),
        searches=OF_EMPLOYER,
        begins="An employer's page has the form for them; they also come with an exchange package.",
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
        searched=("employer__name", "summary", "staff__name"),
        searches="A word of the employer's name, of what it was about, or of who made it.",
        begins="An employer's page has the form for them; they also come with an exchange package.",
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
        ends="to_date",
        searched=("employer__name", "staff__name"),
        searches="A word of the employer's name or of the person's.",
        begins="An employer's page names who looks after it; they also come with an exchange package.",
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
