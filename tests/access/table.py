"""The role table: an address that is not here fails the suite."""

from __future__ import annotations

from typing import Any

from crm.constants import SaleState
from tests import make
from tests.access import office_company, office_fields, office_people, office_processes
from tests.access.expect import (
    MISSING,
    MOVED,
    OK,
    SENT,
    Page,
    Values,
    nothing,
    of,
    of_fixed,
    says,
)
from tests.access.world import Record, World

OFFICE = ("manager", "administrator")
UNPROCESSABLE = 422


def slug(world: World, record: Record) -> dict[str, Any]:
    return {"slug": "projects"}


def new_todo(world: World, record: Record) -> dict[str, Any]:
    return {
        "type": record.todo.type_id,
        "text": "Felhívni",
        "when": "typed",
        "when_text": "2030-01-07",
        "responsible": record.datasheet.responsible_id or world.users["administrator"].pk,
    }


def changed_todo(world: World, record: Record) -> dict[str, Any]:
    return {**new_todo(world, record), "version": record.todo.version}


def to_status(world: World, record: Record) -> dict[str, Any]:
    return {"to": make.status(world.modules["projects"]).pk}


def step(world: World, record: Record) -> dict[str, Any]:
    sale = record.fixed["sales"]
    return {"pk": sale.pk, "step_id": sale.module.steps.order_by("order")[0].pk}


def contact(world: World, record: Record) -> dict[str, Any]:
    return {"contact": record.contact.pk}


def record_page(args: Values, body: Values | None = None, **more: Any) -> Page:
    return Page(args, body, of_record=True, **more)


def button(args: Values, body: Values | None = None, **more: Any) -> Page:
    return record_page(args, body or says(), post_only=True, **more)


SHEET, TODO, CLIENT = of("datasheet"), of("todo"), of("client")


def of_trashed_client(world: World, record: Record) -> dict[str, Any]:
    return {"pk": world.trashed_client.pk}


def own_field(about: str) -> Values:
    """The arguments of a field of the company's on a record."""
    return lambda world, record: {
        "pk": getattr(record, about).pk,
        "field_id": world.fields[about].pk,
    }


def field_filter(world: World, record: Record) -> dict[str, Any]:
    return {"slug": "projects", "field_id": world.fields["datasheet"].pk}


def new_datasheet(world: World, record: Record) -> dict[str, Any]:
    projects = world.modules["projects"]
    return {"module": projects.pk, "status": make.status(projects).pk, "sheet_name": "Új"}


def new_client(world: World, record: Record) -> dict[str, Any]:
    return {**new_datasheet(world, record), "kind": "company", "name": "Egészen Új Kft."}


def changed_client(world: World, record: Record) -> dict[str, Any]:
    return {"name": record.client.name, "industry": "Faipar", "version": record.client.version}


