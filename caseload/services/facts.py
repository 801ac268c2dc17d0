"""What is known of a client: identity, dated addresses, benefits and statuses, the adviser."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from caseload.enums import BENEFITS, CircumstanceKind
from caseload.evidence import index_of_nino
from caseload.models import Client, ClientAddress, ClientCircumstance
from caseload.queries.writing import may_correct
from caseload.services.journey import happened, require_own
from caseload.services.leading import assign_adviser, check_lead
from caseload.services.matching import COMPARED_OF_CLIENT as COMPARED
from caseload.services.matching import note_anew
from caseload.services.news import tell_of_lead
from partners.models import StaffMember
from partners.platform.records.changing import change, keep, refuse_before, refuse_future


def change_client(client: Client, *, version: int, values: Mapping[str, Any], by: StaffMember) -> Client:
    """Change identity and characteristics, which is for the owner; the NINO's blind index follows the NINO."""
    require_own(client, by)
    refuse_future(values.get("date_of_birth"), "date_of_birth", what="of birth")
    refuse_future(values.get("registered_on"), "registered_on", what="of registration")
    changed = dict(values)
    if "nino" in changed:
        changed["nino_index"] = index_of_nino(changed["nino"])
    kept = change(client, version=version, values=changed)
    if COMPARED & set(changed):
        note_anew(kept)
    return kept


def add_address(
    client: Client,
    *,
    from_date: date,
    by: StaffMember,
    to_date: date | None = None,
    postcode: str = "",
    lsoa: str = "",
    ward: str = "",
    district: str = "",
) -> ClientAddress:
    """Add where the client lives. A move ends the address before it on the day before: both stay in the history.

    One that another organisation recorded is theirs to end; the later address is the one that counts (KPIS.md "Area").
    """
    happened(client, from_date, "from_date", by)
    if to_date is None:
        for earlier in client.addresses.select_for_update().filter(to_date__isnull=True, from_date__lt=from_date):
            if not may_correct(by, earlier):
                continue
            change(earlier, version=earlier.version, values={"to_date": from_date - timedelta(days=1)})
    return keep(
        ClientAddress(
            client=client,
            from_date=from_date,
            to_date=to_date,
            postcode=postcode,
            lsoa=lsoa,
            ward=ward,
            district=district,
            recording_organisation=by.organisation,
        )
    )


def add_circumstance(
    client: Client, *, code: str, from_date: date, by: StaffMember, to_date: date | None = None
) -> ClientCircumstance:
    """Add a benefit claimed or a status held, from a day on (CAS-02, CAS-16).

    On a record shared with them it stays known whose staff recorded it: they may always read and correct it.
    """
    happened(client, from_date, "from_date", by)
    happened(client, to_date, "to_date", by)
    kind = CircumstanceKind.BENEFIT if code in BENEFITS else CircumstanceKind.STATUS
    recorded_by = None if by.organisation_id == client.organisation_id else by.organisation
    return keep(
        ClientCircumstance(
            client=client, kind=kind, code=code, from_date=from_date, to_date=to_date, organisation=recorded_by
        )
    )


def correct_spell(spell: Any, *, version: int, values: Mapping[str, Any], by: StaffMember) -> Any:
    """Correct a dated spell; a benefit code makes it a benefit."""
    require_own(spell, by)
    refuse_future(values.get("from_date"), "from_date")
    refuse_future(values.get("to_date"), "to_date")
    changed = dict(values)
    if "code" in changed:
        benefit = changed["code"] in BENEFITS
        changed["kind"] = CircumstanceKind.BENEFIT if benefit else CircumstanceKind.STATUS
    return change(spell, version=version, values=changed)


def end_spell(spell: Any, *, on: date, version: int, by: StaffMember) -> Any:
    """End a spell; its last day still counts."""
    require_own(spell, by)
    happened(spell.client, on, "to_date", by)
    return change(spell, version=version, values={"to_date": on})


def give_adviser(client: Client, *, adviser: StaffMember, on: date, by: StaffMember) -> Client:
    """Give a client their lead adviser from a day on; who it was before stays in the history (CAS-08).

    Within one organisation one side is enough (:func:`caseload.services.leading.check_lead`); both advisers are told.
    """
    check_lead([client], adviser=adviser, by=by)
    refuse_future(on, "on", what="they begin")
    refuse_before(on, client.date_of_birth, "on", what="the client's date of birth")
    before = client.adviser
    assign_adviser(client, adviser=adviser, on=on)
    if before is None or before.pk != adviser.pk:
        tell_of_lead(client, lead=adviser, before=before, by=by)
    return client
