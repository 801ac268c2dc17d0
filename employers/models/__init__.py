from employers.models.agreement import EmployerAgreement
from employers.models.contact import EmployerContact
from employers.models.employer import AccountManager, Employer
from employers.models.event import EmployerEvent
from employers.models.matching import EmployerMatch, EmployerMove
from employers.models.vacancy import Vacancy

__all__ = [
    "AccountManager",
    "Employer",
    "EmployerAgreement",
    "EmployerContact",
    "EmployerEvent",
    "EmployerMatch",
    "EmployerMove",
    "Vacancy",
]
