"""No moment is shown that is later than the beginning of a transaction that may yet write."""

import threading
from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from partners.platform.records.settled import settled_at
from partners.platform.tenancy.scope import in_consortium
from tests.factories.employers import EmployerFactory
from tests.factories.partners import ConsortiumFactory

pytestmark = pytest.mark.django_db(transaction=True)


def seen() -> datetime:
    """Ask as a role that sees the sessions of these tests, as the application sees its own."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        return settled_at()


def test_a_transaction_that_has_begun_holds_the_moment_back_until_it_ends() -> None:
    consortium = ConsortiumFactory(slug="leicester")
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        with in_consortium(consortium.pk):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            begun.set()
            go_on.wait(20)
            EmployerFactory()
        connection.close()

    before = timezone.now()
    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(20)
    after = timezone.now()
    threading.Event().wait(2)

    held = seen()
    go_on.set()
    thread.join()
    freed = seen()
    connection.close()

    assert before <= held <= after
    assert freed > after
