"""Static files are collected by Django's own command, as operators know it."""

from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from config.settings.base import STORAGES


def test_all_static_files_are_collected_under_names_of_their_content(tmp_path: Path) -> None:
    with override_settings(STORAGES=STORAGES, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert list((tmp_path / "css").glob("base.*.css"))
    assert not (tmp_path / "django_htmx" / "ext").exists()
