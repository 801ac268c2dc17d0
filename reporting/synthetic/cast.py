"""The people with a role in every synthetic city: the same ids everywhere, so that sign-ins can be tied to them."""

from dataclasses import dataclass

from partners.enums import Role


@dataclass(frozen=True)
class Part:
    """One person of the cast: ``id`` in staff.csv, the ``part`` of the partner they work for, and their names."""

    id: str
    role: Role
    partner: str
    names: tuple[str, str]
    is_data_lead: bool = False
    serves_both: bool = False

    def name(self, town: str) -> str:
        """Each city has its own person; who serves both is one."""
        return self.names[0] if self.serves_both or town == "Leicester" else self.names[1]

    def email(self, town: str) -> str:
        place = "" if self.serves_both else f".{town.lower()}"
        return f"{self.id.removeprefix('staff-').replace('-', '.')}{place}@example.org"


# An adviser of the unit with a few clients only, who leaves in the demonstration.
LEAVER = "staff-leaver"
CAST = (
    Part("staff-adviser", Role.ADVISER, "unit", ("Amina Foxbourne", "Gareth Reedwell")),
    Part("staff-jobcentre-adviser", Role.ADVISER, "jobcentre", ("Terry Millhaven", "Usha Thornleigh")),
    Part("staff-tracking", Role.TRACKING_TEAM, "lead", ("Nisha Brookthwaite", "Callum Ivyfield")),
    Part("staff-account-manager", Role.ACCOUNT_MANAGER, "employers", ("Grace Hazelmont", "Omar Fenwold")),
    Part("staff-commissioner", Role.COMMISSIONER, "lead", ("Stephen Coppergate", "Maria Wrenshaw")),
    Part("staff-monitoring-officer", Role.MONITORING_OFFICER, "lead", ("Priya Larkmere", "Joel Barnacre")),
    Part("staff-project-manager", Role.PROJECT_MANAGER, "unit", ("Denise Oakstead", "Ravi Plovercote")),
    Part("staff-programme-manager", Role.PROJECT_MANAGER, "lead", ("Martin Ashcombe", "Sian Dunmere")),
    Part("staff-finance-officer", Role.FINANCE_OFFICER, "lead", ("Keith Sedgebank", "Laura Tansyhurst")),
    Part("staff-senior-finance", Role.SENIOR_FINANCE_OFFICER, "lead", ("Kavita Rushford", "Paul Emberton")),
    Part("staff-head-of-finance", Role.HEAD_OF_FINANCE, "lead", ("Robert Quillside", "Esther Marlpool")),
    Part("staff-auditor", Role.AUDITOR, "lead", ("Wendy Flintkeld", "Farid Gorsegarth")),
    Part("staff-administrator", Role.ADMINISTRATOR, "lead", ("Samuel Alderbridge", "Hannah Mossrigg")),
    Part("staff-viewer", Role.VIEWER, "network", ("Ruth Clovercroft", "Tunde Ashness")),
    Part("staff-data-lead", Role.VIEWER, "lead", ("Yasmin Pebbleton", "Neil Rowanfield"), is_data_lead=True),
    Part("staff-two-places", Role.ADVISER, "jobcentre", ("Alan Warrenwick", "Alan Warrenwick"), serves_both=True),
)
