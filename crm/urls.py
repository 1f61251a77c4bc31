from django.urls import URLPattern, URLResolver, path

from crm.views import (
    asking,
    badges,
    client,
    client_new,
    clients,
    contacts,
    datasheet,
    exports,
    field_file,
    field_filter,
    history,
    module,
    my_day,
    naming,
    notes,
    people,
    rows,
    sale,
    search,
    status,
    todos,
    trash,
    trash_clients,
    values,
    when,
)

app_name = "crm"

# Module pages and My day
module_urls: list[URLPattern | URLResolver] = [
    path("", my_day.home, name="home"),
    path("my-day/", my_day.my_day, name="my_day"),
    path("bar/", badges.badges, name="badges"),
    path("m/<slug:slug>/", module.module, name="module"),
    path("m/<slug:slug>/rows/", rows.rows, name="rows"),
    path("m/<slug:slug>/statuses/", module.side, name="side"),
    path("m/<slug:slug>/people/", module.people, name="people"),
    path("m/<slug:slug>/filter/", field_filter.menu, name="filter"),
    path("m/<slug:slug>/filter/<int:field_id>/", field_filter.choose, name="field_filter"),
]

# The datasheet, its todos and history, the trash
datasheet_urls: list[URLPattern | URLResolver] = [
    path("d/<int:pk>/", datasheet.show, name="datasheet"),
    path("d/<int:pk>/name/", naming.name, name="name"),
    path("d/<int:pk>/plan/", asking.plan, name="plan"),
    path("d/<int:pk>/no-next/", asking.no_next, name="no_next"),
    path("d/<int:pk>/status/", status.status, name="status"),
    path("d/<int:pk>/move/", status.move, name="move"),
    path("d/<int:pk>/document-type/", status.document_type, name="document_type"),
    path("d/<int:pk>/shop/", status.shop, name="shop"),
    path("d/<int:pk>/sale/", sale.sale, name="sale"),
    path("d/<int:pk>/steps/<int:step_id>/", sale.step, name="step"),
    path("d/<int:pk>/responsible/", people.responsible, name="responsible"),
    path("d/<int:pk>/main-contact/", people.main_contact, name="main_contact"),
    path("d/<int:pk>/notes/", notes.note, name="note"),
    path("d/<int:pk>/history/", history.more, name="history"),
    path("d/<int:pk>/fields/<int:field_id>/", values.datasheet_field, name="field"),
    path("d/<int:pk>/trash/", trash.trash, name="trash"),
    path("history/<int:pk>/outcome/", todos.outcome, name="outcome"),
    path("history/<int:pk>/undo/", todos.undo, name="undo"),
    path("todos/<int:pk>/", todos.edit, name="todo"),
    path("todos/<int:pk>/done/", todos.done, name="todo_done"),
    path("todos/<int:pk>/postpone/", todos.postpone, name="todo_postpone"),
    path("todos/<int:pk>/postpone/pick/", todos.postpone_pick, name="todo_postpone_pick"),
    path("todos/<int:pk>/check/", todos.check, name="todo_check"),
    path("todos/<int:pk>/delete/", todos.delete, name="todo_delete"),
    path("todos/<int:pk>/reopen/", todos.reopen, name="todo_reopen"),
    path("trash/", trash.trash_list, name="trash_list"),
    path("trash/<int:pk>/restore/", trash.restore_it, name="restore"),
    path("trash/<int:pk>/purge/", trash.purge_it, name="purge"),
    path("trash/clients/", trash_clients.trashed, name="trash_clients"),
    path("trash/clients/<int:pk>/purge/", trash_clients.purge_it, name="client_purge"),
    path("when/", when.said, name="when"),
]

# Clients and their contacts, search
client_urls: list[URLPattern | URLResolver] = [
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", client_new.client_new, name="client_new"),
    path("clients/duplicates/", client_new.client_duplicates, name="client_duplicates"),
    path("c/<int:pk>/", client.client, name="client"),
    path("c/<int:pk>/edit/", client.client_edit, name="client_edit"),
    path("c/<int:pk>/fields/<int:field_id>/", values.client_field, name="client_field"),
    path("c/<int:pk>/trash/", client.client_trash, name="client_trash"),
    path("c/<int:pk>/restore/", client.client_restore, name="client_restore"),
    path("c/<int:pk>/contacts/new/", contacts.contact_new, name="contact_new"),
    path("c/<int:pk>/datasheets/new/", client_new.datasheet_new, name="datasheet_new"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/fields/<int:field_id>/", values.contact_field, name="contact_field"),
    path("files/fields/<int:pk>/", field_file.field_file, name="field_file"),
    path("contacts/<int:pk>/delete/", contacts.contact_delete, name="contact_delete"),
    path("search/", search.palette, name="search"),
]

# Lists taken out as files
export_urls: list[URLPattern | URLResolver] = [
    path("m/<slug:slug>/export/", exports.of_module, name="export_module"),
    path("clients/export/", exports.of_clients, name="export_clients"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/file/", exports.file, name="export_file"),
    path("exports/<int:pk>/stop/", exports.stop, name="export_stop"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *module_urls,
    *datasheet_urls,
    *client_urls,
    *export_urls,
]
