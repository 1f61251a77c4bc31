"""Contacts: people at a client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from crm.actions import field_changes
from crm.actions.channels import Change, set_channels
from crm.actions.clients import (
    ContactPlan,
    changing_client,
    make_contact,
    record_changes,
    record_client,
)
from crm.constants import EntryKind
from crm.errors import Conflict, Refused
from crm.models import Client, Contact, KeptFile


def add_contact(client_id: int, plan: ContactPlan, *, actor: User) -> Contact:
    """A new contact of a company."""
    with changing_client(client_id, actor=actor) as client:
        return make_contact(client, plan, actor=actor)


def change_contact(
    contact_id: int, plan: ContactPlan, *, actor: User, version: int | None = None
) -> Contact:
    """Change a contact with all its phones and emails; a person client takes the new name."""
    with changing_contact(contact_id, actor=actor, version=version) as (client, contact):
        if not plan.is_named:
            raise Refused(_("Write a family name or a given name."), field="family_name")
        was = contact.full_name
        position = Change("position", contact.position, plan.position)
        contact.family_name, contact.given_name = plan.family_name, plan.given_name
        contact.position = plan.position
        contact.version += 1
        contact.save()
        changes = [Change("contact_name", was, contact.full_name), position]
        changes = [change for change in changes if change.old != change.new]
        changes += set_channels(client, contact, plan.phones, plan.emails)
        if not client.is_company:
            client.name = contact.full_name
        record_changes(client, changes, actor=actor, contact=contact)
        contact.client = client
        field_changes.write(contact, plan.values, actor=actor)
        return contact


def delete_contact(contact_id: int, *, actor: User) -> None:
    """Take a contact off; a person's only one stays."""
    with changing_contact(contact_id, actor=actor) as (client, contact):
        if not client.is_company:
            raise Refused(_("A private person is their own and only contact."))
        data = {"field": "contact", "from": contact.full_name, "to": ""}
        field_changes.forget_files(field_changes.files_of(contact=contact))
        KeptFile.objects.filter(entry__contact=contact).delete()
        contact.delete()
        record_client(EntryKind.CHANGED, client, actor=actor, data=data)


@contextmanager
def changing_contact(
    contact_id: int, *, actor: User, version: int | None = None
) -> Iterator[tuple[Client, Contact]]:
    """Lock a contact that ``actor`` sees, and its client, which is saved with a new version."""
    seen = Contact.objects.visible_to(actor).filter(pk=contact_id)
    client_id = seen.values_list("client_id", flat=True).first()
    if client_id is None:
        raise Http404
    with changing_client(client_id, actor=actor) as client:
        contact: Contact = Contact.objects.select_for_update(no_key=True).get(pk=contact_id)
        if version is not None and version != contact.version:
            raise Conflict(
                _("Somebody changed this while you were editing. Look at both, then save again."),
                contact,
            )
        yield client, contact
