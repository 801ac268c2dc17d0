"""Where scenes are played: a consortium that has its package, on a day, with the people who act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from caseload.models import Client
from partners.enums import Role
from partners.models import Consortium, Organisation, StaffMember
from reporting.synthetic.cast import LEAVER
from reporting.synthetic.margins import Margins

LASTING = timedelta(days=30)


@dataclass(frozen=True)
class Stage:
    """The consortium is the one in scope. Whoever is asked for is always the same: the first, by their ids."""

    consortium: Consortium
    margins: Margins
    today: date

    def person(self, part: str) -> StaffMember:
        """Return one of the cast (``reporting.synthetic.cast``) by the id."""
        found: StaffMember = StaffMember.objects.select_related("organisation").get(external_id=part)
        return found

    def partner(self, part: str) -> Organisation:
        """Return the partner that plays a part, such as ``college``."""
        found: Organisation = Organisation.objects.get(external_id=self.margins.partner(part).id)
        return found

    def adviser_of(self, part: str) -> StaffMember:
        """Return the first adviser of a partner, who may have no sign-in."""
        return self.advisers_of(part)[0]

    def advisers_of(self, part: str) -> list[StaffMember]:
        people = StaffMember.objects.at_work().filter(organisation=self.partner(part), role=Role.ADVISER)
        people = people.exclude(external_id=LEAVER)
        return list(people.select_related("organisation").order_by("pk"))

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def clients_of(self, adviser: StaffMember) -> QuerySet[Client]:
        """Return whom somebody leads and meets: neither in work nor gone."""
        clients: QuerySet[Client] = Client.objects.current().filter(
            adviser=adviser, summary__has_left=False, summary__in_work=False, summary__last_contact_on__isnull=False
        )
        return clients.order_by("external_id")

    def shared_clients_of(self, adviser: StaffMember) -> Iterator[Client]:
        """Yield those among them who agreed that every partner may see their record, and for long enough."""
        lasts = Q(consents__expires_on__isnull=True) | Q(consents__expires_on__gt=self.today + LASTING)
        agreed = self.clients_of(adviser).filter(
            lasts, consents__purpose="sharing", consents__organisation=None, consents__withdrawn_on=None
        )
        return iter(agreed.distinct())
