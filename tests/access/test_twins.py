"""For a restricted user the company looks the same with and without other people's records."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import ClassVar

import time_machine
from django.test import Client, TestCase
from django.urls import reverse

from crm import search
from crm.actions.notes import write_down
from crm.actions.statuses import move_to
from crm.actions.todos import finish_todo
from crm.constants import EntryKind
from crm.models import Email, Phone
from tests import make
from tests.access.table import PAGES
from tests.access.world import World, build

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
# What differs from one answer to the next whoever asks.
MASKS = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'"X-CSRFToken": ?"[^"]*"'),
    re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
)
QUERIES = {
    "crm:module": ("", "?who=everyone", "?who=unassigned", "?who=me", "?band=late", "?band=none"),
    "crm:rows": ("", "?who=everyone", "?who=unassigned"),
    "crm:search": ("?q=kft", "?q=titok", "?q=restricted", "?q=+36304127788", "?q=example.org"),
    "crm:clients": ("", "?q=kft", "?q=titk"),
    "crm:client_duplicates": (
        "?name=Titkos+Kft.&kind=company",
        "?email=titok@example.org",
        "?phone=%2B36205551234",
        "?tax_number=10773381-2-44",
    ),
}


class TestTwins(TestCase):
    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        with time_machine.travel(NOON, tick=False):
            cls.world = build()

    def seen(self) -> dict[str, str]:
        """Every page that a restricted user can open, as they see it."""
        client = Client()
        client.force_login(self.world.users["restricted"])
        found: dict[str, str] = {}
        for name, page in PAGES.items():
            if page.public or "restricted" not in page.exists_for:
                continue
            for owner in ("own", "unassigned") if page.of_record else ("own",):
                record = self.world.record("restricted", owner)
                address = reverse(name, kwargs=page.args(self.world, record))
                for query in QUERIES.get(name, ("",)):
                    for headers in ({}, {"HX-Request": "true"}):
                        answer = client.get(address + query, headers=headers)
                        text = f"{answer.status_code} {answer.getvalue().decode(errors='replace')}"
                        for mask in MASKS:
                            text = mask.sub("masked", text)
                        found[f"{name} {owner} {query} {headers}"] = text
        return found

    def other_people_work(self) -> None:
        """Colleagues' records: on clients of their own, and on the very clients that are seen."""
        colleague, boss = self.world.users["colleague"], self.world.users["administrator"]
        secret = make.client("Titkos Kft.", tax_number="10773381-2-44")
        contact = make.contact(secret, family_name="Titok", given_name="Tóni")
        Email.objects.create(client=secret, contact=contact, address="titok@example.org")
        Phone.objects.create(client=secret, contact=contact, raw="+36 20 555 1234")
        own = self.world.record("restricted", "own").client
        nobodys = self.world.record("restricted", "unassigned").client
        for module in self.world.modules.values():
            for client in (secret, own, nobodys):
                sheet = make.datasheet(
                    module, actor=boss, client=client, responsible=colleague, name="Titok"
                )
                todo = make.todo(sheet, actor=boss, due_at=NOON.replace(day=20), text="Titok")
                make.todo(sheet, actor=boss, due_at=NOON.replace(day=25), text="Titok")
                finish_todo(todo.pk, actor=boss, outcome="Titok")
                write_down(sheet.pk, EntryKind.CALL, "Titok", actor=colleague)
        projects = self.world.modules["projects"]
        for status in projects.statuses.all():
            sheet = make.datasheet(projects, actor=boss, client=secret, responsible=colleague)
            move_to(sheet.pk, status.pk, actor=boss)
        search.reindex([secret.pk, own.pk, nobodys.pk])

    def test_no_page_betrays_what_a_restricted_user_does_not_see(self) -> None:
        with time_machine.travel(NOON, tick=False):
            before = self.seen()
            self.other_people_work()
            after = self.seen()
        assert len(before) > 20
        for address, text in before.items():
            with self.subTest(address):
                assert text.splitlines() == after[address].splitlines()
