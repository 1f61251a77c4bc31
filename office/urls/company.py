"""The company, its activity log, and personal data."""

from django.urls import URLPattern, path

from office.views import activity, company, mail_test, personal_data

urlpatterns: list[URLPattern] = [
    path("settings/company/", company.show, name="company"),
    path("settings/company/test/", mail_test.test, name="mail_test"),
    path("settings/company/zones/", company.zones, name="zones"),
    path("settings/company/work/", company.work, name="company_work"),
    path("settings/company/logo/", company.upload_logo, name="logo_upload"),
    path("settings/company/logo/remove/", company.drop_logo, name="logo_remove"),
    path("settings/activity/", activity.show, name="activity"),
    path("settings/activity/export/", activity.export, name="activity_export"),
    path("settings/personal-data/<str:of>/<int:pk>/", personal_data.show, name="personal_data"),
    path(
        "settings/personal-data/<str:of>/<int:pk>/file/",
        personal_data.download,
        name="personal_data_file",
    ),
    path(
        "settings/personal-data/<str:of>/<int:pk>/erase/",
        personal_data.erase,
        name="personal_data_erase",
    ),
]
