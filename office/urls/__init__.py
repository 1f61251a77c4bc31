"""Set-up and every /settings/ page, a file for each group of pages."""

from django.urls import URLPattern, URLResolver, path

from office.urls import company, fields, people, processes
from office.views import index, setup

app_name = "office"

urlpatterns: list[URLPattern | URLResolver] = [
    path("setup/", setup.show, name="setup"),
    path("settings/", index.show, name="settings"),
    *people.urlpatterns,
    *processes.urlpatterns,
    *fields.urlpatterns,
    *company.urlpatterns,
]
