"""The kinds of record of the employer directory, each as a list and a page."""

from employers.kinds.vacancy import KIND as VACANCY
from employers.kinds.words import LINKS, OF_EMPLOYER
from employers.models import AccountManager, EmployerAgreement, EmployerContact, EmployerEvent
from partners.permissions import Capability
from partners.platform.records.kinds import RecordKind

VIEW = Capability.VIEW_EMPLOYERS


KINDS: tuple[RecordKind, ...] = (
    VACANCY,
    RecordKind(
        slug="agreements",
        title="Agreements",
        about="What employers signed up to.",
        model=EmployerAgreement,
        shown=("kind", "employer", "from_date", "to_date"),
        capability=VIEW,
        one="Agreement with",
        day="from_date",
        ends="to_date",
        searched=("employer__name",),
        searches=OF_EMPLOYER,
        begins="An employer's page has the form for them; they also come with an exchange package.",
        filters=("kind",),
        links=LINKS,
    ),
    RecordKind(
        slug="contacts",
        title="Contacts",
        about="Every partner's contacts with employers.",
        model=EmployerContact,
        shown=("occurred_on", "employer", "staff", "channel", "summary", "follow_up_on"),
        capability=VIEW,
        day="occurred_on",
        searched=("employer__name", "summary", "staff__name"),
        searches="A word of the employer's name, of what it was about, or of who made it.",
        begins="An employer's page has the form for them; they also come with an exchange package.",
        one="Contact with",
        what="channel",
        filters=("channel",),
        links=LINKS,
    ),
    RecordKind(
        slug="account-managers",
        title="Account managers",
        about="Who looks after whom, and when.",
        model=AccountManager,
        shown=("staff", "employer", "from_date", "to_date"),
        capability=VIEW,
        one="Account manager of",
        day="from_date",
        ends="to_date",
        searched=("employer__name", "staff__name"),
        searches="A word of the employer's name or of the person's.",
        begins="An employer's page names who looks after it; they also come with an exchange package.",
        links=LINKS,
    ),
    RecordKind(
        slug="events",
        title="Employer events",
        about="Events for employers held in centres.",
        model=EmployerEvent,
        shown=("title", "centre", "held_on", "attendance"),
        capability=VIEW,
        day="held_on",
        one="Event in",
    ),
)
