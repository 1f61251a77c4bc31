"""Entry for WSGI servers."""

import gc

from django.core.wsgi import get_wsgi_application

from config import env

env.load()
application = get_wsgi_application()

# What was loaded before the workers fork stays for ever: no collection needs to look through it,
# and its pages stay shared.
gc.collect()
gc.freeze()
