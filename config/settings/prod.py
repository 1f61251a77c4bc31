"""Production, behind a reverse proxy that ends https and sets X-Forwarded-Proto."""

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import ENV

env.require(SECRET_KEY=ENV.secret_key, ALLOWED_HOSTS=ENV.allowed_hosts)

DEMO = False  # its logins are known to everybody
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = int(ENV.https)  # rate limits count the visitor, not the proxy
SECURE_SSL_REDIRECT = ENV.https
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if ENV.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.https
SECURE_HSTS_PRELOAD = ENV.https
SESSION_COOKIE_SECURE = ENV.https
CSRF_COOKIE_SECURE = ENV.https
