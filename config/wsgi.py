"""Entry for WSGI servers."""

from django.core.wsgi import get_wsgi_application

from config import env

env.load()
application = get_wsgi_application()
