"""Entry for ASGI servers."""

from django.core.asgi import get_asgi_application

from config import env

env.load()
application = get_asgi_application()
