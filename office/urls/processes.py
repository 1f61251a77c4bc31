"""Modules, their status trees, suggestions and steps; types of todo."""

from django.urls import URLPattern, path

from office.views import module, modules, statuses, suggestions, types

urlpatterns: list[URLPattern] = [
    path("settings/modules/", modules.show, name="modules"),
    path("settings/modules/<int:pk>/", module.show, name="module"),
    path("settings/modules/<int:pk>/statuses/", statuses.show, name="statuses"),
    path("settings/modules/<int:pk>/suggestions/", suggestions.show, name="suggestions"),
    path("settings/types/", types.show, name="types"),
]
