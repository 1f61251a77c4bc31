"""The company, its activity log, and personal data."""

from django.urls import URLPattern, path

from office.views import activity, company

urlpatterns: list[URLPattern] = [
    path("settings/company/", company.show, name="company"),
    path("settings/activity/", activity.show, name="activity"),
]
