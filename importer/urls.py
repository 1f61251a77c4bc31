from django.urls import URLPattern, URLResolver, path

from importer.views import check, columns, home, reading, result, run

app_name = "importer"

urlpatterns: list[URLPattern | URLResolver] = [
    path("import/", home.home, name="home"),
    path("import/list/", home.all_imports, name="list"),
    path("import/<int:pk>/read/", reading.read, name="read"),
    path("import/<int:pk>/columns/", columns.columns, name="columns"),
    path("import/<int:pk>/sheet/", columns.sheet, name="sheet"),
    path("import/<int:pk>/check/", check.check, name="check"),
    path("import/<int:pk>/mend/", check.mend, name="mend"),
    path("import/<int:pk>/load/", run.load, name="load"),
    path("import/<int:pk>/stop/", run.stop, name="stop"),
    path("import/<int:pk>/undo/", run.take_back, name="undo"),
    path("import/<int:pk>/done/", result.done, name="done"),
    path("import/<int:pk>/records/", result.records, name="records"),
    path("import/<int:pk>/changes/", result.changes, name="changes"),
    path("import/<int:pk>/left-out/", result.left_out_file, name="left_out"),
    path("import/<int:pk>/discard/", home.discard, name="discard"),
]
