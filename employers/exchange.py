"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from collections.abc import Iterator

from employers.keys import business_key_sql
from employers.models import AccountManager, Employer, EmployerAgreement, EmployerContact, EmployerEvent, Vacancy
from partners.platform.exchange.columns import money, shaped
from partners.platform.exchange.declarations import Relations, SetRule, Table, register
from partners.platform.exchange.relations import literal
from partners.platform.exchange.rules import one_spell_at_a_time
from partners.platform.exchange.shapes import POSTCODE


def _look_alikes(relations: Relations) -> Iterator[str]:
    """Warn of employers whose names differ by Ltd, The and the like only, at one postcode or without one."""
    if not relations.has("employers", "name"):
        return
    key, place = business_key_sql("name"), "upper(regexp_replace(postcode, '[[:space:]]+', '', 'g'))"
    named = f"{key} IN (SELECT {key} FROM {relations.after('employers', 'name')} of_package)"
    yield f"""
        SELECT true, 'employers.csv', line, 'name', name,
               'Another employer has this name, but for Ltd, The, capitals and the like.'
        FROM (SELECT line, name, id, place, key,
                  count(*) OVER (PARTITION BY key) AS alike, row_number() OVER (PARTITION BY key, place
                  ORDER BY line NULLS FIRST, id) AS step, bool_or(place IS NULL) OVER (PARTITION BY key) AS anywhere,
                  row_number() OVER (PARTITION BY key ORDER BY line NULLS FIRST, id) AS step_anywhere
              FROM (SELECT line, id, name, {key} AS key, {place} AS place
                    FROM {relations.outcome("employers", "name", "postcode", existing_where=named)} rows) keyed) counted
        WHERE line IS NOT NULL AND (step > 1 OR (anywhere AND step_anywhere > 1))
    """


def needs_guarantee(table: str) -> SetRule:
    """Refuse a ``jigs_agreement_id`` whose agreement is of another kind, also when it becomes so in this package."""

    def findings(relations: Relations) -> Iterator[str]:
        agreement = relations.parent("employer_agreements", "r.jigs_agreement_id", "a")
        kind = relations.value("employer_agreements", "a", "kind")
        if relations.has(table, "jigs_agreement_id"):
            yield f"""
                SELECT false, {literal(table + ".csv")}, r.line, 'jigs_agreement_id', r.jigs_agreement_id,
                       'This agreement is not a job interview guarantee (jigs).'
                FROM {relations.after(table, "jigs_agreement_id")} r {agreement}
                WHERE {kind} <> 'jigs'
            """
        if relations.has("employer_agreements", "kind"):
            kept = "" if relations.has(table, "jigs_agreement_id") else "OR r.line IS NOT NULL"
            yield f"""
                SELECT false, 'employer_agreements.csv', a.line, 'kind', a.kind,
                       {literal(f"Records in {table} came through this as a job interview guarantee (jigs).")}
                FROM {relations.after("employer_agreements", "kind")} a
                WHERE a.kind <> 'jigs' AND a.id IN (
                    SELECT r.jigs_agreement_id FROM {relations.outcome(table, "jigs_agreement_id")} r
                    WHERE r.jigs_agreement_id IS NOT NULL AND (r.line IS NULL {kept}))
            """

    return SetRule((table, "employer_agreements"), findings)


EMPLOYERS = Table(
    name="employers",
    model=Employer,
    title="Employers and employment agencies",
    holds=("name", "sector", "size_band", "ownership", shaped("postcode", POSTCODE), "district", "employment_agency"),
    set_rules=(SetRule(("employers",), _look_alikes),),
    survivor="merged_into",
    redirects=True,
)

ACCOUNT_MANAGERS = Table(
    name="account_managers",
    model=AccountManager,
    title="Who is the single point of contact for an employer, and when",
    after="employers",
    holds=("employer_id", "staff_id", "from_date", "to_date"),
    set_rules=(
        one_spell_at_a_time(
            "account_managers",
            "employer_id",
            reason="This employer has another account manager on one of these days.",
            only_warns=False,
        ),
    ),
)

EMPLOYER_AGREEMENTS = Table(
    name="employer_agreements",
    model=EmployerAgreement,
    title="What an employer has signed up to",
    after="account_managers",
    holds=("employer_id", "kind", "from_date", "to_date"),
    set_rules=(
        one_spell_at_a_time(
            "employer_agreements",
            "employer_id",
            "kind",
            reason="This employer has another agreement of this kind on one of these days.",
            only_warns=True,
        ),
    ),
)

EMPLOYER_CONTACTS = Table(
    name="employer_contacts",
    model=EmployerContact,
    title="Contacts with employers",
    after="employer_agreements",
    holds=("employer_id", "staff_id", "occurred_on", "channel", "summary", "follow_up_on"),
)

VACANCIES = Table(
    name="vacancies",
    model=Vacancy,
    title="The jobs pool",
    after="employer_contacts",
    holds=(
        "employer_id",
        "title",
        "opened_on",
        "closed_on",
        "posts",
        "jigs_agreement_id",
        "hours_per_week",
        money("hourly_wage"),
    ),
    set_rules=(needs_guarantee("vacancies"),),
)

EMPLOYER_EVENTS = Table(
    name="employer_events",
    model=EmployerEvent,
    title="Employer events held in a centre",
    after="vacancies",
    holds=("centre_id", "title", "held_on", "attendance"),
)


def register_tables() -> None:
    register(EMPLOYERS, ACCOUNT_MANAGERS, EMPLOYER_AGREEMENTS, EMPLOYER_CONTACTS, VACANCIES, EMPLOYER_EVENTS)
