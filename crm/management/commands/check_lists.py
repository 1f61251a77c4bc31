"""Prove that due keys, shelves and counts equal their definitions; --repair puts them right."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.actions import repair


class Command(BaseCommand):
    help = "Check the kept due keys, shelves and counts; with --repair put them right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = repair.repair() if options["repair"] else repair.check()
        said = f"{found.keys} keys, {found.shelves} shelves, {found.counts} counts"
        if found.clean:
            self.stdout.write("All keys, shelves and counts are right.")
        elif options["repair"]:
            self.stdout.write(f"Repaired: {said}.")
        else:
            raise CommandError(f"Wrong: {said}. Run again with --repair.")
