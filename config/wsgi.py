import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

_application = get_wsgi_application()

from config.chunked import reading_chunks  # noqa: E402  needs the settings that the line above loads
from config.starting import refuse_unsafe_start  # noqa: E402  as above

refuse_unsafe_start()
application = reading_chunks(_application)
