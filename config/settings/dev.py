"""The settings of script/server: one machine, plain HTTP on a local port, invented people."""

from config import env
from config.settings.base import *  # noqa: F403

DEBUG = env.boolean("DEBUG", default=False)
DEMONSTRATION_ALLOWED = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are served from where they lie; the folder for collected ones only has to be there.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
