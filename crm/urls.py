from django.urls import URLPattern, URLResolver, path

from crm.views import module, my_day, rows

app_name = "crm"

# Module pages and My day
module_urls: list[URLPattern | URLResolver] = [
    path("", my_day.home, name="home"),
    path("my-day/", my_day.my_day, name="my_day"),
    path("m/<slug:slug>/", module.module, name="module"),
    path("m/<slug:slug>/rows/", rows.rows, name="rows"),
    path("m/<slug:slug>/statuses/", module.side, name="side"),
    path("m/<slug:slug>/people/", module.people, name="people"),
]

urlpatterns: list[URLPattern | URLResolver] = [*module_urls]
