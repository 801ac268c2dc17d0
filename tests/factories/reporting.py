import datetime as dt

import factory
from factory.django import DjangoModelFactory

from reporting.enums import AreaKind
from reporting.models import Observation


class ObservationFactory(DjangoModelFactory):
    class Meta:
        model = Observation

    indicator = "local_childcare_places"
    area_kind = AreaKind.WARD
    area = factory.Sequence(lambda n: f"Ward {n}")
    as_at = dt.date(2007, 6, 1)
    value = 10
    source = "City council, June 2007"
