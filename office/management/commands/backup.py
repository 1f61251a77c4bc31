"""`make backup`."""

from typing import Any

from django.core.management.base import BaseCommand

from office import backup


class Command(BaseCommand):
    help = "Writes one dated file with the database and the uploads, while others go on working."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and tell where it is."""
        self.stdout.write(f"Written: {backup.write()}")
