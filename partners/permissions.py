"""Who may do what: one table of roles, read by every page, API action and list, and shown to administrators."""

from django.db.models import TextChoices

from partners.enums import Role
from partners.errors import NotAllowed
from partners.platform.tenancy.people import Person


class Capability(TextChoices):
    VIEW_CLIENTS = "view_clients", "Open the clients of one's own organisation and those shared with it"
    SEE_ALL_CLIENTS = "see_all_clients", "Open every client of the consortium (in the accountable body only)"
    RECORD_JOURNEY = "record_journey", "Register clients and record their journey"
    ANSWER_REFERRALS = "answer_referrals", "Send and answer referrals"
    DECIDE_MATCHES = "decide_matches", "Decide whether two records are one person"
    VIEW_EMPLOYERS = "view_employers", "Use the employer directory"
    LOG_EMPLOYERS = "log_employers", "Record contacts, vacancies, courses and events with employers"
    MANAGE_EMPLOYERS = "manage_employers", "Add employers, record agreements, say who looks after whom"
    VIEW_CONTRACTS = "view_contracts", "See one's own organisation's contracts, profiles, spend and contributions"
    SEE_ALL_CONTRACTS = (
        "see_all_contracts",
        "See every partner's contracts and the whole pot (in the accountable body only)",
    )
    WORK_CONTRACTS = (
        "work_contracts",
        "Record spend and invoices of one's own organisation's contracts, and ask for variations of contracts in sight",
    )
    CHECK_SPEND = "check_spend", "Check the spend and the invoices of providers (in the accountable body only)"
    KEEP_MONEY = (
        "keep_money",
        "Keep streams, contributions, contracts, profiles and spend (in the accountable body only)",
    )
    SEE_OVERSIGHT = (
        "see_oversight",
        "Read the administrative budget, and visits, audits and risks of every provider (in the accountable body only)",
    )
    KEEP_OVERSIGHT = (
        "keep_oversight",
        "Keep the administrative budget, and visits, audits and risks of providers (in the accountable body only)",
    )
    SEE_FRAUD = "see_fraud", "Read suspicions of fraud and their referral (in the accountable body only)"
    KEEP_FRAUD = "keep_fraud", "Keep suspicions of fraud and their referral (in the accountable body only)"
    KEEP_PROVISION = "keep_provision", "Keep the services of one's own organisation in the directory of provision"
    VIEW_RETURNS = "view_returns", "See returns and their figures"
    BUILD_RETURNS = "build_returns", "Build and download returns"
    RECORD_OBSERVATIONS = "record_observations", "Record observations"
    KEEP_PLAN = (
        "keep_plan",
        "Keep targets, milestones, risks and objectives (in the accountable body only)",
    )
    KEEP_PLACES = "keep_places", "Keep organisations, centres and who holds which post (in the accountable body only)"
    MOVE_RECORDS = "move_records", "Import and export exchange packages (in the accountable body only)"
    MANAGE_PEOPLE = (
        "manage_people",
        "Invite people, change their roles, end their access",
    )
    MANAGE_KEYS = "manage_keys", "Make and revoke partner keys"
    RESTRICT_RECORDS = (
        "restrict_records",
        "Restrict records of one's own organisation to named people (or be the data lead: of every organisation)",
    )
    VIEW_AUDIT = (
        "view_audit",
        "Read the audit trail (or be the data lead)",
    )


_C = Capability
# They reach every client and every contract of the consortium, whose figures and money the accountable body answers for
# (Leicester business plan, section 4); the same role in another organisation works with that organisation's own.
OF_ACCOUNTABLE_BODY = {_C.SEE_ALL_CLIENTS, _C.SEE_ALL_CONTRACTS, _C.MOVE_RECORDS}
OF_ACCOUNTABLE_BODY |= {_C.KEEP_MONEY, _C.CHECK_SPEND, _C.KEEP_PLAN, _C.KEEP_PLACES}
OF_ACCOUNTABLE_BODY |= {_C.SEE_OVERSIGHT, _C.KEEP_OVERSIGHT, _C.SEE_FRAUD, _C.KEEP_FRAUD}
OF_DATA_LEAD = {_C.VIEW_AUDIT, _C.RESTRICT_RECORDS}
_ADVISING = {_C.VIEW_CLIENTS, _C.RECORD_JOURNEY, _C.ANSWER_REFERRALS, _C.VIEW_EMPLOYERS, _C.LOG_EMPLOYERS}
_READING_MONEY = {_C.VIEW_CONTRACTS, _C.SEE_ALL_CONTRACTS, _C.VIEW_RETURNS, _C.VIEW_EMPLOYERS}
_OVERSEEING = {_C.SEE_OVERSIGHT, _C.KEEP_OVERSIGHT}
_WORKING_MONEY = {_C.KEEP_MONEY, _C.WORK_CONTRACTS, _C.CHECK_SPEND}
_FINANCE = _READING_MONEY | _OVERSEEING | _WORKING_MONEY

