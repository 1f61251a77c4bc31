"""The background worker; `make run` starts it beside the web server."""

import logging
import os
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string

from jobs.worker import work

# How far it steps back: pages that are asked for meanwhile are made first.
STEPS_BACK: Final = 5


class Command(BaseCommand):
    help = "Runs background jobs and scheduled functions until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGINT or SIGTERM."""
        logging.getLogger("django_tasks").setLevel(logging.WARNING)
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        os.nice(STEPS_BACK)
        work(get_random_string(32))
