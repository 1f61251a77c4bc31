"""Static files under names that change with their content, so that browsers keep them for ever."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Extensions that name their htmx in a way only bundlers understand.
_UNUSED: Final = ("django_htmx/ext/*",)


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped
    """Modules that import each other find the new names too."""

    support_js_module_import_aggregation = True


class AppFiles(AppDirectoriesFinder):
    """What the apps bring along, without what no page of ours uses."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return super().list([*(ignore_patterns or ()), *_UNUSED])
