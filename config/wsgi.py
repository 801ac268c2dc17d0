import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
os.environ.setdefault("CASELOAD_WORK", "web")

application = get_wsgi_application()

from config.starting import refuse_unsafe_start  # noqa: E402  needs the settings that the line above loads

refuse_unsafe_start()
