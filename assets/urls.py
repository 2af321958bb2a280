from django.urls import path

from assets import files

urlpatterns = [
    path("files/<path:key>", files.FileView.as_view(http_method_names=["get", "head", "put"]), name="file")
]
