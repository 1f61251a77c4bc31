from django.urls import URLPattern, URLResolver, path

from jobs import views

app_name = "jobs"

urlpatterns: list[URLPattern | URLResolver] = [
    path("jobs/<int:job_id>/", views.progress, name="progress"),
    path("jobs/<int:job_id>/cancel/", views.cancel, name="cancel"),
]
