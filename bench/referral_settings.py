"""The settings of script/server, on the database the benchmark made for itself."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.referral_settings")

from config.settings.dev import *  # noqa: F403

ROOT_URLCONF = os.environ.get("BENCH_URLCONF", "config.urls")
if ROOT_URLCONF != "config.urls":
    MIDDLEWARE, INSTALLED_APPS = [], []
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
