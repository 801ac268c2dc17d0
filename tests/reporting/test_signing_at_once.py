"""Several people press the button of one step in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.db import connection

from partners.enums import Role
from partners.errors import ChangedMeanwhile
from partners.models import StaffMember
from partners.platform.signoff.engine import do_step
from partners.platform.signoff.posts import ensure_posts
from partners.platform.tenancy.scope import in_consortium
from reporting.models import Return
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.reporting.test_signing import CHAINS, TODAY, act, build, seen, someone


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_one_step_once() -> None:
    """Each on a connection of their own."""
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        consortium.pack_data = {"returns": [{"code": "journey", "chain": "quarterly_reports"}], "sign_off": CHAINS}
        consortium.save()
        ensure_posts(consortium)
        officer = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.MONITORING_OFFICER)
        with patch("partners.platform.jobs.queue._tell"):
            filed = build(officer)
        act(filed, officer)
        able = [someone(Role.PROJECT_MANAGER, of=officer, post="Programme manager", is_deputy=True) for _ in range(4)]
        before = seen(filed)

    def press(person: StaffMember) -> str:
        try:
            with in_consortium(consortium.pk):
                do_step(Return.objects.get(pk=filed.pk), by=person, seen=before, today=TODAY)
        except ChangedMeanwhile:
            return "told"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(press, able))

    assert said == ["done", "told", "told", "told"]
