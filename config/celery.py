"""The Celery application: Postgres holds the work, the broker only rings the bell (DESIGN.md "Background work")."""

import os
from typing import Any

from celery import Celery
from celery.signals import after_setup_logger, beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("caseload")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _wait_for_the_bell(**_: Any) -> None:
    app.conf.broker_transport_options.pop("socket_timeout", None)


@after_setup_logger.connect
def _one_line_for_faults(logger: Any, **_: Any) -> None:
    from partners.platform.frame.faults import OneLineForFaults  # noqa: PLC0415  the settings are loaded by now

    for handler in logger.handlers:
        handler.addFilter(OneLineForFaults())


@worker_init.connect
@beat_init.connect
def _refuse_unsafe_start(**_: Any) -> None:
    from config.starting import refuse_unsafe_start  # noqa: PLC0415  the settings are loaded by now

    refuse_unsafe_start()
