"""The bare endpoint's application, without our checks at start, which need our models."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