ROLES: dict[str, frozenset[Capability]] = {
    Role.ADVISER: frozenset(_ADVISING),
    Role.TRACKING_TEAM: frozenset(_ADVISING | {_C.SEE_ALL_CLIENTS, _C.DECIDE_MATCHES, _C.VIEW_RETURNS}),
    Role.ACCOUNT_MANAGER: frozenset({_C.VIEW_EMPLOYERS, _C.LOG_EMPLOYERS, _C.MANAGE_EMPLOYERS}),
    Role.COMMISSIONER: frozenset(_READING_MONEY | _OVERSEEING | _WORKING_MONEY | {_C.KEEP_PROVISION, _C.KEEP_PLAN}),
    Role.MONITORING_OFFICER: frozenset(
        {
            _C.VIEW_CLIENTS,
            _C.SEE_ALL_CLIENTS,
            _C.DECIDE_MATCHES,
            _C.VIEW_EMPLOYERS,
            _C.VIEW_CONTRACTS,
            _C.SEE_ALL_CONTRACTS,
            _C.SEE_OVERSIGHT,
            _C.KEEP_OVERSIGHT,
            _C.WORK_CONTRACTS,
            _C.CHECK_SPEND,
            _C.VIEW_RETURNS,
            _C.BUILD_RETURNS,
            _C.RECORD_OBSERVATIONS,
            _C.KEEP_PLAN,
            _C.MOVE_RECORDS,
        }
    ),
    Role.PROJECT_MANAGER: frozenset(
        {
            _C.VIEW_CLIENTS,
            _C.ANSWER_REFERRALS,
            _C.VIEW_EMPLOYERS,
            _C.LOG_EMPLOYERS,
            _C.VIEW_CONTRACTS,
            _C.SEE_OVERSIGHT,
            _C.KEEP_OVERSIGHT,
            _C.WORK_CONTRACTS,
            _C.KEEP_PROVISION,
            _C.VIEW_RETURNS,
            _C.RESTRICT_RECORDS,
        }
    ),
    Role.FINANCE_OFFICER: frozenset(_FINANCE),
    Role.SENIOR_FINANCE_OFFICER: frozenset(_FINANCE | {_C.SEE_FRAUD, _C.KEEP_FRAUD}),
    Role.HEAD_OF_FINANCE: frozenset(_FINANCE | {_C.SEE_FRAUD, _C.KEEP_FRAUD}),
    Role.AUDITOR: frozenset(
        _READING_MONEY | {_C.SEE_OVERSIGHT, _C.SEE_FRAUD, _C.VIEW_CLIENTS, _C.SEE_ALL_CLIENTS, _C.VIEW_AUDIT}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            _C.MANAGE_PEOPLE,
            _C.MANAGE_KEYS,
            _C.KEEP_PLACES,
            _C.MOVE_RECORDS,
            _C.VIEW_AUDIT,
            _C.VIEW_RETURNS,
            _C.VIEW_EMPLOYERS,
            _C.RESTRICT_RECORDS,
        }
    ),
    Role.VIEWER: frozenset({_C.VIEW_RETURNS}),
}


def may(person: Person, capability: Capability) -> bool:
    """Tell whether a staff member's role, in their organisation, allows something."""
    if capability in OF_DATA_LEAD and person.data_lead:
        return True
    if capability in OF_ACCOUNTABLE_BODY and not person.organisation.accountable_body:
        return False
    return capability in ROLES[person.role]


def require(person: Person, capability: Capability) -> None:
    if not may(person, capability):
        raise NotAllowed


def oversees(person: Person, organisation_id: int) -> bool:
    """Tell whether what a person administers reaches an organisation: the accountable body's reaches all.

    Anybody else's ends with their own organisation. Whoever could give roles in the accountable body, or a key of
    another organisation, could give themselves sight of every client.
    """
    return bool(person.organisation.accountable_body) or person.organisation.pk == organisation_id


def reads_whole_trail(person: Person) -> bool:
    return bool(person.organisation.accountable_body or person.data_lead)
