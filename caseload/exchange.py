"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from collections.abc import Callable, Iterator

from django.core.exceptions import ValidationError
from django.utils import timezone

from caseload.evidence import COMPARED, index_of_nino
from caseload.judging import may_change_owner, may_give_adviser
from caseload.models import (
    AdviserAssignment,
    Client,
    ClientGroupPermission,
    ClientRestriction,
    ClientSummary,
    PossibleMatch,
    RestrictionReader,
    ServiceWorker,
    Share,
)
from caseload.models.restriction import OPENS_CLIENTS, SEES_ALL, open_to_reader
from caseload.queries.consents import standard_parts
from caseload.validators import as_email, as_nino, as_phone, as_postcode
from partners.models import StaffMember
from partners.platform.exchange.columns import Shape, sealed, shaped
from partners.platform.exchange.declarations import (
    Derived,
    Guard,
    Relations,
    RowRule,
    SetRule,
    Table,
    add_derived,
    add_judge,
    add_tables,
    add_withholding,
    all_tables,
)
from partners.platform.exchange.relations import literal


def _taken(check: Callable[[str], str], reason: str) -> Shape:
    def accepts(value: str) -> bool:
        try:
            check(value)
        except ValidationError:
            return False
        return True

    return Shape(accepts, reason, only_warns=True)


def parts_of_the_form() -> str:
    """Return what a consent of a package opens besides the journey: its columns can't say, so the form decides."""
    parts = literal(f"{{{','.join(standard_parts())}}}")
    return f"CASE WHEN s.purpose = 'sharing' THEN {parts} ELSE '{{}}' END::text[]"


BY_COMMAND = "Whoever may can change it on the client's page; or the operator imports the package by command."
# A client who comes with the package is seen by nobody yet: their consents and referrals come along.
KNOWN_CLIENT = (
    "EXISTS (SELECT 1 FROM caseload_client known WHERE known.external_id = s.client_id"
    " AND known.consortium_id = current_setting('app.consortium_id')::bigint)"
)
NINO = _taken(as_nino, "This is not a National Insurance number.")
POSTCODE = _taken(as_postcode, "This is not a full UK postcode.")
EMAIL = _taken(as_email, "This is not an e-mail address.")
PHONE = _taken(as_phone, "This is not a phone number.")


def _look_alikes(relations: Relations) -> Iterator[str]:
    """Warn of clients with one NINO, or with one name and birth date: in the package, or against the consortium."""
    if relations.has("clients", "nino"):
        yield f"""
            SELECT true, 'clients.csv', line, 'nino', '(hidden)', 'Another client has this National Insurance number.'
            FROM (SELECT line, row_number() OVER (PARTITION BY nino_index ORDER BY line NULLS FIRST) AS place
                  FROM (SELECT line, nino_index FROM stage_clients
                        UNION ALL
                        SELECT NULL, m.nino_index FROM caseload_client m
                        WHERE m.consortium_id = {relations.consortium_id} AND m.merged_into_id IS NULL
                            AND NOT m.restricted
                            AND NOT EXISTS (SELECT 1 FROM stage_clients s WHERE s.id = m.external_id)) ninos
                  WHERE {COMPARED.format("nino_index")}) places
            WHERE line IS NOT NULL AND place > 1
        """
    names = ("given_name", "family_name", "date_of_birth")
    if any(relations.has("clients", name) for name in names):
        born = f"SELECT date_of_birth FROM {relations.after('clients', 'date_of_birth')} of_package"
        yield f"""
            SELECT true, 'clients.csv', line, 'family_name', family_name,
                   'Another client has this name and date of birth.'
            FROM (SELECT line, family_name, row_number() OVER (
                      PARTITION BY date_of_birth, least(family_key, given_key), greatest(family_key, given_key)
                      ORDER BY line NULLS FIRST) AS place
                  FROM (SELECT line, family_name, date_of_birth, partners_search_key(family_name) AS family_key,
                               partners_search_key(given_name) AS given_key
                        FROM {relations.outcome("clients", *names, existing_where=f"date_of_birth IN ({born})")} people
                        WHERE date_of_birth IS NOT NULL) named) places
            WHERE line IS NOT NULL AND place > 1
        """


