"""Fields of datasheets, clients and contacts."""

from django.urls import URLPattern, path

from office.views import fields

urlpatterns: list[URLPattern] = [
    path("settings/modules/<int:pk>/fields/", fields.show, name="fields"),
    path("settings/clients/fields/", fields.show_clients, name="client_fields"),
]
