from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from workflows.callback import StudioCallbackView


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; it asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    # Split: its script comes from an address of its own, since our policy takes none that stands in the page.
    path(
        "v1/docs",
        SpectacularSwaggerSplitView.as_view(
            url_name="openapi", template_name="docs/page.html", metadata_class=None
        ),
        name="docs",
    ),
    path("v1/", include("assets.api.urls")),
    path("v1/", include("billing.api.urls")),
    path("v1/", include("workflows.api.urls")),
    path("internal/studio/callback", StudioCallbackView.as_view(), name="studio-callback"),
    path("", include("assets.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("", RedirectView.as_view(pattern_name="docs"), name="front-door"),
]

handler400 = "clients.api.errors.bad_request"
handler404 = "clients.api.errors.not_found"
handler500 = "clients.api.errors.server_error"
