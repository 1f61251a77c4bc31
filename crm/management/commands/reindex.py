from typing import Any

from django.core.management.base import BaseCommand

from crm import search


class Command(BaseCommand):
    help = "Makes the search index anew from the records."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{search.rebuild()} rows in the search index.")
