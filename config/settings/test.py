"""The suite: DATABASE_URL chooses the database; everything else is made afresh and thrown away."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, ON_SQLITE, SQLITE_OPTIONS, STORAGES

SCRATCH = Path(tempfile.mkdtemp(prefix="teendo-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

DEBUG = False
DEMO = True
SECRET_KEY = "only-for-tests-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
MEDIA_ROOT = SCRATCH / "uploads"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = ENVIRONMENT_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

DATABASES["default"]["TEST"] = {
    "NAME": f"test_teendo_{os.getpid()}",
    "TEMPLATE": os.environ.get("TEST_TEMPLATE"),
}
if ON_SQLITE:
    # In a file: parallel requests to a live server can't share a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS | {
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"
    }
