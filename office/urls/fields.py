"""Fields of datasheets, clients and contacts."""

from django.urls import URLPattern, path

from office.views import field, fields

urlpatterns: list[URLPattern] = [
    path("settings/modules/<int:pk>/fields/", fields.show, name="fields"),
    path("settings/modules/<int:pk>/fields/new/", field.new, name="field_new"),
    path("settings/modules/<int:pk>/fields/order/", fields.order, name="fields_order"),
    path("settings/clients/fields/", fields.show_clients, name="client_fields"),
    path("settings/<slug:about>/fields/new/", field.new_of_clients, name="client_field_new"),
    path("settings/<slug:about>/fields/order/", fields.order_clients, name="client_fields_order"),
    path("settings/fields/<int:pk>/", field.edit, name="field"),
    path("settings/fields/<int:pk>/type/", field.retype, name="field_type"),
    path("settings/fields/<int:pk>/fill/", field.fill_on, name="field_fill"),
    path("settings/fields/<int:pk>/list/", fields.switch_list, name="field_list"),
    path("settings/fields/<int:pk>/move/", fields.move, name="field_move"),
    path("settings/fields/<int:pk>/remove/", field.remove, name="field_remove"),
    path("settings/fields/<int:pk>/restore/", fields.restore, name="field_restore"),
    path("settings/fields/groups/<int:pk>/", field.group, name="field_group"),
]
