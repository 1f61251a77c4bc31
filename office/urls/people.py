"""Users, their invitations, roles and access."""

from django.urls import URLPattern, path

from office.views import users

urlpatterns: list[URLPattern] = [
    path("settings/users/", users.index, name="users"),
]
