"""`manage.py demo`: makes the demo company, or prints who may log in to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Company, User
from office.demo import people, texts
from office.demo.load import load


class Command(BaseCommand):
    help = "Makes the demo company in an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print who may log in")
        parser.add_argument(
            "--language", choices=texts.LANGUAGES, default="en", help="of todos and notes"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo company is switched off here (DEMO=0, or production).")
        if options["logins"]:
            if User.objects.filter(email=f"{people.PEOPLE[0].login}@{people.DOMAIN}").exists():
                self.stdout.write(people.logins())
            return
        if Company.objects.exists() or User.objects.exists():
            raise CommandError("There is a company here already; the demo needs an empty database.")
        load(options["language"])
        if options["verbosity"] > 0:
            self.stdout.write(people.logins())
