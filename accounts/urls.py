from django.urls import URLPattern, URLResolver, path

from accounts.views import picture

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("u/<int:user_id>/picture/<int:size>/", picture.show, name="picture"),
]
