from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self) -> None:
        post_migrate.connect(_teach_planner, sender=self)


def _teach_planner(*, using: str, **_more: Any) -> None:
    """At each start (config.serve migrates), and once a migration has made a table anew."""
    from crm import planner  # models are loaded by now

    planner.teach(using)