CRM: dict[str, Page] = {
    "crm:home": Page(get=(MOVED,)),
    "crm:my_day": Page(),
    "crm:badges": Page(),
    "crm:module": Page(slug),
    "crm:rows": Page(slug),
    "crm:side": Page(slug),
    "crm:filter": Page(slug),
    "crm:field_filter": Page(field_filter),
    "crm:people": Page(slug, exists_for=("normal", *OFFICE)),
    "crm:datasheet": record_page(SHEET),
    "crm:name": record_page(SHEET, says(name="Új név")),
    "crm:plan": record_page(SHEET, new_todo),
    "crm:no_next": button(SHEET),
    "crm:status": record_page(SHEET, to_status),
    "crm:move": record_page(of_fixed("orders"), says(verb="finalise")),
    "crm:document_type": button(of_fixed("invoicing"), says(document_type="offer")),
    "crm:shop": record_page(of_fixed("webshop"), says(registered_on="2026-01-02")),
    "crm:sale": record_page(
        of_fixed("sales"), says(qualification="vip", sale_state=SaleState.IN_PROGRESS)
    ),
    "crm:step": record_page(step, says(ticked="1")),
    "crm:responsible": record_page(SHEET, says(to="", sure="1")),
    "crm:main_contact": button(SHEET, contact),
    "crm:note": record_page(SHEET, says(kind="note", text="Jegyzet")),
    "crm:history": record_page(SHEET, get=(MOVED,)),
    "crm:field": record_page(own_field("datasheet"), says(value="Tölgy")),
    "crm:client_field": record_page(own_field("client"), says(value="Pince")),
    "crm:contact_field": record_page(own_field("contact"), says(value="Május")),
    "crm:field_file": record_page(of("attachment")),
    "crm:trash": button(SHEET),
    "crm:outcome": button(of("done"), says(outcome="Jól"), allowed=("administrator",)),
    "crm:undo": button(of("done"), allowed=OFFICE),
    "crm:todo": record_page(TODO, changed_todo),
    "crm:todo_done": button(TODO),
    "crm:todo_postpone": record_page(TODO, says(when="2030-01-07")),
    "crm:todo_postpone_pick": record_page(TODO),
    "crm:todo_check": button(TODO, says(item="0", done="1"), post=(409,)),  # it has no checklist
    "crm:todo_delete": button(TODO),
    "crm:todo_reopen": button(TODO),
    "crm:trash_list": Page(),
    "crm:restore": button(of("trashed"), exists_for=OFFICE),
    "crm:purge": record_page(
        of("trashed"),
        says(sure="1"),
        exists_for=OFFICE,
        allowed=("administrator",),
        shown_to_allowed=True,
    ),
    "crm:when": Page(),
    "crm:search": Page(),
    "crm:clients": Page(),
    "crm:client_duplicates": Page(),
    "crm:client_new": Page(body=new_client),
    "crm:client": record_page(CLIENT),
    "crm:client_edit": record_page(CLIENT, changed_client),
    "crm:client_trash": button(CLIENT, allowed=OFFICE, post=(OK, SENT, 409)),
    "crm:client_restore": button(of_trashed_client, exists_for=OFFICE),
    "crm:datasheet_new": record_page(CLIENT, new_datasheet),
    "crm:contact_new": record_page(CLIENT, says(family_name="Új", given_name="Ede")),
    "crm:contact": record_page(of("contact"), says(family_name="Más", version="1")),
    "crm:contact_delete": button(of("contact"), post=(OK, SENT, 204, 409)),
}


def fresh_import(world: World, record: Record) -> dict[str, Any]:
    return {"pk": _of_asker(world.fresh_imports, world, record).pk}


def loaded_import(world: World, record: Record) -> dict[str, Any]:
    return {"pk": _of_asker(world.loaded_imports, world, record).pk}


def _of_asker(imports: dict[int, Any], world: World, record: Record) -> Any:
    """The asker's own import; for those who have none the manager's."""
    return imports.get(record.datasheet.responsible_id or 0, imports[world.users["manager"].pk])


def columns(world: World, record: Record) -> dict[str, Any]:
    return {"target-0": "company_name", "target-1": "town", "module": ""}


def office(args: Values, body: Values | None = None, **more: Any) -> Page:
    return Page(args, body, exists_for=OFFICE, **more)


IMPORTER: dict[str, Page] = {
    "importer:home": office(says(), says(pasted="Cégnév\nMinta Kft.\n", module="")),
    "importer:list": office(says()),
    "importer:columns": office(fresh_import, columns, post=(OK, SENT, MOVED, 204, UNPROCESSABLE)),
    "importer:sheet": office(fresh_import, says(heading="1"), post_only=True),
    "importer:check": office(fresh_import, get=(OK, MOVED, SENT)),
    "importer:read": office(fresh_import, get=(OK, MOVED, SENT)),
    "importer:mend": office(
        fresh_import, says(row="2", out="1"), post_only=True, post=(OK, MOVED, SENT, 204)
    ),
    "importer:load": office(
        fresh_import, says(), get=(OK, MOVED, SENT), post=(OK, MOVED, SENT, 409)
    ),
    "importer:stop": office(loaded_import, says(), post_only=True, post=(OK, MOVED, SENT, 409)),
    "importer:undo": office(loaded_import, says(sure="1"), post=(OK, MOVED, SENT)),
    "importer:changes": office(loaded_import),
    "importer:done": office(loaded_import),
    "importer:records": office(loaded_import),
    "importer:left_out": office(loaded_import),
    "importer:discard": office(fresh_import, says(), post_only=True),
}

EXPORT = says(choice="list", with_ids="on", kind="csv")


