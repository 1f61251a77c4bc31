"""What somebody typed is text on the pages whose rows are drawn in Python, wherever it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from crm.actions.notes import write_down
from crm.actions.todos import finish_todo
from crm.constants import EntryKind
from modules.models import Status
from tests import make

HOSTILE = "<img src=x onerror=alert(1)>\"'&"
SEEN = "&lt;img src=x"


@pytest.mark.django_db
@pytest.mark.parametrize("show", ["today", "week"])
def test_typed_markup_is_shown_as_text_on_every_daily_page(show: str) -> None:
    make.company()
    me = make.user("manager", family_name=HOSTILE, given_name=HOSTILE)
    module = make.module("projects", slug="work")
    Status.objects.filter(module=module).update(
        name_hu=HOSTILE, name_en=HOSTILE, what_hu=HOSTILE, what_en=HOSTILE
    )
    client = make.client(HOSTILE)
    contact = make.contact(client, family_name=HOSTILE, given_name=HOSTILE)
    sheet = make.datasheet(
        module, actor=me, client=client, responsible=me, main_contact=contact, name=HOSTILE
    )
    late = timezone.now() - timedelta(days=1)
    finish_todo(make.todo(sheet, actor=me, due_at=late, text=HOSTILE).pk, actor=me, outcome=HOSTILE)
    make.todo(sheet, actor=me, due_at=late, text=HOSTILE, contact=contact)
    write_down(sheet.pk, EntryKind.NOTE, HOSTILE, actor=me)
    web = Browser()
    web.force_login(me)
    for address in ("/m/work/", f"/d/{sheet.pk}/", f"/my-day/?show={show}", f"/c/{client.pk}/"):
        for headers in ({}, {"HX-Request": "true"}):
            page = web.get(address, headers=headers).content.decode()
            assert SEEN in page, address
            assert "<img src=x" not in page, address
