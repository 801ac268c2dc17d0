"""What follows from a day that passed or a package that came: clocks, shares and assignments, in sets."""

from datetime import date

from django.db import connection

from caseload.enums import ReferralStatus
from caseload.models import Referral
from caseload.services.handing_over import let_hand_overs_happen
from caseload.services.matching import note_everybody_alike
from caseload.services.referrals import expire_referrals
from caseload.services.restricting import tell_of_restrictions
from caseload.services.sending import clock
from caseload.services.sharing import bring_shares_up_to_date
from partners.models import Consortium
from partners.platform.sql_files import sql
from partners.platform.tenancy.scope import current_consortium_id

_END_ASSIGNMENTS = sql("caseload", "end_assignments")
_BEGIN_ASSIGNMENTS = sql("caseload", "begin_assignments")
_SUMMARISE_ALL = """
    SELECT caseload_summarise(ARRAY(SELECT id FROM caseload_client WHERE consortium_id = %(consortium)s))
"""
_SUMMARISE_TODAY = sql("caseload", "summarise_today")


def summarise_later() -> None:
    """Leave the summaries of clients alone until :func:`summarise_now`, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.summaries', 'later', true)")


def summarise_now() -> None:
    """Summarise everybody, if :func:`summarise_later` put it off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.summaries', true)")
        if cursor.fetchone() == ("later",):
            cursor.execute(_SUMMARISE_ALL, {"consortium": current_consortium_id()})
            cursor.execute("SELECT set_config('app.summaries', '', true)")


def let_a_day_pass(*, today: date) -> None:
    """Expire what was not answered, close what consent no longer opens, count the contacts that were to come."""
    expire_referrals(today=today)
    bring_shares_up_to_date(today=today)
    let_hand_overs_happen(today=today)
    tell_of_restrictions(today=today)
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARISE_TODAY, {"consortium": current_consortium_id(), "today": today})


def follow_package(*, today: date) -> None:
    """Derive from imported rows what a package does not say: advisers' spells, clocks, shares, possible matches.

    The clock of an imported referral that still waits runs from today: its receiver sees it here for the first time.
    """
    with connection.cursor() as cursor:
        for statement in (_END_ASSIGNMENTS, _BEGIN_ASSIGNMENTS):
            cursor.execute(statement, {"consortium": current_consortium_id(), "today": today})
    consortium = Consortium.objects.get(pk=current_consortium_id())
    Referral.objects.filter(status=ReferralStatus.SENT, answer_by__isnull=True).update(
        answer_by=clock(consortium, made_on=today, today=today)
    )
    bring_shares_up_to_date(today=today, tells=False)
    note_everybody_alike()
