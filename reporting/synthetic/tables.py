"""The tables of the exchange package with their columns (FIELDS.md), in the order they are written."""

_HEADINGS = """
organisations: id name type accountable_body primary_health_provider ib_programme_from ib_programme_to
staff: id organisation_id name email role
centres: id name kind ward lsoa opened_on closed_on baseline
funding_streams: id name funder mainstream
contributions: id funding_stream_id organisation_id financial_year amount status agreed_on objective
contracts: id title provider_id funding_stream_id starts_on ends_on value
contract_profiles: id contract_id month kind indicator planned
expenditure: id contract_id incurred_on amount indicator category invoice_ref defrayed_on eligible
services: id name organisation_id contract_id kind centre_id eligibility capacity starts_on ends_on
clients: id given_name family_name date_of_birth sex ethnicity disability nino phone email registered_on
    organisation_id adviser_id highest_qualification dependent_children
client_addresses: id client_id from_date to_date postcode lsoa ward district
client_circumstances: id client_id kind code from_date to_date
consents: id client_id purpose organisation_id given_on expires_on withdrawn_on method
referrals: id client_id from_organisation_id to_organisation_id service_id made_on status status_on reason
enrolments: id client_id contract_id started_on ended_on end_reason
stage_events: id client_id stage occurred_on recorded_on organisation_id contract_id note
activities: id client_id kind occurred_on centre_id organisation_id contract_id note
assessments: id client_id assessed_on organisation_id dimension score
plan_actions: id client_id title owner due_on done_on cancelled_on
qualifications: id client_id type level enrolled_on achieved_on first_at_level accredited contract_id
employers: id name sector size_band ownership postcode district employment_agency
account_managers: id employer_id staff_id from_date to_date
employer_agreements: id employer_id kind from_date to_date
employer_contacts: id employer_id staff_id occurred_on channel summary follow_up_on
vacancies: id employer_id title opened_on closed_on posts jigs_agreement_id hours_per_week hourly_wage
placements: id client_id employer_id kind started_on ended_on contract_id result
pre_recruitment: id employer_id title started_on ended_on applied invited attended assessed interviewed offered
    contract_id
jobs: id client_id employer_id vacancy_id jigs_agreement_id contract_id started_on ended_on hours_per_week hourly_wage
    self_employed permanent evidence verified_on recorded_on
employment_checks: id job_id week checked_on in_work evidence verified_on
in_work_training: id client_id employer_id started_on completed_on result
in_work_support: id person client_id employer_id manager_name occurred_on
employer_events: id centre_id title held_on attendance
targets: id indicator area_kind area group period value
observations: id indicator area_kind area group as_at value source
milestones: id title objective due_on forecast_on achieved_on mitigation
risks: id title likelihood impact control owner status reviewed_on
"""


def _columns() -> dict[str, tuple[str, ...]]:
    tables: dict[str, tuple[str, ...]] = {}
    for line in _HEADINGS.replace("\n    ", " ").strip().splitlines():
        table, _, columns = line.partition(":")
        tables[table] = tuple(columns.split())
    return tables


COLUMNS = _columns()
