from django.urls import URLPattern, URLResolver, path

from office.views import setup

app_name = "office"

urlpatterns: list[URLPattern | URLResolver] = [
    path("setup/", setup.show, name="setup"),
]
