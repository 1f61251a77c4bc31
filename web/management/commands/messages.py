"""Translations: `messages` collects, `--check` tells what is missing, `--compile` makes .mo."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from web import catalogs


class Command(BaseCommand):
    help = "Brings every app's Hungarian django.po up to its sources and templates."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options; without one the .po files are updated."""
        parser.add_argument("apps", nargs="*", help="only these apps")
        parser.add_argument("--check", action="store_true", help="fail on what is not translated")
        parser.add_argument("--compile", action="store_true", help="only make the .mo files")
        parser.add_argument("--prune", action="store_true", help="forget what is not used")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; CommandError when something is not translated."""
        if options["compile"]:
            catalogs.compile_all()
            return
        chosen = [s for s in catalogs.sources() if not options["apps"] or s.app in options["apps"]]
        if options["check"]:
            self.check_catalogs(chosen)
            return
        for source in chosen:
            if catalogs.update(source, prune=options["prune"]):
                self.stdout.write(f"{source.po.relative_to(source.root)} updated")
            missing = len(catalogs.problems(source))
            if missing:
                self.stdout.write(f"{source.app}: {missing} to translate")

    def check_catalogs(self, chosen: list[catalogs.Source]) -> None:
        """Raise CommandError with everything that is missing, fuzzy or wrong."""
        found = [line for source in chosen for line in catalogs.problems(source)]
        found += catalogs.conflicts()
        if found:
            raise CommandError("Hungarian is not complete:\n  " + "\n  ".join(found))
        self.stdout.write("Hungarian is complete.")
