"""`make restore FILE=…`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Company
from jobs.models import Worker
from office import backup, restore


class Command(BaseCommand):
    help = "Replaces everything by what a backup holds; what is there now is backed up first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", help="backups/teendo-….tar.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it; CommandError, with everything as it was, when that can't be done."""
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(
                f"There is no file “{path}”. make restore FILE=backups/teendo-….tar.gz"
            )
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if Worker.objects.alive().exists():
            raise CommandError("Teendő is running. Stop it first, then restore.")
        if Company.exists():
            self.stdout.write(f"What is there now is kept in {backup.write('before-restore')}")
        try:
            restore.read(path)
        except restore.UnusableError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored from {path}.")