def checked_after_start(relations: Relations) -> Iterator[str]:
    """Refuse a check before its job began, also when the package moves the job's start past a check made earlier."""
    if relations.is_staged("employment_checks"):
        yield f"""
            SELECT false, 'employment_checks.csv', c.line, 'checked_on', c.checked_on::text,
                   'The check is before the job started.'
            FROM {relations.after("employment_checks", "job_id", "checked_on")} c
                {relations.parent("jobs", "c.job_id", "j")}
            WHERE c.checked_on < {relations.value("jobs", "j", "started_on")}
        """
    if relations.has("jobs", "started_on"):
        yield f"""
            SELECT DISTINCT false, 'jobs.csv', j.line, 'started_on', j.started_on::text,
                   'A check of this job was made before this day.'
            FROM {relations.after("jobs", "started_on")} j
            JOIN {relations.existing("employment_checks", "job_id", "checked_on")} c ON c.job_id = j.id
            WHERE c.checked_on < j.started_on
        """


def verified_after(event: str) -> RowRule:
    return RowRule(
        ("verified_on", event), f"{{verified_on}} < {{{event}}}", f"verified_on is before {event}.", only_warns=True
    )


def not_before_registration(table: str, column: str) -> SetRule:
    """Warn of events of a client before the day of registration."""

    def findings(relations: Relations) -> Iterator[str]:
        yield f"""
            SELECT true, {literal(table + ".csv")}, e.line, {literal(column)}, e."{column}"::text,
                   'This is before the day the client was registered.'
            FROM {relations.after(table, "client_id", column)} e {relations.parent("clients", "e.client_id", "c")}
            WHERE e."{column}" < {relations.value("clients", "c", "registered_on")}
        """

    return SetRule((table,), findings)


def own_guarantee(relations: Relations) -> Iterator[str]:
    """Warn of a job through the interview guarantee of another employer."""
    if not relations.is_staged("jobs"):
        return
    employer = relations.parent_reference("employer_agreements", "a", "employer_id")
    yield f"""
        SELECT true, 'jobs.csv', j.line, 'jigs_agreement_id', j.jigs_agreement_id,
               'This guarantee is another employer''s than the job''s.'
        FROM {relations.after("jobs", "employer_id", "jigs_agreement_id")} j
            {relations.parent("employer_agreements", "j.jigs_agreement_id", "a")}
        WHERE j.employer_id <> {employer}
    """


CLIENTS = Table(
    name="clients",
    model=Client,
    title="People supported",
    after="services",
    holds=(
        "given_name",
        "family_name",
        "date_of_birth",
        "sex",
        "ethnicity",
        "disability",
        sealed("nino", NINO, index=index_of_nino),
        shaped("phone", PHONE),
        shaped("email", EMAIL),
        "registered_on",
        "organisation_id",
        "adviser_id",
        "highest_qualification",
        "dependent_children",
    ),
    set_rules=(SetRule(("clients",), _look_alikes),),
    survivor="merged_into",
    guards=(
        Guard(("organisation_id",), may_change_owner, f"Whose record this is decides who sees it. {BY_COMMAND}"),
        Guard(("adviser_id",), may_give_adviser, f"Who works with a client is decided on the client. {BY_COMMAND}"),
    ),
)


FUNNEL = ("applied", "invited", "attended", "assessed", "interviewed", "offered")


BY_DATA_LEAD = (
    "Only the data lead can bring who may open the restricted records of a known client; or the operator imports the"
    " package by command."
)
_NO_CLIENT = "There is nothing with this id in clients."
_UNREAD = (
    "Nobody who works here could open this restricted record. Name somebody of its organisation in"
    " restriction_readers.csv, without an end."
)


