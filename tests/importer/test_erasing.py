"""What imports keep of a person beside the rows: cells mended by hand, findings about columns."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from accounts.models import User
from crm.models import Client
from crm.traces import Subject, traces_of
from importer import erasing, load, rows
from importer.models import Import, Step
from tests.importer.tools import checked, fresh, pasted, url

pytestmark = pytest.mark.django_db


def test_what_was_mended_by_hand_and_found_in_columns_goes_too(
    boss: User, web: Browser, django_capture_on_commit_callbacks: object
) -> None:
    table = [("Kapcsolattartó", "E-mail"), ("Kerekes Zsófia", "hibas"), ("Más Ember", "b@x.hu")]
    source = pasted(table, actor=boss)
    web.get(url("columns", source))
    Import.objects.filter(pk=source.pk).update(
        mended={"2": {"cells": {"1": "kerekes.zsofia@x.hu"}}}
    )
    source = checked(fresh(source), boss)
    load.run(fresh(source), lambda done: None)
    findings = rows.folder(source.pk) / "findings.json"
    assert "hibas" in findings.read_text()
    Import.objects.filter(pk=source.pk).update(step=Step.DONE)
    subject = Subject(Client.objects.get(name="Kerekes Zsófia"))
    traces = traces_of(subject)
    found = erasing.find(subject, traces)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        erasing.erase(found, traces)
    assert fresh(source).mended == {}
    assert not findings.exists()