def own_export(world: World, record: Record) -> dict[str, Any]:
    return {"pk": _of_asker(world.exports, world, record).pk}


EXPORTS: dict[str, Page] = {
    "crm:export_module": office(slug, EXPORT),
    "crm:export_clients": office(nothing, EXPORT),
    "crm:export": office(own_export),
    "crm:export_file": office(own_export),
    "crm:export_stop": office(own_export, says(), post_only=True),
}

ACCOUNTS: dict[str, Page] = {
    "account_login": Page(public=True, get=(OK, MOVED)),
    "account_logout": Page(get=(OK,), body=says(), post=(MOVED, SENT)),
    "account_reset_password": Page(public=True),
    "account_reset_password_done": Page(public=True),
    "account_reset_password_from_key": Page(says(uidb36="1", key="x"), public=True, get=(OK, 400)),
    "account_reset_password_from_key_done": Page(public=True),
    "account_change_password": Page(),
    "account_reauthenticate": Page(get=(OK,), body=says(password="x"), post=(UNPROCESSABLE,)),
    "mfa_authenticate": Page(public=True, get=(MOVED,)),
    "mfa_login_webauthn": Page(public=True, get=(MOVED,)),
    # Who has neither code nor passkey is asked for the password instead.
    "mfa_reauthenticate": Page(get=(MOVED,)),
    "mfa_reauthenticate_webauthn": Page(get=(MOVED,)),
    "mfa_index": Page(),
    "mfa_activate_totp": Page(get=(MOVED,), body=says(code="1"), post=(MOVED,)),
    "mfa_deactivate_totp": Page(get=(MISSING,), body=says(), post=(MISSING,)),
    "mfa_view_recovery_codes": Page(get=(MISSING,)),
    "mfa_generate_recovery_codes": Page(get=(MOVED,), body=says(), post=(MOVED,)),
    "mfa_add_webauthn": Page(get=(MOVED,), body=says(), post=(MOVED,)),
    "mfa_edit_webauthn": Page(says(pk=987654), body=says(name="x"), get=(MOVED,), post=(MOVED,)),
    "mfa_remove_webauthn": Page(says(pk=987654), body=says(), get=(MOVED,), post=(MOVED,)),
    "accounts:profile": Page(),
    "accounts:email": Page(get=(MOVED,), body=says(email="uj@example.com"), post=(MOVED,)),
    "accounts:email-confirm": Page(says(token="x"), public=True, get=(410,)),
    "accounts:signature-preview": Page(body=says(signature="<b>x</b>"), post_only=True),
    "accounts:signature-upload": Page(body=says(), post_only=True, post=(UNPROCESSABLE,)),
    "accounts:signature-picture": Page(says(user_id=987654, name="x"), get=(MISSING,)),
    "accounts:profile-picture": Page(body=says(), post_only=True, post=(UNPROCESSABLE,)),
    "accounts:profile-picture-crop": Page(get=(SENT,), body=says()),
    "accounts:profile-picture-draft": Page(get=(MISSING,)),
    "accounts:profile-picture-cancel": Page(body=says(), post_only=True),
    "accounts:profile-picture-remove": Page(body=says(), post_only=True),
    "accounts:profile-theme": Page(body=says(theme="dark"), post_only=True),
    "accounts:sessions": Page(),
    "accounts:sessions-end-others": Page(body=says(), post_only=True),
    "accounts:session-end": Page(
        says(session_id=987654), body=says(), post_only=True, post=(MISSING,)
    ),
    "accounts:logo": Page(public=True, get=(MISSING,)),
    "accounts:picture": Page(says(user_id=987654, size=64), get=(MISSING,)),
    "healthz": Page(public=True, get=(OK, 503)),
    "jobs:progress": Page(says(job_id=987654), get=(MISSING,)),
    "jobs:cancel": Page(says(job_id=987654), body=says(), post_only=True, post=(MISSING,)),
    "office:setup": Page(public=True, get=(MISSING,)),
}

SETTINGS: dict[str, Page] = {
    "office:settings": Page(exists_for=("administrator",)),
    **office_people.PAGES,
    **office_processes.PAGES,
    **office_fields.PAGES,
    **office_company.PAGES,
}

PAGES: dict[str, Page] = {**CRM, **IMPORTER, **EXPORTS, **ACCOUNTS, **SETTINGS}
