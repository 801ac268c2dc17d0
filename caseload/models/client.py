from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from caseload.enums import (
    BENEFITS,
    CircumstanceCode,
    CircumstanceKind,
    Disability,
    Ethnicity,
    HighestQualification,
    Sex,
    SharePart,
)
from caseload.models.recorded import recording_organisation
from caseload.references import free_reference
from partners.models import StaffMember
from partners.permissions import ROLES, Capability, may
from partners.platform.fields import EncryptedTextField
from partners.platform.history import tracked
from partners.platform.search_keys import search_key
from partners.platform.tenancy.constraints import Check, at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord

_BENEFITS = [benefit.value for benefit in BENEFITS]
# Who can be a client's lead adviser, and who of them reaches every client (in the accountable body).
LEADING_ROLES = tuple(
    role for role, can in ROLES.items() if {Capability.VIEW_CLIENTS, Capability.ANSWER_REFERRALS} <= can
)
REACHING_ROLES = tuple(role for role in LEADING_ROLES if Capability.SEE_ALL_CLIENTS in ROLES[role])


def may_lead(staff: StaffMember) -> bool:
    return staff.left_at is None and staff.role in LEADING_ROLES


class ClientQuerySet(models.QuerySet["Client"]):
    def led(self) -> "ClientQuerySet":
        return self.filter(is_led())

    def without_lead(self) -> "ClientQuerySet":
        """Return those nobody leads: no adviser is named, or the named one has left or may not open the record."""
        return self.filter(~is_led())

    def current(self) -> "ClientQuerySet":
        """Leave out records that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def standing_for(self, staff: StaffMember) -> "ClientQuerySet":
        """Leave out records that were merged into one this person may open.

        An organisation's own record that a sure match linked to one they may not open stands for itself, to them.
        """
        if may(staff, Capability.SEE_ALL_CLIENTS):
            return self.current()
        survivor = Client.objects.visible_to(staff).filter(pk=OuterRef("merged_into"))
        return self.filter(Q(merged_into__isnull=True) | (Q(organisation=staff.organisation_id) & ~Exists(survivor)))

    def visible_to(self, staff: StaffMember) -> "ClientQuerySet":
        """Return the clients this person may open: the only door for lists (DESIGN.md "No reason, no sight").

        Those of one's own organisation; those a live share opens to it, kept as a group permission; and all, for the
        roles that track or verify on behalf of the accountable body. Of restricted ones those whose named reader this
        person is, whoever their adviser may be.
        """
        from caseload.models.consent import ClientGroupPermission  # noqa: PLC0415  it points back at Client
        from caseload.models.restriction import open_to_reader  # noqa: PLC0415  as above

        clients = self.filter(open_to_reader(staff, today=timezone.localdate()))
        if may(staff, Capability.SEE_ALL_CLIENTS):
            return clients
        shared = ClientGroupPermission.objects.filter(content_object=OuterRef("pk"), group=staff.organisation.group_id)
        return clients.filter(Q(organisation=staff.organisation_id) | Exists(shared))


def is_led(of: str = "") -> Q:
    """Return the condition that a client's named adviser is here, can lead, and may open the record.

    ``of`` is the path to the client, as ``client__``. A restricted record has to name the adviser as its reader.
    """
    from caseload.models.consent import ClientGroupPermission  # noqa: PLC0415  it points back at Client
    from caseload.models.restriction import RestrictionReader  # noqa: PLC0415  as above

    shared = ClientGroupPermission.objects.filter(
        content_object=OuterRef(OuterRef(f"{of}pk")), group=OuterRef("organisation__group")
    )
    opens = Q(organisation=OuterRef(f"{of}organisation")) | Q(Exists(shared))
    opens |= Q(organisation__accountable_body=True, role__in=REACHING_ROLES)
    leading = StaffMember.objects.at_work().filter(opens, pk=OuterRef(f"{of}adviser"), role__in=LEADING_ROLES)
    reading = RestrictionReader.objects.on(timezone.localdate()).filter(
        client=OuterRef(f"{of}pk"), staff=OuterRef(f"{of}adviser")
    )
    return Q(Exists(leading)) & (Q(**{f"{of}restricted": False}) | Q(Exists(reading)))


@tracked()
class Client(TenantRecord):
    """A person supported (CAS-01). A merged record keeps its rows and points at the surviving one.

    ``restricted`` says that only named readers open it; caseload.services.sharing keeps it in step with restrictions.
    ``merged_by`` is who decided that; nobody, where a sure match linked a partner's record by itself.

    The NINO is encrypted; ``nino_index`` finds an equal one. The ``…_key`` columns are what searches compare.
    """

    given_name = models.CharField()
    family_name = models.CharField()
    given_key = search_key("given_name")
    family_key = search_key("family_name")
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(choices=Sex, blank=True)
    ethnicity = models.CharField(choices=Ethnicity, blank=True)
    disability = models.CharField(choices=Disability, blank=True)
    nino = EncryptedTextField("National Insurance number", blank=True, default=b"")
    nino_index = models.CharField(max_length=32, blank=True, editable=False)
    phone = models.CharField(blank=True)
    email = models.CharField("e-mail", blank=True)
    registered_on = models.DateField()
    organisation = TenantForeignKey("partners.Organisation", related_name="clients")
    adviser = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="clients")
    highest_qualification = models.CharField(choices=HighestQualification, blank=True)
    dependent_children = models.IntegerField(null=True, blank=True)
    restricted = models.BooleanField(default=False)
    merged_into = TenantForeignKey("caseload.Client", null=True, blank=True, related_name="merged_from", editable=False)
    merged_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)

    objects = TenantManager.from_queryset(ClientQuerySet)()

    class Meta(TenantRecord.Meta):
        # What a share can open besides view_client; granted to organisations' groups by caseload.services.sharing.
        permissions = [(f"view_client_{part.value}", f"Can view {part.label.lower()}") for part in SharePart]
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("sex", Sex, optional=True),
            one_of("ethnicity", Ethnicity, optional=True),
            one_of("disability", Disability, optional=True),
            one_of("highest_qualification", HighestQualification, optional=True),
            Check(
                about=("date_of_birth", "registered_on"),
                condition=Q(date_of_birth__isnull=True) | Q(registered_on__gte=F("date_of_birth")),
                name="caseload_client_born_first",
                violation_error_message="The day of registration must be on or after the date of birth.",
                wrong="{registered_on} < {date_of_birth}",
                told="The client was registered before birth.",
                columns=("registered_on", "date_of_birth"),
            ),
            *at_least_zero("dependent_children"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="caseload_client_not_own_survivor",
                violation_error_message="A record cannot be merged into itself.",
            ),
        ]
        indexes = [
            # Search by family name, then the caseload list in its default order.
            models.Index(fields=["consortium", "family_key", "given_key", "id"], name="caseload_client_by_name"),
            # Search by given name alone.
            models.Index(fields=["consortium", "given_key"], name="caseload_client_given"),
            # Search and sure match by NINO.
            models.Index(fields=["consortium", "nino_index"], condition=~Q(nino_index=""), name="caseload_client_nino"),
            # Possible matches: one birth date, and of those one name.
            models.Index(
                fields=["consortium", "date_of_birth", "family_key", "given_key"], name="caseload_client_birth"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def make_reference(self) -> str:
        return free_reference()

    def age(self, *, on: date) -> int | None:
        """Return whole years on a day; an age goes up on the birthday, on 1 March for 29 February (KPIS.md)."""
        born = self.date_of_birth
        if born is None:
            return None
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@tracked()
class ClientReference(TenantRecord):
    """The id a partner's own system has for a client; unique per organisation."""

    client = TenantForeignKey("caseload.Client", related_name="references")
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    reference = models.CharField(max_length=200, db_collation="C")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["consortium", "organisation", "reference"], name="caseload_clientreference_once"
            ),
        ]


