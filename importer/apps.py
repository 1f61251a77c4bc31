from django.apps import AppConfig


class ImporterConfig(AppConfig):
    name = "importer"

    def ready(self) -> None:
        """Lists can be narrowed to what an import brought in."""
        from importer import came_in  # noqa: F401
