import datetime as dt

import factory
from factory.django import DjangoModelFactory

from employers.enums import AgreementKind, ContactChannel, Ownership, SizeBand
from employers.models import (
    AccountManager,
    Employer,
    EmployerAgreement,
    EmployerContact,
    EmployerEvent,
    EmployerMatch,
    Vacancy,
)
from partners.enums import Role
from tests.factories.partners import CentreFactory, StaffFactory


class EmployerFactory(DjangoModelFactory):
    class Meta:
        model = Employer

    name = factory.Sequence(lambda n: f"Employer {n}")
    sector = "Retail"
    size_band = SizeBand.SMALL
    ownership = Ownership.PRIVATE


class EmployerMatchFactory(DjangoModelFactory):
    class Meta:
        model = EmployerMatch

    employer = factory.SubFactory(EmployerFactory)
    other = factory.SubFactory(EmployerFactory)
    same_employer = True
    decided_by = factory.SubFactory(StaffFactory)


class EmployerAgreementFactory(DjangoModelFactory):
    class Meta:
        model = EmployerAgreement

    employer = factory.SubFactory(EmployerFactory)
    kind = AgreementKind.JIGS
    from_date = dt.date(2007, 4, 1)


class AccountManagerFactory(DjangoModelFactory):
    class Meta:
        model = AccountManager

    employer = factory.SubFactory(EmployerFactory)
    staff = factory.SubFactory(StaffFactory, role=Role.ACCOUNT_MANAGER)
    from_date = dt.date(2007, 4, 1)


class EmployerContactFactory(DjangoModelFactory):
    class Meta:
        model = EmployerContact

    employer = factory.SubFactory(EmployerFactory)
    staff = factory.SubFactory(StaffFactory)
    occurred_on = dt.date(2007, 5, 14)
    channel = ContactChannel.PHONE
    summary = "Vacancies in spring"


class VacancyFactory(DjangoModelFactory):
    class Meta:
        model = Vacancy

    employer = factory.SubFactory(EmployerFactory)
    title = "Shop assistant"
    opened_on = dt.date(2007, 5, 1)
    posts = 1


class EmployerEventFactory(DjangoModelFactory):
    class Meta:
        model = EmployerEvent

    centre = factory.SubFactory(CentreFactory)
    title = "Meet the employers"
    held_on = dt.date(2007, 6, 1)
