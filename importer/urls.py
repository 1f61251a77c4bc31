from django.urls import URLPattern, URLResolver

app_name = "importer"

urlpatterns: list[URLPattern | URLResolver] = []
