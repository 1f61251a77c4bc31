"""Every address of the product: each app names its own."""

from django.urls import URLPattern, URLResolver, include, path

from config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("", include("crm.urls")),
    path("", include("accounts.urls")),
    path("", include("importer.urls")),
    path("", include("jobs.urls")),
    path("", include("office.urls")),
]
