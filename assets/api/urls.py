from django.urls import path

from assets.api import backgrounds, output_presets, presign, uploads

urlpatterns = [
    path("uploads", uploads.UploadView.as_view(), name="uploads"),
    path("uploads/presign", presign.PresignView.as_view(), name="presign"),
    path("catalog/backgrounds", backgrounds.BackgroundListView.as_view(), name="backgrounds"),
    path("catalog/backgrounds/<str:public_id>", backgrounds.BackgroundView.as_view(), name="background"),
    path("output-presets", output_presets.OutputPresetListView.as_view(), name="output-presets"),
]