@tracked()
class PossibleMatch(TenantRecord):
    """Two records that look like one person, for somebody to decide; the reasons are shown.

    ``not_listed`` is how many more were alike when the pair was noted: only the likeliest are. ``settled_by`` is the
    merge that decided it, and leaves it open again when it is undone.
    """

    client = TenantForeignKey("caseload.Client", related_name="possible_matches")
    other = TenantForeignKey("caseload.Client", related_name="+")
    reasons = models.JSONField(default=list)
    not_listed = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    decided_on = models.DateField(null=True, blank=True)
    same_person = models.BooleanField(null=True, blank=True)
    decided_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    settled_by = TenantForeignKey("caseload.ClientMerge", null=True, blank=True, related_name="settled", editable=False)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "possible matches"
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "client", "other"], name="caseload_possiblematch_pair"),
        ]


@tracked()
class AdviserAssignment(TenantRecord):
    """Who was a client's one adviser, and when (CAS-08)."""

    client = TenantForeignKey("caseload.Client", related_name="assignments")
    adviser = TenantForeignKey("partners.StaffMember", related_name="assignments")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, in_order("from_date", "to_date")]


@tracked()
class ClientAddress(TenantRecord):
    """Where a client lived and when; someone who moves gets a new row. Spells may overlap (KPIS.md, "Area")."""

    client = TenantForeignKey("caseload.Client", related_name="addresses")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    postcode = models.CharField(blank=True)
    postcode_key = search_key("postcode")
    lsoa = models.CharField("LSOA", blank=True)
    ward = models.CharField(blank=True)
    district = models.CharField(blank=True)
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "client addresses"
        constraints = [*TenantRecord.Meta.constraints, in_order("from_date", "to_date")]
        indexes = [
            # Search by postcode.
            models.Index(fields=["consortium", "postcode_key"], name="caseload_address_postcode"),
        ]


@tracked()
class ClientCircumstance(TenantRecord):
    """A benefit claimed or a status held, as a dated spell; the last day counts (CAS-02, CAS-16).

    ``organisation`` is whose staff recorded it on a record shared with them; none means the record's own organisation.
    """

    client = TenantForeignKey("caseload.Client", related_name="circumstances")
    kind = models.CharField(choices=CircumstanceKind)
    code = models.CharField(choices=CircumstanceCode)
    organisation = TenantForeignKey("partners.Organisation", null=True, blank=True, related_name="+", editable=False)
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", CircumstanceKind),
            one_of("code", CircumstanceCode),
            in_order("from_date", "to_date"),
            Check(
                about=("code", "kind"),
                condition=Q(kind=CircumstanceKind.BENEFIT, code__in=_BENEFITS)
                | (Q(kind=CircumstanceKind.STATUS) & ~Q(code__in=_BENEFITS)),
                name="caseload_clientcircumstance_kind_code",
                violation_error_message="A benefit goes with a benefit code, a status with a status code.",
                wrong=f"({{kind}} = 'benefit') <> ({{code}} IN ({str(_BENEFITS)[1:-1]}))",
                told="kind and code do not go together: a benefit has a benefit's code, a status one of the others.",
            ),
        ]
