"""The kinds of record of the employer directory, each as a list and a page."""

from employers.kinds.account_manager import KIND as ACCOUNT_MANAGER
from employers.kinds.agreement import KIND as AGREEMENT
from employers.kinds.contact import KIND as CONTACT
from employers.kinds.employer import KIND as EMPLOYER
from employers.kinds.event import KIND as EVENT
from employers.kinds.vacancy import KIND as VACANCY
from partners.platform.records.kinds import RecordKind

KINDS: tuple[RecordKind, ...] = (EMPLOYER, VACANCY, AGREEMENT, CONTACT, ACCOUNT_MANAGER, EVENT)
