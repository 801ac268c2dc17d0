"""Forms that were stored: a repeat is known by a row, whichever window or process it comes to."""

from datetime import datetime, timedelta

from django.db import connection

from partners.models import SentForm

KEPT = timedelta(days=3)  # longer than a sign-in lasts, in which alone a form can come again


def where_it_led(once: str) -> str:
    """Return where the first sending of a form led, or nothing; the second of two at once waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [once])
    return str(SentForm.objects.filter(once=once).values_list("url", flat=True).first() or "")


def remember(once: str, url: str) -> None:
    """Keep where a sending led, in the transaction of what it stored: both are there or neither."""
    SentForm(once=once, url=url).save()


def forget_old(*, now: datetime) -> None:
    SentForm.objects.filter(at__lt=now - KEPT).delete()