def _by_data_lead(by: StaffMember | None) -> bool:
    return by is None or bool(by.data_lead)


def _client_of_restriction() -> str:
    return (
        "(SELECT c.id FROM caseload_client c WHERE c.external_id = s.id"
        " AND c.consortium_id = current_setting('app.consortium_id')::bigint)"
    )


def _about_known_clients(relations: Relations) -> Iterator[str]:
    """Refuse a restriction of nobody: its id is a client's."""
    if not relations.is_staged("client_restrictions") or "clients" in relations.unreadable:
        return
    yield f"""
        SELECT false, 'client_restrictions.csv', r.line, 'id', r.id, {literal(_NO_CLIENT)}
        FROM {relations.after("client_restrictions")} r {relations.parent("clients", "r.id", "c")}
        WHERE m_c.id IS NULL {"AND s_c.id IS NULL" if relations.is_staged("clients") else ""}
    """


def _somebody_reads(relations: Relations) -> Iterator[str]:
    """Refuse what would leave a restricted record to nobody who is here (RestrictionReader.objects.lasting)."""
    if not any(relations.is_staged(name) for name in ("client_restrictions", "restriction_readers", "staff")):
        return
    roles = {"opens": OPENS_CLIENTS, "all": SEES_ALL}
    opens, sees_all = (", ".join(literal(role) for role in roles[name]) for name in roles)
    role = relations.value("staff", "p", "role")
    employer = relations.parent_reference("staff", "p", "organisation_id")
    owner = relations.parent_reference("clients", "c", "organisation_id")
    body = relations.value("organisations", "o", "accountable_body")
    touched = ["r.line IS NOT NULL"]
    if relations.is_staged("restriction_readers"):
        touched.append(f"r.id IN (SELECT client_id FROM {relations.after('restriction_readers', 'client_id')} came)")
    if relations.is_staged("staff"):
        touched.append(
            f"""EXISTS (SELECT 1 FROM {relations.outcome("restriction_readers", "client_id", "staff_id")} x
                JOIN stage_staff moved ON moved.id = x.staff_id WHERE x.client_id = r.id)"""
        )
    yield f"""
        SELECT false, 'client_restrictions.csv', r.line, 'id', r.id, {literal(_UNREAD)}
        FROM {relations.outcome("client_restrictions", "to_date")} r {relations.parent("clients", "r.id", "c")}
        WHERE r.to_date IS NULL AND ({" OR ".join(touched)}) AND NOT EXISTS (
            SELECT 1 FROM {relations.outcome("restriction_readers", "client_id", "staff_id", "to_date")} reader
            {relations.parent("staff", "reader.staff_id", "p")} {relations.parent("organisations", employer, "o")}
            WHERE reader.client_id = r.id AND reader.to_date IS NULL AND m_p.left_at IS NULL
                AND (({employer} = {owner} AND {role} IN ({opens})) OR ({body} AND {role} IN ({sees_all}))))
    """


CLIENT_RESTRICTIONS = Table(
    name="client_restrictions",
    model=ClientRestriction,
    title="Clients whose records are open to named people only; the id is the client's",
    holds=("reason", "from_date", "review_on", "to_date", "end_reason"),
    set_rules=(
        SetRule(("client_restrictions",), _about_known_clients),
        SetRule(("client_restrictions", "restriction_readers", "staff"), _somebody_reads),
    ),
    settled=(("client_id", _client_of_restriction),),
    guards=(
        Guard(
            ("reason", "from_date", "review_on", "to_date"),
            _by_data_lead,
            BY_DATA_LEAD,
            new=KNOWN_CLIENT.replace("s.client_id", "s.id"),
            gone=True,
        ),
    ),
    companion_of="clients",
    companion_field="client",
    is_extra=True,
)

RESTRICTION_READERS = Table(
    name="restriction_readers",
    model=RestrictionReader,
    title="Who may open the record of a restricted client",
    after="client_restrictions",
    holds=("client_id", "staff_id", "reason", "from_date", "to_date"),
    guards=(
        Guard(
            ("client_id", "staff_id", "from_date", "to_date"), _by_data_lead, BY_DATA_LEAD, new=KNOWN_CLIENT, gone=True
        ),
    ),
    is_extra=True,
)


