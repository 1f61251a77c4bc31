"""Modules, their status trees, suggestions and steps; types of todo."""

from django.urls import URLPattern, path

from office.views import groups, module, modules, removal, statuses, steps, suggestions, types

_MODULE = "settings/modules/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("settings/modules/", modules.show, name="modules"),
    path("settings/modules/new/", modules.new, name="module_new"),
    path("settings/modules/order/", modules.order, name="modules_order"),
    path(_MODULE, module.show, name="module"),
    path(f"{_MODULE}archive/", module.archive, name="module_archive"),
    path(f"{_MODULE}restore/", module.restore, name="module_restore"),
    path(f"{_MODULE}delete/", module.delete, name="module_delete"),
    path(f"{_MODULE}steps/new/", steps.new, name="step_new"),
    path(f"{_MODULE}steps/order/", steps.order, name="steps_order"),
    path("settings/steps/<int:pk>/", steps.edit, name="step"),
    path("settings/steps/<int:pk>/remove/", steps.remove, name="step_remove"),
    path(f"{_MODULE}statuses/", statuses.show, name="statuses"),
    path(f"{_MODULE}statuses/new/", statuses.new, name="status_new"),
    path(f"{_MODULE}statuses/order/", statuses.order, name="statuses_order"),
    path("settings/statuses/<int:pk>/", statuses.edit, name="status"),
    path("settings/statuses/<int:pk>/remove/", removal.remove, name="status_remove"),
    path("settings/statuses/<int:pk>/keep/", removal.keep, name="status_keep"),
    path(f"{_MODULE}groups/new/", groups.new, name="group_new"),
    path("settings/groups/<int:pk>/", groups.edit, name="group"),
    path("settings/groups/<int:pk>/remove/", groups.remove, name="group_remove"),
    path("settings/groups/<int:pk>/move/", groups.move, name="group_move"),
    path(f"{_MODULE}suggestions/", suggestions.show, name="suggestions"),
    path("settings/statuses/<int:pk>/suggestions/new/", suggestions.new, name="suggestion_new"),
    path(
        "settings/statuses/<int:pk>/suggestions/order/",
        suggestions.order,
        name="suggestions_order",
    ),
    path("settings/suggestions/<int:pk>/", suggestions.edit, name="suggestion"),
    path("settings/suggestions/<int:pk>/remove/", suggestions.remove, name="suggestion_remove"),
    path("settings/types/", types.show, name="types"),
    path("settings/types/new/", types.new, name="type_new"),
    path("settings/types/order/", types.order, name="types_order"),
    path("settings/types/<int:pk>/", types.edit, name="type"),
    path("settings/types/<int:pk>/archive/", types.archive, name="type_archive"),
    path("settings/types/<int:pk>/restore/", types.restore, name="type_restore"),
]
