"""The field's words for partners and people (exchange package, FIELDS.md)."""

from django.db.models import TextChoices


class Nation(TextChoices):
    """The nations of the United Kingdom: each has its own bank holidays."""

    ENGLAND = "england", "England"
    WALES = "wales", "Wales"
    SCOTLAND = "scotland", "Scotland"
    NORTHERN_IRELAND = "northern_ireland", "Northern Ireland"


class OrganisationType(TextChoices):
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    JOBCENTRE = "jobcentre", "Jobcentre"
    SKILLS_BODY = "skills_body", "Skills body"
    HEALTH = "health", "Health"
    PROBATION = "probation", "Probation"
    PROVIDER = "provider", "Provider"
    VOLUNTARY = "voluntary", "Voluntary or community group"
    EMPLOYER_BODY = "employer_body", "Employer body"
    REGENERATION = "regeneration", "Regeneration"
    OTHER = "other", "Other"


class Role(TextChoices):
    ADVISER = "adviser", "Adviser"
    TRACKING_TEAM = "tracking_team", "Caseload tracking team"
    ACCOUNT_MANAGER = "account_manager", "Account manager"
    COMMISSIONER = "commissioner", "Commissioner"
    MONITORING_OFFICER = "monitoring_officer", "Monitoring officer"
    PROJECT_MANAGER = "project_manager", "Project manager"
    FINANCE_OFFICER = "finance_officer", "Finance officer"
    SENIOR_FINANCE_OFFICER = "senior_finance_officer", "Senior finance officer"
    HEAD_OF_FINANCE = "head_of_finance", "Head of finance"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"
    VIEWER = "viewer", "Board member or viewer"


class CentreKind(TextChoices):
    TRAINING_EMPLOYMENT_CENTRE = "training_employment_centre", "Training and employment centre"
    MULTI_AGENCY_LOCALITY = "multi_agency_locality", "Multi-agency locality"
    ACCESS_CENTRE = "access_centre", "Access centre"
    OUTREACH = "outreach", "Outreach"


class PriorityAreaKind(TextChoices):
    LSOA = "lsoa", "LSOA"
    WARD = "ward", "Ward"
    NEIGHBOURHOOD = "neighbourhood", "Neighbourhood"


class Scope(TextChoices):
    """What a partner's key may do (API.md, "Who may call"): a scope is here when an endpoint answers to it."""

    REFERRALS_WRITE = "referrals:write", "Send and answer referrals"
    REFERRALS_READ = "referrals:read", "Read referrals"
    CLIENTS_READ = "clients:read", "Read clients"
    JOURNEY_WRITE = "journey:write", "Record journey events"
    EMPLOYERS_READ = "employers:read", "Read employers, agreements, vacancies, courses and events"
    PLACES_READ = "places:read", "Read centres and priority areas"
    PLAN_READ = "plan:read", "Read the plan's objectives and milestones"


class JobState(TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class ScanState(TextChoices):
    """Whether a virus scanner has looked at a document."""

    CLEAN = "clean", "Scanned"
    NOT_SCANNED = "not_scanned", "Not scanned"
    WAITING = "waiting", "Waiting for the scanner"
    INFECTED = "infected", "Infected"


class AccessAction(TextChoices):
    VIEWED = "viewed", "Viewed"
    LISTED = "listed", "Saw in a list"
    SEARCHED = "searched", "Searched"
    EXPORTED = "exported", "Exported"
    OPENED_FILE = "opened_file", "Opened a file"
    FILE_REFUSED = "file_refused", "File refused"
    SIGNED_IN = "signed_in", "Signed in"
    SIGNED_OUT = "signed_out", "Signed out"
    SIGN_IN_REFUSED = "sign_in_refused", "Sign-in refused"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    PASSWORD_RESET = "password_reset", "Password set anew by e-mail"
    CODES_ON = "codes_on", "Sign-in codes turned on"
    CODES_OFF = "codes_off", "Sign-in codes turned off"
    CODES_RENEWED = "codes_renewed", "Recovery codes renewed"
    ADMINISTERED = "administered", "Administered"


class SignOffVerb(TextChoices):
    DONE = "done", "Done"
    SENT_BACK = "sent_back", "Sent back"