def hidden_from(by: StaffMember) -> list[int]:
    """Return the restricted records, merged ones too, that somebody may not open."""
    restricted = Client.objects.filter(restricted=True)
    return list(restricted.exclude(open_to_reader(by, today=timezone.localdate())).values_list("pk", flat=True))


def judge_hidden(relations: Relations, by: StaffMember) -> Iterator[str]:
    """Refuse every row that would write on a restricted record, or move something from or to it, unread by ``by``."""
    hidden = hidden_from(by)
    if not hidden:
        return
    ids = f"ARRAY[{', '.join(map(str, hidden))}]::bigint[]"
    for table in all_tables():
        if relations.is_staged(table.name):
            for rows in _rows_on(table, relations, ids):
                yield f"SELECT false, {literal(table.file)}, line, 'id', id, {literal(HIDDEN)} FROM {rows} hidden"


HIDDEN = "This is about a restricted record, which you may not open. One of its readers or the operator can bring it."


def _rows_on(table: Table, relations: Relations, ids: str) -> Iterator[str]:
    """Yield the rows that are new or changed and that are, were or will be about one of the clients."""
    here = f"consortium_id = {relations.consortium_id}"
    staged = f"IN (SELECT external_id FROM caseload_client WHERE {here} AND id = ANY({ids}))"
    jobs = f"IN (SELECT external_id FROM caseload_job WHERE {here} AND client_id = ANY({ids}))"
    stored_jobs = f"IN (SELECT id FROM caseload_job WHERE {here} AND client_id = ANY({ids}))"
    ways = {
        "clients": ("id", f"m.id = ANY({ids})", None),
        "client_restrictions": ("id", f"m.client_id = ANY({ids})", None),
        "employment_checks": ("job_id", f"m.job_id {stored_jobs}", jobs),
    }
    if table.name not in ways and "client_id" not in table.by_name:
        return
    key, stored, coming = ways.get(table.name, ("client_id", f"m.client_id = ANY({ids})", staged))
    present = [name for name in relations.present[table.name] if name in table.by_name and name != "id"]
    about = f"SELECT DISTINCT line, id FROM ({{}}) {table.name}"
    differing = [relations.differing(table.name, name, where=stored) for name in present]
    if coming and relations.has(table.name, key):
        differing += [
            relations.differing(table.name, key, where=f"s.{key} {coming}"),
            relations.fresh(table.name, key, where=f"s.{key} {coming}"),
        ]
    if differing:
        union = " UNION ALL ".join(f"SELECT line, id FROM {rows} one" for rows in differing)
        yield f"({about.format(union)})"


# Bringing derived rows up to date (caseload.services.upkeep), or the database itself, makes these anew.
DERIVED = (
    Derived("clients", ClientSummary, "client"),
    Derived("clients", ClientGroupPermission, "content_object"),
    Derived("clients", Share, "client"),
    Derived("clients", Share, "merged_record"),
    Derived("organisations", Share, "organisation"),
    Derived("consents", Share, "consent"),
    Derived("referrals", Share, "referral"),
    Derived("referrals", ServiceWorker, "referral", unless="d.staff_id IS NOT NULL"),
    Derived("clients", AdviserAssignment, "client"),
    Derived("staff", AdviserAssignment, "adviser"),
    Derived("clients", PossibleMatch, "client", unless="d.decided_on IS NOT NULL"),
    Derived("clients", PossibleMatch, "other", unless="d.decided_on IS NOT NULL"),
)


def declare_tables() -> None:
    add_derived(*DERIVED)
    add_judge(judge_hidden)
    add_withholding("clients", hidden_from)
    add_tables(
        *(CLIENTS,),
        *(),
        *(CLIENT_RESTRICTIONS, RESTRICTION_READERS),
    )
