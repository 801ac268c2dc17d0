"""Celery's entry points: they carry ids, and call one service each."""

from celery import shared_task

from partners.platform.tenancy.scope import across_consortia


@shared_task(name="partners.run_job", acks_late=True)
def run_job(consortium_id: int, job_id: int) -> None:
    from partners.platform.jobs import queue as jobs  # noqa: PLC0415  a task calls its service from inside

    jobs.run(consortium_id, job_id)


@shared_task(name="partners.ring_waiting_jobs", ignore_result=True, expires=10)
def ring_waiting_jobs() -> None:
    from partners.platform.jobs import queue as jobs  # noqa: PLC0415  a task calls its service from inside

    for _ in across_consortia(reason="the sweeper rings again for jobs the broker lost"):
        jobs.sweep()


@shared_task(name="partners.daily_upkeep", ignore_result=True)
def daily_upkeep() -> None:
    """Let every app do its daily upkeep, one consortium at a time.

    It is rung every hour and does what that day has not seen yet, so that an hour lost costs no day.
    """
    from django.utils import timezone  # noqa: PLC0415

    from partners.signals import daily_upkeep as upkeep  # noqa: PLC0415

    for consortium_id in across_consortia(reason="daily upkeep: expiries, reminders, retention"):
        upkeep.send(sender=None, consortium_id=consortium_id, today=timezone.localdate())
