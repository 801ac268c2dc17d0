"""The settings of script/test."""

import os

# The test database is built by its owner; the tests themselves step down to the application's role (tests/conftest.py).
if "DATABASE_OWNER_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ["CASELOAD_WORK"] = "tests"
os.environ.setdefault("CASELOAD_FIELD_KEY", "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")

from config.settings.base import *  # noqa: F403

DEMONSTRATION_ALLOWED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_BROKER_URL = "memory://"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
if _name := os.environ.get("CASELOAD_TEST_DATABASE"):
    DATABASES["default"]["TEST"] = {"NAME": _name}  # noqa: F405
